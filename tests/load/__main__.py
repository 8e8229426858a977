"""`make load`: how much a server answers, and what becomes of it under ten times as many requests.

One server process with one computation at a time, held to one core with all that it does; the visitors are another
process, on another core. A second of a core is a second of that one: what the server reads, writes, parses and logs
is in it. Prints tables and writes them into docs/operation.md. On this machine alone, in under six minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import platform
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.app.servers import API, serving
from tests.bench.__main__ import processor
from tests.load.client import Outcome, Visit, Visitors
from tests.load.pictures import drawings, photos, sheets
from tests.load.report import Case, Memory, report, write

PLACES = 3
"""Computations that a server of one core runs or lets wait: so many visitors keep it busy and none is refused."""
TIMES = (1, 2, 5, 10)
REQUESTS, BEFORE = 10_000, 500
SETTINGS = {"WORKERS": "1", "COMPUTATIONS": "1", "QUEUE": str(PLACES - 1), "TRACE_BYTES": str(16 * 1024 * 1024)}
"""A small cache of values, so that it is full before memory is measured the first time."""


def cases() -> dict[str, list[Visit]]:
    """What visitors ask for, by name."""
    return {
        "drawn digit, `digits`": [_run("digits", each, "image/png") for each in drawings()],
        "photo, `pets`": [_run("pets", each, "image/jpeg") for each in photos()],
        "photo of a sheet, `digits`": [_run("digits", each, "image/jpeg") for each in sheets()],
    }


def _run(model: str, picture: bytes, kind: str) -> Visit:
    return Visit.post(f"{API}/models/{model}/runs", picture, kind)


@contextmanager
def cores() -> Iterator[tuple[set[int], set[int]]]:
    """The core of the server, and those of the visitors: one alone where there is no other."""
    there_are = os.sched_getaffinity(0)
    first, *others = sorted(there_are)
    try:
        yield {first}, set(others) or {first}
    finally:
        os.sched_setaffinity(0, there_are)


async def load(visitors: Visitors, visits: Sequence[Visit], seconds: float) -> tuple[Outcome, list[Outcome]]:
    """What the server answers at its best, and at so many times as many requests a second."""
    await visitors.crowd(visits, 1, 1)  # whatever is done once, at first
    best = await visitors.crowd(visits, PLACES, seconds)
    flows = []
    for times in TIMES:
        flows.append(await visitors.flow(visits, times * best.rate(201), seconds))
        await asyncio.sleep(0.5)
    return best, flows


async def memory(visitors: Visitors, server: int, pictures: Sequence[Visit]) -> Memory:
    """What the server holds after some requests, and after many: runs, readings of them, and refusals."""
    refused = Visit.post(f"{API}/models/digits/runs", b"no picture", "image/png")
    sent, found = 0, []
    for until in (BEFORE, BEFORE + REQUESTS):
        while sent < until:
            number = sent // 4
            await visitors.visit(pictures[number % len(pictures)])
            run = json.loads(visitors.body)["id"]
            await visitors.visit(Visit.get(f"{API}/runs/{run}?include=values"))
            await visitors.visit(Visit.get(f"{API}/runs/{run}.npz"))
            await visitors.visit(refused)
            sent += 4
        found.append(_resident(server))
    return Memory(REQUESTS, *found)


def _resident(process: int) -> int:
    """Bytes of memory that a process has."""
    return 1024 * int(Path(f"/proc/{process}/status").read_text().split("VmRSS:")[1].split()[0])


async def measure(port: int, server: int, only: Sequence[str], seconds: float) -> tuple[list[Case], Memory | None]:
    visitors, found = Visitors(port), []
    for name, visits in cases().items():
        if not only or any(word in name for word in only):
            found.append(Case(name, *await load(visitors, visits, seconds)))
            print("\n".join(found[-1].lines()), flush=True)
    held = None if only else await memory(visitors, server, [_run("digits", each, "image/png") for each in drawings()])
    visitors.close()
    return found, held


def main() -> None:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("only", nargs="*", help="the cases with these words in their names, and write nothing")
    parser.add_argument("--seconds", type=float, default=6, help="of each measurement")
    arguments = parser.parse_args()
    with cores() as (ours, theirs), _server(ours) as (server, port):
        os.sched_setaffinity(0, theirs)
        gc.disable()  # a pause of the visitors, of 50 ms and more, would be taken for one of the server
        found, held = asyncio.run(measure(port, server, arguments.only, arguments.seconds))
    text = report(found, held, f"`{processor()}`, Python {platform.python_version()}", ours == theirs)
    print(text)
    if not arguments.only:
        write(text)


@contextmanager
def _server(core: set[int]) -> Iterator[tuple[int, int]]:
    """The process and the port of a server that has this core and no other, and keeps its runs in a folder."""
    os.sched_setaffinity(0, core)
    with (
        tempfile.TemporaryDirectory(prefix="cnn-visualizer-load-") as folder,
        open(Path(folder) / "log", "wb") as log,
        serving(log, RUN_STORE=f"{folder}/runs", **SETTINGS) as (server, port),
    ):
        yield server.pid, port


if __name__ == "__main__":
    main()
