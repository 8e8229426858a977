"""The recipe of `pets`: cat or dog, from any photo."""

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

SIDE = 64
GROUPS = ((16,), (32, 32), (48, 48), (48, 48, 48))
LATER = 23  # the epoch from which on pictures are shown from nearer, too
PREPROCESSING = photo_steps(SIDE, SIDE, "stretch")


def build(rng: np.random.Generator) -> Graph:
    """Eight convolutions in four groups, the mean of each map, one dense layer."""
    return plain_network(rng, (3, SIDE, SIDE), GROUPS, 2, average=True)


def load_pets(folder: Path, split: str) -> Dataset:
    """The photographs of `cats-vs-dogs.zip` in `folder`; `split` is "train" (20,500) or "test" (2,500).

    Source: Elson, Douceur, Howell and Saul, Asirra, 2007; the training set of the Dogs vs. Cats competition.
    """
    return Dataset(*zipped(folder / "cats-vs-dogs.zip", split, PREPROCESSING))


CHANGES = Augmentation(rotation=12, scale=0.22, shift=5, flip=True, colour=0.4, cutout=0.3, edge=True)

RECIPE = Recipe(
    id="pets",
    title="Cats and dogs",
    build=build,
    load=load_pets,
    optimiser=Sgd(momentum=0.9, weight_decay=5e-4),
    schedule=OneCycle(peak=0.1, warmup=0.15),
    augmentation=CHANGES,
    # Faces that fill the picture are rare in the data and common in what people take: they come at last.
    later=(LATER, replace(CHANGES, zoom=1.8)),
    preprocessing=PREPROCESSING,
    card={
        "architecture": "Eight 3 x 3 convolutions with 16, 32, 32, 48, 48, 48, 48 and 48 kernels, each with ReLU; "
        "three 2 x 2 max poolings; the mean of each map; one dense layer. Batch normalisation in training, folded "
        "into the convolutions.",
        "data": "Dogs vs. Cats: 20,500 photographs to train on (1,500 of them held back for validation), 2,500 to "
        "test.",
        "limits": "Trained on photographs of one cat or one dog that fills much of the picture. It always answers "
        "with cat or dog, also for a car, a face or an empty room.",
    },
    epochs=45,
    batch=64,
    held_back=1500,
    smoothing=0.05,
    margin=1.25,
    average=0.999,
    checkpoints=(0, 0.1, 0.5, 1, 2, 4, 8, 14, 22, 30, 38, 45),
)
