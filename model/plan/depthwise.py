"""Depthwise convolution: a kernel a channel, which is a sum of a few shifted maps.

A row of a padded map is one cell further than the row above by the padded width, so all cells of a shifted map are
one long run of memory (with a few cells at the end of each row that nobody wants). `einsum` multiplies such runs and
adds them up in one pass, if it is told to walk along the run first: order "F", with the run the first axis of the
output. With a stride of 2 the cells are first sorted into phases, odd and even, and each is a run again.

Chunks, padding and bias as in `convolution`.
"""

from __future__ import annotations

from math import prod

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from model.layers import Conv2d
from model.plan.spans import inside
from model.plan.step import Images, Step
from model.tensor import Array, Shape


class Depthwise:
    """One kernel a channel, by sums of runs."""

    def __init__(self, conv: Conv2d, shape: Shape, dtype: npt.DTypeLike) -> None:
        self.conv, self.shape, self.dtype = conv, shape, dtype
        self.kernels = conv.weight[:, 0].astype(dtype, order="C")
        self.bias = conv.bias[:, None].astype(dtype)

    @staticmethod
    def suits(conv: Conv2d) -> bool:
        alone = conv.groups == len(conv.weight) and conv.weight.shape[1] == 1
        return alone and (conv.stride == (1, 1) or conv.dilation == (1, 1))

    def bind(self, images: Images) -> Step:
        conv, (channels, rows, columns), each = self.conv, self.shape, prod(images)
        _, out_rows, out_columns = conv.output_shape(self.shape)
        (down, right), (below, beside) = conv.stride, conv.dilation
        top, left, bottom, after = conv.padding
        height, width = -(-(rows + top + bottom) // down), -(-(columns + left + after) // right)
        run = out_rows * width * each
        # The last run reaches a little over the end.
        spare = conv.weight.shape[3] * beside * each
        fills, terms = [], []
        for row in range(min(down, conv.weight.shape[2])):
            for column in range(min(right, conv.weight.shape[3])):
                memory: Array = np.zeros((channels, height * width * each + spare), self.dtype)
                maps = memory[:, : height * width * each].reshape(channels, height, width, *images)
                rows_to, rows_from = inside(rows, height, down, row - top)
                columns_to, columns_from = inside(columns, width, right, column - left)
                fills.append((maps[:, rows_to, columns_to], (slice(None), rows_from, columns_from)))
                kernels = self.kernels[:, row::down, column::right]
                step_across = beside * each * memory.itemsize
                shifts = as_strided(
                    memory,
                    (*kernels.shape, run),
                    (memory.strides[0], below * width * each * memory.itemsize, step_across, memory.itemsize),
                    writeable=False,
                )
                terms.append((shifts, kernels))
        total, term = np.empty((2, channels, run), self.dtype)
        wanted = total.reshape(channels, out_rows, width, *images)[:, :, :out_columns]
        bias = self.bias

        def step(out: Array, x: Array) -> None:
            for to, source in fills:
                to[...] = x[source]
            for number, (shifts, kernels) in enumerate(terms):
                into = term if number else total
                np.einsum("cijx,cij->xc", shifts, kernels, order="F", out=into.T)
                if number:
                    np.add(total, term, out=total)
            np.add(total, bias, out=total)
            out[...] = wanted

        return step
