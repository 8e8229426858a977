"""`make bench`: measures, prints the tables, and writes them into docs/performance.md.

One process a contender. A round is one block of each contender in random order; the ratio is taken within a round, so
that whatever the machine was busy with in that round weighs on both; told are the median and the quartiles over all
rounds. CPU time, one thread, garbage collection off, outputs compared first.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from model.train import RECIPES
from tests.bench.contenders import PACKAGES, versions
from tests.bench.loading import SIDES
from tests.bench.networks import NETWORKS
from tests.bench.report import Measured, report, write
from tests.bench.service import SERVICES
from tests.bench.training import TRAINERS

TOLERANCE = 2e-5
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Worker:
    """The process of one contender."""

    def __init__(self, contender: str) -> None:
        self.contender = contender
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.worker", contender],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **dict.fromkeys(THREADS, "1")},
        )

    def prepare(self, case: str) -> float:
        return self._ask({"do": "prepare", "case": case})

    def block(self, case: str, seconds: float) -> float:
        return self._ask({"do": "block", "case": case, "seconds": seconds})

    def close(self) -> None:
        self._process.communicate()

    def _ask(self, request: Mapping[str, object]) -> float:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"The process of `{self.contender}` ended while it was asked for {request}.")
        return float(json.loads(answer))


def measure(case: str, workers: Sequence[Worker], rounds: int, seconds: float) -> Measured:
    """Seconds of one run by contender and round."""
    errors = {worker.contender: worker.prepare(case) for worker in workers}
    if case.startswith("network"):
        for contender, error in errors.items():
            assert error <= TOLERANCE, f"{contender} is off by {error:.1e} on {case}."
    times: dict[str, list[float]] = {worker.contender: [] for worker in workers}
    for _ in range(rounds):
        for worker in random.sample(workers, len(workers)):
            times[worker.contender].append(worker.block(case, seconds))
    return Measured(case, times, errors)


def peak() -> float:
    """GFLOP/s of large products on one thread: what this machine can do at best."""
    a, b = np.ones((2, 1024, 1024), np.float32)
    out = np.empty_like(a)
    best = 0.0
    with threadpool_limits(1):
        for _ in range(12):
            start = time.process_time_ns()
            np.matmul(a, b, out=out)
            best = max(best, 2 * 1024**3 / (time.process_time_ns() - start))
    return best


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(": ", 1)[1] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def cases() -> Iterable[tuple[str, tuple[str, ...]]]:
    """What is measured, and which contenders of all can do it."""
    everybody = ("plan", "torch", "onnxruntime", "layers")
    for name in NETWORKS:
        yield f"network {name} 1", everybody
    for name in NETWORKS:
        if name not in ("d", "e"):
            yield f"network {name} 64", everybody
    for name in ("b", "c"):
        yield f"training {name}", tuple(TRAINERS)
    for name in RECIPES:
        yield f"recipe {name}", tuple(SIDES)
    for name in SERVICES:
        yield f"service {name}", ("plan", "pass")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("only", nargs="*", help="measure these cases alone (`network a 1`), and write nothing")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--seconds", type=float, default=0.1, help="CPU time of a block")
    arguments = parser.parse_args()
    present = versions()
    workers = {
        name: Worker(name)
        for name in ("plan", "torch", "onnxruntime", "layers", "loader", "pass")
        if present.get(PACKAGES.get(name, "numpy")) != "absent"
    }
    for name, package in PACKAGES.items():
        if name not in workers:
            print(f"{package} is not installed here; it is left out.")
    best = peak()
    results = []
    for case, who in cases():
        if arguments.only and case not in arguments.only:
            continue
        able = [workers[name] for name in who if name in workers]
        results.append(measure(case, able, arguments.rounds, arguments.seconds))
        print(results[-1].line(), flush=True)
    for worker in workers.values():
        worker.close()
    if not arguments.only:
        text = report(results, present, processor(), best, arguments.rounds, arguments.seconds)
        write("measured", text)
        print(text)
        # One BLAS thread, as the workers have.
        gains = subprocess.run(
            [sys.executable, "-m", "tests.bench.ideas"],
            env={**os.environ, **dict.fromkeys(THREADS, "1")},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout.strip()
        write("ideas", gains)
        print(gains)


if __name__ == "__main__":
    main()
