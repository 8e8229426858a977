"""Networks with depthwise convolutions: with the channels last, the layout that suits them.

A depthwise convolution multiplies every cell by a weight of its channel's own. With the channels last, a whole row
of all channels is one run of memory, and the weights, repeated along the row, another: `einsum` multiplies and adds
runs of thousands of numbers where, channel by channel, it had runs of 49. And a pointwise convolution is a matrix
product, which reads and writes either layout at the same speed: so nothing is ever turned around.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from model.graph import Graph
from model.layers import Add, Conv2d, GlobalAveragePool, Layer, Relu
from model.plan.convolution import Pointwise
from model.plan.depthwise import Depthwise
from model.plan.spans import bands, inside
from model.plan.step import Images, Scratch, Step, Work
from model.tensor import Array, Shape

NEAR = 1 << 18
"""Bytes of the rows that are filled before they are read."""


def channels_last(graph: Graph) -> frozenset[str]:
    """The stages whose values lie with the channels last: in networks with depthwise convolutions, all that can."""
    if not any(_depthwise(stage.layer) for stage in graph.stages):
        return frozenset()
    found = {stage.name for stage in graph.stages if _pointwise(stage.layer) or _follows(stage.layer)}
    while True:
        stay = set(found)
        for stage in graph.stages:
            if _follows(stage.layer) and not found.issuperset(stage.inputs):
                stay.discard(stage.name)
            if not _reads_both(stage.layer) and not (_follows(stage.layer) and stage.name in found):
                stay.difference_update(stage.inputs)
        if stay == found:
            return frozenset(found)
        found = stay


def _depthwise(layer: Layer) -> bool:
    return isinstance(layer, Conv2d) and DepthwiseLast.suits(layer) and not _pointwise(layer)


def _pointwise(layer: Layer) -> bool:
    return isinstance(layer, Conv2d) and Pointwise.suits(layer)


def _follows(layer: Layer) -> bool:
    """Whether the layer's maps lie as its inputs do."""
    return isinstance(layer, Relu | Add) or _depthwise(layer)


def _reads_both(layer: Layer) -> bool:
    return isinstance(layer, GlobalAveragePool) or _pointwise(layer)


class CutLast:
    """ReLU of maps with the channels last."""

    def __init__(self, shape: Shape, dtype: npt.DTypeLike) -> None:
        self.zeros = np.zeros(shape[2] * shape[0], dtype)

    def bind(self, images: Images, scratch: Scratch) -> Step:
        zeros = self.zeros

        def step(out: Array, x: Array) -> Work:
            rows = out.shape[1]
            return partial(np.maximum, _last(x).reshape(rows, -1), zeros, out=_last(out).reshape(rows, -1))

        return step


class DepthwiseLast:
    """One kernel a channel, by sums of rows of all channels."""

    def __init__(self, conv: Conv2d, shape: Shape, dtype: npt.DTypeLike) -> None:
        self.conv, self.shape, self.dtype = conv, shape, dtype
        columns = conv.output_shape(shape)[2]
        by_cell = conv.weight[:, 0].transpose(1, 2, 0).astype(dtype)  # (kernel rows, kernel columns, C)
        self.kernels = np.ascontiguousarray(np.tile(by_cell, columns))
        self.bias = np.tile(conv.bias.astype(dtype), columns)

    @staticmethod
    def suits(conv: Conv2d) -> bool:
        return Depthwise.suits(conv) and conv.dilation == (1, 1)

    def bind(self, images: Images, scratch: Scratch) -> Step:
        conv, (channels, rows, columns) = self.conv, self.shape
        _, out_rows, out_columns = conv.output_shape(self.shape)
        (down, right), (top, left, bottom, after) = conv.stride, conv.padding
        phases = min(right, conv.weight.shape[3])
        height, width = rows + top + bottom, -(-(columns + left + after) // right)
        memory: Array = np.zeros((phases, height, width, channels), self.dtype)
        _, of_row, of_column, item = memory.strides
        terms, fills = [], []
        for phase in range(phases):
            to, source = inside(columns, width, right, phase - left)
            fills.append((memory[phase, top : top + rows, to], source))
            kernels = np.ascontiguousarray(self.kernels[:, phase::right])
            shape = (*kernels.shape[:2], out_rows, out_columns * channels)
            strides = (of_row, of_column, down * of_row, item)
            terms.append((as_strided(memory[phase], shape, strides, writeable=False), kernels))
        parts = []
        done = 0
        for first, last in bands(out_rows, phases * down * of_row, NEAR):
            new = slice(done, min(rows, max(done, (last - 1) * down + conv.weight.shape[2] - top)))
            part_fills = [(to[new], (new, source)) for to, source in fills]
            part_terms = [(shifts[:, :, first:last], kernels) for shifts, kernels in terms]
            parts.append((slice(first, last), part_fills, part_terms))
            done = new.stop
        most = max(last - first for first, last in bands(out_rows, phases * down * of_row, NEAR))
        term = scratch.take("first", most, out_columns * channels)
        bias = self.bias

        def step(out: Array, x: Array) -> Work:
            by_row, out = _last(x), _last(out).reshape(out_rows, -1)
            calls = []
            for band, fills, ((shifts, kernels), *others) in parts:
                sums = out[band]
                copies = [(to, by_row[source]) for to, source in fills]
                calls.append((copies, shifts, kernels, sums, [(*each, term[: len(sums)]) for each in others]))

            def work() -> None:
                for copies, shifts, kernels, sums, others in calls:
                    for to, source in copies:
                        to[...] = source
                    np.einsum("ijhx,ijx->hx", shifts, kernels, out=sums)
                    for shifts, kernels, term in others:
                        np.einsum("ijhx,ijx->hx", shifts, kernels, out=term)
                        np.add(sums, term, sums)
                    np.add(sums, bias, sums)

            return work

        return step


def _last(x: Array) -> Array:
    """(C, H, W), which is how the plan calls every map, as it lies in memory: (H, W, C)."""
    return x.transpose(1, 2, 0)
