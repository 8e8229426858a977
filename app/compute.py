"""Where computations run: a few threads of their own, a short queue, and a refusal beyond it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from app import metrics
from app.errors import Problem
from app.patience import Check, Patience, Stopped
from app.record import note

P = ParamSpec("P")
T = TypeVar("T")
RETRY = {"Retry-After": "1"}
BUSY = Problem(503, "busy", "The server is busy. Please try again in a second.", RETRY)


class Place:
    """A place that is kept for a request that has come but not yet begun to compute; given up once."""

    def __init__(self, compute: Compute) -> None:
        self._compute: Compute | None = compute

    def give_up(self) -> bool:
        """Whether it was still kept."""
        compute, self._compute = self._compute, None
        if compute is not None:
            compute.kept -= 1
        return compute is not None

    @property
    def kept(self) -> bool:
        return self._compute is not None


place: ContextVar[Place | None] = ContextVar("place", default=None)
"""What is kept for the request that is being answered."""


class Compute:
    """Runs functions on `computations` threads, with `queue` more waiting, for `seconds` each at the most.

    The server's own threads stay free for everything that answers at once.
    """

    def __init__(self, computations: int, queue: int, seconds: float = 10) -> None:
        self._executor = ThreadPoolExecutor(computations, thread_name_prefix="compute")
        self._computations, self._places, self._seconds = computations, computations + queue, seconds
        self._under_way: set[Patience] = set()
        self.kept = 0
        """Places that are kept for requests on their way here."""
        self._lock = threading.Lock()

    @property
    def running(self) -> int:
        """Computations that have a thread."""
        return min(len(self._under_way), self._computations)

    @property
    def waiting(self) -> int:
        """Computations that wait for a thread."""
        return max(0, len(self._under_way) - self._computations)

    @property
    def full(self) -> bool:
        """Whether `run` would refuse whoever has no place kept."""
        return len(self._under_way) + self.kept >= self._places

    def keep_place(self) -> Place:
        """Keeps one of the places until the request computes or gives it up. Only where not `full`, and in the loop."""
        self.kept += 1
        return Place(self)

    def expect_place(self) -> None:
        """A Problem 503 where `run` would refuse, so that nobody sends a picture in vain."""
        own = place.get()
        if self.full and not (own is not None and own.kept):
            raise Problem(BUSY.status, BUSY.code, BUSY.detail, RETRY)

    async def run(self, function: Callable[Concatenate[Check, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of the function, which is given a check to call between its parts.

        A Problem 503 at once where all places are taken, and later where the time is up. Cancelled, it takes the
        function from the queue or stops it at its next check; the place is free once the function has ended.
        """
        patience = Patience(self._seconds)
        with self._lock:
            self.expect_place()
            if (own := place.get()) is not None:
                own.give_up()
            self._under_way.add(patience)
        self._count()
        # Out of reach once it runs or is cancelled: what waits in the executor's queue must not hold pictures.
        call = [partial(function, patience, *args, **kwargs)]

        def start() -> T:
            patience.begin()
            return call.pop()()

        try:
            future = self._executor.submit(start)
        except BaseException:
            self._free(patience)
            raise
        future.add_done_callback(partial(self._free, patience, call))
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.wrap_future(future)
        except (TimeoutError, Stopped) as error:
            raise Problem(
                503, "out_of_time", f"This took longer than {self._seconds:g} seconds. Please try again later.", RETRY
            ) from error
        finally:
            patience.stop()
            waited, computed = patience.spent()
            note(waited=round(1000 * waited, 1), computed=round(1000 * computed, 1))

    def close(self) -> None:
        """Stops what is under way at its next check, and ends the threads."""
        for patience in list(self._under_way):
            patience.stop()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _free(self, patience: Patience, call: list[Any] | None = None, _: Future[Any] | None = None) -> None:
        if call:
            call.clear()
        with self._lock:
            self._under_way.discard(patience)
        self._count()

    def _count(self) -> None:
        metrics.RUNNING.set(self.running)
        metrics.WAITING.set(self.waiting)
