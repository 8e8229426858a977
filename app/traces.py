"""Runs with all their values at hand: a cache that is bounded by bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict

from app import metrics
from model.run import Run


def size_of(run: Run) -> int:
    """The bytes of a run's arrays; a view counts as what it shows."""
    pictures = sum(step.picture.nbytes for step in run.prepared.steps)
    return pictures + sum(values.nbytes for values in run.trace.values.values())


class Traces:
    """The runs that were asked for last, `limit` bytes of them; safe for many threads."""

    def __init__(self, limit: int) -> None:
        self._runs: OrderedDict[str, tuple[Run, int]] = OrderedDict()
        self._limit = limit
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, run_id: str) -> Run | None:
        """The run of that id, which becomes the last to go."""
        with self._lock:
            if run_id not in self._runs:
                return None
            self._runs.move_to_end(run_id)
            return self._runs[run_id][0]

    def keep(self, run: Run) -> None:
        """Takes a run in; those that were not asked for longest go."""
        size = size_of(run)
        with self._lock:
            self._forget(run.id)
            self._runs[run.id] = run, size
            self._bytes += size
            while self._bytes > self._limit and self._runs:
                self._forget(next(iter(self._runs)))
            metrics.TRACE_BYTES.set(self._bytes)

    def _forget(self, run_id: str) -> None:
        _, size = self._runs.pop(run_id, (None, 0))
        self._bytes -= size
