"""Where the cells that a kernel place reads lie inside the map, and how rows are cut into bands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple


class Span(NamedTuple):
    """Positions of a window, and the cells that one place of its kernel reads there."""

    positions: slice
    cells: slice

    @property
    def size(self) -> int:
        return int(self.positions.stop - self.positions.start)


def inside(size: int, positions: int, stride: int, offset: int) -> Span:
    """Of `positions` windows, where position p reads cell p * stride + offset, those that read inside the map."""
    first = max(0, -(offset // stride))
    last = min(positions, (size - 1 - offset) // stride + 1)
    if last <= first:
        return Span(slice(0, 0), slice(0, 0))
    start = first * stride + offset
    return Span(slice(first, last), slice(start, (last - 1) * stride + offset + 1, stride))


def bands(rows: int, of_row: int, near: int) -> Iterator[tuple[int, int]]:
    """Cuts `rows` into even bands of about `near` bytes, at `of_row` bytes a row: (first, last + 1) of each."""
    count = max(1, min(rows, round(rows * of_row / near)))
    edges = [rows * band // count for band in range(count + 1)]
    yield from pairwise(edges)
