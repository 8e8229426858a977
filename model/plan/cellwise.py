"""Everything that is not a window: cell by cell, and the dense layer with its softmax."""

from __future__ import annotations

from functools import partial
from math import prod

import numpy as np
import numpy.typing as npt

from model.layers import BatchNorm, Dense, Layer
from model.plan.step import Images, Scratch, Step, Work
from model.tensor import Array, Shape

FEW = 1 << 16
"""Numbers that are worth their memory."""


class Cut:
    """ReLU. NumPy's maximum of two arrays is twice as fast as that of an array and a number: so zeros, laid out: all of
    them for small maps, one map's else, which stays in cache."""

    def __init__(self, shape: Shape, dtype: npt.DTypeLike) -> None:
        self.shape = shape if prod(shape) <= FEW or len(shape) == 1 else shape[1:]
        self.dtype = dtype

    def bind(self, images: Images, scratch: Scratch) -> Step:
        zeros: Array = np.zeros((*self.shape, *images), self.dtype)

        def step(out: Array, x: Array) -> Work:
            return partial(np.maximum, x, zeros, out=out)

        return step


class Scale:
    """Batch normalisation by stored statistics, in the layer's order of work, with the division made a product."""

    def __init__(self, norm: BatchNorm, dtype: npt.DTypeLike) -> None:
        factor = norm.scale / np.sqrt(norm.variance.astype(np.float64) + norm.epsilon)
        self.vectors = [vector.astype(dtype)[:, None] for vector in (norm.mean, factor, norm.bias)]

    def bind(self, images: Images, scratch: Scratch) -> Step:
        mean, factor, bias = self.vectors

        def step(out: Array, x: Array) -> Work:
            maps, flat = x.reshape(len(x), -1), out.reshape(len(out), -1)

            def work() -> None:
                np.subtract(maps, mean, flat)
                np.multiply(flat, factor, flat)
                np.add(flat, bias, flat)

            return work

        return step


class Own:
    """The layer itself, for what there is no quicker way for."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer

    def bind(self, images: Images, scratch: Scratch) -> Step:
        forward = self.layer.forward

        def step(out: Array, *inputs: Array) -> Work:
            place, *maps = (np.moveaxis(x, -1, 0) if images else x[None] for x in (out, *inputs))

            def work() -> None:
                place[...] = forward(*maps)

            return work

        return step


class Copy:
    """Flatten: the same cells in the same order."""

    def bind(self, images: Images, scratch: Scratch) -> Step:
        def step(out: Array, x: Array) -> Work:
            return partial(np.copyto, out.reshape(x.shape), x)

        return step


class Sum:
    """Add."""

    def bind(self, images: Images, scratch: Scratch) -> Step:
        def step(out: Array, a: Array, b: Array) -> Work:
            return partial(np.add, a, b, out)

        return step


class Join:
    """Concat."""

    def bind(self, images: Images, scratch: Scratch) -> Step:
        def step(out: Array, *inputs: Array) -> Work:
            return partial(np.concatenate, inputs, axis=0, out=out)

        return step


class Weigh:
    """The dense layer: a matrix by a vector, or by one a picture."""

    def __init__(self, dense: Dense, dtype: npt.DTypeLike) -> None:
        self.weight, self.bias = dense.weight.astype(dtype, order="C"), dense.bias.astype(dtype)

    def bind(self, images: Images, scratch: Scratch) -> Step:
        weight, bias = self.weight, self.bias[:, None] if images else self.bias

        def step(out: Array, x: Array) -> Work:
            def work() -> None:
                np.dot(weight, x, out)
                np.add(out, bias, out)

            return work

        return step


class Shares:
    """Softmax."""

    def bind(self, images: Images, scratch: Scratch) -> Step:
        def one(out: Array, x: Array) -> Work:
            ones = np.ones_like(x)

            def work() -> None:
                # For a short vector, a fraction of what the reductions below take to be called.
                np.subtract(x, x[x.argmax()], out)
                np.exp(out, out)
                np.divide(out, np.dot(out, ones), out)

            return work

        def batch(out: Array, x: Array) -> Work:
            def work() -> None:
                np.subtract(x, np.maximum.reduce(x, axis=0), out)
                np.exp(out, out)
                np.divide(out, np.add.reduce(out, axis=0), out)

            return work

        def step(out: Array, x: Array) -> Work:
            return one(out, x) if x.ndim == 1 else batch(out, x)

        return step
