"""A batch of the shipped models' recipes: making it ready, and learning from it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import numpy as np

from model.train import RECIPES
from model.train.data import Dataset, shuffled_batches
from model.train.loader import batch
from model.train.passes import passes
from model.train.step import advance, begin

EPOCH = 16
"""Batches of the data set that is loaded from."""


def load(name: str) -> Callable[[], Any]:
    """Loading and augmentation, of pictures that are decoded, as they are in all epochs but the first. They are noise:
    no change of a picture takes longer or shorter for what it shows."""
    recipe = RECIPES[name]
    channels, rows, columns = recipe.build(np.random.default_rng(0)).input_shape
    sides = round(rows * recipe.margin), round(columns * recipe.margin)
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (EPOCH * recipe.batch, channels, *sides), np.uint8)
    dataset = Dataset(images, np.zeros(len(images), np.intp), ("noise",))
    order = cycle(shuffled_batches(len(dataset), recipe.batch, rng))
    return lambda: batch(dataset, next(order), recipe.augmentation, (rows, columns), rng)


def learn(name: str) -> Callable[[], Any]:
    """A training step: forward, loss, backward, the parameters moved, and their running average."""
    recipe = RECIPES[name]
    structure, position = begin(recipe, 0)
    network = passes(structure, recipe.batch)
    rng = np.random.default_rng(1)
    images = rng.random((recipe.batch, *structure.input_shape), np.float32)
    labels = rng.integers(0, structure.shapes[structure.output][0], recipe.batch)
    return lambda: advance(recipe, network, position, images, labels, 1e-3)


SIDES: dict[str, Callable[[str], Callable[[], Any]]] = {"plan": learn, "loader": load}
"""What is compared, by contender."""
