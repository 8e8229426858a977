"""Connected components: which ink cells hang together, over an edge or a corner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.tensor import Array


@dataclass(frozen=True, eq=False)
class Components:
    """The connected parts of a mask (rows, columns), each a number from 0; all arrays have one entry a part.

    A part lies in the rows `top` .. `bottom` - 1 and the columns `left` .. `right` - 1, and has `area` cells.
    """

    cells: Array  # the mask
    row: Array  # of each run of cells in one row: the row, the first column, and the column after the last one
    first: Array
    last: Array
    labels: Array  # of each run: its part
    area: Array
    top: Array
    bottom: Array
    left: Array
    right: Array

    def __len__(self) -> int:
        return len(self.area)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the mask."""
        rows, columns = self.cells.shape
        return rows, columns

    @property
    def longest(self) -> Array:
        """The longer side of each part's box."""
        return np.maximum(self.bottom - self.top, self.right - self.left)

    @property
    def at_border(self) -> Array:
        """Which parts touch the mask's border."""
        rows, columns = self.shape
        return (self.top == 0) | (self.left == 0) | (self.bottom == rows) | (self.right == columns)

    @property
    def contact(self) -> Array:
        """How many cells of each part lie on the mask's border, on the side where most do."""
        rows, columns = self.shape
        length = self.last - self.first
        sides = (
            length * (self.row == 0),
            length * (self.row == rows - 1),
            self.first == 0,
            self.last == columns,
        )
        counts = [np.bincount(self.labels, side, minlength=len(self)) for side in sides]
        most: Array = np.max(counts, axis=0)
        return most

    def mask(self, kept: Array) -> Array:
        """The mask of the parts whose entry in `kept` (boolean) is true."""
        result = np.zeros(self.shape, bool)
        result[self.cells] = np.repeat(kept[self.labels], self.last - self.first)
        return result

    def numbers(self, kept: Array) -> Array:
        """The cells of the parts whose entry in `kept` is true, by their numbers in the mask, row by row."""
        runs = kept[self.labels]
        first, length = (self.row * self.shape[1] + self.first)[runs], (self.last - self.first)[runs]
        before = np.cumsum(length) - length
        numbers: Array = np.repeat(first - before, length) + np.arange(length.sum())
        return numbers

    def sums(self, values: Array) -> Array:
        """The sum of `values` (rows, columns) over each part."""
        if not len(self):
            return np.zeros(0)
        lengths = self.last - self.first
        of_runs = np.add.reduceat(values[self.cells], np.cumsum(lengths) - lengths, dtype=np.float64)
        return np.bincount(self.labels, of_runs, minlength=len(self))


def find_components(mask: Array) -> Components:
    """The components of a boolean mask (rows, columns); cells that touch over a corner belong together.

    Works on runs, the unbroken stretches of cells in a row, of which even a photo has only some thousands: runs
    of neighbouring rows that touch are paired, then each takes the smallest number among its pairs until no
    number changes.
    """
    rows, columns = mask.shape
    pitch = columns + 1  # one empty cell after each row keeps runs of two rows apart
    flat = np.zeros(rows * pitch + 1, bool)
    flat[1:].reshape(rows, pitch)[:, :-1] = mask
    changes = np.flatnonzero(flat[1:] != flat[:-1])
    starts, ends = changes[::2], changes[1::2]
    # A run touches those of the next row that end at or after its start, and start at or before its end.
    first = np.searchsorted(ends, starts + pitch)
    last = np.searchsorted(starts, ends + pitch, side="right")
    pairs = np.maximum(last - first, 0)
    upper = np.repeat(np.arange(len(starts)), pairs)
    lower = np.arange(len(upper)) - np.repeat(np.cumsum(pairs) - pairs, pairs) + np.repeat(first, pairs)
    labels = join(len(starts), upper, lower)
    _, labels = np.unique(labels, return_inverse=True)
    total = int(labels.max()) + 1 if len(labels) else 0
    row = starts // pitch
    left, right = starts - row * pitch, ends - row * pitch
    return Components(
        cells=mask,
        row=row,
        first=left,
        last=right,
        labels=labels,
        area=np.bincount(labels, right - left, minlength=total).astype(np.int64),
        top=gather(np.minimum, row, labels, total, rows),
        bottom=gather(np.maximum, row + 1, labels, total, 0),
        left=gather(np.minimum, left, labels, total, columns),
        right=gather(np.maximum, right, labels, total, 0),
    )


def join(number: int, one: Array, other: Array) -> Array:
    """The smallest number that each of `number` things is joined to by the pairs `one[k]`, `other[k]`."""
    labels = np.arange(number)
    while True:
        a, b = labels[one], labels[other]
        if np.array_equal(a, b):
            return labels
        np.minimum.at(labels, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(labels, labels[labels]):
            labels = labels[labels]


def gather(reduce: np.ufunc, values: Array, labels: Array, total: int, start: int) -> Array:
    """The least (`numpy.minimum`) or greatest (`numpy.maximum`) of `values` for each label."""
    result = np.full(total, start, np.int64)
    reduce.at(result, labels, values)
    return result
