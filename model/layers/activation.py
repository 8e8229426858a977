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
class LeakyRelu(Layer):
    """y = x where x > 0, alpha * x elsewhere.

    Evidence against a pattern is weakened and not lost, so that something can be learned from it: the gradient
    is 1 where x > 0 and alpha elsewhere.

    Shapes: x and y alike, any. Source: ONNX operator LeakyRelu, version 16; Maas, Hannun and Ng, 2013.
    """

    alpha: float = 0.01
    op: ClassVar[str] = "LeakyRelu"

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def forward(self, x: Array) -> Array:
        return np.where(x > 0, x, self.alpha * x)

    def backward(self, grad: Array, y: Array, x: Array) -> Gradients:
        return Gradients((np.where(x > 0, grad, self.alpha * grad),), {})


@dataclass(frozen=True, eq=False)
class Clip(Layer):
    """y = min(max(x, minimum), maximum).

    A response has a least and a largest value; from 0 to 6 it is ReLU6. The gradient passes between them.

    Shapes: x and y alike, any. Source: ONNX operator Clip, version 13; ReLU6: Krizhevsky, 2010.
    """

    minimum: float
    maximum: float
    op: ClassVar[str] = "Clip"

    def __post_init__(self) -> None:
        if not self.minimum <= self.maximum:
            raise ValueError(f"Clip has the minimum {self.minimum} and the maximum {self.maximum}, which is less.")

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def forward(self, x: Array) -> Array:
        return np.minimum(np.maximum(x, self.minimum), self.maximum)

    def backward(self, grad: Array, y: Array, x: Array) -> Gradients:
        return Gradients((grad * ((x > self.minimum) & (x < self.maximum)),), {})


@dataclass(frozen=True, eq=False)
class Sigmoid(Layer):
    """y = 1 / (1 + exp(-x)).

    Any value becomes one between 0 and 1, a half at 0. It is computed from exp(-|x|), which cannot overflow.
    The gradient is y * (1 - y).

    Shapes: x and y alike, any. Source: ONNX operator Sigmoid, version 13.
    """

    op: ClassVar[str] = "Sigmoid"

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def forward(self, x: Array) -> Array:
        small = np.exp(-np.abs(x))
        return np.where(x >= 0, 1, small) / (1 + small)

    def backward(self, grad: Array, y: Array, x: Array) -> Gradients:
        return Gradients((grad * y * (1 - y),), {})


@dataclass(frozen=True, eq=False)
class Tanh(Layer):
    """y = (exp(x) - exp(-x)) / (exp(x) + exp(-x)).

    Any value becomes one between -1 and 1, with its sign. The gradient is 1 - y * y.

    Shapes: x and y alike, any. Source: ONNX operator Tanh, version 13; LeCun and others, 1998.
    """

    op: ClassVar[str] = "Tanh"

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def forward(self, x: Array) -> Array:
        return np.tanh(x)

    def backward(self, grad: Array, y: Array, x: Array) -> Gradients:
        return Gradients((grad * (1 - y * y),), {})


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
