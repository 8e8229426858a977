"""The training loop: epochs of small steps downhill, an average of the weights, and a record of the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from model.graph import Graph, Trace
from model.layers import BatchNorm, Softmax
from model.tensor import Array
from model.train.data import Dataset, shuffled_batches
from model.train.evaluate import Evaluation, evaluate
from model.train.fold import folded
from model.train.loss import cross_entropy
from model.train.optimiser import State
from model.train.recipe import Recipe

STATISTICS_KEPT = 0.9  # of the running mean and variance of batch normalisation, at each step


class Progress(NamedTuple):
    """Where a training stands while it runs; the figures are means over the epoch so far."""

    epoch: int  # from 1
    epochs: int
    step: int  # of the epoch, from 1
    steps: int
    loss: float
    accuracy: float
    images_per_second: float
    seconds_left: float
    validation: Evaluation | None = None  # after the last step of an epoch


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
class Position:
    """All that the next step depends on, besides recipe, images and seed."""

    step: int
    graph: Graph
    average: Mapping[str, Array]
    state: State

    @property
    def network(self) -> Graph:
        """What would ship at this point: the averaged weights, folded."""
        return folded(self.graph.with_parameters(self.average))


def train(
    recipe: Recipe,
    training: Dataset,
    validation: Dataset,
    seed: int,
    report: Callable[[Progress], None] = lambda progress: None,
) -> Trained:
    """Trains `recipe` on `training`; the same seed gives the same weights, bit for bit, on one machine.

    The best network is the one most often right on `validation`, of equals the latest. Ctrl-C
    (KeyboardInterrupt) leaves the best so far, with `finished` False; before the end of the first epoch it
    goes through.
    """
    steps = max(1, len(training) // recipe.batch)
    snapshot_epochs = {round(epoch * steps): epoch for epoch in recipe.checkpoints if epoch <= recipe.epochs}
    snapshots: list[Snapshot] = []
    history: list[Mapping[str, Any]] = []
    best: Snapshot | None = None
    started = time.perf_counter()
    finished = False
    # One BLAS thread: sums are made in one order, whatever else the machine is busy with.
    with threadpool_limits(1):
        position = start(recipe, seed)
        if 0 in snapshot_epochs:
            snapshots.append(_snapshot(0, position, validation))
        try:
            for epoch in range(1, recipe.epochs + 1):
                rng = np.random.default_rng((seed, epoch))  # an epoch's chances depend on no epoch before it
                meter = _Meter(epoch, recipe.epochs, steps)
                for indices in shuffled_batches(len(training), recipe.batch, rng):
                    images = recipe.augmentation.apply(training.inputs(indices), rng)
                    labels = training.labels[indices]
                    rate = recipe.schedule.rate(position.step, recipe.epochs * steps)
                    position, loss, correct = advance(recipe, position, images, labels, rate)
                    meter.add(loss, correct, len(labels))
                    if position.step in snapshot_epochs:
                        snapshots.append(_snapshot(snapshot_epochs[position.step], position, validation))
                    report(meter.progress())
                latest = _snapshot(epoch, position, validation)
                if best is None or latest.validation.accuracy >= best.validation.accuracy:
                    best = latest
                history.append(meter.record(rate, latest.validation))
                report(meter.progress()._replace(validation=latest.validation))
            finished = True
        except KeyboardInterrupt:
            if best is None:
                raise
    assert best is not None
    return Trained(best, tuple(snapshots), tuple(history), time.perf_counter() - started, finished)


def start(recipe: Recipe, seed: int) -> Position:
    """The network before its first step: random."""
    graph = recipe.build(np.random.default_rng(seed))
    return Position(0, graph, graph.parameters, recipe.optimiser.start(graph.parameters))


def advance(
    recipe: Recipe, position: Position, images: Array, labels: Array, rate: float
) -> tuple[Position, float, int]:
    """One step: (the next position, the batch's loss, how many of it were right)."""
    graph = position.graph
    trace = graph.run(images)
    logits_stage = _logits_stage(graph)
    logits = trace.values[logits_stage]
    loss = cross_entropy(logits, labels, recipe.smoothing)
    if not np.isfinite(loss.value):
        raise FloatingPointError(
            f"The loss is {loss.value} at step {position.step + 1}: the training ran away. Lower the peak "
            f"rate, which is {recipe.schedule.peak}."
        )
    grads = graph.backward(trace, logits_stage, loss.grad).parameters
    parameters, state = recipe.optimiser.update(graph.parameters, grads, position.state, rate)
    # Young averages forget faster, so that they are not ruled by the random start.
    kept = min(STATISTICS_KEPT, position.step / (position.step + 1))
    parameters = {**parameters, **_running_statistics(graph, trace, kept)}
    kept = min(recipe.average, (position.step + 1) / (position.step + 10))
    average = {name: kept * position.average[name] + (1 - kept) * array for name, array in parameters.items()}
    correct = int((logits.argmax(axis=1) == labels).sum())
    return Position(position.step + 1, graph.with_parameters(parameters), average, state), loss.value, correct


def _running_statistics(graph: Graph, trace: Trace, kept: float) -> dict[str, Array]:
    """The means and variances of every BatchNorm stage, moved towards those of the batch at hand."""
    moved: dict[str, Array] = {}
    for stage in graph.stages:
        if isinstance(stage.layer, BatchNorm):
            mean, variance = stage.layer.statistics(*trace.of(stage))
            moved[f"{stage.name}.mean"] = kept * stage.layer.mean + (1 - kept) * mean
            moved[f"{stage.name}.variance"] = kept * stage.layer.variance + (1 - kept) * variance
    return moved


def _snapshot(epoch: float, position: Position, validation: Dataset) -> Snapshot:
    network = position.network
    return Snapshot(epoch, network, evaluate(network, validation))


def _logits_stage(graph: Graph) -> str:
    last = graph.stages[-1]
    return last.inputs[0] if isinstance(last.layer, Softmax) else last.name


class _Meter:
    """Counts an epoch's losses, right answers and time."""

    def __init__(self, epoch: int, epochs: int, steps: int) -> None:
        self.epoch, self.epochs, self.steps = epoch, epochs, steps
        self.step = self.images = self.correct = 0
        self.loss = 0.0
        self.started = time.perf_counter()

    def add(self, loss: float, correct: int, images: int) -> None:
        self.step += 1
        self.loss += loss
        self.correct += correct
        self.images += images

    def progress(self) -> Progress:
        seconds = max(1e-9, time.perf_counter() - self.started)
        left = (self.epochs - self.epoch) * self.steps + self.steps - self.step
        return Progress(
            self.epoch,
            self.epochs,
            self.step,
            self.steps,
            self.loss / self.step,
            self.correct / self.images,
            self.images / seconds,
            left * seconds / self.step,
        )

    def record(self, rate: float, validation: Evaluation) -> dict[str, Any]:
        """The epoch as a line of the history."""
        progress = self.progress()
        return {
            "epoch": self.epoch,
            "rate": rate,
            "loss": progress.loss,
            "accuracy": progress.accuracy,
            "validation_loss": validation.loss,
            "validation_accuracy": validation.accuracy,
            "images_per_second": round(progress.images_per_second),
        }
