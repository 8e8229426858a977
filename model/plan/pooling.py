"""Pooling: along the rows first, then along the columns, so that a window of k x k cells costs 2 k passes instead of
k * k, the first k of them over whole rows."""

from __future__ import annotations

from math import prod

import numpy as np
import numpy.typing as npt

from model.layers import AveragePool, MaxPool
from model.plan.spans import inside
from model.plan.step import Images, Scratch, Step, Work
from model.tensor import Array, Shape


class Pool:
    """MaxPool or AveragePool. Padding is never stored: each shift takes part where it lies inside the map."""

    def __init__(self, pool: MaxPool | AveragePool, shape: Shape, dtype: npt.DTypeLike) -> None:
        self.pool, self.shape, self.dtype = pool, shape, dtype

    def bind(self, images: Images, scratch: Scratch) -> Step:
        pool, (channels, rows, columns) = self.pool, self.shape
        _, out_rows, out_columns = pool.output_shape(self.shape)
        join, start = (np.maximum, -np.inf) if isinstance(pool, MaxPool) else (np.add, 0.0)
        (down, right), (height, width), (top, left, _, _) = pool.stride, pool.kernel, pool.padding
        from_rows = _shifts(rows, out_rows, down, pool.dilation[0], height, top, 1)
        from_columns = _shifts(columns, out_columns, right, pool.dilation[1], width, left, 2)
        narrow = scratch.take("first", channels, out_rows, columns, *images)
        # The second half always reads the same memory: its views are made once.
        ready = [(to, narrow[source]) for to, source in from_columns]
        counts: Array | None = None
        if isinstance(pool, AveragePool):
            counts = pool.counts(rows, columns).astype(self.dtype)[(..., *(None for _ in images))]

        if not images and counts is None and _is_of_four(from_rows, from_columns):
            return self._of_four(from_rows[0][1], from_columns[0][1], scratch)

        def step(out: Array, x: Array) -> Work:
            shifts = [(to, x[source]) for to, source in from_rows]

            def work() -> None:
                _join(join, start, narrow, shifts)
                _join(join, start, out, ready)
                if counts is not None:
                    np.divide(out, counts, out)

            return work

        return step

    def _of_four(self, rows: tuple[slice, ...], columns: tuple[slice, ...], scratch: Scratch) -> Step:
        """What nearly every network has: the largest of 2 x 2 cells, without padding, of which the upper left ones lie
        in these rows and columns.

        All maps are one run of memory, and the largest of each cell and the one below it, and then of each of these
        and the one beside it, take two passes over the whole run. Three of four results are for nothing, and over the
        edge; still it is quicker than passes that pick the right cells out, which go cell by cell.
        """
        size = prod(self.shape)
        below = self.pool.dilation[0] * self.shape[2]
        beside = self.pool.dilation[1]
        tall, whole = scratch.take("first", size), scratch.take("second", size)
        upper, largest = tall[: size - below], whole[: size - below - beside]
        left_cells, right_cells = upper[: len(largest)], upper[beside:]
        wanted = whole.reshape(self.shape)[rows][columns]

        def step(out: Array, x: Array) -> Work:
            cells = x.reshape(size)
            upper_cells, lower_cells = cells[: len(upper)], cells[below:]

            def work() -> None:
                np.maximum(upper_cells, lower_cells, out=upper)
                np.maximum(left_cells, right_cells, out=largest)
                out[...] = wanted

            return work

        return step


class GlobalMean:
    """The mean of each map."""

    def __init__(self, shape: Shape) -> None:
        self.cells = prod(shape[1:])

    def bind(self, images: Images, scratch: Scratch) -> Step:
        cells = self.cells

        def step(out: Array, x: Array) -> Work:
            flat, maps = out.reshape(len(x), *images), x.reshape(len(x), cells, *images)

            def work() -> None:
                np.add.reduce(maps, axis=1, out=flat)
                np.divide(flat, cells, flat)

            return work

        return step


_Place = tuple[slice, ...] | None
_Shifts = list[tuple[_Place, tuple[slice, ...]]]


def _shifts(size: int, positions: int, stride: int, dilation: int, kernel: int, padding: int, axis: int) -> _Shifts:
    """What each place of the kernel reads along `axis`, and where to: None, and first, if that is everywhere."""
    spans = [inside(size, positions, stride, place * dilation - padding) for place in range(kernel)]
    before = (slice(None),) * axis
    whole = [(None, (*before, span.cells)) for span in spans if span.size == positions]
    return [*whole, *(((*before, s.positions), (*before, s.cells)) for s in spans if 0 < s.size < positions)]


def _is_of_four(from_rows: _Shifts, from_columns: _Shifts) -> bool:
    """Whether each window has 2 x 2 cells, all of them inside the map."""
    return all(len(shifts) == 2 and shifts[1][0] is None for shifts in (from_rows, from_columns))


def _join(join: np.ufunc, start: float, out: Array, shifts: list[tuple[_Place, Array]]) -> None:
    """All shifts joined, cell by cell, in `out`."""
    rest = iter(shifts)
    if len(shifts) > 1 and shifts[1][0] is None:
        join(next(rest)[1], next(rest)[1], out=out)
    elif shifts[0][0] is None:
        out[...] = next(rest)[1]
    else:
        out[...] = start
    for to, cells in rest:
        place = out if to is None else out[to]
        join(place, cells, out=place)
