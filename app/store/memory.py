"""Runs kept in this process: nothing touches a disk, and nothing outlives the process."""

from __future__ import annotations

import threading
from collections import OrderedDict


class MemoryStore:
    """The last `runs` runs, of `size` bytes in all; for a server of one worker. See `RunStore`."""

    def __init__(self, runs: int, size: int) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._runs, self._size = runs, size
        self._bytes = 0
        self._lock = threading.Lock()

    def put(self, run_id: str, data: bytes) -> None:
        with self._lock:
            self._forget(run_id)
            self._kept[run_id] = data
            self._bytes += len(data)
            while len(self._kept) > self._runs or self._bytes > self._size:
                self._forget(next(iter(self._kept)))

    def get(self, run_id: str) -> bytes | None:
        with self._lock:
            return self._kept.get(run_id)

    def drop(self, run_id: str) -> None:
        with self._lock:
            self._forget(run_id)

    def check(self) -> None:
        """Memory is always there."""

    def close(self) -> None:
        """There is nothing to let go of."""

    def _forget(self, run_id: str) -> None:
        self._bytes -= len(self._kept.pop(run_id, b""))
