"""A small random model with the ops that no shipped model has: dilation, groups, means, sums, joined channels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from model.graph import Graph, Stage
from model.layers import (
    Add,
    AveragePool,
    BatchNorm,
    Clip,
    Concat,
    Conv2d,
    Dense,
    Flatten,
    GlobalAveragePool,
    LeakyRelu,
    Relu,
    Sigmoid,
    Softmax,
    Tanh,
)
from model.onnx_file import write
from model.tensor import Array

SIDE = 16


def write_every_op(path: Path, activations: bool = False) -> None:
    """With `activations` it has four stages more, which leave the others less room on the page."""
    metadata = {
        "title": "Every op",
        "classes": ["a", "b", "c"],
        "preprocessing": [
            {"step": "rgb"},
            {"step": "fit", "rows": SIDE, "columns": SIDE, "how": "crop"},
            {"step": "resize", "rows": SIDE, "columns": SIDE},
        ],
    }
    path.write_bytes(write(network(activations), metadata))


def network(activations: bool = False) -> Graph:
    rng = np.random.default_rng(3)

    def random(*shape: int) -> Array:
        array: Array = rng.normal(0, 0.4, shape).astype(np.float32)
        return array

    bends = (
        Stage("leaky", LeakyRelu(0.1), ("average",)),
        Stage("clip", Clip(-3.0, 6.0), ("leaky",)),
        Stage("tanh", Tanh(), ("clip",)),
        Stage("sigmoid", Sigmoid(), ("tanh",)),
    )
    stages = (
        Stage("conv1", Conv2d(random(8, 3, 3, 3), random(8), (1, 1), (2, 2, 2, 2), (2, 2)), ("input",)),
        Stage("norm", BatchNorm(abs(random(8)), random(8), random(8), abs(random(8))), ("conv1",)),
        Stage("relu1", Relu(), ("norm",)),
        Stage("depthwise", Conv2d(random(8, 1, 3, 3), random(8), (2, 2), (1, 1, 1, 1), groups=8), ("relu1",)),
        Stage("mean1", AveragePool((2, 2), (2, 2)), ("relu1",)),
        Stage("add", Add(), ("depthwise", "mean1")),
        Stage("join", Concat(), ("add", "mean1")),
        Stage("average", GlobalAveragePool(), ("join",)),
        *(bends if activations else ()),
        Stage("flatten", Flatten(), ("sigmoid" if activations else "average",)),
        Stage("dense", Dense(random(3, 16), random(3)), ("flatten",)),
        Stage("softmax", Softmax(), ("dense",)),
    )
    return Graph((3, SIDE, SIDE), stages)
