"""The inference plan: a network's forward pass with every stage's values kept, several times faster.

For each stage the plan picks, from the layer and its shapes alone, the quickest way that is known, and prepares it
once; whatever it knows no quicker way for, it leaves to the layer. The numbers are the layers', to rounding:
`tests/model/test_plan_inference.py` holds it to that. The choice never looks at a clock, so the same picture gives
the same bytes in every process of one machine.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from model.graph import Graph, Trace
from model.layers import (
    Add,
    AveragePool,
    BatchNorm,
    Concat,
    Conv2d,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    Relu,
    Softmax,
)
from model.plan.cellwise import Copy, Cut, Join, Own, Scale, Shares, Sum, Weigh
from model.plan.convolution import Columns, Depthwise, Pointwise, Shifts
from model.plan.pooling import GlobalMean, Pool
from model.plan.step import Images, Prepared, Step
from model.plan.winograd import Winograd, winograd_side
from model.tensor import Array, Shape

TOGETHER = range(8, 257)
"""Batches of so many images run together, the images last; others image by image."""

MANY_CHANNELS = 96
"""From here on the windows of a band are better written out than walked: see docs/performance.md."""


class InferencePlan:
    """A graph made ready to run; any number of threads may run it at once.

    What is prepared is shared and never changed. Memory to work in belongs to a thread, and no trace ever refers to
    it: each run writes its values into arrays of its own.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        dtypes = {array.dtype for array in graph.parameters.values()}
        self.dtype = dtypes.pop() if len(dtypes) == 1 and not _in_training(graph) else None
        self._stages: list[tuple[str, Prepared, tuple[str, ...]]] = []
        if self.dtype is not None:
            for stage in graph.stages:
                shapes = [graph.shapes[name] for name in stage.inputs]
                self._stages.append((stage.name, prepare(stage.layer, shapes, self.dtype), stage.inputs))
        self._memory = _Memory()

    def run(self, x: Array) -> Trace:
        """What `graph.run(x)` gives, to rounding: `x` is a batch (N, channels, rows, columns).

        The values of a large batch are views of arrays that have the images last.
        """
        if self.dtype is None or x.dtype != self.dtype or x.shape[1:] != self.graph.input_shape:
            return self.graph.run(x)
        if len(x) in TOGETHER:
            last = self._run(np.ascontiguousarray(np.moveaxis(x, 0, -1)), (len(x),))
            values = {name: np.moveaxis(array, -1, 0) for name, array in last.items()}
        elif len(x) == 1:
            values = {name: array[None] for name, array in self._run(np.ascontiguousarray(x[0]), ()).items()}
        else:
            shapes = self.graph.shapes
            values = {name: np.empty((len(x), *shape), self.dtype) for name, shape in shapes.items()}
            for number, image in enumerate(np.ascontiguousarray(x)):
                self._run(image, (), {name: array[number] for name, array in values.items()})
        values[self.graph.input] = x
        return Trace(MappingProxyType(values))

    def _run(self, x: Array, images: Images, into: dict[str, Array] | None = None) -> dict[str, Array]:
        """Every stage's values, laid out as `Step` has them: in arrays of their own, or in those of `into`."""
        values = {self.graph.input: x}
        shapes, dtype = self.graph.shapes, self.dtype
        for (name, _, inputs), step in zip(self._stages, self._steps(images), strict=True):
            out = np.empty((*shapes[name], *images), dtype) if into is None else into[name]
            step(out, *[values[source] for source in inputs])
            values[name] = out
        return values

    def _steps(self, images: Images) -> list[Step]:
        """The steps of this thread, made at its first run of one image, or of such a batch."""
        if self._memory.images.get(len(images)) != images:
            self._memory.steps[len(images)] = [ready.bind(images) for _, ready, _ in self._stages]
            self._memory.images[len(images)] = images
        return self._memory.steps[len(images)]


class _Memory(threading.local):
    """A thread's steps: those for one image (key 0), and those for a batch of the size that came last (key 1)."""

    def __init__(self) -> None:
        self.steps: dict[int, list[Step]] = {}
        self.images: dict[int, Images] = {}


def prepare(layer: Layer, shapes: Sequence[Shape], dtype: npt.DTypeLike) -> Prepared:
    """The quickest known way for a layer and the shapes of its inputs; the layer's own where none is quicker."""
    match layer:
        case Conv2d():
            return _convolution(layer, shapes[0], dtype)
        case MaxPool() | AveragePool():
            return Pool(layer, shapes[0], dtype)
        case GlobalAveragePool():
            return GlobalMean(shapes[0])
        case BatchNorm():
            return Scale(layer, dtype)
        case Relu():
            return Cut(shapes[0], dtype)
        case Dense():
            return Weigh(layer, dtype)
        case Add():
            return Sum()
        case Concat():
            return Join()
        case Flatten():
            return Copy()
        case Softmax():
            return Shares()
    return Own(layer)


def _convolution(conv: Conv2d, shape: Shape, dtype: npt.DTypeLike) -> Prepared:
    if Pointwise.suits(conv):
        return Pointwise(conv, dtype)
    if Depthwise.suits(conv):
        return Depthwise(conv, shape, dtype)
    if conv.groups != 1:
        return Own(conv)
    side = winograd_side(conv, shape)
    if side is not None:
        return Winograd(conv, shape, dtype, side)
    if conv.dilation[0] == 1 and shape[0] < MANY_CHANNELS:
        return Shifts(conv, shape, dtype)
    return Columns(conv, shape, dtype)


def _in_training(graph: Graph) -> bool:
    return any(isinstance(stage.layer, BatchNorm) and stage.layer.training for stage in graph.stages)
