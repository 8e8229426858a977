"""Pooling: along the rows first, then along the columns, so that a window of k x k cells costs 2 k
passes instead of k * k, the first k of them over whole rows."""

from __future__ import annotations

from math import prod

import numpy as np
import numpy.typing as npt

from model.layers import AveragePool, MaxPool
from model.plan.spans import Span, inside
from model.plan.step import Images, Step
from model.tensor import Array, Shape


class Pool:
    """MaxPool or AveragePool. Padding is never stored: each shift takes part where it lies inside the map."""

    def __init__(self, pool: MaxPool | AveragePool, shape: Shape, dtype: npt.DTypeLike) -> None:
        self.dtype = dtype
        channels, rows, columns = shape
        _, out_rows, out_columns = pool.output_shape(shape)
        top, left, _, _ = pool.padding
        self.narrow = (channels, out_rows, columns)
        self.down = _shifts(rows, out_rows, pool.kernel[0], pool.stride[0], pool.dilation[0], top)
        self.across = _shifts(columns, out_columns, pool.kernel[1], pool.stride[1], pool.dilation[1], left)
        self.join = np.maximum if isinstance(pool, MaxPool) else np.add
        self.start = -np.inf if isinstance(pool, MaxPool) else 0.0
        self.share: Array | None = None
        if isinstance(pool, AveragePool):
            self.share = pool.counts(rows, columns).astype(dtype)

    def bind(self, images: Images) -> Step:
        narrow: Array = np.empty((*self.narrow, *images), self.dtype)
        down, across, share = self.down, self.across, self.share
        if share is not None and images:
            share = share[:, :, None]

        def step(out: Array, x: Array) -> None:
            self._gather(narrow, x, down, rows=True)
            self._gather(out, narrow, across, rows=False)
            if share is not None:
                np.divide(out, share, out=out)

        return step

    def _gather(self, out: Array, x: Array, shifts: list[Span], rows: bool) -> None:
        if rows:
            pairs = [(out[:, to], x[:, source]) for to, source in shifts]
        else:
            pairs = [(out[:, :, to], x[:, :, source]) for to, source in shifts]
        (to, first), *others = pairs
        if to.shape == out.shape and others and others[0][0].shape == out.shape:
            self.join(first, others.pop(0)[1], out=out)
        elif to.shape == out.shape:
            out[...] = first
        else:
            out[...] = self.start
            self.join(to, first, out=to)
        for to, source in others:
            self.join(to, source, out=to)


class GlobalMean:
    """The mean of each map."""

    def __init__(self, shape: Shape) -> None:
        self.cells = prod(shape[1:])

    def bind(self, images: Images) -> Step:
        cells = self.cells

        def step(out: Array, x: Array) -> None:
            flat = out.reshape(len(x), *images)
            np.add.reduce(x.reshape(len(x), cells, *images), axis=1, out=flat)
            flat /= cells

        return step


def _shifts(size: int, positions: int, kernel: int, stride: int, dilation: int, padding: int) -> list[Span]:
    """What each kernel place reads, those first that are inside the map at every position."""
    spans = [inside(size, positions, stride, place * dilation - padding) for place in range(kernel)]
    return sorted((span for span in spans if span.size), key=lambda span: span.size < positions)
