"""Folding: the network that trained, with its batch normalisation worked into the convolutions before it."""

from __future__ import annotations

from dataclasses import replace

from model.graph import Graph
from model.layers import BatchNorm, Conv2d, fold


def folded(graph: Graph) -> Graph:
    """The graph without its BatchNorm stages, giving the same answers (with the stored statistics).

    ValueError where a BatchNorm does not follow a convolution that it alone reads.
    """
    readers: dict[str, int] = {}
    for stage in graph.stages:
        for name in stage.inputs:
            readers[name] = readers.get(name, 0) + 1
    kept = {stage.name: stage for stage in graph.stages}
    merged: dict[str, str] = {}  # a BatchNorm's name -> the convolution that took it in
    for stage in graph.stages:
        if not isinstance(stage.layer, BatchNorm):
            continue
        (source,) = stage.inputs
        before = kept.get(source)
        if before is None or not isinstance(before.layer, Conv2d) or readers[source] > 1:
            raise ValueError(
                f"Stage `{stage.name}` (BatchNormalization) cannot be folded: it has to follow a Conv that "
                f"no other stage reads, and it follows `{source}`."
            )
        kept[source] = replace(before, layer=fold(before.layer, stage.layer))
        merged[stage.name] = source
        del kept[stage.name]
    return Graph(
        graph.input_shape,
        tuple(replace(stage, inputs=tuple(merged.get(name, name) for name in stage.inputs)) for stage in kept.values()),
        graph.input,
    )
