"""The training plan: a network's forward and backward pass over batches of one size, several times faster.

It holds the network's structure and its working memory, which every batch uses again: one plan serves one
thread. The readable layers stay the definition: `tests/model/test_plan.py` holds the plan to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np

from model.graph import Graph, Stage
from model.layers import BatchNorm, Conv2d, Dense, GlobalAveragePool, MaxPool, Relu
from model.plan.block import Block, Chain, fits
from model.plan.maps import Maps
from model.tensor import Array


class TrainingPlan:
    """Blocks of convolution, batch normalisation, ReLU and 2 x 2 max pooling; then a mean or a flattening; then
    one dense layer, whose outputs are the logits.

    `make` gives None for a network of another build.
    """

    def __init__(self, graph: Graph, images: int, chains: list[Chain], tail: list[Stage]) -> None:
        self.images = images
        dtype = next(iter(graph.parameters.values())).dtype
        self.blocks: list[Block] = []
        shape = graph.input_shape
        for chain in chains:
            conv, norm = graph[chain.conv].layer, graph[chain.norm].layer if chain.norm else None
            assert isinstance(conv, Conv2d) and (norm is None or isinstance(norm, BatchNorm))
            self.blocks.append(Block(chain, conv, norm, shape, images, dtype))
            shape = self.blocks[-1].output_shape
        self._averages = any(isinstance(stage.layer, GlobalAveragePool) for stage in tail)
        self._dense = next(stage.name for stage in tail if isinstance(stage.layer, Dense))
        self._last = Maps(shape, images, 0, dtype)
        self._features: Array = np.empty(0)

    @classmethod
    def make(cls, graph: Graph, images: int) -> Self | None:
        """The plan for batches of `images`; None where the network is not one that a plan can do."""
        found = _split(graph)
        return cls(graph, images, *found) if found else None

    def logits(self, parameters: Mapping[str, Array], x: Array) -> Array:
        """The scores (images, classes) of a batch (images, channels, rows, columns) under `parameters`."""
        self.blocks[0].input.fill(x)
        for block, following in zip(self.blocks, [*(each.input for each in self.blocks[1:]), self._last], strict=True):
            block.forward(parameters, following)
        maps = self._last.array  # no border: (rows, channels, columns, images)
        if self._averages:
            self._features = maps.mean(axis=(0, 2)).T  # (images, channels)
        else:
            self._features = self._last.batch().reshape(self.images, -1)
        weight, bias = parameters[f"{self._dense}.weight"], parameters[f"{self._dense}.bias"]
        scores: Array = self._features @ weight.T + bias
        return scores

    def gradients(self, parameters: Mapping[str, Array], grad: Array) -> dict[str, Array]:
        """From the gradient of the logits (images, classes) to those of every trained parameter."""
        gradients = {f"{self._dense}.weight": grad.T @ self._features, f"{self._dense}.bias": grad.sum(axis=0)}
        back = self._spread(grad @ parameters[f"{self._dense}.weight"])
        for number in reversed(range(len(self.blocks))):
            further, of_block = self.blocks[number].backward(parameters, back, input_needed=number > 0)
            gradients.update(of_block)
            if further is not None:
                back = further
        return gradients

    def statistics(self) -> dict[str, tuple[Array, Array]]:
        """Mean and variance of the last batch, by stage of batch normalisation in training."""
        return {block.chain.norm: block.statistics for block in self.blocks if block.chain.norm and block.statistics}

    def _spread(self, grad: Array) -> Array:
        """The gradient of the features (images, n) laid out over the last maps."""
        rows, channels, columns, images = self._last.array.shape
        if self._averages:
            mean = np.ascontiguousarray(grad.T)[None, :, None] / (rows * columns)
            return np.broadcast_to(mean, self._last.array.shape)
        return np.ascontiguousarray(grad.reshape(images, channels, rows, columns).transpose(2, 1, 3, 0))


def _split(graph: Graph) -> tuple[list[Chain], list[Stage]] | None:
    """The chains of the network and the stages after them; None where it is built otherwise."""
    before = [graph.input, *(stage.name for stage in graph.stages)]
    if any(stage.inputs != (name,) for stage, name in zip(graph.stages, before, strict=False)):
        return None
    chains: list[Chain] = []
    rest = list(graph.stages)
    while rest and isinstance(rest[0].layer, Conv2d):
        if not fits(rest[0].layer):
            return None
        chain = Chain(rest.pop(0).name)
        if rest and isinstance(rest[0].layer, BatchNorm):
            chain = Chain(chain.conv, rest.pop(0).name)
        if rest and isinstance(rest[0].layer, Relu):
            chain = Chain(chain.conv, chain.norm, rest.pop(0).name)
        if rest and _halves(graph, rest[0]):
            chain = Chain(chain.conv, chain.norm, chain.relu, rest.pop(0).name)
        chains.append(chain)
    ops = [stage.layer.op for stage in rest]
    tails = (["Flatten", "Gemm"], ["GlobalAveragePool", "Flatten", "Gemm"])
    if not chains or ops not in [*tails, *([*tail, "Softmax"] for tail in tails)]:
        return None
    return chains, rest


def _halves(graph: Graph, stage: Stage) -> bool:
    """Whether a stage is a max pooling of 2 x 2 cells, side by side, without a rest."""
    layer = stage.layer
    if not isinstance(layer, MaxPool):
        return False
    _, rows, columns = graph.shapes[stage.inputs[0]]
    plain = layer.kernel == layer.stride == (2, 2) and layer.padding == (0, 0, 0, 0) and layer.dilation == (1, 1)
    return plain and rows % 2 == 0 and columns % 2 == 0
