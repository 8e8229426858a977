"""Calibration: how sure the network says it is, brought to how often it is right."""

from __future__ import annotations

from math import exp, log

import numpy as np

from model.graph import Graph
from model.layers import Dense, Softmax
from model.tensor import Array
from model.train.data import Dataset
from model.train.evaluate import judge, scores
from model.train.passes import logits_stage

FEWEST_MISTAKES = 20
"""A network that makes fewer mistakes on its validation images does not show how sure it should be."""


def temperature(logits: Array, labels: Array) -> float:
    """The T from 0.05 to 20 for which softmax(logits / T) has the least loss on the right classes, to 0.1 %.

    One number can make a network more or less sure without changing any answer. Source: Guo et al., On
    Calibration of Modern Neural Networks, 2017.
    """
    shifted = np.asarray(logits - logits.max(axis=1, keepdims=True), np.float64)
    of_right_class = shifted[np.arange(len(labels)), labels]

    def loss(power: float) -> float:
        return float((np.log(np.exp(shifted / exp(power)).sum(axis=1)) - of_right_class / exp(power)).mean())

    # The loss has one valley along T: a third of the stretch without it is cut off each time.
    low, high = log(0.05), log(20)
    while high - low > 0.001:
        third = (high - low) / 3
        if loss(low + third) < loss(high - third):
            high -= third
        else:
            low += third
    return exp((low + high) / 2)


def helpful_temperature(graph: Graph, validation: Dataset) -> float:
    """The temperature for images that the network did not learn from.

    1 where it makes the reliability no better, or where there are too few mistakes to tell it by.
    """
    logits = scores(graph, validation)
    if np.count_nonzero(logits.argmax(axis=1) != validation.labels) < FEWEST_MISTAKES:
        return 1.0
    found = temperature(logits, validation.labels)
    before, after = (
        judge(Softmax().forward(logits / np.float32(each)), validation.labels, validation.classes)
        for each in (1.0, found)
    )
    return found if after.calibration_error < before.calibration_error else 1.0


def with_temperature(graph: Graph, found: float) -> Graph:
    """The same network with its logits divided by a temperature: its last dense layer's arrays are."""
    name = logits_stage(graph)
    layer = graph[name].layer
    if not isinstance(layer, Dense):
        raise ValueError(f"The logits come from stage `{name}` ({layer.op}); a temperature is folded into a Gemm.")
    factor = np.float32(1 / found)
    return graph.with_parameters({f"{name}.{part}": array * factor for part, array in layer.parameters.items()})
