"""The dense layer: every output looks at every input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.layers.layer import Gradients, Layer
from model.tensor import Array, Shape


@dataclass(frozen=True, eq=False)
class Dense(Layer):
    """y[f] = bias[f] + sum over k of weight[f, k] * x[k].

    Each neuron f weighs all the inputs for and against and adds them up.

    Shapes: x (N, K); weight (F, K); bias (F,); y (N, F). Source: ONNX operator Gemm, version 13, transB = 1.
    """

    op: ClassVar[str] = "Gemm"
    weight: Array
    bias: Array

    def __post_init__(self) -> None:
        if self.weight.ndim != 2 or self.bias.shape != self.weight.shape[:1]:
            raise ValueError(
                f"A dense layer has weights of shape {self.weight.shape} and biases of shape "
                f"{self.bias.shape}; they must be (outputs, inputs) and (outputs,)."
            )

    def output_shape(self, shape: Shape) -> Shape:
        if shape != self.weight.shape[1:]:
            raise ValueError(
                f"A dense layer for {self.weight.shape[1]} inputs got an input of shape {shape}; flatten maps first."
            )
        return (self.weight.shape[0],)

    def multiply_adds(self, *shapes: Shape) -> int:
        return self.weight.size

    def forward(self, x: Array) -> Array:
        return x @ self.weight.T + self.bias

    def backward(self, grad: Array, y: Array, x: Array) -> Gradients:
        return Gradients((grad @ self.weight,), {"weight": grad.T @ x, "bias": grad.sum(axis=0)})
