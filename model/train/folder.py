"""A folder of one's own pictures as a data set: a sub-folder a class, split or not; what cannot be read is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.pictures import PictureError, read_picture
from model.tensor import Array
from model.train.data import Dataset
from model.train.pictures import DataError, Pictures

SPLITS: Mapping[str, tuple[str, ...]] = {
    "train": ("train", "training"),
    "validation": ("val", "validation", "valid"),
    "test": ("test", "testing"),
}
"""The names under which people keep the parts of a data set."""

SAMPLE = 64
"""Pictures that are looked at to choose the size of the network's input."""


@dataclass(frozen=True, eq=False)
class Folder:
    """What lies in a folder: the names of the classes, and for each split its files with their classes' numbers."""

    path: Path
    classes: tuple[str, ...]
    files: Mapping[str, list[tuple[str, int]]]

    def dataset(self, split: str, steps: Sequence[Mapping[str, Any]]) -> Dataset:
        """The pictures of a split ("train", "validation", "test"), decoded when they are asked for."""
        names = [name for name, _ in self.files[split]]
        labels = np.array([label for _, label in self.files[split]], np.intp)
        return Dataset(Pictures(names, lambda name: (self.path / name).read_bytes(), steps), labels, self.classes)


def look_into(path: Path) -> Folder:
    """The classes and files of a folder: `<class>/<picture>`, or `train/<class>/...`, with `val/` and `test/` if the
    user has split it. DataError, with what to do, for a folder that is not so."""
    if not path.is_dir():
        raise DataError(f"{path} is not a folder. Name one that has a sub-folder of pictures for each class.")
    found = {split: _first(path, names) for split, names in SPLITS.items()}
    if found["train"] is None:
        classes = _classes(path)
        return Folder(path, classes, {"train": _files(path, path, classes)})
    classes = _classes(found["train"])
    files: dict[str, list[tuple[str, int]]] = {}
    for split, folder in found.items():
        if folder is None:
            continue
        if _classes(folder) != classes:
            raise DataError(
                f"{found['train'].name}/ has the classes {', '.join(classes)}, and {folder.name}/ has "
                f"{', '.join(_classes(folder))}; they must be the same."
            )
        files[split] = _files(path, folder, classes)
    return Folder(path, classes, files)


def readable(dataset: Dataset) -> tuple[Dataset, list[str]]:
    """The data set without the pictures that cannot be read, and a line on each of those: its name and why.

    Every picture is decoded, two at a time. DataError where a class has none left.
    """
    pictures = dataset.images
    assert isinstance(pictures, Pictures)

    def problem(number: int) -> str | None:
        try:
            pictures.read(np.array([number]))
        except DataError as error:
            return str(error)
        return None

    with ThreadPoolExecutor(2, thread_name_prefix="reader") as readers:
        problems = list(readers.map(problem, range(len(pictures))))
    kept = dataset.take(np.flatnonzero([found is None for found in problems]))
    counts = np.bincount(kept.labels, minlength=len(dataset.classes))
    for name, count in zip(dataset.classes, counts, strict=True):
        if not count:
            raise DataError(f"None of the pictures of class `{name}` can be read. Put readable pictures there.")
    return kept, [found for found in problems if found is not None]


def split_off(labels: Array, share: float, seed: int) -> tuple[Array, Array]:
    """Draws a share of each class, at least one picture and never all: (the places of the rest, of the share)."""
    rng = np.random.default_rng(seed)
    taken: list[Array] = []
    for label in np.unique(labels):
        places = rng.permutation(np.flatnonzero(labels == label))
        if len(places) < 2:
            raise DataError("A class has a single picture; each needs two at the least, one of them for validation.")
        taken.append(places[: max(1, min(len(places) - 1, round(share * len(places))))])
    chosen = np.sort(np.concatenate(taken))
    return np.setdiff1d(np.arange(len(labels)), chosen), chosen


def usual_side(folder: Folder) -> int:
    """The shorter side that half of the pictures have at the least, from a sample of them."""
    files = folder.files["train"]
    sides = []
    for name, _ in files[:: max(1, len(files) // SAMPLE)]:
        try:
            sides.append(min(read_picture((folder.path / name).read_bytes()).pixels.shape[:2]))
        except (PictureError, OSError):
            continue
    if not sides:
        raise DataError(f"None of the pictures in {folder.path} that were tried can be read.")
    return int(np.median(sides))


def _first(path: Path, names: Sequence[str]) -> Path | None:
    return next((path / name for name in names if (path / name).is_dir()), None)


def _classes(path: Path) -> tuple[str, ...]:
    classes = tuple(sorted(each.name for each in path.iterdir() if each.is_dir() and not each.name.startswith(".")))
    if len(classes) < 2:
        there_is = f"only `{classes[0]}`" if classes else "none"
        raise DataError(
            f"{path} needs a sub-folder for each class, two or more, and has {there_is}. For example: "
            f"{path}/cat/ and {path}/dog/, each with its pictures."
        )
    return classes


def _files(root: Path, path: Path, classes: Sequence[str]) -> list[tuple[str, int]]:
    """The files below each class's folder, by their names from `root`, in one order on every machine."""
    files: list[tuple[str, int]] = []
    for label, name in enumerate(classes):
        of_class = sorted(
            str(each.relative_to(root))
            for each in (path / name).rglob("*")
            if each.is_file() and not each.name.startswith(".")
        )
        if not of_class:
            raise DataError(f"The folder {path / name} is empty: put pictures of class `{name}` there, or remove it.")
        files.extend((each, label) for each in of_class)
    return files
