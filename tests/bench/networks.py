"""The networks that are measured: five of the kinds that people use, with random weights, and the shipped models."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from model import load
from model.catalog import shipped
from model.graph import Graph, Stage
from model.layers import Add, Conv2d, Dense, Flatten, GlobalAveragePool, Layer, MaxPool, Relu, Softmax
from model.tensor import Shape


class Builder:
    """A network while it is being built: each layer reads the last one, or those that are named."""

    def __init__(self, *input_shape: int) -> None:
        self.rng = np.random.default_rng(0)
        self.shapes: dict[str, Shape] = {"input": input_shape}
        self.stages: list[Stage] = []
        self.last = "input"

    def add(self, layer: Layer, *inputs: str) -> str:
        sources = inputs or (self.last,)
        name = f"{layer.op.lower()}{len(self.stages)}"
        self.stages.append(Stage(name, layer, sources))
        self.shapes[name] = layer.output_shape(*(self.shapes[source] for source in sources))
        self.last = name
        return name

    def conv(self, kernels: int, size: int = 3, stride: int = 1, groups: int = 1, source: str | None = None) -> str:
        source = source or self.last
        channels = self.shapes[source][0] // groups
        weight = self.rng.normal(size=(kernels, channels, size, size)) * np.sqrt(2 / (channels * size * size))
        bias = self.rng.normal(size=kernels) / 10
        padding = (size // 2,) * 4
        layer = Conv2d(weight, bias, (stride, stride), padding, groups=groups)
        return self.add(layer, source)

    def conv_relu(self, kernels: int, size: int = 3, stride: int = 1, groups: int = 1) -> str:
        self.conv(kernels, size, stride, groups)
        return self.add(Relu())

    def halve(self) -> None:
        self.add(MaxPool((2, 2), (2, 2)))

    def finish(self, classes: int) -> Graph:
        """The head: flatten, dense, softmax."""
        self.add(Flatten())
        (size,) = self.shapes[self.last]
        self.add(Dense(self.rng.normal(size=(classes, size)) / np.sqrt(size), np.zeros(classes)))
        self.add(Softmax())
        return Graph(self.shapes["input"], tuple(self.stages)).astype(np.float32)


def tiny_vgg() -> Graph:
    """a: 64 x 64 x 3, four convolutions of ten kernels."""
    network = Builder(3, 64, 64)
    for _ in range(2):
        network.conv_relu(10)
        network.conv_relu(10)
        network.halve()
    return network.finish(3)


def digits_size() -> Graph:
    """b: 28 x 28 x 1, 8 and 16 kernels."""
    network = Builder(1, 28, 28)
    for kernels in (8, 16):
        network.conv_relu(kernels)
        network.halve()
    return network.finish(10)


def cifar_size() -> Graph:
    """c: 32 x 32 x 3, two convolutions each of 32, 64 and 128 kernels."""
    network = Builder(3, 32, 32)
    for kernels in (32, 64, 128):
        network.conv_relu(kernels)
        network.conv_relu(kernels)
        network.halve()
    return network.finish(10)


def resnet_18() -> Graph:
    """d: 224 x 224 x 3, batch normalisation folded, as exporters write it. Source: He et al., 2015."""
    network = Builder(3, 224, 224)
    network.conv_relu(64, 7, 2)
    network.add(MaxPool((3, 3), (2, 2), (1, 1, 1, 1)))
    for kernels in (64, 128, 256, 512):
        for block in range(2):
            before = network.last
            stride = 2 if block == 0 and kernels > 64 else 1
            network.conv_relu(kernels, stride=stride)
            branch = network.conv(kernels)
            shortcut = before if stride == 1 else network.conv(kernels, 1, stride, source=before)
            network.add(Add(), branch, shortcut)
            network.add(Relu())
    network.add(GlobalAveragePool())
    return network.finish(1000)


def mobilenet_v2() -> Graph:
    """e: 224 x 224 x 3, depthwise and pointwise, folded as d. Source: Sandler et al., 2018 (with ReLU for ReLU6)."""
    network = Builder(3, 224, 224)
    network.conv_relu(32, stride=2)
    blocks = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
    for widening, kernels, count, first_stride in blocks:
        for block in range(count):
            before = network.last
            channels = network.shapes[before][0]
            stride = first_stride if block == 0 else 1
            if widening > 1:
                network.conv_relu(channels * widening, 1)
            network.conv_relu(channels * widening, 3, stride, groups=channels * widening)
            network.conv(kernels, 1)
            if stride == 1 and channels == kernels:
                network.add(Add(), network.last, before)
    network.conv_relu(1280, 1)
    network.add(GlobalAveragePool())
    return network.finish(1000)


NETWORKS: dict[str, Callable[[], Graph]] = {
    "a": tiny_vgg,
    "b": digits_size,
    "c": cifar_size,
    "d": resnet_18,
    "e": mobilenet_v2,
    **{name: lambda name=name: load(name).graph for name in shipped()},  # type: ignore[misc]
}


def pictures(graph: Graph, images: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """A batch of random inputs, the same in every process."""
    return np.random.default_rng(1).normal(size=(images, *graph.input_shape)).astype(np.float32)
