"""Working for a client for as long as it is there, and once for all who ask for the same thing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from starlette.requests import ClientDisconnect, Request

T = TypeVar("T")


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives; ClientDisconnect, and `work` cancelled, as soon as the client has gone.

    The request's body has to have been read before.
    """
    task, gone = asyncio.create_task(work), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientDisconnect
    finally:
        task.cancel()
        gone.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


class Sharing(Generic[T]):
    """Work that is done once for all who ask for it while it is under way; cancelled once none of them is left."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[T]] = {}
        self._waiting: dict[str, int] = {}

    async def get(self, key: str, start: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What `start()` gives, or what it will give to whoever asked first."""
        if key not in self._tasks:
            self._tasks[key] = asyncio.create_task(start())
            self._waiting[key] = 0
        task = self._tasks[key]
        self._waiting[key] += 1
        try:
            return await asyncio.shield(task)
        finally:
            # A task that is done, or that nobody waits for, is no longer to be joined.
            if self._tasks.get(key) is task:
                self._waiting[key] -= 1
                if task.done() or not self._waiting[key]:
                    del self._tasks[key], self._waiting[key]
                    task.cancel()
