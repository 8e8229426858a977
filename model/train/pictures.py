"""Pictures to train on, from a zip archive or a folder: decoded when they are asked for, and then kept."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from model.pictures import PictureError, read_picture
from model.preprocess import prepare_pixels
from model.tensor import Array

MOST_KEPT = 2 * 1024**3
"""Bytes of decoded pictures that are kept in memory; a larger set is decoded again whenever it is asked for."""


class DataError(Exception):
    """The data is not there or not what it should be; the message says what to do."""


class Pictures:
    """Picture files as images of one size, prepared by the steps of a model's preprocessing.

    `read(indices)` gives uint8 (N, channels, rows, columns). Safe for many threads.
    """

    def __init__(
        self,
        names: Sequence[str],
        fetch: Callable[[str], bytes],
        steps: Sequence[Mapping[str, Any]],
        store: _Store | None = None,
        numbers: Array | None = None,
        change: Callable[[Array], Array] = lambda pixels: pixels,
    ) -> None:
        self._names, self._fetch, self._steps, self._change = names, fetch, steps, change
        self._store = store or _Store(len(names), self._decode)
        self._numbers = np.arange(len(names)) if numbers is None else numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def names(self) -> list[str]:
        """The files' names, in order."""
        return [self._names[number] for number in self._numbers.tolist()]

    def take(self, indices: Array) -> Pictures:
        """The pictures at `indices`; what is decoded stays shared."""
        return Pictures(self._names, self._fetch, self._steps, self._store, self._numbers[indices], self._change)

    def at(self, rows: int, columns: int) -> Pictures:
        """The same pictures at another size: every step that makes a size makes this one."""
        steps = [{**step, "rows": rows, "columns": columns} if "rows" in step else step for step in self._steps]
        return Pictures(self._names, self._fetch, steps, None, self._numbers, self._change)

    def changed(self, change: Callable[[Array], Array]) -> Pictures:
        """The same pictures, each changed (uint8 RGB in and out) before it is prepared."""
        return Pictures(self._names, self._fetch, self._steps, None, self._numbers, change)

    def read(self, indices: Array) -> Array:
        """The images at `indices`; DataError, naming the file, for a picture that cannot be read."""
        return self._store.read(self._numbers[indices])

    def _decode(self, number: int) -> Array:
        name = self._names[number]
        try:
            pixels = prepare_pixels(self._change(read_picture(self._fetch(name)).pixels), self._steps)
        except PictureError as error:
            raise DataError(f"{name}: {error}") from error
        return pixels[None] if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0)


class _Store:
    """Decoded pictures by their numbers: decoded once, as long as all of them fit in memory."""

    def __init__(self, count: int, decode: Callable[[int], Array]) -> None:
        self._count, self._decode = count, decode
        self._kept: Array | None = None
        self._there = np.zeros(count, bool)
        self._lock = threading.Lock()

    def read(self, numbers: Array) -> Array:
        missing = numbers[~self._there[numbers]]
        decoded = {int(number): self._decode(int(number)) for number in missing}
        if decoded:
            self._keep(decoded)
        if self._kept is None:
            return np.stack([decoded[int(number)] for number in numbers])
        return self._kept[numbers]

    def _keep(self, decoded: Mapping[int, Array]) -> None:
        first = next(iter(decoded.values()))
        if self._count * first.nbytes > MOST_KEPT:
            return
        with self._lock:
            if self._kept is None:
                self._kept = np.empty((self._count, *first.shape), np.uint8)
            for number, pixels in decoded.items():
                self._kept[number] = pixels
                self._there[number] = True


def zipped(path: Path, split: str, steps: Sequence[Mapping[str, Any]]) -> tuple[Pictures, Array, tuple[str, ...]]:
    """The pictures of `<split>/<class>/<name>` in a zip archive: (pictures, labels, classes)."""
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise DataError(
            f"There is no {path.name} in {path.parent}. Name the folder that holds it with --data FOLDER, "
            "or in the environment variable DATA."
        ) from error
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} is not readable as a zip archive. Fetch it again.") from error
    names = sorted(name for name in archive.namelist() if name.startswith(f"{split}/") and not name.endswith("/"))
    of_class = [name.split("/")[1] for name in names]
    classes = tuple(sorted(set(of_class)))
    if len(classes) < 2:
        raise DataError(f"{path} has no pictures of two classes or more in {split}/; it should have {split}/<class>/.")
    lock = threading.Lock()  # an archive has one place where it reads

    def fetch(name: str) -> bytes:
        with lock:
            return archive.read(name)

    return Pictures(names, fetch, steps), np.array([classes.index(each) for each in of_class]), classes
