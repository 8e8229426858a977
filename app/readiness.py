"""Whether this worker could run every model and keep the runs: asked often, found out at most once a second."""

from __future__ import annotations

import threading
import time

import numpy as np

from app.store import RunStore
from model.catalog import known, load, verify

FRESH = 1.0
"""Seconds for which an answer stands."""


class Readiness:
    """What `/readyz` asks. It waits for no other computation: a busy server is a ready one."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._tried: set[str] = set()
        self._found: Exception | None = None
        self._until = 0.0

    def check(self) -> None:
        """DamagedModel where a shipped file is not as it should be, StoreUnavailable where runs cannot be kept."""
        with self._lock:
            if time.monotonic() > self._until:
                try:
                    self._look()
                    self._found = None
                except Exception as error:
                    self._found = error
                self._until = time.monotonic() + FRESH
            if self._found is not None:
                raise self._found

    def _look(self) -> None:
        verify()
        for model_id in known():
            model = load(model_id)
            if model.digest not in self._tried:
                model.graph.run(np.zeros((1, *model.graph.input_shape), np.float32))
                self._tried.add(model.digest)
        self._store.check()
