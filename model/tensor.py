"""The array type, shapes, and windows: where a sliding kernel stands and what it covers.

Arrays of a batch of maps are (N, C, H, W): images, channels, rows, columns. Shapes that are shown to people
and kept in a graph leave out the batch axis N.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

Array = npt.NDArray[Any]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Window:
    """The geometry of a kernel that slides over rows and columns.

    All sizes are in cells. `padding` is (top, left, bottom, right), the order of ONNX `pads`. One output cell
    (row, column) covers the input rows `row * stride - top + dilation * i` for i in 0 .. kernel rows - 1, and
    the columns likewise; what falls outside the input is padding.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilation: tuple[int, int] = (1, 1)

    def __post_init__(self) -> None:
        for name in ("kernel", "stride", "dilation"):
            if min(getattr(self, name)) < 1:
                raise ValueError(f"A window's {name} is {getattr(self, name)}; every entry must be 1 or more.")
        if min(self.padding) < 0:
            raise ValueError(f"A window's padding is {self.padding}; every entry must be 0 or more.")

    @property
    def extent(self) -> tuple[int, int]:
        """Rows and columns from the first to the last covered cell, the gaps of dilation included."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))  # type: ignore[return-value]

    def output_size(self, rows: int, columns: int) -> tuple[int, int]:
        """How many positions the window has: floor((size + padding - extent) / stride) + 1 on each axis."""
        top, left, bottom, right = self.padding
        padded = (rows + top + bottom, columns + left + right)
        if padded[0] < self.extent[0] or padded[1] < self.extent[1]:
            raise ValueError(
                f"A window of {self.extent[0]} x {self.extent[1]} cells does not fit into a map of "
                f"{padded[0]} x {padded[1]} cells, padding included; use a larger map or a smaller kernel."
            )
        return (
            (padded[0] - self.extent[0]) // self.stride[0] + 1,
            (padded[1] - self.extent[1]) // self.stride[1] + 1,
        )

    def counts(self, rows: int, columns: int) -> Array:
        """How many cells of a map, padding left out, the window covers at each position: (H', W')."""
        covered = []
        for axis, size in enumerate((rows, columns)):
            first = np.arange(self.output_size(rows, columns)[axis]) * self.stride[axis] - self.padding[axis]
            places = first[:, None] + np.arange(self.kernel[axis]) * self.dilation[axis]
            covered.append(((places >= 0) & (places < size)).sum(axis=1))
        return np.outer(*covered)

    def pad(self, x: Array, value: float = 0.0) -> Array:
        """`x` (N, C, H, W) with the padding around it; `x` itself where there is none."""
        if not any(self.padding):
            return x
        top, left, bottom, right = self.padding
        return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=value)

    def windows(self, x: Array, value: float = 0.0) -> Array:
        """Every window of `x` (N, C, H, W), as a view (N, C, kernel rows, kernel columns, H', W')."""
        slid = sliding_window_view(self.pad(x, value), self.extent, axis=(2, 3))
        strided = slid[:, :, :: self.stride[0], :: self.stride[1], :: self.dilation[0], :: self.dilation[1]]
        return np.moveaxis(strided, (4, 5), (2, 3))

    def offsets(self) -> Iterator[tuple[int, int]]:
        """The places inside the kernel, (row, column), row by row."""
        for i in range(self.kernel[0]):
            for j in range(self.kernel[1]):
                yield i, j

    def scatter(self, grads: Array, rows: int, columns: int) -> Array:
        """The transpose of `windows`: adds each entry of `grads` (N, C, kernel rows, kernel columns, H', W')
        to the cell it was read from, and returns the sum for the unpadded map (N, C, rows, columns)."""
        top, left, bottom, right = self.padding
        n, c, _, _, out_rows, out_columns = grads.shape
        padded = np.zeros((n, c, rows + top + bottom, columns + left + right), grads.dtype)
        for i, j in self.offsets():
            first_row, first_column = i * self.dilation[0], j * self.dilation[1]
            padded[
                :,
                :,
                first_row : first_row + out_rows * self.stride[0] : self.stride[0],
                first_column : first_column + out_columns * self.stride[1] : self.stride[1],
            ] += grads[:, :, i, j]
        return padded[:, :, top : top + rows, left : left + columns]

    def cells(self, row: int, column: int) -> Iterator[tuple[int, int, int, int]]:
        """What the window at output cell (row, column) covers: (kernel row, kernel column, input row, input
        column), row by row. Input places outside the map (negative, or past its end) are padding."""
        for i, j in self.offsets():
            yield (
                i,
                j,
                row * self.stride[0] - self.padding[0] + i * self.dilation[0],
                column * self.stride[1] - self.padding[1] + j * self.dilation[1],
            )
