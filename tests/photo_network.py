"""A small network for photos, with weights drawn at random: tests need none that was trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from model.graph import Graph, Stage
from model.layers import Flatten, GlobalAveragePool, Layer, MaxPool, Relu, Softmax
from model.onnx_file import write
from model.train.recipe import new_conv, new_dense

SIDE = 16


def photo_network() -> bytes:
    """An ONNX file: RGB of 16 x 16 pixels, two classes, preprocessing that fits by cutting out the middle."""
    rng = np.random.default_rng(0)
    layers: dict[str, Layer] = {
        "conv1": new_conv(rng, 3, 4, 3),
        "relu1": Relu(),
        "pool1": MaxPool((2, 2), (2, 2)),
        "average": GlobalAveragePool(),
        "flatten": Flatten(),
        "dense": new_dense(rng, 4, 2),
        "softmax": Softmax(),
    }
    return _file(layers)


def phone_network() -> bytes:
    """As `photo_network`, but built like networks for phones: a pointwise and a depthwise convolution."""
    rng = np.random.default_rng(0)
    depthwise = replace(new_conv(rng, 1, 4, 3), groups=4)
    layers: dict[str, Layer] = {
        "wide": new_conv(rng, 3, 4, 1),
        "depthwise": depthwise,
        "narrow": new_conv(rng, 4, 4, 1),
        "average": GlobalAveragePool(),
        "flatten": Flatten(),
        "dense": new_dense(rng, 4, 2),
        "softmax": Softmax(),
    }
    return _file(layers)


def _file(layers: Mapping[str, Layer]) -> bytes:
    inputs = ["input", *layers]
    stages = tuple(Stage(name, layer, (inputs[i],)) for i, (name, layer) in enumerate(layers.items()))
    size = {"rows": SIDE, "columns": SIDE}
    steps = [{"step": "rgb"}, {"step": "fit", "how": "crop"} | size, {"step": "resize"} | size]
    metadata = {"title": "Photos", "classes": ["dark", "bright"], "preprocessing": steps, "card": {}}
    return write(Graph((3, SIDE, SIDE), stages), metadata)
