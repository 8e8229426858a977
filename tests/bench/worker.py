"""The process of one contender: it makes what it is asked for once, and runs blocks of it, telling the CPU time.

It reads a request a line, `{"do": "prepare" | "block", "case": ..., "seconds": ...}`, and answers with a line of JSON.
Time is CPU time of the whole process, so that neither other programs nor threads of its own can flatter it.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.bench.contenders import CONTENDERS, error
from tests.bench.loading import SIDES
from tests.bench.networks import NETWORKS, pictures
from tests.bench.service import SERVICES
from tests.bench.training import TRAINERS


def prepare(contender: str, case: str) -> tuple[Callable[[], Any], float]:
    """The function to measure, and how far its outputs are from the layers' (for training: its first loss)."""
    kind, _, rest = case.partition(" ")
    if kind == "training":
        step = TRAINERS[contender](NETWORKS[rest]())
        return step, step()
    if kind == "service":
        # A pass in the same rounds, which the others are told in.
        return SERVICES["forward" if contender == "pass" else rest](), 0.0
    if kind == "recipe":
        return SIDES[contender](rest), 0.0
    network, images = rest.split(" ")
    graph = NETWORKS[network]()
    x = pictures(graph, int(images))
    run = CONTENDERS[contender](graph)(x)
    return run, error(run(), graph.run(x).values)


def block(run: Callable[[], Any], seconds: float) -> float:
    """Runs for about so many seconds of CPU time; the seconds of one run."""
    count, start = 0, time.process_time_ns()
    while True:
        run()
        count += 1
        taken = (time.process_time_ns() - start) / 1e9
        if taken >= seconds:
            return taken / count


def main(contender: str) -> None:
    ready: dict[str, Callable[[], Any]] = {}
    answers = sys.stdout
    sys.stdout = sys.stderr  # what a library may print is no answer
    gc.disable()
    for line in sys.stdin:
        request = json.loads(line)
        case = request["case"]
        if request["do"] == "prepare":
            ready = {}
            gc.collect()
            ready[case], answer = prepare(contender, case)
            block(ready[case], 0.02)
        else:
            answer = block(ready[case], request["seconds"])
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
