"""Each idea of the plan on its own: the same work with it and without it, in one process, block by block in turn."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

from model.graph import Trace
from model.layers import Conv2d, Layer, MaxPool, Relu
from model.plan import InferencePlan, convolution, inference, pooling, small, winograd
from model.plan.cellwise import Cut
from model.plan.convolution import Columns, Shifts
from model.plan.depthwise import Depthwise
from model.plan.inference import Between
from model.plan.last import DepthwiseLast
from model.plan.pooling import Pool
from model.plan.step import Images, Prepared, Scratch
from model.plan.winograd import Winograd
from model.tensor import Array, Shape
from tests.bench.networks import NETWORKS, pictures
from tests.bench.worker import block

Work = Callable[[], Any]


class Idea(NamedTuple):
    """What it is, where it was tried, and the work without it and with it."""

    title: str
    place: str
    without: Work
    with_it: Work


def conv(channels: int, kernels: int, groups: int = 1, stride: int = 1) -> Conv2d:
    """A convolution of 3 x 3 that keeps rows and columns."""
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(kernels, channels // groups, 3, 3)) / np.sqrt(9 * channels // groups)
    bias = rng.normal(size=kernels)
    layer = Conv2d(weight, bias, (stride, stride), (1, 1, 1, 1), groups=groups)
    return layer.with_parameters({name: array.astype(np.float32) for name, array in layer.parameters.items()})


def step(prepared: Prepared, layer: Layer, shape: Shape, images: Images = (), last: bool = False) -> Work:
    """The step on a random input; with `last`, maps that have their channels last."""

    def maps(of: Shape) -> Array:
        if last:
            return np.zeros((*of[1:], of[0]), np.float32).transpose(2, 0, 1)
        return np.zeros((*of, *images), np.float32)

    x, out = maps(shape), maps(layer.output_shape(shape))
    x[...] = np.random.default_rng(1).normal(size=x.shape)
    return prepared.bind(images, Scratch(np.float32))(out, x)


def ideas() -> Iterator[Idea]:
    """In the order of docs/performance.md."""
    for channels, side in ((10, 64), (32, 32)):
        layer, shape = conv(channels, channels), (channels, side, side)
        x = np.random.default_rng(1).normal(size=(1, *shape)).astype(np.float32)
        yield Idea(
            "walk the kernel's rows, copy its columns",
            f"{channels} to {channels} channels, {side} x {side}; without: the layer",
            lambda layer=layer, x=x: layer.forward(x),  # type: ignore[misc]
            step(Shifts(layer, shape, np.float32), layer, shape),
        )
    layer, shape = conv(10, 10), (10, 64, 64)
    with patch.object(small, "SMALL", 1 << 60):
        whole = step(Shifts(layer, shape, np.float32), layer, shape, (64,))
    yield Idea(
        "cut to small products",
        "10 to 10 channels, 64 x 64, 64 images",
        whole,
        step(Shifts(layer, shape, np.float32), layer, shape, (64,)),
    )
    layer, shape = conv(64, 64), (64, 16, 16)
    with patch.object(small, "SMALL", 1 << 60):
        whole = step(Winograd(layer, shape, np.float32, 4), layer, shape, (64,))
    yield Idea(
        "cut to small products",
        "the transforms of Winograd's way: 64 to 64 channels, 16 x 16, 64 images",
        whole,
        step(Winograd(layer, shape, np.float32, 4), layer, shape, (64,)),
    )
    layer, shape = conv(128, 128), (128, 28, 28)
    x = np.random.default_rng(1).normal(size=(1, *shape)).astype(np.float32)
    with patch.object(convolution, "NEAR", 1 << 60):
        whole = step(Columns(layer, shape, np.float32), layer, shape)
    yield Idea(
        "write the windows into memory that is used again",
        "128 to 128 channels, 28 x 28; without: the layer",
        lambda layer=layer, x=x: layer.forward(x),  # type: ignore[misc]
        whole,
    )
    yield Idea(
        "a band at a time",
        "windows written out: 128 to 128 channels, 28 x 28",
        whole,
        step(Columns(layer, shape, np.float32), layer, shape),
    )
    tiled, large = conv(64, 64), (64, 56, 56)
    with patch.object(winograd, "NEAR", 1 << 60):
        whole = step(Winograd(tiled, large, np.float32, 4), tiled, large)
    yield Idea(
        "a band at a time",
        "Winograd's way: 64 to 64 channels, 56 x 56",
        whole,
        step(Winograd(tiled, large, np.float32, 4), tiled, large),
    )
    for channels, side, tile in ((64, 56, 4), (128, 28, 4), (256, 14, 2)):
        layer, shape = conv(channels, channels), (channels, side, side)
        yield Idea(
            f"Winograd, tiles of {tile} x {tile}",
            f"{channels} to {channels} channels, {side} x {side}; without: windows written out",
            step(Columns(layer, shape, np.float32), layer, shape),
            step(Winograd(layer, shape, np.float32, tile), layer, shape),
        )
    for channels, side in ((144, 56), (384, 14), (960, 7)):
        layer, shape = conv(channels, channels, channels), (channels, side, side)
        x = np.random.default_rng(1).normal(size=(1, *shape)).astype(np.float32)
        planar = step(Depthwise(layer, shape, np.float32), layer, shape)
        yield Idea(
            "depthwise by runs of one channel",
            f"{channels} channels, {side} x {side}; without: the layer",
            lambda layer=layer, x=x: layer.forward(x),  # type: ignore[misc]
            planar,
        )
        yield Idea(
            "the channels last",
            f"depthwise, {channels} channels, {side} x {side}",
            planar,
            step(DepthwiseLast(layer, shape, np.float32), layer, shape, last=True),
        )
    graph = NETWORKS["b"]()
    yield Idea("the images last", "network b, 64 images", _run(graph_one_by_one(), 64), _run(InferencePlan(graph), 64))
    for name in ("b", "d"):
        graph = NETWORKS[name]()
        yield Idea(
            "use a thread's arrays again, and all views of them",
            f"network {name}, 1 image",
            _run(Forgetful(graph), 1),
            _run(InferencePlan(graph), 1),
        )
    for shape in ((8, 28, 28), (128, 8, 8)):
        pool = MaxPool((2, 2), (2, 2))
        with patch.object(pooling, "_is_of_four", lambda *shifts: False):
            by_cell = step(Pool(pool, shape, np.float32), pool, shape)
        yield Idea(
            "pool by passes over all maps as one run",
            f"{shape[0]} channels, {shape[1]} x {shape[2]}; without: along rows, along columns",
            by_cell,
            step(Pool(pool, shape, np.float32), pool, shape),
        )
    shape = (10, 64, 64)
    x = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    out = np.empty_like(x)
    yield Idea(
        "zeros laid out",
        "ReLU, 10 channels, 64 x 64; without: `np.maximum(x, 0)`",
        lambda: np.maximum(x, 0, out=out),
        step(Cut(shape, np.float32), Relu(), shape),
    )


class Forgetful(InferencePlan):
    """The plan with fresh arrays, and views of them, for each run."""

    def run(self, x: Array, between: Between = lambda: None) -> Trace:
        self._memory.ready = None
        return super().run(x, between)


def graph_one_by_one() -> InferencePlan:
    """The plan of network b, made to take the images of a batch one by one."""

    with patch.object(inference, "TOGETHER", ()):
        plan = InferencePlan(NETWORKS["b"]())
        plan.run(pictures(plan.graph, 64))
    return plan


def _run(plan: InferencePlan, images: int) -> Work:
    x = pictures(plan.graph, images)
    return lambda: plan.run(x)


def table(rounds: int, seconds: float) -> str:
    """The ideas and their gains, as Markdown."""
    lines = ["| idea | tried on | without | with | times as fast |", "| --- | --- | ---: | ---: | --- |"]
    for idea in ideas():
        idea.without()
        idea.with_it()
        times: dict[str, list[float]] = {"without": [], "with": []}
        for _ in range(rounds):
            for name, work in random.sample([("without", idea.without), ("with", idea.with_it)], 2):
                times[name].append(block(work, seconds))
        gains = [a / b for a, b in zip(times["without"], times["with"], strict=True)]
        low, middle, high = statistics.quantiles(gains, n=4)
        without, with_it = (1e6 * statistics.median(times[name]) for name in ("without", "with"))
        lines.append(
            f"| {idea.title} | {idea.place} | {without:,.0f} µs | {with_it:,.0f} µs "
            f"| {middle:.2f} ({low:.2f}-{high:.2f}) |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(9, 0.03))
