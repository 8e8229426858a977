"""What a place that keeps runs has to do."""

from __future__ import annotations

from typing import Protocol


class StoreUnavailable(Exception):
    """The place cannot keep or give anything now: a full disk, a server that is away. The message says which."""


class RunStore(Protocol):
    """Bytes by a run's id, bounded in number and size; the oldest go first. Safe for many threads.

    Each method raises StoreUnavailable where the place cannot be used now.
    """

    def put(self, run_id: str, data: bytes) -> None:
        """Keeps `data`; when this returns, every process that uses the same place finds it."""

    def get(self, run_id: str) -> bytes | None:
        """What was kept, whole; None where it is not kept (any more)."""

    def drop(self, run_id: str) -> None:
        """Forgets what is kept under this id: it was found to be damaged."""

    def check(self) -> None:
        """Returns where the place could keep something now."""

    def close(self) -> None:
        """Lets go of connections."""
