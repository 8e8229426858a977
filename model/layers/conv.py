"""Convolution: a small kernel of weights slides over the maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from model.layers.layer import Gradients, Layer
from model.tensor import Array, Shape, Window


@dataclass(frozen=True, eq=False)
class Conv2d(Layer):
    """y[f, r, c] = bias[f] + sum over k, i, j of weight[f, k, i, j] * x[k, r*stride - top + i*dilation, ...].

    At each position the kernel is laid on the maps, the pairs are multiplied, and everything is added up,
    over all channels, plus one bias. With `groups` = G the channels are cut into G equal parts that do not
    see one another: kernel f sees only the channels of its part.

    Shapes: x (N, C, H, W); weight (F, C / groups, kernel rows, kernel columns); bias (F,); y (N, F, H', W').
    Source: ONNX operator Conv, version 11 (a cross-correlation: the kernel is not flipped).
    """

    op: ClassVar[str] = "Conv"
    weight: Array
    bias: Array
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilation: tuple[int, int] = (1, 1)
    groups: int = 1

    def __post_init__(self) -> None:
        if self.weight.ndim != 4 or self.bias.shape != self.weight.shape[:1]:
            raise ValueError(
                f"A convolution has weights of shape {self.weight.shape} and biases of shape "
                f"{self.bias.shape}; they must be (kernels, channels / groups, rows, columns) and (kernels,)."
            )
        if self.groups < 1 or self.weight.shape[0] % self.groups:
            raise ValueError(
                f"A convolution has {self.weight.shape[0]} kernels in {self.groups} groups; "
                "the groups must divide the kernels evenly."
            )

    @property
    def window(self) -> Window:
        kernel = (self.weight.shape[2], self.weight.shape[3])
        return Window(kernel, self.stride, self.padding, self.dilation)

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 3 or shape[0] != self.weight.shape[1] * self.groups:
            raise ValueError(
                f"A convolution for {self.weight.shape[1] * self.groups} channels of rows and columns "
                f"got an input of shape {shape}."
            )
        return (self.weight.shape[0], *self.window.output_size(shape[1], shape[2]))

    def multiply_adds(self, *shapes: Shape) -> int:
        _, rows, columns = self.output_shape(*shapes)
        return self.weight.size * rows * columns

    def forward(self, x: Array) -> Array:
        rows, columns = self.window.output_size(*x.shape[2:])
        y = self._kernels() @ self._columns(x)  # (N, G, F/G, H'*W')
        y = y.reshape(len(x), len(self.weight), rows, columns)
        y += self.bias[:, None, None]
        return y

    def backward(self, grad: Array, y: Array, x: Array) -> Gradients:
        n, c, rows, columns = x.shape
        per_group = grad.reshape(n, self.groups, -1, grad.shape[2] * grad.shape[3])  # (N, G, F/G, H'*W')
        weight = (per_group @ self._columns(x).swapaxes(2, 3)).sum(axis=0).reshape(self.weight.shape)
        windows = self._kernels().swapaxes(1, 2) @ per_group  # (N, G, C/G*KH*KW, H'*W')
        windows = windows.reshape(n, c, *self.window.kernel, *grad.shape[2:])
        return Gradients(
            (self.window.scatter(windows, rows, columns),),
            {"weight": weight, "bias": grad.sum(axis=(0, 2, 3))},
        )

    def _kernels(self) -> Array:
        """The kernels as the rows of one matrix a group: (G, F/G, C/G * kernel rows * kernel columns)."""
        return self.weight.reshape(self.groups, len(self.weight) // self.groups, -1)

    def _columns(self, x: Array) -> Array:
        """The windows as the columns of one matrix a group: (N, G, C/G * kernel rows * kernel columns,
        H'*W').

        With every window a column, sliding the kernels is one matrix product (Chellapilla et al., High
        Performance Convolutional Neural Networks for Document Processing, 2006).
        """
        windows = self.window.windows(x)
        return windows.reshape(len(x), self.groups, -1, windows.shape[4] * windows.shape[5])
