"""Pooling: each window of a map becomes one cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model.layers.layer import Gradients, Layer
from model.tensor import Array, Shape, Window


@dataclass(frozen=True, eq=False)
class _Pool(Layer):
    """What the two sliding pools share: a window over each map on its own."""

    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilation: tuple[int, int] = (1, 1)

    @property
    def window(self) -> Window:
        return Window(self.kernel, self.stride, self.padding, self.dilation)

    @property
    def _padding_counts(self) -> bool:
        """Whether padding is a value like any other."""
        return False

    def output_shape(self, shape: Shape) -> Shape:
        _expect_maps(self.op, shape)
        if not self._padding_counts and not self.window.counts(shape[1], shape[2]).all():
            raise ValueError(
                f"{self.op} with a window of {self.kernel[0]} x {self.kernel[1]} cells and padding "
                f"{self.padding} covers nothing but padding somewhere on a map of {shape[1]} x {shape[2]} "
                "cells, and that has neither a largest value nor a mean; use less padding."
            )
        return (shape[0], *self.window.output_size(shape[1], shape[2]))


@dataclass(frozen=True, eq=False)
class MaxPool(_Pool):
    """y[k, r, c] = the largest x in the window at (r, c).

    The strongest response in a small neighbourhood is kept and its exact place is let go. Padding never wins.
    In `backward` the gradient goes to the winner alone; of equal ones to the first, row by row.

    Shapes: x (N, C, H, W); y (N, C, H', W'). Source: ONNX operator MaxPool, version 12.
    """

    op: ClassVar[str] = "MaxPool"

    def forward(self, x: Array) -> Array:
        windows = self.window.windows(x, value=-np.inf)
        y = windows[:, :, 0, 0].copy()
        for i, j in self.window.offsets():
            np.maximum(y, windows[:, :, i, j], out=y)
        return y

    def backward(self, grad: Array, y: Array, x: Array) -> Gradients:
        windows = self.window.windows(x, value=-np.inf)
        to_windows = np.zeros(windows.shape, grad.dtype)
        waiting = np.ones(y.shape, bool)
        for i, j in self.window.offsets():
            wins = waiting & (windows[:, :, i, j] == y)
            np.multiply(grad, wins, out=to_windows[:, :, i, j])
            waiting &= ~wins
        return Gradients((self.window.scatter(to_windows, *x.shape[2:]),), {})


@dataclass(frozen=True, eq=False)
class AveragePool(_Pool):
    """y[k, r, c] = the mean of the x in the window at (r, c).

    With `count_padding` the padding counts as cells of value 0; without it the mean is over real cells only.

    Shapes: x (N, C, H, W); y (N, C, H', W'). Source: ONNX operator AveragePool, version 19.
    """

    op: ClassVar[str] = "AveragePool"
    count_padding: bool = False

    @property
    def _padding_counts(self) -> bool:
        return self.count_padding

    def counts(self, rows: int, columns: int) -> Array:
        """How many cells each mean is over: (H', W')."""
        if self.count_padding:
            return np.full(self.window.output_size(rows, columns), self.kernel[0] * self.kernel[1])
        return self.window.counts(rows, columns)

    def forward(self, x: Array) -> Array:
        total: Array = self.window.windows(x).sum(axis=(2, 3))
        return total / self.counts(*x.shape[2:]).astype(x.dtype)

    def backward(self, grad: Array, y: Array, x: Array) -> Gradients:
        share = grad / self.counts(*x.shape[2:]).astype(grad.dtype)
        to_windows = np.broadcast_to(share[:, :, None, None], (*share.shape[:2], *self.kernel, *share.shape[2:]))
        return Gradients((self.window.scatter(to_windows, *x.shape[2:]),), {})


@dataclass(frozen=True, eq=False)
class GlobalAveragePool(Layer):
    """y[k, 0, 0] = the mean of map k.

    Shapes: x (N, C, H, W); y (N, C, 1, 1). Source: ONNX operator GlobalAveragePool, version 1; Lin et al.,
    Network In Network, 2013.
    """

    op: ClassVar[str] = "GlobalAveragePool"

    def output_shape(self, shape: Shape) -> Shape:
        _expect_maps(self.op, shape)
        return (shape[0], 1, 1)

    def forward(self, x: Array) -> Array:
        y: Array = x.mean(axis=(2, 3), keepdims=True)
        return y

    def backward(self, grad: Array, y: Array, x: Array) -> Gradients:
        return Gradients((np.broadcast_to(grad / (x.shape[2] * x.shape[3]), x.shape),), {})


def _expect_maps(op: str, shape: Shape) -> None:
    if len(shape) != 3:
        raise ValueError(f"{op} works on maps (channels, rows, columns) and got an input of shape {shape}.")
