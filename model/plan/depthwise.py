"""Depthwise convolution: a kernel a channel, which is a sum of a few shifted maps.

A row of a padded map is one cell further than the row above by the padded width, so all cells of a shifted map are
one long run of memory (with a few cells at the end of each row that nobody wants). `einsum` multiplies such runs and
adds them up in one pass, if it is told to walk along the run first: order "F", with the run the first axis of the
output. With a stride of 2 the cells are first sorted into phases, odd and even, and each is a run again.

A part of the channels at a time, so that all of it stays in cache.
"""

from __future__ import annotations

from math import prod

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from model.layers import Conv2d
from model.plan.spans import bands, inside
from model.plan.step import Images, Scratch, Step, Work
from model.tensor import Array, Shape

NEAR = 1 << 17
"""Bytes that the padded maps of one part of the channels may take."""


class Depthwise:
    """One kernel a channel, by sums of runs."""

    def __init__(self, conv: Conv2d, shape: Shape, dtype: npt.DTypeLike) -> None:
        self.conv, self.shape, self.dtype = conv, shape, dtype
        self.kernels = conv.weight[:, 0].astype(dtype, order="C")
        self.bias = conv.bias.astype(dtype)

    @staticmethod
    def suits(conv: Conv2d) -> bool:
        alone = conv.groups == len(conv.weight) and conv.weight.shape[1] == 1
        return alone and (conv.stride == (1, 1) or conv.dilation == (1, 1))

    def bind(self, images: Images, scratch: Scratch) -> Step:
        conv, (channels, rows, columns), each = self.conv, self.shape, prod(images)
        _, out_rows, out_columns = conv.output_shape(self.shape)
        (down, right), (below, beside) = conv.stride, conv.dilation
        top, left, bottom, after = conv.padding
        height, width = -(-(rows + top + bottom) // down), -(-(columns + left + after) // right)
        run = out_rows * width * each
        # The last run reaches a little over the end.
        of_channel = height * width * each + (conv.weight.shape[3] - 1) * beside * each
        cuts = list(bands(channels, of_channel * self.kernels.itemsize, NEAR))
        most = max(last - first for first, last in cuts)
        phases = [
            (row, column)
            for row in range(min(down, conv.weight.shape[2]))
            for column in range(min(right, conv.weight.shape[3]))
        ]
        # The padding of all channels is at the same places, so all parts share one memory.
        memory: Array = np.zeros((len(phases), most, of_channel), self.dtype)
        maps = memory[:, :, : height * width * each].reshape(len(phases), most, height, width, *images)
        _, of_map, item = memory.strides
        total, term = scratch.take("first", most, run), scratch.take("second", most, run)
        wanted = total.reshape(most, out_rows, width, *images)[:, :, :out_columns]
        parts = []
        for first, last in cuts:
            channel, count = slice(first, last), last - first
            fills, terms = [], []
            for number, (row, column) in enumerate(phases):
                rows_to, rows_from = inside(rows, height, down, row - top)
                columns_to, columns_from = inside(columns, width, right, column - left)
                fills.append((maps[number, :count, rows_to, columns_to], (channel, rows_from, columns_from)))
                kernels = self.kernels[channel, row::down, column::right]
                strides = (of_map, below * width * each * item, beside * each * item, item)
                shifts = as_strided(memory[number], (*kernels.shape, run), strides, writeable=False)
                terms.append((shifts, kernels, (term if number else total)[:count]))
            bias = self.bias[channel].reshape(-1, *(1 for _ in wanted.shape[1:]))
            parts.append((channel, fills, terms, terms[0][2], bias, wanted[:count]))

        def step(out: Array, x: Array) -> Work:
            calls = []
            for channel, fills, terms, sums, bias, cells in parts:
                copies = [(to, x[source]) for to, source in fills]
                calls.append((copies, terms, sums, bias, cells, out[channel]))

            def work() -> None:
                for copies, terms, sums, bias, cells, place in calls:
                    for to, source in copies:
                        to[...] = source
                    for shifts, kernels, into in terms:
                        np.einsum("cijx,cij->xc", shifts, kernels, order="F", out=into.T)
                        if into is not sums:
                            np.add(sums, into, sums)
                    np.add(cells, bias, place)

            return work

        return step
