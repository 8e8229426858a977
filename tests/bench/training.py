"""One training step of a batch of 64: forward, loss, backward, and the parameters moved, by each contender."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from model.graph import Graph
from model.layers import Relu, Softmax
from model.train.loss import cross_entropy
from model.train.passes import LayerPasses, Passes, passes
from tests.bench.contenders import torch_layer
from tests.bench.networks import pictures

IMAGES, RATE = 64, 1e-4


def labels(graph: Graph) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.random.default_rng(2).integers(0, graph.shapes[graph.output][0], IMAGES)


def plan(graph: Graph) -> Callable[[], float]:
    return _numpy(graph, passes(graph, IMAGES))


def layers(graph: Graph) -> Callable[[], float]:
    return _numpy(graph, LayerPasses(graph))


def _numpy(graph: Graph, network: Passes) -> Callable[[], float]:
    parameters = {name: array.copy() for name, array in graph.parameters.items()}
    x, right = pictures(graph, IMAGES), labels(graph)

    def step() -> float:
        loss = cross_entropy(network.logits(parameters, x), right)
        for name, grad in network.gradients(parameters, loss.grad.astype(np.float32)).items():
            parameters[name] -= RATE * grad
        return loss.value

    return step


def torch(graph: Graph) -> Callable[[], float]:
    import torch as pytorch
    from torch.nn import functional

    pytorch.set_num_threads(1)
    parameters, steps = [], []
    for stage in graph.stages:
        if isinstance(stage.layer, Softmax):
            continue
        step = torch_layer(stage.layer)
        for cell in getattr(step, "__closure__", None) or ():
            if isinstance(cell.cell_contents, pytorch.Tensor):
                parameters.append(cell.cell_contents.requires_grad_())
        steps.append(pytorch.relu if isinstance(stage.layer, Relu) else step)
    x, right = pytorch.from_numpy(pictures(graph, IMAGES)), pytorch.from_numpy(labels(graph))
    optimiser = pytorch.optim.SGD(parameters, RATE)

    def run() -> float:
        values = x
        for step in steps:
            values = step(values)
        loss: Any = functional.cross_entropy(values, right)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return loss.item()

    return run


TRAINERS: dict[str, Callable[[Graph], Callable[[], float]]] = {"plan": plan, "torch": torch, "layers": layers}
