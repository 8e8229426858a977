"""One step of training: a batch, its loss, and the parameters moved a little downhill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.graph import Graph
from model.tensor import Array
from model.train.fold import folded
from model.train.loss import cross_entropy
from model.train.optimiser import State
from model.train.passes import Passes
from model.train.recipe import Recipe

STATISTICS_KEPT = 0.9  # of the running mean and variance of batch normalisation, at each step


@dataclass(frozen=True, eq=False)
class Position:
    """All that the next step depends on, besides recipe, images and seed."""

    step: int
    parameters: Mapping[str, Array]
    average: Mapping[str, Array]
    state: State

    def network(self, structure: Graph) -> Graph:
        """What would ship at this point: the averaged weights, with batch normalisation folded."""
        return folded(structure.with_parameters(self.average))


def begin(recipe: Recipe, seed: int) -> tuple[Graph, Position]:
    """The network before its first step: its structure, and random parameters."""
    graph = recipe.build(np.random.default_rng(seed))
    return graph, Position(0, graph.parameters, graph.parameters, recipe.optimiser.start(graph.parameters))


def advance(
    recipe: Recipe, network: Passes, position: Position, images: Array, labels: Array, rate: float
) -> tuple[Position, float, int]:
    """One step: (the next position, the batch's loss, how many of it were right)."""
    logits = network.logits(position.parameters, images)
    loss = cross_entropy(logits, labels, recipe.smoothing)
    if not np.isfinite(loss.value):
        raise FloatingPointError(
            f"The loss is {loss.value} at step {position.step + 1}: the training ran away. Lower the peak "
            f"rate, which is {recipe.schedule.peak}."
        )
    grads = network.gradients(position.parameters, loss.grad)
    parameters, state = recipe.optimiser.update(position.parameters, grads, position.state, rate)
    # Young averages forget faster, so that they are not ruled by the random start.
    kept = min(STATISTICS_KEPT, position.step / (position.step + 1))
    moved = dict(parameters)
    for stage, (mean, variance) in network.statistics().items():
        moved[f"{stage}.mean"] = kept * parameters[f"{stage}.mean"] + (1 - kept) * mean
        moved[f"{stage}.variance"] = kept * parameters[f"{stage}.variance"] + (1 - kept) * variance
    kept = min(recipe.average, (position.step + 1) / (position.step + 10))
    average = {name: kept * position.average[name] + (1 - kept) * array for name, array in moved.items()}
    correct = int((logits.argmax(axis=1) == labels).sum())
    return Position(position.step + 1, moved, average, state), loss.value, correct
