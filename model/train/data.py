"""The images that models learn from, and how they are split: training, validation, test."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.tensor import Array
from model.train.pictures import DataError, Pictures


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled images, and for each the number of its class.

    `images` is uint8 (N, channels, rows, columns), or pictures that become that when they are asked for.
    """

    images: Array | Pictures
    labels: Array
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        if isinstance(self.images, np.ndarray) and (self.images.ndim != 4 or self.images.dtype != np.uint8):
            raise DataError(
                f"A data set has images {self.images.dtype} {self.images.shape}; they must be uint8 (images, "
                "channels, rows, columns)."
            )
        if len(self.images) != len(self.labels):
            raise DataError(
                f"A data set has {len(self.images)} images and {len(self.labels)} labels; it needs one label an image."
            )
        if len(self.labels) and not 0 <= self.labels.min() <= self.labels.max() < len(self.classes):
            raise DataError(
                f"A data set of {len(self.classes)} classes has labels from {self.labels.min()} to "
                f"{self.labels.max()}; they must lie in 0 to {len(self.classes) - 1}."
            )

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: Array) -> Dataset:
        """The images at `indices`, in that order."""
        images = self.images[indices] if isinstance(self.images, np.ndarray) else self.images.take(indices)
        return Dataset(images, self.labels[indices], self.classes)

    def inputs(self, indices: Array) -> Array:
        """The images at `indices` as a network reads them: float32 in 0 to 1."""
        images = self.images[indices] if isinstance(self.images, np.ndarray) else self.images.read(indices)
        return images.astype(np.float32) / np.float32(255)

    def at(self, rows: int, columns: int) -> Dataset:
        """The same pictures prepared at another size; a data set in memory has the size that it has."""
        if isinstance(self.images, np.ndarray):
            return self
        return Dataset(self.images.at(rows, columns), self.labels, self.classes)


def shuffled_batches(count: int, size: int, rng: np.random.Generator) -> Iterator[Array]:
    """The numbers 0 .. count - 1 in random order, `size` at a time; a last, smaller batch is left out.

    What is left out differs from epoch to epoch; a batch of a few images would give batch normalisation poor
    statistics. A data set smaller than one batch is one batch.
    """
    order = rng.permutation(count)
    size = min(size, count)
    for start in range(0, count - size + 1, size):
        yield order[start : start + size]


def hold_back(dataset: Dataset, count: int, seed: int) -> tuple[Dataset, Dataset]:
    """Splits off `count` images, drawn with `seed`: (the rest to train on, those to validate on)."""
    if not 0 < count < len(dataset):
        raise DataError(
            f"{count} images cannot be held back for validation out of {len(dataset)}; choose 1 to {len(dataset) - 1}."
        )
    order = np.random.default_rng(seed).permutation(len(dataset))
    return dataset.take(np.sort(order[count:])), dataset.take(np.sort(order[:count]))


def find_data(given: str | None = None) -> Path:
    """The data folder: the one that was given, else the environment's DATA, else `../shared/data`."""
    return Path(given or os.environ.get("DATA") or Path("..", "shared", "data"))


def load_mnist(folder: Path, split: str) -> Dataset:
    """The digits of `mnist.npz` in `folder`; `split` is "train" (60,000) or "test" (10,000).

    Source: LeCun, Cortes and Burges, The MNIST Database of Handwritten Digits.
    """
    path = folder / "mnist.npz"
    try:
        with np.load(path, allow_pickle=False) as arrays:
            images, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
    except FileNotFoundError as error:
        raise DataError(
            f"There is no mnist.npz in {folder}. Name the folder that holds it with --data FOLDER, "
            "or in the environment variable DATA."
        ) from error
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(
            f"{path} is not readable as MNIST: it should be an .npz file with the arrays x_train, y_train, "
            "x_test and y_test. Fetch it again."
        ) from error
    if images.ndim != 3 or images.dtype != np.uint8:
        raise DataError(f"x_{split} in {path} is {images.dtype} {images.shape}; it should be uint8 (images, 28, 28).")
    return Dataset(images[:, None], labels.astype(np.intp), tuple("0123456789"))
