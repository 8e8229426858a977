"""Layers that move values and change none."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from model.layers.layer import Gradients, Layer
from model.tensor import Array, Shape


@dataclass(frozen=True, eq=False)
class Flatten(Layer):
    """y[(k * H + r) * W + c] = x[k, r, c].

    Maps are written out as one row: channel by channel, row by row, so that a dense layer can weigh every
    cell.

    Shapes: x (N, C, H, W); y (N, C * H * W). Source: ONNX operator Flatten, version 13, axis 1.
    """

    op: ClassVar[str] = "Flatten"

    def output_shape(self, shape: Shape) -> Shape:
        return (prod(shape),)

    def forward(self, x: Array) -> Array:
        return x.reshape(len(x), -1)

    def backward(self, grad: Array, y: Array, x: Array) -> Gradients:
        return Gradients((grad.reshape(x.shape),), {})
