"""How long a computation goes on: until its time is up, or nobody waits for it any more."""

from __future__ import annotations

import time
from collections.abc import Callable

Check = Callable[[], None]
"""What a computation calls between its parts; it raises Stopped where there is no use in going on."""


class Stopped(Exception):
    """The computation came to an end before its result, since nobody waits for that any more."""


class Patience:
    """One computation's `Check`, which may be stopped from another thread."""

    def __init__(self, seconds: float) -> None:
        self._asked = time.monotonic()
        self._began: float | None = None
        self._until = self._asked + seconds
        self._stopped = False

    def __call__(self) -> None:
        if self._stopped or time.monotonic() > self._until:
            raise Stopped

    def begin(self) -> None:
        """The computation has waited long enough."""
        self._began = time.monotonic()

    def spent(self) -> tuple[float, float]:
        """Seconds that it has waited, and that it has run, until now."""
        now = time.monotonic()
        began = now if self._began is None else self._began
        return began - self._asked, now - began

    def stop(self) -> None:
        """The computation ends at its next check."""
        self._stopped = True
