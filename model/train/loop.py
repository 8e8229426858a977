"""The training loop: epochs of small steps downhill, an average of the weights, and a record of the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from threadpoolctl import threadpool_limits

from model.graph import Graph
from model.train.data import Dataset
from model.train.evaluate import Evaluation, evaluate
from model.train.loader import batches
from model.train.passes import Passes, passes
from model.train.progress import Meter, Progress
from model.train.recipe import Recipe
from model.train.step import Position, advance, begin


class Snapshot(NamedTuple):
    """The folded network after `epoch` epochs (fractions allowed), and how it did on validation images."""

    epoch: float
    graph: Graph
    validation: Evaluation


@dataclass(frozen=True, eq=False)
class Trained:
    """What a training leaves: the best network, snapshots from random to trained, one record an epoch."""

    best: Snapshot
    snapshots: tuple[Snapshot, ...]
    history: tuple[Mapping[str, Any], ...]
    seconds: float
    finished: bool


@dataclass(frozen=True, eq=False)
class State:
    """A training between two epochs: all that it needs to go on as if it had never stopped."""

    epoch: int  # epochs that are done
    position: Position
    best: Snapshot | None = None
    snapshots: tuple[Snapshot, ...] = ()
    history: tuple[Mapping[str, Any], ...] = ()
    seconds: float = 0.0


def train(
    recipe: Recipe,
    training: Dataset,
    validation: Dataset,
    seed: int,
    report: Callable[[Progress], None] = lambda progress: None,
    state: State | None = None,
    keep: Callable[[State], None] = lambda state: None,
) -> Trained:
    """Trains `recipe` on `training`; the same seed gives the same weights, bit for bit, on one machine.

    The best network is the one most often right on `validation`, of equals the latest. `keep` is given the state
    after each epoch, and a training that is begun from such a `state` ends as the unbroken one would have.
    Ctrl-C (KeyboardInterrupt) leaves the best so far, with `finished` False; before the end of the first epoch it
    goes through.
    """
    # One BLAS thread: sums are made in one order, whatever else the machine is busy with.
    with threadpool_limits(1):
        structure, position = begin(recipe, seed)
        course = _Course(recipe, structure, validation, max(1, len(training) // recipe.batch))
        if state is None:
            state = course.with_snapshot(State(0, position), 0, position)
        network = passes(structure, min(recipe.batch, len(training)))
        finished = True
        while state.epoch < recipe.epochs and not course.stale(state):
            try:
                state = _epoch(course, network, training, seed, state, report)
                keep(state)
            except KeyboardInterrupt:
                if state.best is None:
                    raise
                finished = False
                break
    assert state.best is not None
    return Trained(state.best, state.snapshots, state.history, state.seconds, finished)


@dataclass(frozen=True, eq=False)
class _Course:
    """What stays the same over a training."""

    recipe: Recipe
    structure: Graph
    validation: Dataset
    steps: int  # of one epoch

    def snapshot(self, epoch: float, position: Position) -> Snapshot:
        network = position.network(self.structure)
        return Snapshot(epoch, network, evaluate(network, self.validation, fast=True))

    def with_snapshot(self, state: State, done: int, position: Position) -> State:
        """`state` with a snapshot, if the recipe asks for one after `done` steps."""
        asked = [epoch for epoch in self.recipe.checkpoints if round(epoch * self.steps) == done]
        shots = tuple(self.snapshot(epoch, position) for epoch in asked[:1])
        return replace(state, snapshots=state.snapshots + shots)

    def stale(self, state: State) -> bool:
        """Whether the training may stop early: nothing got better for as long as the recipe waits."""
        accuracies = [line["validation_accuracy"] for line in state.history]
        if self.recipe.patience is None or not accuracies:
            return False
        return len(accuracies) - accuracies.index(max(accuracies)) > self.recipe.patience


def _epoch(
    course: _Course, network: Passes, training: Dataset, seed: int, state: State, report: Callable[[Progress], None]
) -> State:
    """One epoch more."""
    recipe, started, epoch = course.recipe, time.perf_counter(), state.epoch + 1
    meter = Meter(epoch, recipe.epochs, course.steps)
    position, rate = state.position, 0.0
    _, rows, columns = course.structure.input_shape
    change = recipe.augmentation_in(epoch)
    with closing(batches(training, recipe.batch, change, (rows, columns), seed, epoch)) as ready:
        for images, labels in ready:
            rate = recipe.schedule.rate(position.step, recipe.epochs * course.steps)
            position, loss, correct = advance(recipe, network, position, images, labels, rate)
            meter.add(loss, correct, len(labels))
            state = course.with_snapshot(state, position.step, position)
            report(meter.progress())
    latest = course.snapshot(epoch, position)
    best = state.best
    if best is None or latest.validation.accuracy >= best.validation.accuracy:
        best = latest
    report(meter.progress()._replace(validation=latest.validation))
    return State(
        epoch,
        position,
        best,
        state.snapshots,
        (*state.history, meter.record(rate, latest.validation)),
        state.seconds + time.perf_counter() - started,
    )
