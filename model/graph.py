"""The graph of a network, and the trace of images through it.

A graph is data: named stages in an order in which each comes after its inputs. Running it forward gives a
trace that keeps every stage's values; running it backward reads that trace, as one reads a tape.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple, Self

import numpy.typing as npt

from model.layers import Layer
from model.tensor import Array, Shape


@dataclass(frozen=True, eq=False)
class Stage:
    """One step of a network: a layer, the name of its output, and the names of the stages it reads."""

    name: str
    layer: Layer
    inputs: tuple[str, ...]


class Trace(NamedTuple):
    """Every stage's values of a batch of images, in network order, the input first: name -> (N, ...)."""

    values: Mapping[str, Array]

    def of(self, stage: Stage) -> tuple[Array, ...]:
        """The inputs that `stage` had."""
        return tuple(self.values[name] for name in stage.inputs)


class StageGradients(NamedTuple):
    """The gradients of one scalar: by stage (as the stage's values), and by parameter (`conv1.weight`)."""

    stages: Mapping[str, Array]
    parameters: Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Graph:
    """Stages in network order behind one input.

    `input_shape` is (channels, rows, columns), without the batch axis. ValueError, naming the stage, where a
    stage reads something that does not come before it, a name is used twice, or a layer does not fit its
    inputs.
    """

    input_shape: Shape
    stages: tuple[Stage, ...]
    input: str = "input"
    shapes: Mapping[str, Shape] = field(init=False)

    def __post_init__(self) -> None:
        shapes = {self.input: self.input_shape}
        for stage in self.stages:
            missing = [name for name in stage.inputs if name not in shapes]
            if missing:
                raise ValueError(f"Stage `{stage.name}` reads `{missing[0]}`, which does not come before it.")
            if stage.name in shapes:
                raise ValueError(f"Two stages are named `{stage.name}`; each needs a name of its own.")
            try:
                shapes[stage.name] = _output_shape(stage.layer, [shapes[name] for name in stage.inputs])
            except ValueError as error:
                raise ValueError(f"Stage `{stage.name}`: {error}") from error
        object.__setattr__(self, "shapes", MappingProxyType(shapes))

    def __getitem__(self, name: str) -> Stage:
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(name)

    @property
    def output(self) -> str:
        """The name of the last stage."""
        return self.stages[-1].name if self.stages else self.input

    @property
    def parameters(self) -> dict[str, Array]:
        """Every array of the network: `conv1.weight`, `conv1.bias`, ..."""
        return {
            f"{stage.name}.{name}": array for stage in self.stages for name, array in stage.layer.parameters.items()
        }

    def multiply_adds(self, stage: Stage) -> int:
        """What `stage` costs for one image."""
        return stage.layer.multiply_adds(*(self.shapes[name] for name in stage.inputs))

    def with_parameters(self, parameters: Mapping[str, Array]) -> Self:
        """The same network with some of its arrays replaced, named as in `parameters`."""
        by_stage: dict[str, dict[str, Array]] = {}
        for full_name, array in parameters.items():
            stage_name, _, name = full_name.rpartition(".")
            if name not in self[stage_name].layer.parameters:
                raise KeyError(full_name)
            by_stage.setdefault(stage_name, {})[name] = array
        return replace(
            self,
            stages=tuple(
                replace(stage, layer=stage.layer.with_parameters(by_stage[stage.name]))
                if stage.name in by_stage
                else stage
                for stage in self.stages
            ),
        )

    def astype(self, dtype: npt.DTypeLike) -> Self:
        """The same network with its arrays in another float type: float32 to serve, float64 to check."""
        return self.with_parameters({name: array.astype(dtype) for name, array in self.parameters.items()})

    def run(self, x: Array, between: Callable[[], None] = lambda: None) -> Trace:
        """Runs a batch `x` (N, channels, rows, columns) forward and keeps the values of every stage.

        `between` is called before each stage: what it raises ends the run.
        """
        if x.shape[1:] != self.input_shape:
            raise ValueError(f"The network takes (images, {', '.join(map(str, self.input_shape))}) and got {x.shape}.")
        values = {self.input: x}
        for stage in self.stages:
            between()
            values[stage.name] = stage.layer.forward(*(values[name] for name in stage.inputs))
        return Trace(MappingProxyType(values))

    def backward(
        self, trace: Trace, start: str, grad: Array, between: Callable[[], None] = lambda: None
    ) -> StageGradients:
        """From `grad`, the gradient of some scalar with respect to stage `start`, all gradients before it.

        `between` is called before each stage: what it raises ends the way back.
        Source: reverse accumulation; Rumelhart, Hinton and Williams, Learning representations by
        back-propagating errors, 1986.
        """
        if start not in trace.values:
            raise ValueError(f"There is no stage `{start}`; gradients can start at: {', '.join(trace.values)}.")
        if grad.shape != trace.values[start].shape:
            raise ValueError(
                f"The gradient at stage `{start}` has shape {grad.shape}; "
                f"it must be that of the stage's values, {trace.values[start].shape}."
            )
        stages: dict[str, Array] = {start: grad}
        parameters: dict[str, Array] = {}
        for stage in reversed(self.stages):
            if stage.name not in stages:
                continue
            between()
            gradients = stage.layer.backward(stages[stage.name], trace.values[stage.name], *trace.of(stage))
            for name, array in zip(stage.inputs, gradients.inputs, strict=True):
                stages[name] = stages[name] + array if name in stages else array
            parameters.update({f"{stage.name}.{name}": array for name, array in gradients.parameters.items()})
        return StageGradients(stages, parameters)


class Span(NamedTuple):
    """A stretch of rows and columns, ends included; it can reach over the edge, into the padding."""

    top: int
    left: int
    bottom: int
    right: int


def receptive_field(graph: Graph, stage: str, row: int, column: int) -> Span:
    """The part of the input that cell (row, column) of any channel of `stage` can see.

    A value of a vector sees what the whole vector sees, so after a Flatten all of the map. ValueError for an
    unknown stage. Source: Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural
    Networks, 2019.
    """
    if stage not in graph.shapes:
        raise ValueError(f"There is no stage `{stage}`; there are: {', '.join(graph.shapes)}.")
    spans: dict[str, Span] = {stage: Span(row, column, row, column)}
    for step in reversed(graph.stages):
        if step.name not in spans:
            continue
        for name in step.inputs:
            seen = _span_behind(graph, step, name, spans[step.name])
            spans[name] = _union(spans[name], seen) if name in spans else seen
    return spans[graph.input]


def receptive_field_size(graph: Graph, stage: str) -> tuple[int, int]:
    """Rows and columns of the input that one cell of `stage` can see, at most."""
    span = receptive_field(graph, stage, 0, 0)
    _, rows, columns = graph.input_shape
    return min(span.bottom - span.top + 1, rows), min(span.right - span.left + 1, columns)


def _output_shape(layer: Layer, shapes: Sequence[Shape]) -> Shape:
    """The layer's output shape; ValueError, too, where it takes another number of inputs."""
    signature = inspect.signature(layer.output_shape)
    try:
        signature.bind(*shapes)
    except TypeError as error:
        raise ValueError(f"{layer.op} takes {len(signature.parameters)} input and got {len(shapes)}.") from error
    return layer.output_shape(*shapes)


def _span_behind(graph: Graph, stage: Stage, source: str, span: Span) -> Span:
    """What `span` of `stage` reads of its input `source`."""
    shape, source_shape = graph.shapes[stage.name], graph.shapes[source]
    window = stage.layer.window
    if window is not None:
        rows = [row for _, _, row, _ in window.cells(span.top, span.left)]
        columns = [column for _, _, _, column in window.cells(span.top, span.left)]
        return Span(
            min(rows),
            min(columns),
            max(rows) + (span.bottom - span.top) * window.stride[0],
            max(columns) + (span.right - span.left) * window.stride[1],
        )
    if len(source_shape) == 3 and shape[1:] != source_shape[1:]:
        return Span(0, 0, source_shape[1] - 1, source_shape[2] - 1)
    return span


def _union(a: Span, b: Span) -> Span:
    return Span(min(a.top, b.top), min(a.left, b.left), max(a.bottom, b.bottom), max(a.right, b.right))
