"""Convolutions: three ways to the layer's numbers, each the quickest for some shapes.

Each class prepares the kernels once; `bind` makes the memory that one thread works in and returns the step.
Padding is memory that stays 0, so a step never looks at an edge.
"""

from __future__ import annotations

from math import prod

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from model.layers import Conv2d
from model.plan.small import LINE, SMALL, narrow
from model.plan.spans import bands, inside
from model.plan.step import Images, Scratch, Step, Work
from model.tensor import Array, Shape

NEAR = 1 << 18
"""Bytes that one band of rows may take: a part of the second-level cache, so that the product reads what the copy
has just written."""


class Shifts:
    """Few channels: copy what each kernel column sees, and let the product walk the kernel's rows by itself.

    The memory holds, a padded row after the other, every channel as kernel column 0 sees it, then as column 1 does,
    and so on, and last a row of ones. The rows that a kernel covers then follow one another at one stride: they
    are a matrix without copying, and the windows of the next output row are the same memory a little further on. So
    a window is copied once a kernel column instead of once a kernel cell, and the bias, as the weight of the ones,
    costs no pass of its own.
    """

    def __init__(self, conv: Conv2d, shape: Shape, dtype: npt.DTypeLike) -> None:
        self.conv, self.shape, self.dtype = conv, shape, dtype
        kernels, channels, height, width = conv.weight.shape
        by_row = np.zeros((kernels, height, width * channels + 1), dtype)
        by_row[:, :, :-1] = conv.weight.transpose(0, 2, 3, 1).reshape(kernels, height, -1)
        by_row[:, 0, -1] = conv.bias
        self.kernels = by_row.reshape(kernels, -1)

    @staticmethod
    def suits(conv: Conv2d, shape: Shape) -> bool:
        """Whether the kernel's rows can be walked, and the products of one output row, or a part of it, are small."""
        kernels, _, height, width = conv.weight.shape
        columns = conv.output_shape(shape)[2]
        return conv.dilation[0] == 1 and kernels * height * (width * shape[0] + 1) * min(LINE, columns) <= SMALL

    def bind(self, images: Images, scratch: Scratch) -> Step:
        conv, (channels, rows, columns) = self.conv, self.shape
        (height, width), (down, right) = conv.window.kernel, conv.stride
        top, left, bottom, _ = conv.padding
        kernels, out_rows, out_columns = conv.output_shape(self.shape)
        deep = width * channels + 1
        parts = []
        for start, end in narrow(out_columns, prod(images), kernels * height * deep):
            cells = (end - start) * prod(images)
            # A row pitch of whole cache lines.
            pitch = -(-cells // LINE) * LINE
            memory: Array = np.zeros((rows + top + bottom, deep, pitch), self.dtype)
            memory[:, -1] = 1
            of_row, of_channel, of_cell = memory.strides
            windows = as_strided(
                memory, (out_rows, height * deep, cells), (down * of_row, of_channel, of_cell), writeable=False
            )
            rows_of = memory[top : top + rows, :, :cells].reshape(rows, deep, end - start, *images)
            copies = []
            for shift in range(width):
                offset = shift * conv.dilation[1] - left + start * right
                positions, source = inside(columns, end - start, right, offset)
                copies.append((rows_of[:, shift * channels : (shift + 1) * channels, positions], source))
            done = 0
            for first, last in bands(out_rows, down * of_row, NEAR):
                # The rows that this band reads and no band before it.
                new = slice(done, min(rows, max(done, (last - 1) * down + height - top)))
                place = slice(first, last), slice(start, end)
                parts.append((place, windows[first:last], new, [(to[new], source) for to, source in copies]))
                done = new.stop
        kernels_by_row = self.kernels

        def step(out: Array, x: Array) -> Work:
            by_row, out = x.swapaxes(0, 1), out.swapaxes(0, 1)
            calls = []
            for (rows, columns), seen, new, shifts in parts:
                place = out[rows, :, columns]
                copies = [(to, by_row[new, :, source]) for to, source in shifts]
                calls.append((copies, seen, place.reshape(*place.shape[:2], -1)))

            def work() -> None:
                for copies, seen, place in calls:
                    for to, cells in copies:
                        to[...] = cells
                    np.matmul(kernels_by_row, seen, place)

            return work

        return step


class Columns:
    """Many channels: write out a band's windows, and do it in one large product.

    The textbook's way (Chellapilla et al., 2006), but into memory that is used again and still in cache when the
    product reads it, and with the bias as the weight of a row of ones.
    """

    def __init__(self, conv: Conv2d, shape: Shape, dtype: npt.DTypeLike) -> None:
        self.conv, self.shape, self.dtype = conv, shape, dtype
        flat = conv.weight.transpose(0, 2, 3, 1).reshape(len(conv.weight), -1)
        self.kernels = np.concatenate([flat, conv.bias[:, None]], axis=1).astype(dtype, order="C")

    def bind(self, images: Images, scratch: Scratch) -> Step:
        conv, (channels, _, _) = self.conv, self.shape
        padded = Padded(conv, self.shape, self.dtype, images)
        windows = np.moveaxis(padded.windows, 0, 2)  # (kernel rows, kernel columns, C, H', W', ...)
        height, width, _, out_rows, out_columns = windows.shape[:5]
        of_row = out_columns * prod(images)
        deep = height * width * channels
        cuts = list(bands(out_rows, deep * of_row * self.kernels.itemsize, 4 * NEAR))
        memory = scratch.take("first", (deep + 1) * max(last - first for first, last in cuts) * of_row)
        parts = []
        for first, last in cuts:
            cells = (last - first) * of_row
            matrix = memory[: (deep + 1) * cells].reshape(deep + 1, cells)
            to = matrix[:-1].reshape(height, width, channels, last - first, out_columns, *images)
            parts.append((slice(first * of_row, last * of_row), matrix, to, windows[:, :, :, first:last]))
        kernels = self.kernels

        def step(out: Array, x: Array) -> Work:
            flat = out.reshape(len(out), -1)
            calls = [(to, seen, matrix, matrix[-1], flat[:, cells]) for cells, matrix, to, seen in parts]

            def work() -> None:
                padded.inner[...] = x
                for to, seen, matrix, last, place in calls:
                    to[...] = seen
                    last[...] = 1
                    np.matmul(kernels, matrix, place)

            return work

        return step


class Pointwise:
    """A kernel of one cell that stands on every cell: the maps are the matrix already."""

    def __init__(self, conv: Conv2d, dtype: npt.DTypeLike, last: bool) -> None:
        # The kernels lie as the output does.
        self.kernels = conv.weight[:, :, 0, 0].astype(dtype, order="F" if last else "C")
        self.bias = conv.bias[:, None].astype(dtype)

    @staticmethod
    def suits(conv: Conv2d) -> bool:
        plain = conv.window.kernel == conv.stride == (1, 1) and conv.padding == (0, 0, 0, 0)
        return plain and conv.groups == 1

    def bind(self, images: Images, scratch: Scratch) -> Step:
        kernels, bias = self.kernels, self.bias

        def step(out: Array, x: Array) -> Work:
            maps, flat = x.reshape(len(x), -1), out.reshape(len(out), -1)

            def work() -> None:
                np.matmul(kernels, maps, flat)
                np.add(flat, bias, flat)

            return work

        return step


class Padded:
    """Maps with their padding around them: `inner` is where the maps go, `windows` what the kernel sees."""

    def __init__(self, conv: Conv2d, shape: Shape, dtype: npt.DTypeLike, images: Images) -> None:
        channels, rows, columns = shape
        top, left, bottom, right = conv.padding
        memory: Array = np.zeros((channels, rows + top + bottom, columns + left + right, *images), dtype)
        self.inner = memory[:, top : top + rows, left : left + columns]
        of_channel, of_row, of_column, *of_image = memory.strides
        (down, across), dilation = conv.stride, conv.dilation
        self.windows = as_strided(
            memory,
            (channels, *conv.window.kernel, *conv.window.output_size(rows, columns), *images),
            (of_channel, dilation[0] * of_row, dilation[1] * of_column, down * of_row, across * of_column, *of_image),
            writeable=False,
        )
