"""The inference plan gives what the readable layers give: every stage, every shape, both float types."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from model import load
from model.graph import Graph
from model.layers import Conv2d, MaxPool
from model.plan import InferencePlan
from model.plan.pooling import Pool
from model.plan.step import Scratch
from model.plan.winograd import Winograd
from model.tensor import Array
from tests.model.plan_cases import TOLERANCE, expect_alike, frozen, networks, pictures, small_network


@settings(max_examples=150, deadline=None)
@given(networks(), st.sampled_from([1, 1, 2, 3, 4, 5, 9]), st.sampled_from([np.float32, np.float64]))
def test_the_plan_gives_the_layers_numbers(graph: Graph, images: int, dtype: type) -> None:
    graph = graph.astype(dtype)
    plan = InferencePlan(graph)
    for seed in (0, 1):  # twice, for what a run leaves behind in the plan's memory
        x: Array = np.random.default_rng(seed).normal(size=(images, *graph.input_shape)).astype(dtype)
        found = plan.run(x)
        # The layers in float64 tell what is right: the plan may be off by no more than they are themselves.
        exact = graph.astype(np.float64).run(x.astype(np.float64))
        expect_alike(found, exact, dtype)
        expect_alike(found, graph.run(x), dtype)


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from([2, 4]), st.sampled_from([np.float32, np.float64]))
def test_convolutions_by_tiles_give_the_layers_numbers(draw: st.DataObject, side: int, dtype: type) -> None:
    """Winograd's way, which the plan takes for many channels only, for any number of them."""
    rng = np.random.default_rng(draw.draw(st.integers(0, 2**32 - 1)))
    channels, kernels = draw.draw(st.integers(1, 48)), draw.draw(st.integers(1, 48))
    top, left, bottom, right = (draw.draw(st.integers(0, 2)) for _ in range(4))
    rows = side * draw.draw(st.integers(1, 5)) + 2 - top - bottom
    columns = side * draw.draw(st.integers(1, 5)) + 2 - left - right
    images = draw.draw(st.sampled_from([1, 2, 9]))
    assume(rows > 0 and columns > 0)
    weight = rng.normal(size=(kernels, channels, 3, 3)) / np.sqrt(9 * channels)
    conv = Conv2d(weight.astype(dtype), rng.normal(size=kernels).astype(dtype), padding=(top, left, bottom, right))
    x: Array = rng.normal(size=(images, channels, rows, columns)).astype(dtype)
    expected = conv.forward(x)
    prepared = Winograd(conv, x.shape[1:], dtype, side)
    for _ in range(2):
        last = np.empty((*expected.shape[1:], images), dtype)
        prepared.bind((images,), Scratch(dtype))(last, np.ascontiguousarray(np.moveaxis(x, 0, -1)))()
        first: Array = np.empty(expected.shape[1:], dtype)
        prepared.bind((), Scratch(dtype))(first, x[0])()
        limit = TOLERANCE * abs(expected).max()
        assert abs(np.moveaxis(last, -1, 0) - expected).max() <= limit
        assert abs(first - expected[0]).max() <= limit


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(1, 5), st.sampled_from([1, 9]), st.sampled_from([np.float32, np.float64]))
def test_the_largest_of_four_cells_is_the_layers(draw: st.DataObject, channels: int, images: int, dtype: type) -> None:
    """To the bit, wherever the four lie: apart, over one another, with and without padding between them."""
    stride, dilation = ((draw.draw(st.integers(1, 3)), draw.draw(st.integers(1, 3))) for _ in "sd")
    rows, columns = (each + draw.draw(st.integers(1, 9)) for each in dilation)
    top, left, bottom, right = draw.draw(st.sampled_from([(0, 0, 0, 0), (1, 0, 0, 1)]))
    pool = MaxPool((2, 2), stride, (top, left, bottom, right), dilation)
    assume(pool.window.counts(rows, columns).all())
    rng = np.random.default_rng(draw.draw(st.integers(0, 2**32 - 1)))
    x: Array = rng.normal(size=(images, channels, rows, columns)).astype(dtype)
    expected = pool.forward(x)
    prepared = Pool(pool, x.shape[1:], dtype)
    last: Array = np.empty((*expected.shape[1:], images), dtype)
    prepared.bind((images,), Scratch(dtype))(last, np.ascontiguousarray(np.moveaxis(x, 0, -1)))()
    first: Array = np.empty(expected.shape[1:], dtype)
    prepared.bind((), Scratch(dtype))(first, x[0])()
    assert np.array_equal(np.moveaxis(last, -1, 0), expected) and np.array_equal(first, expected[0])


def test_the_layers_run_what_the_plan_was_not_made_for() -> None:
    graph = small_network()
    (x,) = pictures(1)
    found = InferencePlan(graph).run(x.astype(np.float64))
    assert found.values["stage7"].dtype == np.float64
    with pytest.raises(ValueError, match="The network takes"):
        InferencePlan(graph).run(x[:, :2])


def test_values_that_are_not_numbers_stay_so() -> None:
    graph = small_network()
    (x,) = pictures(1)
    x[0, 0, 3, 3] = np.nan
    assert np.isnan(InferencePlan(graph).run(x).values["stage2"]).any()


def test_a_model_runs_by_its_plan_or_by_its_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = np.zeros((28, 28), np.uint8)
    picture[4:24, 13:16] = 255
    by_plan = load("digits").run(picture)
    monkeypatch.setenv("ENGINE_PLAN", "off")
    by_layers = load("digits").run(picture)
    expect_alike(by_plan.trace, by_layers.trace, np.float32)
    assert frozen(by_layers.trace) == frozen(load("digits").graph.run(by_layers.prepared.input[None]))
    assert by_plan.id == by_layers.id
