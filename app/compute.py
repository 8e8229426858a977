"""Where computations run: a few threads of their own, a short queue, and a refusal beyond it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from app.errors import Problem

P = ParamSpec("P")
T = TypeVar("T")


class Compute:
    """Runs functions on `workers` threads, with `queue` more waiting at the most.

    The server's own threads stay free for everything that answers at once.
    """

    def __init__(self, workers: int, queue: int) -> None:
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="compute")
        self._places = threading.BoundedSemaphore(workers + queue)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result; a Problem 503 at once where all places are taken."""
        if not self._places.acquire(blocking=False):
            raise Problem(503, "busy", "The server is busy. Please try again in a second.", {"Retry-After": "1"})
        try:
            future = self._executor.submit(function, *args, **kwargs)
        except BaseException:
            self._places.release()
            raise
        future.add_done_callback(self._free)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Waits for what is under way and ends the threads."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _free(self, _: Future[T]) -> None:
        self._places.release()
