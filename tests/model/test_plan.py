"""The training plan gives what the readable layers give, forward and backward."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.graph import Graph, Stage
from model.layers import (
    AveragePool,
    BatchNorm,
    Conv2d,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    Relu,
    Softmax,
)
from model.plan import TrainingPlan
from model.plan.maps import Maps


def network(draw: st.DataObject, rng: np.random.Generator) -> Graph:
    """A network of the plan's kind: one to three convolutions with whatever may follow each."""
    channels, rows, columns = draw.draw(st.integers(1, 4)), *(2 * draw.draw(st.integers(1, 5)) for _ in "rc")
    shape = (channels, rows, columns)
    layers: list[Layer] = []
    for _ in range(draw.draw(st.integers(1, 3))):
        kernels, size = draw.draw(st.integers(1, 6)), draw.draw(st.sampled_from([1, 3, 5]))
        weight, bias = rng.normal(size=(kernels, channels, size, size)), rng.normal(size=kernels)
        layers.append(Conv2d(weight, bias, padding=(size // 2,) * 4))
        if draw.draw(st.booleans()):
            scale, shift, mean, variance = (rng.uniform(0.5, 2, kernels) for _ in range(4))
            layers.append(BatchNorm(scale, shift, mean, variance, training=draw.draw(st.booleans())))
        if draw.draw(st.booleans()):
            layers.append(Relu())
        if rows % 2 == columns % 2 == 0 and draw.draw(st.booleans()):
            layers.append(MaxPool((2, 2), (2, 2)))
            rows, columns = rows // 2, columns // 2
        channels = kernels
    if draw.draw(st.booleans()):
        layers.append(GlobalAveragePool())
        rows = columns = 1
    features = channels * rows * columns
    layers += [Flatten(), Dense(rng.normal(size=(3, features)), rng.normal(size=3)), Softmax()]
    return chain(shape, layers)


def chain(shape: tuple[int, ...], layers: list[Layer]) -> Graph:
    names = ["input", *(f"stage{number}" for number in range(len(layers)))]
    return Graph(shape, tuple(Stage(names[i + 1], layer, (names[i],)) for i, layer in enumerate(layers)))


@given(st.data(), st.integers(1, 5), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_the_plan_gives_the_layers_numbers_and_gradients(draw: st.DataObject, images: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph = network(draw, rng)
    plan = TrainingPlan.make(graph, images)
    assert plan is not None
    scores = graph.stages[-1].inputs[0]
    for _ in range(2):  # twice, for what a batch leaves behind in the plan's memory
        x, grad = rng.normal(size=(images, *graph.input_shape)), rng.normal(size=(images, 3))
        x[:, :, : x.shape[2] // 2] = 0.5  # equal cells, for the pooling to choose between
        trace = graph.run(x)
        assert np.allclose(plan.logits(graph.parameters, x), trace.values[scores], atol=1e-9)
        expected = graph.backward(trace, scores, grad).parameters
        gradients = plan.gradients(graph.parameters, grad)
        assert gradients.keys() == expected.keys()
        for name, array in expected.items():
            assert np.allclose(gradients[name], array, rtol=1e-6, atol=1e-6 * (1 + abs(array).max())), name
        for stage in graph.stages:
            if isinstance(stage.layer, BatchNorm) and stage.layer.training:
                for found, right in zip(
                    plan.statistics()[stage.name], stage.layer.statistics(*trace.of(stage)), strict=True
                ):
                    assert np.allclose(found, right)


def test_the_plan_follows_new_parameters() -> None:
    rng = np.random.default_rng(0)
    graph = chain((2, 4, 4), [Conv2d(rng.normal(size=(3, 2, 3, 3)), rng.normal(size=3), padding=(1,) * 4)])
    graph = Graph(
        graph.input_shape,
        (
            *graph.stages,
            Stage("flatten", Flatten(), ("stage0",)),
            Stage("dense", Dense(rng.normal(size=(2, 48)), rng.normal(size=2)), ("flatten",)),
        ),
    )
    plan = TrainingPlan.make(graph, 2)
    assert plan is not None
    other = graph.with_parameters({name: array * 2 for name, array in graph.parameters.items()})
    x = rng.normal(size=(2, 2, 4, 4))
    assert np.allclose(plan.logits(other.parameters, x), other.run(x).values["dense"])


@pytest.mark.parametrize(
    "layers",
    [
        [Conv2d(np.ones((1, 1, 3, 3)), np.ones(1)), Flatten(), Dense(np.ones((2, 4)), np.ones(2))],
        [Conv2d(np.ones((1, 1, 1, 1)), np.ones(1), stride=(2, 2)), Flatten(), Dense(np.ones((2, 4)), np.ones(2))],
        [Conv2d(np.ones((1, 1, 1, 1)), np.ones(1)), AveragePool((2, 2), (2, 2)), Flatten()],
        [Flatten(), Dense(np.ones((2, 16)), np.ones(2))],
    ],
)
def test_networks_of_another_build_have_no_plan(layers: list[Layer]) -> None:
    assert TrainingPlan.make(chain((1, 4, 4), layers), 2) is None


def test_windows_are_what_a_kernel_column_sees() -> None:
    rng = np.random.default_rng(0)
    maps = Maps((2, 3, 4), 5, 1, np.float64)
    x = rng.normal(size=(5, 2, 3, 4))
    maps.fill(x)
    assert np.array_equal(maps.batch(), x)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    for row in range(3):
        for shift in range(3):
            seen = padded[:, :, row : row + 3, shift : shift + 4].transpose(2, 1, 3, 0).reshape(6, 20)
            assert np.array_equal(maps.window(row, 3, shift), seen)
            assert np.array_equal(maps.windows(3, shift)[row], seen)
