"""Evaluation: how good a network is on images it did not learn from, and how sure one can be of that."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from model.graph import Graph
from model.layers import Softmax
from model.tensor import Array
from model.train.data import Dataset
from model.train.passes import passes


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Figures over a data set.

    `confusion[t, p]` counts the images of class t that were taken for class p. `loss` is the mean of
    -log(probability of the right class). `calibration_error` is the reliability error: the mean distance
    between how sure the network is and how often it is right.
    """

    classes: tuple[str, ...]
    confusion: Array
    loss: float
    calibration_error: float

    @property
    def count(self) -> int:
        return int(self.confusion.sum())

    @property
    def correct(self) -> int:
        return int(self.confusion.trace())

    @property
    def accuracy(self) -> float:
        return self.correct / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true accuracy lies, with 95 % confidence."""
        return wilson_interval(self.correct, self.count)

    @property
    def recall(self) -> dict[str, float]:
        """For each class, the share of its images that were recognised; 0 for a class without images."""
        totals = np.maximum(self.confusion.sum(axis=1), 1)
        return dict(zip(self.classes, (self.confusion.diagonal() / totals).tolist(), strict=True))

    def card(self) -> dict[str, Any]:
        """The figures as JSON carries them."""
        return {
            "images": self.count,
            "correct": self.correct,
            "accuracy": self.accuracy,
            "interval": list(self.interval),
            "loss": self.loss,
            "calibration_error": self.calibration_error,
            "recall": self.recall,
            "confusion": self.confusion.tolist(),
        }


def evaluate(graph: Graph, dataset: Dataset, batch: int = 50, fast: bool = False) -> Evaluation:
    """Runs every image of `dataset`; the graph's last stage has to give probabilities.

    `fast` runs the training's plan where there is one, for the figures while training; published figures come
    from the engine's own run.
    """
    classes = len(dataset.classes)
    if graph.shapes[graph.output] != (classes,):
        raise ValueError(
            f"The network ends in {graph.shapes[graph.output]} values and the data set has {classes} classes."
        )
    if fast:
        probabilities = Softmax().forward(scores(graph, dataset, batch))
    else:
        starts = range(0, len(dataset), batch)
        parts = (dataset.inputs(np.arange(start, min(start + batch, len(dataset)))) for start in starts)
        probabilities = np.concatenate([graph.run(images).values[graph.output] for images in parts])
    return judge(probabilities, dataset.labels, dataset.classes)


def scores(graph: Graph, dataset: Dataset, batch: int = 50) -> Array:
    """The logits (N, K) of every image, by the training's plan where there is one."""
    batch = min(batch, len(dataset))
    network = passes(graph, batch)
    found = []
    for start in range(0, len(dataset), batch):
        indices = np.arange(start, min(start + batch, len(dataset)))
        # A plan takes batches of one size: the last one is filled up, and the filling is left out.
        logits = network.logits(graph.parameters, dataset.inputs(np.resize(indices, batch)))
        found.append(logits[: len(indices)])
    return np.concatenate(found)


def judge(probabilities: Array, labels: Array, classes: tuple[str, ...]) -> Evaluation:
    """The figures of given probabilities (N, K) against the right classes (N,)."""
    taken_for = probabilities.argmax(axis=1)
    confusion = np.zeros((len(classes), len(classes)), np.int64)
    np.add.at(confusion, (labels, taken_for), 1)
    of_right_class = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return Evaluation(
        classes,
        confusion,
        float(abs(np.log(np.maximum(of_right_class, 1e-12)).mean())),  # of numbers up to 1: never above 0
        reliability_error(probabilities.max(axis=1), taken_for == labels),
    )


def wilson_interval(correct: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """The interval that holds the true rate, given `correct` out of `count`; z = 1.96 is 95 % confidence.

    Source: Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927.
    """
    rate, weight = correct / count, z * z / count
    centre = (rate + weight / 2) / (1 + weight)
    half = z * sqrt(rate * (1 - rate) / count + weight / count / 4) / (1 + weight)
    return max(0.0, centre - half), min(1.0, centre + half)


def reliability_error(confidence: Array, right: Array, bins: int = 15) -> float:
    """The expected calibration error: over equal bins of confidence, |mean confidence - share right|.

    Source: Guo et al., On Calibration of Modern Neural Networks, 2017.
    """
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    surplus = np.bincount(place, confidence.astype(np.float64) - right, minlength=bins)
    return float(np.abs(surplus).sum() / len(confidence))
