"""Where computations run: bounded, stopped when nobody waits, and done once for all who ask at the same time."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import AsyncIterator

import numpy as np
import pytest

from app.compute import Compute
from app.errors import Problem
from app.patience import Check, Stopped
from app.presence import Sharing
from model import load
from model.preprocess import Prepared

pytestmark = pytest.mark.anyio


@pytest.fixture
async def compute() -> AsyncIterator[Compute]:
    compute = Compute(computations=1, queue=2, seconds=0.4)
    yield compute
    compute.close()


def work(check: Check, ended: list[str]) -> None:
    """Goes on for ever, a part after another."""
    try:
        while True:
            time.sleep(0.01)
            check()
    except Stopped:
        ended.append("stopped")
        raise


async def places_free(compute: Compute, within: float) -> None:
    until = time.monotonic() + within
    while compute.running or compute.waiting:
        assert time.monotonic() < until, "A place was not freed in time."
        await asyncio.sleep(0.005)


async def test_a_computation_ends_when_its_time_is_up(compute: Compute) -> None:
    ended: list[str] = []
    with pytest.raises(Problem) as problem:
        await compute.run(work, ended)
    assert (problem.value.status, problem.value.code) == (503, "out_of_time")
    assert problem.value.headers["Retry-After"]
    await places_free(compute, 0.2)
    assert ended == ["stopped"]
    assert await compute.run(lambda check, x: x + 1, 1) == 2


async def test_what_nobody_waits_for_leaves_the_queue_at_once_and_stops_at_the_next_check(compute: Compute) -> None:
    ended: list[str] = []
    running, *waiting = [asyncio.create_task(compute.run(work, ended)) for _ in range(3)]
    await asyncio.sleep(0.05)
    assert (compute.running, compute.waiting) == (1, 2)
    with pytest.raises(Problem) as problem:
        await compute.run(work, ended)
    assert problem.value.code == "busy"
    for task in waiting:
        task.cancel()
    await asyncio.sleep(0.01)
    assert (compute.running, compute.waiting) == (1, 0)
    running.cancel()
    await places_free(compute, 0.2)
    assert ended == ["stopped"]
    await asyncio.gather(running, *waiting, return_exceptions=True)


async def test_what_left_the_queue_holds_no_picture() -> None:
    compute = Compute(1, 1, 30)  # seconds that a busy machine's garbage collection does not take

    class Picture:
        """Something that can be seen to be gone."""

    gate = threading.Event()
    first = asyncio.create_task(compute.run(lambda _: gate.wait(30)))
    picture = Picture()
    gone = weakref.ref(picture)
    second = asyncio.create_task(compute.run(lambda _, held: held, picture))
    await asyncio.sleep(0.02)
    second.cancel()
    await asyncio.wait([second])
    del picture, second
    await asyncio.sleep(0.01)
    gc.collect()
    assert gone() is None
    gate.set()
    assert await first
    compute.close()


async def test_a_run_is_stopped_between_its_stages() -> None:
    prepared = Prepared(np.zeros(load("digits").graph.input_shape, np.float32), (), ())
    stages = 0

    def check() -> None:
        nonlocal stages
        stages += 1
        if stages == 3:
            raise Stopped

    with pytest.raises(Stopped):
        load("digits").run_prepared(prepared, check)
    assert stages == 3


async def test_what_many_ask_for_is_done_once() -> None:
    sharing: Sharing[int] = Sharing()
    started = 0
    gate = asyncio.Event()

    async def start() -> int:
        nonlocal started
        started += 1
        await gate.wait()
        return started

    asking = [asyncio.create_task(sharing.get("a", start)) for _ in range(5)]
    other = asyncio.create_task(sharing.get("b", start))
    await asyncio.sleep(0)
    asking[0].cancel()  # one of them leaves: the others still wait
    await asyncio.sleep(0)
    gate.set()
    assert await asyncio.gather(*asking[1:]) == [2] * 4
    assert await other == 2 and started == 2
    assert await sharing.get("a", start) == 3  # later: done anew


async def test_what_nobody_waits_for_any_more_is_not_done_and_can_be_asked_for_again() -> None:
    sharing: Sharing[str] = Sharing()
    ended: list[str] = []

    async def start() -> str:
        try:
            await asyncio.sleep(10)
        finally:
            ended.append("cancelled")
        return "never"

    async def fail() -> str:
        raise ValueError("as it should")

    asking = [asyncio.create_task(sharing.get("a", start)) for _ in range(3)]
    await asyncio.sleep(0)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    again = await asyncio.gather(*(sharing.get("a", fail) for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in again] == [ValueError] * 3
    assert ended == ["cancelled"]
