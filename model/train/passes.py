"""Forward and backward passes for training: by the fast plan where there is one, by the readable layers else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from model.graph import Graph, Trace
from model.layers import BatchNorm, Softmax
from model.plan import TrainingPlan
from model.tensor import Array

Arrays = Mapping[str, Array]


class Passes(Protocol):
    """A network of one structure under whatever parameters; each call may use again what the last one returned."""

    def logits(self, parameters: Arrays, x: Array) -> Array:
        """The scores (images, classes) before softmax."""

    def gradients(self, parameters: Arrays, grad: Array) -> dict[str, Array]:
        """From the gradient of the last `logits` to those of the parameters."""

    def statistics(self) -> dict[str, tuple[Array, Array]]:
        """Mean and variance of the last batch, by stage of batch normalisation."""


def passes(graph: Graph, images: int) -> Passes:
    """The fastest way to run batches of `images` through networks of this structure."""
    return TrainingPlan.make(graph, images) or LayerPasses(graph)


class LayerPasses:
    """The readable way: the graph, run forward and backward."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._trace: Trace | None = None

    def logits(self, parameters: Arrays, x: Array) -> Array:
        self._graph = self._graph.with_parameters(parameters)
        self._trace = self._graph.run(x)
        return self._trace.values[logits_stage(self._graph)]

    def gradients(self, parameters: Arrays, grad: Array) -> dict[str, Array]:
        assert self._trace is not None
        return dict(self._graph.backward(self._trace, logits_stage(self._graph), grad).parameters)

    def statistics(self) -> dict[str, tuple[Array, Array]]:
        assert self._trace is not None
        return {
            stage.name: stage.layer.statistics(*self._trace.of(stage))
            for stage in self._graph.stages
            if isinstance(stage.layer, BatchNorm)
        }


def logits_stage(graph: Graph) -> str:
    """The stage that holds the scores before softmax."""
    last = graph.stages[-1]
    return last.inputs[0] if isinstance(last.layer, Softmax) else last.name
