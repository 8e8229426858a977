"""Activations: what turns a sum into a response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.layers.layer import Gradients, Layer
from model.tensor import Array, Shape


@dataclass(frozen=True, eq=False)
class Relu(Layer):
    """y = max(x, 0).

    Evidence for a pattern passes, evidence against it becomes 0. The gradient passes where x > 0.

    Shapes: x and y alike, any. Source: ONNX operator Relu, version 14; Nair and Hinton, 2010.
    """

    op: ClassVar[str] = "Relu"

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def forward(self, x: Array) -> Array:
        return np.maximum(x, 0)

    def backward(self, grad: Array, y: Array, x: Array) -> Gradients:
        return Gradients((grad * (x > 0),), {})


@dataclass(frozen=True, eq=False)
class Softmax(Layer):
    """y[k] = exp(x[k] - m) / sum over j of exp(x[j] - m), with m = max over j of x[j].

    Scores become shares that add up to 1. Taking the maximum away first changes nothing in the shares and
    keeps the exponentials from overflowing.

    Shapes: x and y (N, K). Source: ONNX operator Softmax, version 13, axis 1.
    """

    op: ClassVar[str] = "Softmax"

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 1:
            raise ValueError(f"Softmax works on one row of logits and got an input of shape {shape}.")
        return shape

    def forward(self, x: Array) -> Array:
        exponentials: Array = np.exp(x - x.max(axis=1, keepdims=True))
        return exponentials / exponentials.sum(axis=1, keepdims=True)

    def backward(self, grad: Array, y: Array, x: Array) -> Gradients:
        return Gradients((y * (grad - (grad * y).sum(axis=1, keepdims=True)),), {})
