"""The recipe for a folder of one's own: a network and a training that fit the pictures' size and number."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from model.graph import Graph
from model.preprocess import photo_steps
from model.train.augment import Augmentation
from model.train.data import Dataset
from model.train.optimiser import Sgd
from model.train.pictures import DataError
from model.train.recipe import Recipe, plain_network
from model.train.schedule import OneCycle

SIDES = (32, 64, 128)
GROUPS: Mapping[int, tuple[tuple[int, ...], ...]] = {
    32: ((16,), (32, 32), (48, 48)),
    64: ((16,), (32, 32), (48, 48), (48, 48)),
    128: ((8,), (16,), (32, 32), (48, 48), (48, 48)),
}
"""The kernels of each convolution, by the side of the input."""

FEW = 300  # pictures to train on, below which half of the kernels have to do: less to learn by heart
SEEN = 60_000  # pictures that a training of this length sees, over all its epochs
MARGIN = 1.25


def own_recipe(
    name: str, classes: tuple[str, ...], count: int, side: int, fit: str, mirror: bool, epochs: int | None
) -> Recipe:
    """The recipe for `count` pictures of `classes`, read as `side` x `side` pixels in RGB.

    `fit` is how a picture of another shape becomes square (crop, pad, stretch); `mirror` says whether a mirrored
    picture is still one of its class. Without `epochs` their number follows from `count`.
    """
    if side not in GROUPS:
        raise DataError(f"--size {side}: the network reads {', '.join(map(str, SIDES))} pixels on a side.")
    groups = GROUPS[side] if count >= FEW else tuple(tuple(kernels // 2 for kernels in each) for each in GROUPS[side])
    epochs = epochs or min(60, max(12, round(SEEN / count)))
    batch = min(64, max(8, count // 8))
    points = {0.0, 1.0, *(float(round(epochs * done / 10)) for done in range(1, 11))}
    return Recipe(
        id=name,
        title=name,
        build=partial(_build, side, groups, len(classes)),
        load=_not_here,
        optimiser=Sgd(momentum=0.9, weight_decay=5e-4),
        schedule=OneCycle(peak=0.1 * batch / 64, warmup=0.2),
        augmentation=Augmentation(
            rotation=10, scale=0.15, shift=side / 12, flip=mirror, colour=0.25, cutout=0.2, edge=True
        ),
        preprocessing=photo_steps(side, side, fit),
        card=_card(groups, classes),
        epochs=epochs,
        batch=batch,
        held_back=0,
        smoothing=0.05,
        margin=MARGIN,
        average=0.99 if count * epochs / batch < 3000 else 0.999,
        checkpoints=tuple(sorted(points)),
    )


def best_side(usual: int) -> int:
    """The input's side for pictures whose shorter side usually has so many pixels: 32 for small ones, else 64."""
    return 32 if usual < 48 else 64


def _build(side: int, groups: tuple[tuple[int, ...], ...], classes: int, rng: np.random.Generator) -> Graph:
    return plain_network(rng, (3, side, side), groups, classes, average=True)


def _not_here(folder: Path, split: str) -> Dataset:
    raise DataError(f"A model of one's own has no data that is known by name: {folder}, {split}.")


def _card(groups: tuple[tuple[int, ...], ...], classes: tuple[str, ...]) -> dict[str, Any]:
    kernels = [str(each) for group in groups for each in group]
    return {
        "architecture": f"{len(kernels)} 3 x 3 convolutions with {', '.join(kernels[:-1])} and {kernels[-1]} kernels, "
        f"each with ReLU; {len(groups) - 1} 2 x 2 max poolings; the mean of each map; one dense layer. Batch "
        "normalisation in training, folded into the convolutions.",
        "data": f"A folder of pictures of {len(classes)} classes: {', '.join(classes)}.",
        "limits": "It always answers with one of its classes, also for a picture of something else.",
    }
