"""Every gradient against central differences in float64: each layer's, and those of a graph that branches."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.graph import Graph, Stage
from model.layers import (
    Add,
    AveragePool,
    BatchNorm,
    Clip,
    Concat,
    Conv2d,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    LeakyRelu,
    MaxPool,
    Relu,
    Sigmoid,
    Softmax,
    Tanh,
)
from model.tensor import Array
from tests.model.layer_cases import CASES, Case, batch_norm, values

STEP = 1e-5
TOLERANCE = 1e-6


def expect_gradient(array: Array, gradient: Array, loss: Callable[[Array], float]) -> None:
    """Compares `gradient` of `loss` at `array` with (loss(a + h) - loss(a - h)) / 2h, entry by entry."""
    assert gradient.shape == array.shape
    numeric = np.empty_like(array)
    for place in np.ndindex(array.shape):
        losses = []
        for step in (STEP, -STEP):
            moved = array.copy()
            moved[place] += step
            losses.append(loss(moved))
        numeric[place] = (losses[0] - losses[1]) / (2 * STEP)
    np.testing.assert_allclose(gradient, numeric, rtol=TOLERANCE, atol=TOLERANCE)


def expect_layer_gradients(case: Case) -> None:
    """Compares all that the layer's `backward` says, for a `grad` drawn at random."""
    layer, inputs = case.layer, case.inputs
    y = layer.forward(*inputs)
    grad = values(y.shape, seed=y.size)
    gradients = layer.backward(grad, y, *inputs)
    assert len(gradients.inputs) == len(inputs)
    for k, x in enumerate(inputs):

        def loss_of_input(moved: Array, k: int = k) -> float:
            return float((grad * layer.forward(*inputs[:k], moved, *inputs[k + 1 :])).sum())

        expect_gradient(x, gradients.inputs[k], loss_of_input)
    for name, gradient in gradients.parameters.items():

        def loss_of_parameter(moved: Array, name: str = name) -> float:
            return float((grad * layer.with_parameters({name: moved}).forward(*inputs)).sum())

        expect_gradient(layer.parameters[name], gradient, loss_of_parameter)


@pytest.mark.parametrize("kind", CASES, ids=lambda kind: kind.op)
@settings(max_examples=15)
@given(data=st.data())
def test_layer(kind: type[Layer], data: st.DataObject) -> None:
    case = data.draw(CASES[kind]())
    expect_layer_gradients(case)
    trained = {"scale", "bias"} if kind is BatchNorm else set(case.layer.parameters)
    y = case.layer.forward(*case.inputs)
    assert set(case.layer.backward(y, y, *case.inputs).parameters) == trained


@settings(max_examples=15)
@given(case=batch_norm(training=True))
def test_batch_norm_in_training(case: Case) -> None:
    expect_layer_gradients(case)


def branching_graph() -> Graph:
    """A small network of every op: a shortcut, branches side by side, stages read twice."""

    def conv(kernels: int, channels: int, size: int, seed: int) -> Conv2d:
        weight = values((kernels, channels, size, size), seed) * 0.5
        return Conv2d(weight, values((kernels,), seed + 1), padding=(size // 2,) * 4)

    def norm(channels: int, seed: int) -> BatchNorm:
        scale, bias, mean, variance = (values((channels,), seed + k) for k in range(4))
        return BatchNorm(scale, bias, mean, abs(variance))

    dense = Dense(values((4, 5), 31), values((4,), 32))
    return Graph(
        (2, 6, 7),
        (
            Stage("conv1", conv(3, 2, 3, 1), ("input",)),
            Stage("relu1", Relu(), ("conv1",)),
            Stage("conv2", conv(3, 3, 3, 3), ("relu1",)),
            Stage("leaky", LeakyRelu(0.25), ("conv2",)),
            Stage("norm2", norm(3, 5), ("leaky",)),
            Stage("add", Add(), ("norm2", "relu1")),
            Stage("wide", conv(2, 3, 3, 9), ("add",)),
            Stage("tanh", Tanh(), ("wide",)),
            Stage("narrow", conv(1, 3, 1, 11), ("add",)),
            Stage("clip", Clip(-0.5, 0.75), ("narrow",)),
            Stage("sigmoid", Sigmoid(), ("clip",)),
            Stage("concat", Concat(), ("tanh", "sigmoid", "tanh")),
            Stage("twice", Add(), ("concat", "concat")),
            Stage("pool1", MaxPool((2, 2), (2, 2), (0, 0, 0, 1)), ("twice",)),
            Stage("pool2", AveragePool((2, 2), (1, 1), (1, 0, 0, 0)), ("pool1",)),
            Stage("mean", GlobalAveragePool(), ("pool2",)),
            Stage("flatten", Flatten(), ("mean",)),
            Stage("dense", dense, ("flatten",)),
            Stage("softmax", Softmax(), ("dense",)),
        ),
    )


@pytest.mark.parametrize("start", ["softmax", "dense", "pool1", "add"])
def test_branching_graph_end_to_end(start: str) -> None:
    graph, x = branching_graph(), values((2, 2, 6, 7), seed=7)
    assert {type(stage.layer) for stage in graph.stages} == set(CASES)
    trace = graph.run(x)
    expect_no_kinks(graph, x)
    grad = values(trace.values[start].shape, seed=8)
    gradients = graph.backward(trace, start, grad)

    def loss(moved_graph: Graph, moved: Array) -> float:
        return float((grad * moved_graph.run(moved).values[start]).sum())

    expect_gradient(x, gradients.stages["input"], lambda moved: loss(graph, moved))
    behind = [stage.name for stage in graph.stages if stage.name in gradients.stages]
    assert behind[-1] == start
    for name, gradient in gradients.parameters.items():
        assert name.partition(".")[0] in behind

        def loss_of_parameter(moved: Array, name: str = name) -> float:
            return loss(graph.with_parameters({name: moved}), x)

        expect_gradient(graph.parameters[name], gradient, loss_of_parameter)


def expect_no_kinks(graph: Graph, x: Array) -> None:
    """ReLU and MaxPool must stand far enough from where they bend for differences to mean something."""
    trace = graph.run(x)
    for stage, bend in (("conv1", 0), ("conv2", 0), ("narrow", -0.5), ("narrow", 0.75)):
        assert abs(trace.values[stage] - bend).min() > 20 * STEP
    layer = graph["pool1"].layer
    assert isinstance(layer, MaxPool)
    windows = layer.window.windows(trace.values["twice"], value=-np.inf)
    ranked = np.sort(windows.reshape(*windows.shape[:2], 4, *windows.shape[4:]), axis=2)
    assert (ranked[:, :, 3] - ranked[:, :, 2]).min() > 20 * STEP
