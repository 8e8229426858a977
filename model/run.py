"""A model, and a run: one image through it, with every value kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from model.graph import Graph, Trace
from model.layers import Softmax
from model.plan import InferencePlan
from model.preprocess import Prepared, choose, prepare
from model.tensor import Array


@dataclass(frozen=True, eq=False)
class Model:
    """A network with its weights, its classes and its preprocessing.

    `preprocessing` is the list of steps that turn a picture into the network's input (see `model.preprocess`);
    `card` is what is known of the training; `digest` is the SHA-256 of the file and, for a checkpoint, of its
    number, so that two models with one digest give the same numbers. `checkpoint` is None for the trained model.
    `notes` says, a sentence each, what the file left open and what stands for it.
    """

    id: str
    title: str
    graph: Graph
    classes: tuple[str, ...]
    preprocessing: tuple[Mapping[str, Any], ...]
    card: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""
    checkpoint: int | None = None
    notes: tuple[str, ...] = ()

    def run(self, image: npt.ArrayLike, *, fit: str | None = None, crop: Sequence[int] | None = None) -> Run:
        """Runs one picture: uint8 (rows, columns), (rows, columns, 3) RGB, or what NumPy reads as such.

        A Pillow image in mode L or RGB is read as it is. Where the model fits photos to its input, `fit` is how:
        "crop", "pad" or "stretch"; and `crop` is the part of the picture to take, (left, top, width, height) in
        its pixels. ValueError, in plain words, for any other array and for what does not go with the model.

        >>> import numpy as np
        >>> from model import load
        >>> picture = np.zeros((28, 28), np.uint8)
        >>> picture[4:24, 13:16] = 255  # an upright stroke
        >>> run = load("digits").run(picture)
        >>> run.predictions[0].class_
        '1'
        >>> run["conv1"].shape
        (8, 28, 28)
        """
        return self.run_prepared(prepare(image, choose(self.preprocessing, fit, crop)))

    def run_prepared(self, prepared: Prepared, between: Callable[[], None] = lambda: None) -> Run:
        """Runs an input that went through the preprocessing before; the same input gives the same run.

        `between` is called before each stage: what it raises ends the run.
        """
        x = prepared.input[None].astype(np.float32)
        # ENGINE_PLAN=off runs the readable layers themselves.
        run = self.graph.run if os.environ.get("ENGINE_PLAN") == "off" else self._plan.run
        trace = run(x, between)
        for values in trace.values.values():
            values.flags.writeable = False
        return Run(self, prepared, trace)

    @cached_property
    def _plan(self) -> InferencePlan:
        return InferencePlan(self.graph)

    @property
    def logits_stage(self) -> str:
        """The stage that holds the scores before softmax: the last one that is not a softmax."""
        last = self.graph.stages[-1]
        return last.inputs[0] if isinstance(last.layer, Softmax) else last.name


@dataclass(frozen=True)
class Prediction:
    """One class of the answer: its probability, and its logit, the score before softmax."""

    class_: str
    probability: float
    logit: float


@dataclass(frozen=True, eq=False)
class Run:
    """One image through one model. `run["conv1"]` gives a stage's values (channels, rows, columns)."""

    model: Model
    prepared: Prepared
    trace: Trace

    def __getitem__(self, stage: str) -> Array:
        return self.trace.values[stage][0]

    @cached_property
    def id(self) -> str:
        """32 hexadecimal digits from the model's digest, the input and the steps to it: one image, one address."""
        digest = hashlib.sha256(self.model.digest.encode())
        digest.update(self.prepared.digest.encode())
        return digest.hexdigest()[:32]

    @cached_property
    def predictions(self) -> tuple[Prediction, ...]:
        """All classes, the most probable first."""
        probabilities, logits = self[self.model.graph.output], self[self.model.logits_stage]
        order = np.argsort(-probabilities, kind="stable")
        return tuple(Prediction(self.model.classes[k], float(probabilities[k]), float(logits[k])) for k in order)

    def arrays(self) -> dict[str, Array]:
        """All that the run's numbers can be reproduced from: every stage's values, and `conv1.weight`, ..."""
        return {name: self[name] for name in self.trace.values} | self.model.graph.parameters
