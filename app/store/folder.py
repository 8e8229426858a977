"""Runs kept as files in a folder, which any number of workers of one machine share."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from app.store.place import StoreUnavailable

ENDING, UNFINISHED, LOCK = ".run", ".part", "lock"
ABANDONED = 60
"""Seconds after which an unfinished file is that of a process that is gone."""
PORTION = 64
"""A worker looks for what is too much when it has filled this part of the room, not at every run."""


class File(NamedTuple):
    """A kept run: when it was (last) made, its size and its path."""

    made: int
    size: int
    path: str


class FolderStore:
    """The last `runs` runs, of `size` bytes in all, as files of a folder; see `RunStore`.

    A file appears under its name when it is whole, and a reader that has opened it can read it to its end, so no
    process ever sees half of one; what a lost machine leaves of one does not pass the record's checksum. Of several
    workers each may go over the bounds by a 64th before it tidies up.
    """

    def __init__(self, folder: Path, runs: int, size: int) -> None:
        self._folder = folder
        self._runs, self._size = runs, size
        self._new_runs = self._new_bytes = 0
        self._counting = threading.Lock()
        with _told(f"The folder {folder} cannot be used to keep runs"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.stat().st_uid != os.geteuid():
                raise StoreUnavailable(f"The folder {folder} belongs to another user, who could read or change runs.")
            self._tidy()

    def put(self, run_id: str, data: bytes) -> None:
        path = self._path(run_id)
        if path is None:
            raise ValueError(f"{run_id!r} is no run's id.")
        with _told("The disk has no room for the run"):
            if self._renew(path, data):
                return
            try:
                self._write(path, data)
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                    raise
                # Others took the room that was to be ours: live with half of it for now.
                self._tidy(share=0.5)
                self._write(path, data)
            if self._count(len(data)):
                self._tidy()

    def get(self, run_id: str) -> bytes | None:
        path = self._path(run_id)
        with _told("The disk cannot be read"):
            try:
                return path.read_bytes() if path else None
            except FileNotFoundError:
                return None

    def drop(self, run_id: str) -> None:
        path = self._path(run_id)
        if path:
            with suppress(OSError):
                path.unlink()

    def check(self) -> None:
        with _told("The disk cannot be written"):
            probe = self._folder / f"probe-{os.getpid()}-{threading.get_ident()}"
            self._write(probe, bytes(4096))
            probe.unlink()

    def close(self) -> None:
        """There is nothing to let go of."""

    def _path(self, run_id: str) -> Path | None:
        """None for what can be no run's id, so that no request ever names a path."""
        return self._folder / f"{run_id}{ENDING}" if re.fullmatch("[0-9a-f]{8,64}", run_id) else None

    def _renew(self, path: Path, data: bytes) -> bool:
        """Whether the run is there as it is to be; it then counts as made now.

        The same picture is sent again and again, and file systems take their time to put one file in another's
        place: they write the new one to the disk before the old one goes.
        """
        with self._locked(fcntl.LOCK_SH):
            try:
                if path.stat().st_size != len(data) or path.read_bytes() != data:
                    return False
                os.utime(path)
            except OSError:  # it is not there, or cannot be read, and is written anew
                return False
            return True

    def _write(self, path: Path, data: bytes) -> None:
        part = path.with_name(f"{path.name}-{os.getpid()}-{threading.get_ident()}{UNFINISHED}")
        try:
            with open(part, "xb") as file:
                file.write(data)
            # Not while another worker takes away what is oldest: it may be about to take this run.
            with self._locked(fcntl.LOCK_SH):
                os.replace(part, path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise

    def _count(self, size: int) -> bool:
        """Whether it is time to tidy up."""
        with self._counting:
            self._new_runs += 1
            self._new_bytes += size
            due = self._new_runs * PORTION >= self._runs or self._new_bytes * PORTION >= self._size
            if due:
                self._new_runs = self._new_bytes = 0
            return due

    def _tidy(self, share: float = 1) -> None:
        """Removes the oldest files until the others fit, and what processes that are gone have left unfinished.

        With a `share`, no more than that part of what is there stays.
        """
        with self._locked(fcntl.LOCK_EX):
            files = sorted(self._files(), reverse=True)
            room = min(self._size, share * sum(file.size for file in files))
            for place, file in enumerate(files):
                room -= file.size
                if place >= self._runs or room < 0:
                    with suppress(FileNotFoundError):
                        os.unlink(file.path)

    def _files(self) -> Iterator[File]:
        """The kept runs. Nobody but a holder of the lock adds or takes away any."""
        with os.scandir(self._folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    if entry.name.endswith(ENDING):
                        status = entry.stat()
                        yield File(status.st_mtime_ns, status.st_size, entry.path)
                    elif entry.name.endswith(UNFINISHED) and entry.stat().st_mtime < time.time() - ABANDONED:
                        os.unlink(entry.path)

    @contextmanager
    def _locked(self, kind: int) -> Iterator[None]:
        """With the folder's lock, which the system takes back from a process that is gone."""
        handle = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, kind)
            yield
        finally:
            os.close(handle)


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Every fault of the disk as StoreUnavailable."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(f"{what}: {error.strerror}.") from error
