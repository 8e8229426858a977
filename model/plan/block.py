"""A convolution with what follows it, done row by row while the row is in the processor's cache.

Forward: a row of the convolution is made and its sums for batch normalisation are taken at once; when all rows
are there, each is normalised, cut at 0, pooled, and written into the next block's input. Backward runs the same
way: the gradient of a row is brought through the pooling and the ReLU while its sums are taken, then through the
normalisation, then through the convolution, which is again a convolution, with the kernels turned around.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.layers import BatchNorm, Conv2d
from model.plan.maps import Maps
from model.plan.small import LINE, SMALL
from model.tensor import Array, Shape

Arrays = Mapping[str, Array]

SHORTEST = 256
"""Cells of the shortest part of a row that is worth a product of its own."""


@dataclass(frozen=True)
class Chain:
    """The stages that one block stands for, by name: a convolution, and what follows it, if it does."""

    conv: str
    norm: str | None = None
    relu: str | None = None
    pool: str | None = None


def fits(conv: Conv2d) -> bool:
    """Whether a block can do this convolution: it keeps rows and columns, and all channels see one another."""
    height, width = conv.weight.shape[2:]
    return (
        conv.stride == conv.dilation == (1, 1)
        and conv.groups == 1
        and height == width
        and height % 2 == 1
        and conv.padding == (height // 2,) * 4
    )


class Block:
    """A chain for batches of one size; keeps what `backward` needs from the last `forward`."""

    def __init__(
        self, chain: Chain, conv: Conv2d, norm: BatchNorm | None, shape: Shape, images: int, dtype: npt.DTypeLike
    ) -> None:
        self.chain, self.norm = chain, norm
        self.size = conv.weight.shape[2]
        kernels, (channels, rows, columns) = len(conv.weight), shape
        self.input = Maps(shape, images, self.size // 2, dtype)
        halves = 2 if chain.pool else 1
        self.output_shape = (kernels, rows // halves, columns // halves)
        self._y: Array = np.empty((rows, kernels, columns * images), dtype)
        self._grad = Maps((kernels, rows, columns), images, self.size // 2, dtype)
        self._input_grad: Array = np.empty((rows, channels, columns * images), dtype)
        # Where a row (or two, for the pooling) is worked on.
        self._rows: Array = np.empty((2, kernels, columns, images), dtype)
        self._spare: Array = np.empty((max(kernels, channels), columns * images), dtype)
        self._pooled: Array = np.empty((2, kernels, columns // halves, images), dtype)
        self._zeros: Array = np.zeros((kernels, columns // halves, images), dtype)
        self._wins: Array = np.empty((2, kernels, columns // halves, images), bool)
        self._ones: Array = np.ones(columns * images, dtype)
        self.statistics: tuple[Array, Array] | None = None

    def forward(self, parameters: Arrays, output: Maps) -> None:
        """From `self.input` to the inner cells of `output`."""
        weight = parameters[f"{self.chain.conv}.weight"]
        columns = _by_column(weight)
        totals = np.zeros((2, len(weight)))
        in_training = self.norm is not None and self.norm.training
        for row, y in enumerate(self._y):
            _slide(columns, self.input, row, y, self._spare[: len(weight)])
            if in_training:
                totals[0] += y @ self._ones
                totals[1] += np.vecdot(y, y)
        self._scale, self._shift = self._affine(parameters, totals)
        for row in range(output.rows):
            if self.chain.pool:
                self._pool(row, output.row(row))
            else:
                self._finish(self._apply(row, 0), output.row(row))

    def backward(self, parameters: Arrays, grad: Array, input_needed: bool) -> tuple[Array | None, dict[str, Array]]:
        """From the gradient of the output (rows, channels, columns, images) to those of the input, laid out alike
        (None where it is not needed), and of the parameters."""
        totals = np.zeros((2, self._y.shape[1]))
        self._to_affine(grad, totals)
        gradients, through_statistics = self._affine_gradients(parameters, totals)
        self._to_convolution(through_statistics)
        conv = self.chain.conv
        weight = parameters[f"{conv}.weight"]
        gradients[f"{conv}.weight"] = self._weight_gradient(weight)
        if not input_needed:
            return None, gradients
        turned = _by_column(weight[:, :, ::-1, ::-1].swapaxes(0, 1))
        for row, out in enumerate(self._input_grad):
            _slide(turned, self._grad, row, out, self._spare[: len(out)])
        return self._input_grad.reshape(*self._input_grad.shape[:2], self.input.columns, -1), gradients

    def _affine_gradients(
        self, parameters: Arrays, totals: Array
    ) -> tuple[dict[str, Array], tuple[Array, Array] | None]:
        """The gradients of the bias and of the normalisation, from the sums over `self._grad`.

        In training the batch's own mean and variance depend on y, and so the gradient of y has a part that goes
        through them, factor * y + constant for each channel: (factor, constant), else None.
        """
        conv, norm = self.chain.conv, self.chain.norm
        dtype = self._y.dtype
        if norm is None or self.norm is None:
            return {f"{conv}.bias": totals[0].astype(dtype)}, None
        mean, deviation = self._centre
        # d/d(scale) = sum of grad * normalised, with normalised = (y - mean) / deviation.
        by_scale = (totals[1] - mean * totals[0]) / deviation
        gradients = {f"{norm}.scale": by_scale.astype(dtype), f"{norm}.bias": totals[0].astype(dtype)}
        if not self.norm.training:
            return gradients | {f"{conv}.bias": (self._scale * totals[0]).astype(dtype)}, None
        count = self._y.shape[0] * self._y.shape[2]
        scale = np.asarray(parameters[f"{norm}.scale"], np.float64) / deviation
        factor = -scale * by_scale / (count * deviation)
        constant = -scale * totals[0] / count - factor * mean
        # The bias only moves the mean, which is taken away again.
        gradients[f"{conv}.bias"] = np.zeros(len(mean), dtype)
        return gradients, (factor.astype(dtype), constant.astype(dtype))

    def _to_convolution(self, through_statistics: tuple[Array, Array] | None) -> None:
        """Brings the gradient in `self._grad` through the normalisation."""
        if self.chain.norm is None:
            return
        for y, grad in zip(self._y, self._grad.flat_rows, strict=True):
            grad *= self._scale[:, None]
            if through_statistics is not None:
                factor, constant = through_statistics
                spare = self._spare[: len(grad)]
                np.multiply(y, factor[:, None], out=spare)
                spare += constant[:, None]
                grad += spare

    def _affine(self, parameters: Arrays, totals: Array) -> tuple[Array, Array]:
        """What is done to each channel after the sliding, y * scale + shift: normalisation, or just the bias."""
        dtype = self._y.dtype
        bias = np.asarray(parameters[f"{self.chain.conv}.bias"], np.float64)
        norm = self.chain.norm
        if norm is None or self.norm is None:
            return np.ones(len(bias), dtype), bias.astype(dtype)
        if self.norm.training:
            count = self._y.shape[0] * self._y.shape[2]
            mean = totals[0] / count
            variance = np.maximum(totals[1] / count - mean**2, 0)
            # The convolution's bias only moves the mean, and is taken away again with it.
            self.statistics = (mean + bias).astype(dtype), variance.astype(dtype)
        else:
            mean = np.asarray(parameters[f"{norm}.mean"], np.float64) - bias
            variance = np.asarray(parameters[f"{norm}.variance"], np.float64)
        deviation = np.sqrt(variance + self.norm.epsilon)
        self._centre = mean, deviation
        scale = parameters[f"{norm}.scale"] / deviation
        return scale.astype(dtype), (parameters[f"{norm}.bias"] - mean * scale).astype(dtype)

    def _apply(self, row: int, place: int) -> Array:
        """One row of y * scale + shift: (kernels, columns, images), in the working row `place`."""
        out = self._rows[place]
        flat = out.reshape(len(out), -1)
        if self.chain.norm is not None:
            np.multiply(self._y[row], self._scale[:, None], out=flat)
            flat += self._shift[:, None]
        else:
            np.add(self._y[row], self._shift[:, None], out=flat)
        return out

    def _finish(self, values: Array, out: Array) -> None:
        if self.chain.relu:
            np.maximum(values, self._zeros, out=out)
        else:
            out[...] = values

    def _pool(self, row: int, out: Array) -> None:
        """Two rows become one. ReLU comes after: the largest of four, cut at 0, is the largest of four cut at 0."""
        upper, lower = self._apply(2 * row, 0), self._apply(2 * row + 1, 1)
        np.maximum(upper, lower, out=upper)
        np.maximum(upper[:, 0::2], upper[:, 1::2], out=self._pooled[0])
        self._finish(self._pooled[0], out)

    def _to_affine(self, grad: Array, totals: Array) -> None:
        """Brings the gradient through pooling and ReLU into `self._grad`, and takes its sums: of itself, and of
        its product with y."""
        step = 2 if self.chain.pool else 1
        for row in range(self._grad.rows // step):
            if self.chain.pool:
                self._unpool(row, grad[row])
            elif self.chain.relu:
                np.greater(self._apply(row, 0), self._zeros, out=self._wins[0])
                np.multiply(grad[row], self._wins[0], out=self._grad.row(row))
            else:
                self._grad.row(row)[...] = grad[row]
            for each in range(step * row, step * row + step):
                of_row = self._grad.flat_rows[each]
                totals[0] += of_row @ self._ones
                totals[1] += np.vecdot(of_row, self._y[each])

    def _unpool(self, row: int, grad: Array) -> None:
        """The gradient goes to the largest of the four, the first of equal ones, row by row."""
        wins, waiting = self._wins
        two = self._apply(2 * row, 0), self._apply(2 * row + 1, 1)
        largest, spare = self._pooled
        np.maximum(two[0][:, 0::2], two[0][:, 1::2], out=largest)
        np.maximum(two[1][:, 0::2], two[1][:, 1::2], out=spare)
        np.maximum(largest, spare, out=largest)
        if self.chain.relu:
            np.greater(largest, self._zeros, out=waiting)
        else:
            waiting[...] = True
        for half, values in enumerate(two):
            out = self._grad.row(2 * row + half)
            for side in (0, 1):
                np.equal(values[:, side::2], largest, out=wins)
                wins &= waiting
                np.multiply(grad, wins, out=out[:, side::2])
                np.greater(waiting, wins, out=waiting)

    def _weight_gradient(self, weight: Array) -> Array:
        """The sum over all places of gradient times window: (kernels, channels, rows, columns)."""
        kernels, channels = weight.shape[:2]
        gradient = np.empty_like(weight)
        for shift in range(self.size):
            # One product a row, (kernel rows * channels, cells) by (cells, kernels), then the sum over rows. In this
            # order it is a tenth to a fourth quicker than in the other, and gives the same bits.
            products = np.matmul(self.input.windows(self.size, shift), self._grad.flat_rows.swapaxes(1, 2)).sum(axis=0)
            gradient[..., shift] = products.reshape(self.size, channels, kernels).transpose(2, 1, 0)
        return gradient


def _by_column(weight: Array) -> tuple[Array, ...]:
    """The kernels (F, C, KH, KW) as a matrix a kernel column: KW times (F, KH * C)."""
    return tuple(
        np.ascontiguousarray(weight[..., shift].swapaxes(1, 2)).reshape(len(weight), -1)
        for shift in range(weight.shape[3])
    )


def _slide(columns: tuple[Array, ...], maps: Maps, row: int, out: Array, spare: Array) -> None:
    """One row of a convolution: out (F, columns * images) = the sum over kernel columns of kernels @ window."""
    size, cells = len(columns), out.shape[1]
    # Small products, if their parts stay long enough; each number is the same sum in the same order.
    part = SMALL // columns[0].size // LINE * LINE
    if part < SHORTEST:
        part = cells
    windows = [maps.window(row, size, shift) for shift in range(size)]
    for start in range(0, cells, part):
        place = slice(start, start + part)
        into = out[:, place]
        np.matmul(columns[0], windows[0][:, place], into)
        for kernels, window in zip(columns[1:], windows[1:], strict=True):
            further = spare[:, place]
            np.matmul(kernels, window[:, place], further)
            np.add(into, further, into)
