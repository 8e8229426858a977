"""Pooling: along the rows first, then along the columns, so that a window of k x k cells costs 2 k
passes instead of k * k, the first k of them over whole rows."""

from __future__ import annotations

from collections.abc import Callable
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
        self.pool, self.shape, self.dtype = pool, shape, dtype

    def bind(self, images: Images) -> Step:
        pool, (channels, rows, columns) = self.pool, self.shape
        _, out_rows, out_columns = pool.output_shape(self.shape)
        join, start = (np.maximum, -np.inf) if isinstance(pool, MaxPool) else (np.add, 0.0)
        (down, right), (height, width), (top, left, _, _) = pool.stride, pool.kernel, pool.padding
        from_rows = _joining(join, start, _shifts(rows, out_rows, down, pool.dilation[0], height, top), out_rows, 1)
        from_columns = _joining(
            join, start, _shifts(columns, out_columns, right, pool.dilation[1], width, left), out_columns, 2
        )
        narrow: Array = np.empty((channels, out_rows, columns, *images), self.dtype)
        if isinstance(pool, MaxPool):

            def largest(out: Array, x: Array) -> None:
                from_rows(narrow, x)
                from_columns(out, narrow)

            return largest
        counts = pool.counts(rows, columns).astype(self.dtype)[(..., *(None for _ in images))]

        def mean(out: Array, x: Array) -> None:
            from_rows(narrow, x)
            from_columns(out, narrow)
            np.divide(out, counts, out=out)

        return mean


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


def _shifts(size: int, positions: int, stride: int, dilation: int, kernel: int, padding: int) -> list[Span]:
    """What each place of the kernel reads, those that read inside the map at every position first."""
    spans = [inside(size, positions, stride, place * dilation - padding) for place in range(kernel)]
    return sorted((span for span in spans if span.size), key=lambda span: span.size < positions)


def _joining(
    join: np.ufunc, start: float, spans: list[Span], positions: int, axis: int
) -> Callable[[Array, Array], None]:
    """From x to out: every shift joined with the others along `axis`."""
    before = (slice(None),) * axis
    shifts = [((*before, span.positions), (*before, span.cells)) for span in spans]
    whole = [source for (_, source), span in zip(shifts, spans, strict=True) if span.size == positions]
    parts = shifts[len(whole) :]

    def joined(out: Array, x: Array) -> None:
        if len(whole) > 1:
            join(x[whole[0]], x[whole[1]], out=out)
        else:
            out[...] = x[whole[0]] if whole else start
        for source in whole[2:]:
            join(out, x[source], out=out)
        for to, source in parts:
            join(out[to], x[source], out=out[to])

    return joined
