"""Layers with several inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.layers.layer import Gradients, Layer
from model.tensor import Array, Shape


@dataclass(frozen=True, eq=False)
class Add(Layer):
    """y = a + b, cell by cell: the shortcut of a residual network joins its branch.

    Shapes: a, b and y alike. Source: ONNX operator Add, version 14, without broadcasting; He et al., 2015.
    """

    op: ClassVar[str] = "Add"

    def output_shape(self, *shapes: Shape) -> Shape:
        if len(shapes) != 2 or shapes[0] != shapes[1]:
            raise ValueError(f"Add needs two inputs of one shape and got {', '.join(map(str, shapes))}.")
        return shapes[0]

    def forward(self, a: Array, b: Array) -> Array:
        return a + b

    def backward(self, grad: Array, y: Array, a: Array, b: Array) -> Gradients:
        return Gradients((grad, grad), {})


@dataclass(frozen=True, eq=False)
class Concat(Layer):
    """y = the inputs' channels, one input after the other.

    Shapes: inputs (N, C1, H, W), (N, C2, H, W), ...; y (N, C1 + C2 + ..., H, W); rows (N, K) likewise.
    Source: ONNX operator Concat, version 13, axis 1; Huang et al., Densely Connected Convolutional Networks,
    2016.
    """

    op: ClassVar[str] = "Concat"

    def output_shape(self, *shapes: Shape) -> Shape:
        if not shapes or len({shape[1:] for shape in shapes}) != 1:
            raise ValueError(
                f"Concat needs inputs that differ in channels alone and got {', '.join(map(str, shapes))}."
            )
        return (sum(shape[0] for shape in shapes), *shapes[0][1:])

    def forward(self, *inputs: Array) -> Array:
        return np.concatenate(inputs, axis=1)

    def backward(self, grad: Array, y: Array, *inputs: Array) -> Gradients:
        ends = np.cumsum([x.shape[1] for x in inputs])[:-1]
        return Gradients(tuple(np.split(grad, ends, axis=1)), {})
