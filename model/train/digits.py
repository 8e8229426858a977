"""The recipe of `digits`: handwritten digits, small enough to see the whole network at once."""

from __future__ import annotations

import numpy as np

from model.graph import Graph
from model.preprocess import drawing_steps
from model.train.augment import Augmentation
from model.train.data import load_mnist
from model.train.optimiser import Sgd
from model.train.recipe import Recipe, plain_network
from model.train.schedule import OneCycle

KERNELS = (8, 16, 16)


def build(rng: np.random.Generator) -> Graph:
    """Three convolutions and two poolings."""
    first, second, third = KERNELS
    return plain_network(rng, (1, 28, 28), ((first,), (second,), (third,)), 10, average=False, spread=1.0)


RECIPE = Recipe(
    id="digits",
    title="Handwritten digits",
    build=build,
    load=load_mnist,
    optimiser=Sgd(momentum=0.9, weight_decay=5e-4),
    schedule=OneCycle(peak=0.08),
    augmentation=Augmentation(rotation=14, scale=0.14, shear=0.15, shift=0.8, elastic=0.8, stroke=0.25),
    preprocessing=drawing_steps(28, 28),
    card={
        "architecture": "Three 3 x 3 convolutions with 8, 16 and 16 kernels, each with ReLU; two 2 x 2 max "
        "poolings; one dense layer. Batch normalisation in training, folded into the convolutions.",
        "data": "MNIST: 60,000 images to train on (6,000 of them held back for validation), 10,000 to test.",
        "limits": "Trained on single handwritten digits, white on black after preprocessing. It always "
        "answers with a digit, also for a letter, several digits or a cat.",
    },
    epochs=28,
    batch=64,
    held_back=6000,
    smoothing=0.02,
    average=0.999,
    checkpoints=(0, 0.02, 0.1, 0.3, 1, 2, 3, 5, 8, 12, 16, 20, 24, 28),
)
