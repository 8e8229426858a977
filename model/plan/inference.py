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
from model.plan.last import CutLast, DepthwiseLast, channels_last
from model.plan.pooling import GlobalMean, Pool
from model.plan.step import ByBatch, Images, Prepared, Scratch, Step, Work
from model.plan.winograd import Winograd, winograd_side
from model.tensor import Array, Shape

TOGETHER, WIDE = range(8, 257), 48
"""Batches of so many images run together, the images last, where rows are shorter than this; others image by image."""

Between = Callable[[], None]
"""Called before each stage: what it raises ends the run."""


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
        self._last = channels_last(graph)
        if self.dtype is not None:
            for stage in graph.stages:
                shapes = [graph.shapes[name] for name in stage.inputs]
                self._prepared.append(prepare(stage.layer, shapes, self.dtype, stage.name in self._last))
        self._memory = _Memory()

    def run(self, x: Array, between: Between = lambda: None) -> Trace:
        """What `graph.run(x, between)` gives, to rounding: `x` is a batch (N, channels, rows, columns).

        The values of a large batch are views of arrays that have the images last.
        """
        if self.dtype is None or x.dtype != self.dtype or x.shape[1:] != self.graph.input_shape:
            return self.graph.run(x, between)
        ready = self._ready(len(x))
        np.copyto(ready.input, x)
        for work in ready.works:
            between()
            work()
        self._memory.ready = ready
        return Trace(MappingProxyType(ready.values | {self.graph.input: x}))

    def _ready(self, images: int) -> _Ready:
        """The arrays for a run of so many images, and the work that fills them: those of this thread's last run
        where nobody has an array, or a part of one, any more. Until the run is done they are the run's alone.

        Fresh memory costs more than the arithmetic: the system hands it out page by page, each filled with zeros.
        And making the views costs as much as using them, where maps are small.
        """
        ready, self._memory.ready = self._memory.ready, None
        if ready is not None and ready.images == images:
            if ready.references() == ready.counts:
                return ready
            ready = self._lay_out(images, ready.unused())
        else:
            ready = self._lay_out(images, [None for _ in self.graph.shapes])
        # Here the works alone refer to the arrays: no variable of this method does, and the old works are gone.
        ready.counts = ready.references()
        return ready

    def _lay_out(self, images: int, kept: list[Array | None]) -> _Ready:
        """Arrays for every stage's values, those that are `kept` or new ones, and the works on them."""
        together = images in TOGETHER and self.graph.input_shape[2] < WIDE
        arrays, values = [], []
        for (name, shape), old in zip(self.graph.shapes.items(), kept, strict=True):
            last = not together and name in self._last
            lies = (*shape, images) if together else (images, *shape[1:], shape[0]) if last else (images, *shape)
            array = np.empty(lies, self.dtype) if old is None else old
            # Whoever had the last trace may have made its arrays read-only, and a view is as its array is when made.
            array.flags.writeable = True
            arrays.append(array)
            values.append(np.moveaxis(array, -1, 0 if together else 1) if together or last else array)
        works = []
        # All images at once, or one after the other, each in cache.
        for maps in [arrays] if together else zip(*values, strict=True):
            for out, step, sources in zip(
                maps[1:], self._steps((images,) if together else ()), self._sources, strict=True
            ):
                works.append(step(out, *(maps[source] for source in sources)))
        return _Ready(images, arrays, dict(zip(self.graph.shapes, values, strict=True)), works)

    def _steps(self, images: Images) -> list[Step]:
        """This thread's steps for one image, or for batches of a size."""
        kept = self._memory.steps
        if images not in kept:
            # Of batches only the steps for the last size stay.
            kept = {size: steps for size, steps in kept.items() if not size}
            scratch = Scratch(self.dtype)
            kept[images] = [ready.bind(images, scratch) for ready in self._prepared]
            self._memory.steps = kept
        return kept[images]


class _Ready:
    """What the runs of so many images work on: an array a stage, and the works, in order.

    `values` are the arrays as a trace has them, by stage, (N, ...), the input first.
    """

    def __init__(self, images: int, arrays: list[Array], values: dict[str, Array], works: list[Work]) -> None:
        self.images, self.arrays, self.values, self.works = images, arrays, values, works
        views = list(values.values())
        self.input = views[0]
        viewed = any(array is not view for array, view in zip(arrays, views, strict=True))
        self._watched = [*arrays, *views] if viewed else arrays
        self.counts: list[int] = []

    def references(self) -> list[int]:
        """How many refer to each array and, where `values` has views of them, to each view: more than `counts`, where
        a trace, or any part of one, is still in use."""
        return list(map(sys.getrefcount, self._watched))

    def unused(self) -> list[Array | None]:
        """The arrays that nobody refers to any more; None for the others."""
        same = [now == then for now, then in zip(self.references(), self.counts, strict=True)]
        # The views, if there are any, are the last ones in the list.
        of_values = same[-len(self.arrays) :]
        return [
            array if array_same and view_same else None
            for array, array_same, view_same in zip(self.arrays, same, of_values, strict=False)
        ]


class _Memory(threading.local):
    """What one thread works in: its steps, and the arrays of its last run."""

    def __init__(self) -> None:
        self.steps: dict[Images, list[Step]] = {}
        self.ready: _Ready | None = None


def prepare(layer: Layer, shapes: Sequence[Shape], dtype: npt.DTypeLike, last: bool = False) -> Prepared:
    """The quickest known way for a layer and the shapes of its inputs; the layer's own where none is quicker.

    With `last` the maps of a single image, in and out, have their channels last.
    """
    if last and isinstance(layer, Relu):
        return ByBatch(CutLast(shapes[0], dtype), Cut(shapes[0], dtype))
    if last and isinstance(layer, Conv2d) and not Pointwise.suits(layer):
        return ByBatch(DepthwiseLast(layer, shapes[0], dtype), Depthwise(layer, shapes[0], dtype))
    match layer:
        case Conv2d():
            return _convolution(layer, shapes[0], dtype, last)
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


def _convolution(conv: Conv2d, shape: Shape, dtype: npt.DTypeLike, last: bool) -> Prepared:
    if Pointwise.suits(conv):
        return Pointwise(conv, dtype, last)
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
