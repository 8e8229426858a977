"""The file of a model's checkpoints: its arrays as they were on the way from random to trained.

One compressed NumPy file holds `epoch`, `loss` and `accuracy` (K,), and every parameter with K in front, as
float16.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.tensor import Array


@dataclass(frozen=True)
class Checkpoint:
    """One point of a training: its place in the list, epochs done, loss and accuracy on validation images."""

    number: int
    epoch: float
    loss: float
    accuracy: float


@dataclass(frozen=True, eq=False)
class Checkpoints:
    """All checkpoints of a model, and their parameters, named as in the graph, each (K, ...)."""

    points: tuple[Checkpoint, ...]
    parameters: Mapping[str, Array]

    def parameters_at(self, number: int) -> dict[str, Array]:
        """The parameters of one checkpoint, as float32."""
        return {name: stacked[number].astype(np.float32) for name, stacked in self.parameters.items()}


def round_parameters(parameters: Mapping[str, Array]) -> dict[str, Array]:
    """The parameters as a checkpoint gives them back: float32, rounded to float16."""
    return {name: array.astype(np.float16).astype(np.float32) for name, array in parameters.items()}


def write_checkpoints(points: Sequence[Checkpoint], parameters: Sequence[Mapping[str, Array]]) -> bytes:
    """The bytes of the file; `parameters` are those of each point."""
    arrays = {
        "epoch": np.array([point.epoch for point in points]),
        "loss": np.array([point.loss for point in points]),
        "accuracy": np.array([point.accuracy for point in points]),
    }
    for name in parameters[0]:
        arrays[name] = np.stack([one[name].astype(np.float16) for one in parameters])
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def read_checkpoints(data: bytes) -> Checkpoints:
    """The checkpoints in the bytes of a file; ValueError where they are not such a file."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        columns = [arrays.pop(name).tolist() for name in ("epoch", "loss", "accuracy")]
        points = tuple(Checkpoint(number, *row) for number, row in enumerate(zip(*columns, strict=True)))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ValueError("The file does not hold checkpoints: it is damaged, or another kind of file.") from error
    if any(len(array) != len(points) for array in arrays.values()):
        raise ValueError(f"The file holds {len(points)} checkpoints, but not so many of every array.")
    return Checkpoints(points, arrays)
