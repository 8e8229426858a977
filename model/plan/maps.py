"""A batch of maps laid out for speed: rows first, images last, with a border of zeros around every map.

With rows first, the rows that a kernel covers, of all channels, follow one another at one uniform stride: they
are a matrix without copying. With images last, a step to the right is a step of `images` cells in that matrix,
so the three shifts of a 3 x 3 kernel are three views of the same memory. A convolution is then one product of
small matrices a kernel column, and no window is ever copied.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from model.tensor import Array, Shape


class Maps:
    """The maps of a batch, an array (rows + 2 border, channels, columns + 2 border, images).

    The border stays 0; who writes, writes through `row` or `inner`.
    """

    def __init__(self, shape: Shape, images: int, border: int, dtype: npt.DTypeLike) -> None:
        self.channels, self.rows, self.columns = shape
        self.images, self.border = images, border
        self.array: Array = np.zeros((self.rows + 2 * border, self.channels, self.columns + 2 * border, images), dtype)
        self._flat = self.array.reshape(len(self.array), self.channels, -1)

    @property
    def inner(self) -> Array:
        """All cells but the border: (rows, channels, columns, images)."""
        b = self.border
        return self.array[b : b + self.rows, :, b : b + self.columns]

    def row(self, row: int) -> Array:
        """One row of every map: (channels, columns, images)."""
        return self.array[self.border + row, :, self.border : self.border + self.columns]

    @property
    def flat_rows(self) -> Array:
        """Every row as a matrix: (rows, channels, columns * images), a view."""
        start = self.border * self.images
        return self._flat[self.border : self.border + self.rows, :, start : start + self.columns * self.images]

    def window(self, row: int, height: int, shift: int) -> Array:
        """What kernel column `shift` of a kernel `height` rows high sees as it slides along output row `row`:
        (height * channels, columns * images), a view."""
        rows = self._flat[row : row + height].reshape(height * self.channels, -1)
        return rows[:, shift * self.images : (shift + self.columns) * self.images]

    def windows(self, height: int, shift: int) -> Array:
        """`window` of every output row: (rows, height * channels, columns * images), a view that overlaps."""
        of_channel = self._flat.strides[1]
        return as_strided(
            self._flat[:, :, shift * self.images :],
            (self.rows, height * self.channels, self.columns * self.images),
            (self.channels * of_channel, of_channel, self.array.itemsize),
            writeable=False,
        )

    def fill(self, x: Array) -> None:
        """Takes in a batch (images, channels, rows, columns)."""
        self.inner[...] = x.transpose(2, 1, 3, 0)

    def batch(self) -> Array:
        """The maps as the layers have them: (images, channels, rows, columns), a copy."""
        return np.ascontiguousarray(self.inner.transpose(3, 1, 0, 2))
