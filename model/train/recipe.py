"""A recipe: all that a training depends on besides the images and the seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.graph import Graph
from model.layers import Conv2d, Dense
from model.tensor import Array
from model.train.augment import Augmentation
from model.train.data import Dataset
from model.train.optimiser import Optimiser
from model.train.schedule import OneCycle


@dataclass(frozen=True)
class Recipe:
    """How a model is built and trained.

    `build(rng)` makes the network to train: with batch normalisation in training mode if it has any, and with
    a softmax at the end. `load(folder, split)` gives its images, "train" or "test". `held_back` images of the
    training split are for validation. `average` is how much of the running average of the weights stays at
    each step. `checkpoints` are the epochs, fractions allowed, at which the network is kept as it was. `card`
    is what the model's card says in words.
    """

    id: str
    title: str
    build: Callable[[np.random.Generator], Graph]
    load: Callable[[Path, str], Dataset]
    optimiser: Optimiser
    schedule: OneCycle
    augmentation: Augmentation
    preprocessing: tuple[Mapping[str, Any], ...]
    card: Mapping[str, Any]
    epochs: int
    batch: int
    held_back: int
    smoothing: float = 0.0
    average: float = 0.999
    checkpoints: tuple[float, ...] = ()


def new_conv(rng: np.random.Generator, channels: int, kernels: int, size: int) -> Conv2d:
    """A convolution that keeps rows and columns (odd `size`), with random kernels before a ReLU.

    Source: He et al., Delving Deep into Rectifiers, 2015.
    """
    spread = np.sqrt(2 / (channels * size * size))
    return Conv2d(
        _normal(rng, spread, (kernels, channels, size, size)),
        np.zeros(kernels, np.float32),
        padding=(size // 2,) * 4,
    )


def new_dense(rng: np.random.Generator, inputs: int, outputs: int) -> Dense:
    """A dense layer of random weights whose outputs start near 0."""
    return Dense(_normal(rng, np.sqrt(1 / inputs), (outputs, inputs)), np.zeros(outputs, np.float32))


def _normal(rng: np.random.Generator, spread: float, shape: tuple[int, ...]) -> Array:
    return (spread * rng.standard_normal(shape)).astype(np.float32)
