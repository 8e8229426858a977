"""The inference plan: a network's forward pass with every stage's values kept, several times faster.

For each stage the plan picks, from the layer and its shapes alone, the quickest way that is known, and prepares it
once; whatever it knows no quicker way for, it leaves to the layer. The numbers are the layers', to rounding:
`tests/model/test_plan_inference.py` holds it to that. The choice never looks at a clock, so the same picture gives
the same bytes in every process of one machine.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
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
from model.plan.convolution import Columns, Pointwise, Shifts
from model.plan.depthwise import Depthwise
from model.plan.pooling import GlobalMean, Pool
from model.plan.step import ByBatch, Images, Prepared, Step
from model.plan.winograd import Winograd, winograd_side
from model.tensor import Array, Shape

TOGETHER, WIDE = range(8, 257), 48
"""Batches of so many images run together, the images last, where rows are shorter than this; others image by image."""


class InferencePlan:
    """A graph made ready to run; any number of threads may run it at once.

    What is prepared is shared and never changed. Memory to work in belongs to a thread, and no trace ever refers to
    it.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        dtypes = {array.dtype for array in graph.parameters.values()}
        self.dtype = dtypes.pop() if len(dtypes) == 1 and not _in_training(graph) else None
        places = {name: place for place, name in enumerate(graph.shapes)}
        self._sources = [tuple(places[name] for name in stage.inputs) for stage in graph.stages]
        self._prepared: list[Prepared] = []
        if self.dtype is not None:
            for stage in graph.stages:
                shapes = [graph.shapes[name] for name in stage.inputs]
                self._prepared.append(prepare(stage.layer, shapes, self.dtype))
        self._memory = _Memory()

    def run(self, x: Array, between: Callable[[], None] = lambda: None) -> Trace:
        """What `graph.run(x, between)` gives, to rounding: `x` is a batch (N, channels, rows, columns).

        The values of a large batch are views of arrays that have the images last.
        """
        if self.dtype is None or x.dtype != self.dtype or x.shape[1:] != self.graph.input_shape:
            return self.graph.run(x, between)
        if len(x) in TOGETHER and x.shape[3] < WIDE:
            values = self._run_together(x, between)
        else:
            values = self._run_one_by_one(x, between)
        values[0] = x
        return Trace(MappingProxyType(dict(zip(self.graph.shapes, values, strict=True))))

    def _run_one_by_one(self, x: Array, between: Callable[[], None]) -> list[Array]:
        """Every stage's values, (N, ...), in network order."""
        arrays = self._arrays((len(x),), ())
        steps = self._steps(())
        for number in range(len(x)):
            values = [array[number] for array in arrays]
            np.copyto(values[0], x[number])
            self._fill(values, steps, between)
        return [array.view() for array in arrays]

    def _run_together(self, x: Array, between: Callable[[], None]) -> list[Array]:
        """The same, by arrays that have the images last."""
        arrays = self._arrays((), (len(x),))
        np.copyto(arrays[0], np.moveaxis(x, 0, -1))
        self._fill(arrays, self._steps((len(x),)), between)
        return [np.moveaxis(array, -1, 0) for array in arrays]

    def _fill(self, values: list[Array], steps: list[Step], between: Callable[[], None]) -> None:
        """From the first of `values`, the input, all the others."""
        for out, step, sources in zip(values[1:], steps, self._sources, strict=True):
            between()
            if len(sources) == 1:
                step(out, values[sources[0]])
            else:
                step(out, *[values[source] for source in sources])

    def _steps(self, images: Images) -> list[Step]:
        """This thread's steps for one image, or for batches of a size."""
        kept = self._memory.steps
        if images not in kept:
            # Of batches only the steps for the last size stay.
            kept = {size: steps for size, steps in kept.items() if not size}
            kept[images] = [ready.bind(images) for ready in self._prepared]
            self._memory.steps = kept
        return kept[images]

    def _arrays(self, before: Images, after: Images) -> list[Array]:
        """An array for every stage's values: that of this thread's last run, if nobody has it any more.

        Fresh memory costs more than the arithmetic: the system hands it out page by page, each filled with zeros.
        """
        memory = self._memory
        if memory.batch != (before, after):
            memory.batch = before, after
            memory.arrays = [np.empty((*before, *shape, *after), self.dtype) for shape in self.graph.shapes.values()]
        for place in range(len(memory.arrays)):
            # Whoever has a trace, or any view of any of its arrays, has a reference. Two are ours: the list's, and
            # that of the call.
            if sys.getrefcount(memory.arrays[place]) > 2:
                memory.arrays[place] = np.empty_like(memory.arrays[place])
        return memory.arrays


class _Memory(threading.local):
    """What one thread works in: its steps, and the arrays of its last run."""

    def __init__(self) -> None:
        self.steps: dict[Images, list[Step]] = {}
        self.batch: tuple[Images, Images] = (), ()
        self.arrays: list[Array] = []


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
    whole = Shifts(conv, shape, dtype) if Shifts.suits(conv, shape) else Columns(conv, shape, dtype)
    tiles = {batch: winograd_side(conv, shape, batch) for batch in (False, True)}
    ways = {batch: Winograd(conv, shape, dtype, side) if side else whole for batch, side in tiles.items()}
    return ways[False] if ways[False] is ways[True] else ByBatch(ways[False], ways[True])


def _in_training(graph: Graph) -> bool:
    return any(isinstance(stage.layer, BatchNorm) and stage.layer.training for stage in graph.stages)
