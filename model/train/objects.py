"""The recipe of `objects`: ten everyday things, the deeper network for small pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from model.graph import Graph
from model.preprocess import photo_steps
from model.train.augment import Augmentation
from model.train.data import Dataset
from model.train.optimiser import Sgd
from model.train.pictures import zipped
from model.train.recipe import Recipe, plain_network
from model.train.schedule import OneCycle

SIDE = 32
GROUPS = ((32, 32), (48, 48, 48), (48, 48, 48))
LATER = 38  # the epoch from which on nothing is covered
PREPROCESSING = photo_steps(SIDE, SIDE, "crop")


def build(rng: np.random.Generator) -> Graph:
    """Eight convolutions in three groups, the mean of each map, one dense layer."""
    return plain_network(rng, (3, SIDE, SIDE), GROUPS, 10, average=True)


def load_objects(folder: Path, split: str) -> Dataset:
    """The pictures of `cifar10.zip` in `folder`; `split` is "train" (50,000) or "test" (10,000).

    Source: Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009 (CIFAR-10).
    """
    return Dataset(*zipped(folder / "cifar10.zip", split, PREPROCESSING))


CHANGES = Augmentation(shift=4, flip=True, colour=0.1, cutout=0.25, edge=True)

RECIPE = Recipe(
    id="objects",
    title="Ten everyday things",
    build=build,
    load=load_objects,
    optimiser=Sgd(momentum=0.9, weight_decay=5e-4),
    schedule=OneCycle(peak=0.12, warmup=0.2),
    augmentation=CHANGES,
    # At last it sees pictures as they are.
    later=(LATER, replace(CHANGES, cutout=0.0)),
    preprocessing=PREPROCESSING,
    card={
        "architecture": "Eight 3 x 3 convolutions with 32, 32, 48, 48, 48, 48, 48 and 48 kernels, each with ReLU; two "
        "2 x 2 max poolings; the mean of each map; one dense layer. Batch normalisation in training, folded into the "
        "convolutions.",
        "data": "CIFAR-10: 50,000 pictures of 32 x 32 pixels to train on (2,500 of them held back for validation), "
        "10,000 to test.",
        "limits": "Trained on pictures of 32 x 32 pixels with one thing in the middle. It always answers with one of "
        "its ten classes, also for things that are none of them.",
    },
    epochs=40,
    batch=64,
    held_back=2500,
    smoothing=0.05,
    average=0.999,
    checkpoints=(0, 0.05, 0.3, 1, 2, 4, 8, 14, 21, 28, 35, 40),
)
