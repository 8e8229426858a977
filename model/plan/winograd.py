"""Convolutions of 3 x 3 by Winograd's minimal filtering: fewer products, for maps of many channels.

A tile of m x m outputs needs (m + 2)^2 products a pair of channels instead of 9 m^2, once the tile's input, the
kernel and the result are each brought through a small fixed transform. Both transforms of the maps are written as
matrix products too: a tile of a x a cells is a vector of a^2, and B^T d B one product with the Kronecker square
of B^T. So everything is a product of matrices that are large enough, over memory that is still in cache.

Source: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016.
"""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from model.layers import Conv2d
from model.plan.small import LINE, in_parts
from model.plan.spans import bands
from model.plan.step import Images, Scratch, Step, Work
from model.tensor import Array, Shape, Window

NEAR = 1 << 18
"""Bytes that the transformed tiles of one band may take, where the kernels, which each band reads, are no larger."""

# By outputs a side: B^T (input), G (kernel), A^T (output), for the points 0, 1, -1 and 0, 1, -1, 2, -2.
_TRANSFORMS: dict[int, tuple[list[list[float]], list[list[float]], list[list[float]]]] = {
    2: (
        [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]],
        [[1, 0, 0], [1 / 2, 1 / 2, 1 / 2], [1 / 2, -1 / 2, 1 / 2], [0, 0, 1]],
        [[1, 1, 1, 0], [0, 1, -1, -1]],
    ),
    4: (
        [
            [4, 0, -5, 0, 1, 0],
            [0, -4, -4, 1, 1, 0],
            [0, 4, -4, -1, 1, 0],
            [0, -2, -1, 2, 1, 0],
            [0, 2, -1, -2, 1, 0],
            [0, 4, 0, -5, 0, 1],
        ],
        [
            [1 / 4, 0, 0],
            [-1 / 6, -1 / 6, -1 / 6],
            [-1 / 6, 1 / 6, -1 / 6],
            [1 / 24, 1 / 12, 1 / 6],
            [1 / 24, -1 / 12, 1 / 6],
            [0, 0, 1],
        ],
        [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]],
    ),
}


CHANNELS, KERNELS, KERNELS_OF_BATCH, TILES = 32, 64, 32, 16
"""Below these the transforms cost more than the products that they save: see docs/performance.md."""


def winograd_side(conv: Conv2d, shape: Shape, batch: bool) -> int | None:
    """The side of the tiles that a convolution is quickest with; None where it is quicker without any."""
    plain = conv.window == Window((3, 3), padding=conv.padding) and conv.groups == 1
    if not plain or len(conv.weight) < (KERNELS_OF_BATCH if batch else KERNELS) or shape[0] < CHANNELS:
        return None
    _, rows, columns = conv.output_shape(shape)
    for side in (4, 2):
        if rows % side == columns % side == 0 and (batch or rows * columns >= TILES * side * side):
            return side
    return None


class Winograd:
    """F(m x m, 3 x 3) over maps whose rows and columns are multiples of m."""

    def __init__(self, conv: Conv2d, shape: Shape, dtype: npt.DTypeLike, side: int) -> None:
        self.conv, self.shape, self.dtype, self.side = conv, shape, dtype, side
        to_input, to_kernel, to_output = (np.array(matrix, np.float64) for matrix in _TRANSFORMS[side])
        self.to_input = np.kron(to_input, to_input).astype(dtype)
        # One column of ones more, for the bias.
        square = np.kron(to_output, to_output)
        self.to_output = np.concatenate([square, np.ones((len(square), 1))], axis=1).astype(dtype, order="C")
        kernels = np.einsum("ai,fcij,bj->abfc", to_kernel, conv.weight.astype(np.float64), to_kernel, optimize=True)
        self.kernels = kernels.reshape(-1, *conv.weight.shape[:2]).astype(dtype, order="C")

    def bind(self, images: Images, scratch: Scratch) -> Step:
        side, tile = self.side, self.side + 2
        channels, rows, columns = self.shape
        top, left, bottom, right = self.conv.padding
        kernels, out_rows, out_columns = self.conv.output_shape(self.shape)
        padded: Array = np.zeros((channels, rows + top + bottom, columns + left + right, *images), self.dtype)
        inner = padded[:, top : top + rows, left : left + columns]
        down, across = out_rows // side, out_columns // side
        of_channel, of_row, of_column, *of_image = padded.strides
        tiles = as_strided(
            padded,
            (tile, tile, channels, down, across, *images),
            (of_row, of_column, of_channel, side * of_row, side * of_column, *of_image),
            writeable=False,
        )
        points, per_tile = tile * tile, prod(images)
        deepest = points * max(channels, kernels) * self.kernels.itemsize
        # Whole rows of tiles if they are near enough, else parts of one row.
        near = max(NEAR, self.kernels.nbytes // 2)
        across_cuts = list(bands(across, deepest * per_tile, near))
        down_cuts = list(bands(down, deepest * per_tile * across, near)) if len(across_cuts) == 1 else _singly(down)
        most = max(b - a for a, b in down_cuts) * max(b - a for a, b in across_cuts) * per_tile
        # A few numbers more than needed a row: rows that are a power of 2 apart would share the same cache lines.
        gathered = scratch.take("first", points, channels * most + LINE)
        transformed = scratch.take("second", points, channels * most + LINE)
        products = scratch.take("third", points + 1, kernels * most + LINE)
        results = scratch.take("fourth", side * side, kernels * most + LINE)
        parts = []
        for (first, last), (start, end) in product(down_cuts, across_cuts):
            grid = (last - first, end - start, *images)
            cells = prod(grid)
            flat, seen = gathered[:, : channels * cells], transformed[:, : channels * cells]
            sums, result = products[:, : kernels * cells], results[:, : kernels * cells]
            # (side, side, kernels, tiles down, tiles across, images) to (kernels, down, side, across, side, images)
            axes = (2, 3, 0, 4, 1, *range(5, 5 + len(images)))
            parts.append(
                (
                    (slice(None), slice(first, last), slice(None), slice(start, end)),
                    flat.reshape(tile, tile, channels, *grid),
                    tiles[:, :, :, first:last, start:end],
                    in_parts(self.to_input, flat, seen),
                    seen.reshape(points, channels, cells),
                    sums[:-1].reshape(points, kernels, cells),
                    sums[-1].reshape(kernels, cells),
                    in_parts(self.to_output, sums, result),
                    result.reshape(side, side, kernels, *grid).transpose(axes),
                )
            )
        to_input, to_output, weights = self.to_input, self.to_output, self.kernels
        bias = self.conv.bias.astype(self.dtype)[:, None]

        def step(out: Array, x: Array) -> Work:
            by_tile = out.reshape(kernels, down, side, across, side, *images)
            calls = [(by_tile[place], *rest) for place, *rest in parts]

            def work() -> None:
                inner[...] = x
                for to, into, windows, (flat, seen), by_point, sums, last, (all_sums, result), cells in calls:
                    into[...] = windows
                    np.matmul(to_input, flat, seen)
                    np.matmul(weights, by_point, sums)
                    last[...] = bias
                    np.matmul(to_output, all_sums, result)
                    to[...] = cells

            return work

        return step


def _singly(count: int) -> list[tuple[int, int]]:
    return [(each, each + 1) for each in range(count)]
