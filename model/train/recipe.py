"""A recipe: all that a training depends on besides the images and the seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.graph import Graph, Stage
from model.layers import BatchNorm, Conv2d, Dense, Flatten, GlobalAveragePool, Layer, MaxPool, Relu, Softmax
from model.tensor import Array, Shape
from model.train.augment import Augmentation
from model.train.data import Dataset
from model.train.optimiser import Optimiser
from model.train.schedule import OneCycle


@dataclass(frozen=True)
class Recipe:
    """How a model is built and trained.

    `build(rng)` makes the network to train: with batch normalisation in training mode if it has any, and with
    a softmax at the end. `load(folder, split)` gives its images, "train" or "test". `held_back` images of the
    training split are for validation. Pictures to train on are read `margin` times as large as the network's
    input, so that the augmentation can come nearer without blurring. `patience` is the number of epochs without a
    better validation after which the training stops early; None never does. `later` is (epoch, augmentation): from
    that epoch on, images are changed in another way. `average` is how much of the running
    average of the weights stays at each step. `checkpoints` are the epochs, fractions allowed, at which the
    network is kept as it was. `card` is what the model's card says in words.
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
    margin: float = 1.0
    patience: int | None = None
    later: tuple[int, Augmentation] | None = None
    average: float = 0.999
    checkpoints: tuple[float, ...] = ()

    def augmentation_in(self, epoch: int) -> Augmentation:
        """How images are changed in an epoch, counted from 1."""
        return self.later[1] if self.later and epoch >= self.later[0] else self.augmentation


def plain_network(
    rng: np.random.Generator,
    shape: Shape,
    groups: Sequence[Sequence[int]],
    classes: int,
    average: bool,
    spread: float = 0.1,
) -> Graph:
    """Groups of 3 x 3 convolutions, each with batch normalisation and ReLU, with 2 x 2 max poolings between the
    groups; then the mean of each map (`average`) or all cells in a row, one dense layer, softmax.

    `groups` has the number of kernels of each convolution: ((16,), (32, 32)). `spread` is that of `new_dense`.
    """
    layers: list[tuple[str, Layer]] = []
    channels, (rows, columns) = shape[0], shape[1:]
    number = 0
    for place, group in enumerate(groups, start=1):
        for kernels in group:
            number += 1
            layers.append((f"conv{number}", new_conv(rng, channels, kernels, 3)))
            one, zero = np.ones(kernels, np.float32), np.zeros(kernels, np.float32)
            layers.append((f"norm{number}", BatchNorm(one, zero, zero, one, training=True)))
            layers.append((f"relu{number}", Relu()))
            channels = kernels
        if place < len(groups):
            layers.append((f"pool{place}", MaxPool((2, 2), (2, 2))))
            rows, columns = rows // 2, columns // 2
    if average:
        layers.append(("average", GlobalAveragePool()))
        rows = columns = 1
    layers.append(("flatten", Flatten()))
    layers.append(("dense", new_dense(rng, channels * rows * columns, classes, spread)))
    layers.append(("softmax", Softmax()))
    before = ["input", *(name for name, _ in layers)]
    return Graph(shape, tuple(Stage(name, layer, (before[i],)) for i, (name, layer) in enumerate(layers)))


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


def new_dense(rng: np.random.Generator, inputs: int, outputs: int, spread: float = 0.1) -> Dense:
    """A dense layer of random weights, its outputs `spread` times as far apart as its inputs are large.

    With a small spread all classes start about equally likely.
    """
    return Dense(_normal(rng, spread * np.sqrt(1 / inputs), (outputs, inputs)), np.zeros(outputs, np.float32))


def _normal(rng: np.random.Generator, spread: float, shape: tuple[int, ...]) -> Array:
    return (spread * rng.standard_normal(shape)).astype(np.float32)
