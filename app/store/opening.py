"""Opening the place that the settings name."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from pathlib import Path

from app.settings import Settings
from app.store.folder import FolderStore
from app.store.memory import MemoryStore
from app.store.place import RunStore, StoreUnavailable
from app.store.redis_server import RedisStore

log = logging.getLogger("app")


def open_store(settings: Settings) -> RunStore:
    """The place in `settings.run_store`: an address of Redis, `memory`, or a folder.

    Without one, a folder of this user's among the temporary files; where no file can be written at all, the memory of
    the one worker. StoreUnavailable, in a sentence, where the place cannot be had.
    """
    place = settings.run_store
    if scheme := re.match("(rediss?|unix):", place):
        try:
            return RedisStore(place, settings.runs_kept, settings.run_seconds)
        except ValueError as error:
            # Not the address itself, which may hold a password.
            raise StoreUnavailable(f"RUN_STORE begins as {scheme[0]} and is no address of Redis.") from error
    if place == "memory":
        if settings.workers > 1:
            raise StoreUnavailable(
                f"RUN_STORE is memory, which {settings.workers} workers cannot share. Name a folder, or WORKERS=1."
            )
        return MemoryStore(settings.runs_kept, settings.run_bytes)
    if place:
        return FolderStore(Path(place), settings.runs_kept, settings.run_bytes)
    return _default(settings)


def _default(settings: Settings) -> RunStore:
    try:
        folder = Path(tempfile.gettempdir()) / f"cnn-visualizer-{os.geteuid()}"
        return FolderStore(folder, settings.runs_kept, settings.run_bytes)
    except (StoreUnavailable, OSError) as error:
        if settings.workers > 1:
            raise StoreUnavailable(f"{error} Name another folder, or Redis, in RUN_STORE.") from error
        log.warning("Runs are kept in memory only. %s", error)
        return MemoryStore(settings.runs_kept, settings.run_bytes)
