"""Networks of every op, drawn at random, and runs of them."""

from __future__ import annotations

import numpy as np
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
from model.preprocess import Prepared
from model.run import Model, Run
from model.tensor import Array, Shape, Window
from tests.model.layer_cases import seeds, values

ONE_INPUT: tuple[type[Layer], ...] = (Conv2d, Relu, LeakyRelu, Clip, Sigmoid, Tanh, MaxPool, AveragePool, BatchNorm)
SEVERAL_INPUTS: tuple[type[Layer], ...] = (Add, Concat)


def run_of(graph: Graph, seed: int = 0) -> Run:
    """One image of random numbers through `graph`, in float32."""
    graph = graph.astype(np.float32)
    (size,) = graph.shapes[graph.output]
    model = Model("test", "Test", graph, tuple(map(str, range(size))), preprocessing=())
    return model.run_prepared(Prepared(single(graph.input_shape, seed), (), ()))


def single(shape: Shape, seed: int) -> Array:
    return values(shape, seed).astype(np.float32)


@st.composite
def networks(draw: st.DrawFn, kinds: tuple[type[Layer], ...] = ONE_INPUT + SEVERAL_INPUTS) -> Graph:
    """Stages of `kinds` on maps, which may branch, then Flatten, Dense and Softmax.

    Names hold what a user's file may hold: slashes, spaces, quotes.
    """
    prefix = draw(st.sampled_from(["", "/block 1/", 'a "quoted" \\ name ']))
    network = Network(draw, prefix, (draw(st.integers(1, 3)), draw(st.integers(3, 7)), draw(st.integers(3, 7))))
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=6)):
        network.append(kind)
    if draw(st.booleans()):
        network.append(GlobalAveragePool)
    for kind in (Flatten, Dense, *draw(st.sampled_from([(), (Relu,), (Add,), (Concat, Dense)])), Softmax):
        network.append(kind)
    return Graph(network.input_shape, tuple(network.stages))


class Network:
    """A network while it is being drawn: each stage reads the last one, or an earlier one beside it."""

    def __init__(self, draw: st.DrawFn, prefix: str, input_shape: Shape) -> None:
        self.draw, self.prefix, self.input_shape = draw, prefix, input_shape
        self.stages: list[Stage] = []
        self.shapes: dict[str, Shape] = {"input": input_shape}

    def append(self, kind: type[Layer]) -> None:
        sources = [list(self.shapes)[-1]]
        shape = self.shapes[sources[0]]
        if kind is Add:
            sources += [self.draw(st.sampled_from([n for n, s in self.shapes.items() if s == shape]))]
        if kind is Concat:
            beside = [n for n, s in self.shapes.items() if s[1:] == shape[1:]]
            sources += self.draw(st.lists(st.sampled_from(beside), max_size=2))
        layer = self.layer(kind, shape)
        name = f"{self.prefix}{layer.op.lower()}{len(self.stages)}"
        self.stages.append(Stage(name, layer, tuple(sources)))
        self.shapes[name] = layer.output_shape(*(self.shapes[source] for source in sources))

    def layer(self, kind: type[Layer], shape: Shape) -> Layer:
        channels = shape[0]
        if kind is Conv2d:
            window = self.window(shape)
            groups = self.draw(st.sampled_from([n for n in (1, 2, 3) if channels % n == 0]))
            kernels = groups * self.draw(st.integers(1, 2))
            weight = self.array(kernels, channels // groups, *window.kernel)
            return Conv2d(weight, self.array(kernels), window.stride, window.padding, window.dilation, groups)
        if kind is MaxPool or kind is AveragePool:
            window = self.window(shape)
            if not window.counts(*shape[1:]).all():
                window = Window((2, 1), (2, 1), (0, 0, 1, 0))
            geometry = (window.kernel, window.stride, window.padding, window.dilation)
            return MaxPool(*geometry) if kind is MaxPool else AveragePool(*geometry, self.draw(st.booleans()))
        if kind is BatchNorm:
            scale, bias, mean, variance = (self.array(channels) for _ in range(4))
            return BatchNorm(scale, bias, mean, abs(variance))
        if kind is Dense:
            outputs = self.draw(st.integers(1, 5))
            return Dense(self.array(outputs, channels), self.array(outputs))
        if kind is Clip:
            return Clip(-0.25, 0.75)
        return kind()

    def array(self, *shape: int) -> Array:
        return values(shape, self.draw(seeds))

    def window(self, shape: Shape) -> Window:
        """A window that fits into maps of `shape`: a kernel is cut to what there is room for."""
        draw, padding = self.draw, [self.draw(st.integers(0, 2)) for _ in range(4)]
        kernel, dilation = [], []
        for axis, size in enumerate(shape[1:]):
            room = size + padding[axis] + padding[axis + 2]
            kernel.append(draw(st.integers(1, min(4, room))))
            dilation.append(draw(st.integers(1, max(1, min(3, (room - 1) // max(1, kernel[axis] - 1))))))
        stride = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
        top, left, bottom, right = padding
        return Window((kernel[0], kernel[1]), stride, (top, left, bottom, right), (dilation[0], dilation[1]))
