"""The inference plan gives what the readable layers give: every stage, every shape, both float types, many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from model import load
from model.graph import Graph, Stage, Trace
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
from model.plan import InferencePlan
from model.plan.step import Scratch
from model.plan.winograd import Winograd
from model.tensor import Array, Shape, Window

TOLERANCE = 2e-5


class Drawn:
    """A network while it is being drawn: shapes and attributes by hypothesis, numbers from a seed."""

    def __init__(self, draw: st.DrawFn, shape: Shape) -> None:
        self.draw, self.rng = draw, np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
        self.shapes: dict[str, Shape] = {"input": shape}
        self.stages: list[Stage] = []

    def append(self, layer: Layer, *inputs: str) -> None:
        name = f"stage{len(self.stages)}"
        self.stages.append(Stage(name, layer, inputs))
        self.shapes[name] = layer.output_shape(*(self.shapes[each] for each in inputs))

    def window(self, shape: Shape, largest: int = 7) -> Window:
        """A window that fits into the maps of `shape`, whatever it does with them."""
        draw = self.draw
        kernel, padding, dilation = [], [], []
        for size in shape[1:]:
            kernel.append(draw(st.integers(1, largest)))
            dilation.append(draw(st.integers(1, 3)))
            extent = dilation[-1] * (kernel[-1] - 1) + 1
            before, after = draw(st.integers(0, 3)), draw(st.integers(0, 3))
            padding.append((before, after + max(0, extent - size - before - after)))
        (top, bottom), (left, right) = padding
        stride = draw(st.integers(1, 3)), draw(st.integers(1, 3))
        return Window((kernel[0], kernel[1]), stride, (top, left, bottom, right), (dilation[0], dilation[1]))

    def conv(self, shape: Shape, plain: bool) -> Conv2d:
        """A convolution; `plain`: of the kind that networks are made of, which keeps rows and columns."""
        draw, channels = self.draw, shape[0]
        groups = draw(st.sampled_from(sorted({1, channels, *(n for n in (2, 3) if channels % n == 0)})))
        window = self.window(shape)
        if plain:
            half, groups = draw(st.integers(0, 3)), 1
            window = Window((2 * half + 1, 2 * half + 1), padding=(half,) * 4)
        kernels = draw(st.integers(1, max(1, 48 // groups))) * groups
        deep = channels // groups * window.kernel[0] * window.kernel[1]
        weight = self.rng.normal(size=(kernels, channels // groups, *window.kernel)) / np.sqrt(deep)
        bias = self.rng.normal(size=kernels)
        return Conv2d(weight, bias, window.stride, window.padding, window.dilation, groups)

    def bottleneck(self, source: str) -> None:
        """Pointwise, depthwise, pointwise, with ReLUs between, the way mobile networks are built."""
        draw, rng = self.draw, self.rng
        wide = draw(st.integers(1, 48))
        middle = self.window(self.shapes[source], 5)
        kernel, padding, stride = middle.kernel, middle.padding, middle.stride
        dilation = middle.dilation if draw(st.booleans()) else (1, 1)
        shape = self.shapes[source]
        pointwise = rng.normal(size=(wide, shape[0], 1, 1)) / np.sqrt(shape[0])
        self.append(Conv2d(pointwise, rng.normal(size=wide)), source)
        for _ in range(draw(st.integers(0, 2))):
            self.append(Relu(), list(self.shapes)[-1])
        weight = rng.normal(size=(wide, 1, *kernel)) / np.sqrt(kernel[0] * kernel[1])
        layer = Conv2d(weight, rng.normal(size=wide), stride, padding, dilation, wide)
        self.append(layer, list(self.shapes)[-1])
        for _ in range(draw(st.integers(0, 1))):
            self.append(Relu(), list(self.shapes)[-1])
        narrow = rng.normal(size=(3, wide, 1, 1)) / np.sqrt(wide)
        self.append(Conv2d(narrow, rng.normal(size=3)), list(self.shapes)[-1])

    def pool(self, shape: Shape, kind: type[MaxPool] | type[AveragePool]) -> Layer:
        window = self.window(shape, 4)
        if not window.counts(*shape[1:]).all():
            window = Window((min(2, shape[1]), min(2, shape[2])), (2, 2))
        geometry = window.kernel, window.stride, window.padding, window.dilation
        return MaxPool(*geometry) if kind is MaxPool else AveragePool(*geometry, self.draw(st.booleans()))


@st.composite
def networks(draw: st.DrawFn) -> Graph:
    """One to five stages on maps, which may branch and join; then, or not, a head with a softmax."""
    network = Drawn(draw, (draw(st.integers(1, 48)), draw(st.integers(1, 20)), draw(st.integers(1, 20))))
    for _ in range(draw(st.integers(1, 5))):
        last = list(network.shapes)[-1]
        shape = network.shapes[last]
        match draw(
            st.sampled_from(["conv", "conv", "plain", "max", "average", "norm", "relu", "add", "concat", "bottleneck"])
        ):
            case "conv":
                network.append(network.conv(shape, plain=False), last)
            case "plain":
                network.append(network.conv(shape, plain=True), last)
            case "max":
                network.append(network.pool(shape, MaxPool), last)
            case "average":
                network.append(network.pool(shape, AveragePool), last)
            case "norm":
                scale, bias, mean, variance = (network.rng.uniform(0.5, 2, shape[0]) for _ in range(4))
                network.append(BatchNorm(scale, bias, mean, variance, training=draw(st.integers(0, 9)) == 0), last)
            case "relu":
                network.append(Relu(), last)
            case "add":
                network.append(Add(), last, draw(st.sampled_from([n for n, s in network.shapes.items() if s == shape])))
            case "concat":
                fits = [name for name, other in network.shapes.items() if other[1:] == shape[1:]]
                network.append(Concat(), last, *draw(st.lists(st.sampled_from(fits), max_size=2)))
            case "bottleneck":
                network.bottleneck(last)
    if draw(st.booleans()):
        for layer in draw(st.sampled_from([(Flatten(),), (GlobalAveragePool(), Flatten())])):
            network.append(layer, list(network.shapes)[-1])
        last = list(network.shapes)[-1]
        (size,) = network.shapes[last]
        network.append(Dense(network.rng.normal(size=(3, size)) / np.sqrt(size), network.rng.normal(size=3)), last)
        network.append(Softmax(), list(network.shapes)[-1])
    return Graph(network.shapes["input"], tuple(network.stages))


def expect_alike(found: Trace, right: Trace, dtype: type) -> None:
    assert list(found.values) == list(right.values)
    for name, expected in right.values.items():
        values = found.values[name]
        assert values.shape == expected.shape and values.dtype == dtype, name
        assert abs(values - expected).max() <= TOLERANCE * abs(expected).max(), name


@settings(max_examples=150, deadline=None)
@given(networks(), st.sampled_from([1, 1, 2, 3, 5, 9]), st.sampled_from([np.float32, np.float64]))
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


def small_network() -> Graph:
    rng = np.random.default_rng(0)
    layers = [
        Conv2d(rng.normal(size=(8, 3, 3, 3)), rng.normal(size=8), padding=(1,) * 4),
        Relu(),
        MaxPool((2, 2), (2, 2)),
        Conv2d(rng.normal(size=(100, 8, 3, 3)), rng.normal(size=100), padding=(1,) * 4),
        Conv2d(rng.normal(size=(100, 100, 3, 3)) / 30, rng.normal(size=100), padding=(1,) * 4),
        Flatten(),
        Dense(rng.normal(size=(5, 6400)) / 80, rng.normal(size=5)),
        Softmax(),
    ]
    names = ["input", *(f"stage{number}" for number in range(len(layers)))]
    stages = tuple(Stage(names[i + 1], layer, (names[i],)) for i, layer in enumerate(layers))
    return Graph((3, 16, 16), stages).astype(np.float32)


def pictures(count: int, shape: Shape = (3, 16, 16)) -> list[Array]:
    rng = np.random.default_rng(1)
    return [rng.normal(size=(1, *shape)).astype(np.float32) for _ in range(count)]


def frozen(trace: Trace) -> dict[str, bytes]:
    return {name: values.tobytes() for name, values in trace.values.items()}


def test_a_trace_never_changes() -> None:
    plan = InferencePlan(small_network())
    first, *others = pictures(4)
    kept = plan.run(first)
    before = frozen(kept)
    for x in others:
        plan.run(x)
    assert frozen(kept) == before == frozen(plan.run(first))


def test_a_part_of_a_trace_never_changes() -> None:
    """Memory is used again only when nobody can see it any more, be it one cell of one stage."""
    plan = InferencePlan(small_network())
    for images in (1, 3, 9):
        first, other = (np.concatenate(pictures(2 * images))[part] for part in (slice(images), slice(images, None)))
        kept = [values[..., -1:] for values in plan.run(first).values.values()]
        before = [part.tobytes() for part in kept]
        plan.run(other)
        plan.run(other)
        assert [part.tobytes() for part in kept] == before


def test_memory_is_used_again_once_nobody_has_it() -> None:
    plan = InferencePlan(small_network())
    (x,) = pictures(1)
    address = plan.run(x).values["stage0"].__array_interface__["data"]
    assert plan.run(x).values["stage0"].__array_interface__["data"] == address


def test_memory_that_was_made_read_only_is_used_again() -> None:
    """As a model does with every trace; and whoever keeps one stage leaves the others' arrays to the next run."""
    plan = InferencePlan(small_network())
    for images in (1, 3, 9):
        x = np.concatenate(pictures(images))
        for stage in ("stage0", "stage3", "stage7"):
            values = plan.run(x).values
            for array in values.values():
                array.flags.writeable = False
            kept = values[stage]
            del array, values
            x = x + 1
            assert plan.run(x).values[stage] is not kept
            assert not kept.flags.writeable


def test_threads_that_share_a_plan_get_the_bytes_of_one_alone() -> None:
    graph = small_network()
    inputs = pictures(8) * 6
    alone = [frozen(InferencePlan(graph).run(x)) for x in inputs[:8]] * 6
    plan = InferencePlan(graph)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda x: frozen(plan.run(x)), inputs)) == alone


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
