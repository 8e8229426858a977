"""The graph: what it refuses, that runs are pure, and what a cell can see."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.graph import Graph, Span, Stage, receptive_field, receptive_field_size
from model.layers import (
    Add,
    AveragePool,
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
from tests.model.layer_cases import values
from tests.model.network_cases import Network, networks, run_of, single


def conv(kernels: int, channels: int, size: int = 3, stride: int = 1) -> Conv2d:
    weight = values((kernels, channels, size, size), seed=kernels)
    return Conv2d(weight, values((kernels,), seed=channels), (stride, stride), (size // 2,) * 4)


def chain(*layers: Layer, shape: tuple[int, int, int] = (1, 8, 8)) -> Graph:
    """Layers one after the other; stage k is named `stage<k>`."""
    names = ["input", *(f"stage{k}" for k in range(1, len(layers) + 1))]
    stages = [Stage(name, layer, (source,)) for name, layer, source in zip(names[1:], layers, names[:-1], strict=True)]
    return Graph(shape, tuple(stages))


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ([Stage("a", Relu(), ("b",)), Stage("b", Relu(), ("input",))], "`a` reads `b`, .* not come before"),
        ([Stage("a", Relu(), ("a",))], "`a` reads `a`, which does not come before it"),
        ([Stage("a", Relu(), ("input",)), Stage("a", Relu(), ("input",))], "Two stages are named `a`"),
        ([Stage("input", Relu(), ("input",))], "Two stages are named `input`"),
        ([Stage("wide", conv(4, 3), ("input",))], "Stage `wide`: A convolution for 3 channels"),
        ([Stage("head", Dense(np.ones((2, 3)), np.ones(2)), ("input",))], "Stage `head`: .* flatten maps"),
        ([Stage("two", Relu(), ("input", "input"))], "Stage `two`: Relu takes 1 input and got 2"),
        ([Stage("none", Flatten(), ())], "Stage `none`: Flatten takes 1 input and got 0"),
        ([Stage("join", Add(), ("input",))], "Stage `join`: Add needs two inputs"),
        ([Stage("pool", MaxPool((9, 2)), ("input",))], "Stage `pool`: A window of 9 x 2 .* 8 x 8"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_errors_name_the_stage(stages: list[Stage], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Graph((1, 8, 8), tuple(stages))


def test_wrong_questions_are_answered_with_what_there_is() -> None:
    graph = chain(conv(2, 1), Relu())
    with pytest.raises(ValueError, match=r"takes \(images, 1, 8, 8\) and got \(1, 8, 8\)"):
        graph.run(np.zeros((1, 8, 8)))
    trace = graph.run(np.zeros((1, 1, 8, 8)))
    with pytest.raises(ValueError, match="no stage `conv9`; gradients can start at: input, stage1, stage2"):
        graph.backward(trace, "conv9", np.zeros((1, 2, 8, 8)))
    with pytest.raises(ValueError, match=r"at stage `stage2` has shape \(2, 8, 8\); .* \(1, 2, 8, 8\)"):
        graph.backward(trace, "stage2", np.zeros((2, 8, 8)))
    with pytest.raises(ValueError, match="no stage `conv9`; there are: input, stage1, stage2"):
        receptive_field(graph, "conv9", 0, 0)
    with pytest.raises(KeyError, match=r"stage1\.scale"):
        graph.with_parameters({"stage1.scale": np.ones(2)})


def test_parameters_are_named_by_stage_and_can_be_replaced() -> None:
    graph = chain(conv(2, 1), Relu(), conv(3, 2))
    assert list(graph.parameters) == ["stage1.weight", "stage1.bias", "stage3.weight", "stage3.bias"]
    changed = graph.with_parameters({"stage3.bias": np.zeros(3)})
    assert not changed.parameters["stage3.bias"].any()
    assert graph.parameters["stage3.bias"].all()
    assert {array.dtype for array in graph.astype(np.float32).parameters.values()} == {np.dtype(np.float32)}


@settings(max_examples=40)
@given(graph=networks())
def test_values_have_the_shapes_that_the_graph_says(graph: Graph) -> None:
    run = run_of(graph)
    assert list(run.trace.values) == list(graph.shapes)
    assert {name: run[name].shape for name in graph.shapes} == dict(graph.shapes)
    assert {values.dtype for values in run.trace.values.values()} == {np.dtype(np.float32)}


@settings(max_examples=20)
@given(graph=networks())
def test_an_image_has_the_same_values_alone_and_in_a_batch(graph: Graph) -> None:
    x = values((3, *graph.input_shape), seed=5)
    together = graph.run(x)
    alone = graph.run(x[1:2])
    for name, array in together.values.items():
        np.testing.assert_allclose(array[1:2], alone.values[name], rtol=1e-10, atol=1e-10)


def test_eight_threads_on_one_network_give_bit_identical_traces() -> None:
    graph = chain(
        conv(8, 1), Relu(), MaxPool((2, 2), (2, 2)), conv(16, 8), Relu(), AveragePool((2, 2), (2, 2)),
        Flatten(), Dense(values((10, 16 * 7 * 7), 1), values((10,), 2)), Softmax(), shape=(1, 28, 28),
    ).astype(np.float32)  # fmt: skip
    images = [single((1, 1, 28, 28), seed) for seed in range(8)]

    def run(image: np.ndarray) -> list[bytes]:
        trace = graph.run(image)
        gradients = graph.backward(trace, "stage8", np.ones((1, 10), np.float32))
        arrays = [*trace.values.values(), *gradients.stages.values(), *gradients.parameters.values()]
        return [array.tobytes() for array in arrays]

    expected = [run(image) for image in images]
    with ThreadPoolExecutor(8) as threads:
        for _ in range(5):
            # Each thread works on all images, in an order of its own, so that different images meet.
            orders = [np.roll(np.arange(8), shift) for shift in range(8)]
            answers = threads.map(lambda order: [run(images[k]) for k in order], orders)
            for order, answer in zip(orders, answers, strict=True):
                assert answer == [expected[k] for k in order]


def test_gradients_of_stages_that_lead_nowhere_are_left_out() -> None:
    graph = Graph(
        (1, 4, 4), (Stage("a", Relu(), ("input",)), Stage("side", Relu(), ("a",)), Stage("b", Relu(), ("a",)))
    )
    x = values((1, 1, 4, 4), seed=1)
    gradients = graph.backward(graph.run(x), "b", np.ones_like(x))
    assert set(gradients.stages) == {"input", "a", "b"}


def seen_by(graph: Graph, stage: str, channel: int, row: int, column: int) -> Span | None:
    """The box of input cells that the gradient of one cell reaches; None where it reaches none."""
    x = abs(values((1, *graph.input_shape), seed=3))
    trace = graph.run(x)
    grad = np.zeros_like(trace.values[stage])
    grad[(0, channel, row, column) if grad.ndim == 4 else (0, channel)] = 1
    reached = graph.backward(trace, stage, grad).stages["input"][0].any(axis=0)
    if not reached.any():
        return None
    rows, columns = reached.any(axis=1).nonzero()[0], reached.any(axis=0).nonzero()[0]
    return Span(int(rows[0]), int(columns[0]), int(rows[-1]), int(columns[-1]))


@st.composite
def see_through_networks(draw: st.DrawFn) -> Graph:
    """Positive weights on positive values: no gradient is stopped, or cancelled by another."""
    network = Network(draw, "", (draw(st.integers(1, 2)), draw(st.integers(5, 12)), draw(st.integers(5, 12))))
    for kind in draw(st.lists(st.sampled_from([Conv2d, AveragePool, Relu, Add]), min_size=1, max_size=4)):
        network.append(kind)
    graph = Graph(network.input_shape, tuple(network.stages))
    return graph.with_parameters({name: abs(array) for name, array in graph.parameters.items()})


@settings(max_examples=100)
@given(graph=see_through_networks(), data=st.data())
def test_receptive_field_is_where_the_gradient_reaches(graph: Graph, data: st.DataObject) -> None:
    _, rows, columns = graph.input_shape
    stage = data.draw(st.sampled_from(list(graph.shapes)))
    row, column = (data.draw(st.integers(0, size - 1)) for size in graph.shapes[stage][1:])
    span = receptive_field(graph, stage, row, column)
    reached = [seen_by(graph, stage, k, row, column) for k in range(graph.shapes[stage][0])]
    boxes = [box for box in reached if box]
    if span.top >= 0 and span.left >= 0 and span.bottom < rows and span.right < columns:
        union = np.array(boxes)
        assert span == (*union[:, :2].min(axis=0), *union[:, 2:].max(axis=0))
    for box in boxes:  # at an edge a dilated kernel can miss the map with its outermost weights
        assert span.top <= box.top <= box.bottom <= span.bottom
        assert span.left <= box.left <= box.right <= span.right


def test_receptive_field_of_the_classic_layers() -> None:
    graph = chain(
        conv(1, 1), MaxPool((2, 2), (2, 2)), conv(1, 1), MaxPool((2, 2), (2, 2)), GlobalAveragePool(),
        Flatten(), Dense(np.ones((2, 1)), np.ones(2)), shape=(1, 28, 28),
    )  # fmt: skip
    sizes = [receptive_field_size(graph, f"stage{k}") for k in range(1, 8)]
    assert sizes == [(3, 3), (4, 4), (8, 8), (10, 10), (28, 28), (28, 28), (28, 28)]
    assert receptive_field(graph, "input", 3, 4) == Span(3, 4, 3, 4)
    assert receptive_field(graph, "stage1", 0, 27) == Span(-1, 26, 1, 28)
    assert receptive_field(graph, "stage2", 1, 1) == Span(1, 1, 4, 4)


def test_receptive_field_of_branches_is_the_union() -> None:
    graph = Graph(
        (1, 9, 9),
        (
            Stage("narrow", conv(1, 1, size=1), ("input",)),
            Stage("wide", conv(1, 1, size=5), ("input",)),
            Stage("both", Concat(), ("narrow", "wide")),
        ),
    )
    assert receptive_field(graph, "both", 4, 4) == Span(2, 2, 6, 6)
    assert receptive_field(graph, "narrow", 4, 4) == Span(4, 4, 4, 4)
