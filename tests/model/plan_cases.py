"""Networks for the inference plan, drawn at random and made by hand, and what it takes for two traces to be alike."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

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
