"""How a training is going: the figures of the epoch so far, for the console and the history."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from model.train.evaluate import Evaluation


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


class Meter:
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
