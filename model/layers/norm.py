"""Batch normalisation: each channel brought to a mean and a spread that training chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.layers.conv import Conv2d
from model.layers.layer import Gradients, Layer
from model.tensor import Array, Shape


@dataclass(frozen=True, eq=False)
class BatchNorm(Layer):
    """y[k] = scale[k] * (x[k] - mean[k]) / sqrt(variance[k] + epsilon) + bias[k].

    With `training` the mean and the variance are those of the batch at hand, and gradients flow through them;
    without it they are the stored ones. `scale` and `bias` are trained; `mean` and `variance` are kept up to
    date by the training loop, which asks `statistics`.

    Shapes: x and y (N, C, H, W); scale, bias, mean, variance (C,). Source: ONNX operator BatchNormalization,
    version 15; Ioffe and Szegedy, Batch Normalization, 2015.
    """

    op: ClassVar[str] = "BatchNormalization"
    scale: Array
    bias: Array
    mean: Array
    variance: Array
    epsilon: float = 1e-5
    training: bool = False

    def __post_init__(self) -> None:
        if len({array.shape for array in self.parameters.values()}) != 1 or self.scale.ndim != 1:
            raise ValueError(
                "Batch normalisation needs scale, bias, mean and variance of one length, "
                "one value a channel; got "
                + ", ".join(f"{name} {array.shape}" for name, array in self.parameters.items())
                + "."
            )

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 3 or shape[0] != len(self.scale):
            raise ValueError(
                f"Batch normalisation for {len(self.scale)} channels of rows and columns got an input of shape {shape}."
            )
        return shape

    def statistics(self, x: Array) -> tuple[Array, Array]:
        """Mean and (population) variance of each channel over the batch: (C,) and (C,)."""
        return x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))

    def forward(self, x: Array) -> Array:
        normalised, _ = self._normalise(x)
        return normalised * _by_channel(self.scale) + _by_channel(self.bias)

    def backward(self, grad: Array, y: Array, x: Array) -> Gradients:
        normalised, deviation = self._normalise(x)
        parameters = {"scale": (grad * normalised).sum(axis=(0, 2, 3)), "bias": grad.sum(axis=(0, 2, 3))}
        to_normalised = grad * _by_channel(self.scale)
        if self.training:
            axes = (0, 2, 3)
            to_normalised = (
                to_normalised
                - to_normalised.mean(axis=axes, keepdims=True)
                - normalised * (to_normalised * normalised).mean(axis=axes, keepdims=True)
            )
        return Gradients((to_normalised / _by_channel(deviation),), parameters)

    def _normalise(self, x: Array) -> tuple[Array, Array]:
        mean, variance = self.statistics(x) if self.training else (self.mean, self.variance)
        deviation = np.sqrt(variance + self.epsilon)
        return (x - _by_channel(mean)) / _by_channel(deviation), deviation


def fold(conv: Conv2d, norm: BatchNorm) -> Conv2d:
    """One convolution that gives what `norm` after `conv` gives: scale the kernels, move the biases."""
    factor = norm.scale / np.sqrt(norm.variance + norm.epsilon)
    return conv.with_parameters(
        {
            "weight": (conv.weight * factor[:, None, None, None]).astype(conv.weight.dtype),
            "bias": ((conv.bias - norm.mean) * factor + norm.bias).astype(conv.bias.dtype),
        }
    )


def _by_channel(vector: Array) -> Array:
    return vector[:, None, None]
