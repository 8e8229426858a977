"""Everything that is not a window: cell by cell, and the dense layer with its softmax."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from model.layers import BatchNorm, Dense, Layer
from model.plan.step import Images, Step
from model.tensor import Array, Shape


class Cut:
    """ReLU. NumPy's maximum of two arrays is twice as fast as that of an array and a number: so one map of zeros."""

    def __init__(self, shape: Shape, dtype: npt.DTypeLike) -> None:
        self.shape, self.dtype = shape[1:] if len(shape) == 3 else shape, dtype

    def bind(self, images: Images) -> Step:
        zeros: Array = np.zeros((*self.shape, *images), self.dtype)

        def step(out: Array, x: Array) -> None:
            np.maximum(x, zeros, out=out)

        return step


class Scale:
    """Batch normalisation by stored statistics, in the layer's order of work, with the division made a product."""

    def __init__(self, norm: BatchNorm, dtype: npt.DTypeLike) -> None:
        factor = norm.scale / np.sqrt(norm.variance.astype(np.float64) + norm.epsilon)
        self.vectors = [vector.astype(dtype)[:, None] for vector in (norm.mean, factor, norm.bias)]

    def bind(self, images: Images) -> Step:
        mean, factor, bias = self.vectors

        def step(out: Array, x: Array) -> None:
            flat = out.reshape(len(out), -1)
            np.subtract(x.reshape(len(x), -1), mean, out=flat)
            flat *= factor
            flat += bias

        return step


class Own:
    """The layer itself, for what there is no quicker way for."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer

    def bind(self, images: Images) -> Step:
        forward = self.layer.forward

        def one(out: Array, *inputs: Array) -> None:
            out[...] = forward(*(x[None] for x in inputs))[0]

        def batch(out: Array, *inputs: Array) -> None:
            np.moveaxis(out, -1, 0)[...] = forward(*(np.moveaxis(x, -1, 0) for x in inputs))

        return batch if images else one


class Copy:
    """Flatten: the same cells in the same order."""

    def bind(self, images: Images) -> Step:
        def step(out: Array, x: Array) -> None:
            out[...] = x.reshape(out.shape)

        return step


class Sum:
    """Add."""

    def bind(self, images: Images) -> Step:
        def step(out: Array, a: Array, b: Array) -> None:
            np.add(a, b, out=out)

        return step


class Join:
    """Concat."""

    def bind(self, images: Images) -> Step:
        def step(out: Array, *inputs: Array) -> None:
            np.concatenate(inputs, axis=0, out=out)

        return step


class Weigh:
    """The dense layer: a matrix by a vector, or by one a picture."""

    def __init__(self, dense: Dense, dtype: npt.DTypeLike) -> None:
        self.weight, self.bias = dense.weight.astype(dtype, order="C"), dense.bias.astype(dtype)

    def bind(self, images: Images) -> Step:
        weight, bias = self.weight, self.bias[:, None] if images else self.bias

        def step(out: Array, x: Array) -> None:
            np.matmul(weight, x, out=out)
            np.add(out, bias, out=out)

        return step


class Shares:
    """Softmax."""

    def bind(self, images: Images) -> Step:
        def step(out: Array, x: Array) -> None:
            np.subtract(x, np.maximum.reduce(x, axis=0), out=out)
            np.exp(out, out=out)
            np.divide(out, np.add.reduce(out, axis=0), out=out)

        return step
