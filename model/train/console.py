"""The console: a training's progress and a model's figures as lines of text."""

from __future__ import annotations

import sys

from model.train.evaluate import Evaluation
from model.train.loop import Progress


def print_progress(progress: Progress) -> None:
    """One line that is written over while an epoch runs (on a terminal), and one that stays when it ends."""
    line = (
        f"epoch {progress.epoch:>2}/{progress.epochs}  loss {progress.loss:.4f}  "
        f"accuracy {progress.accuracy:.2%}  {progress.images_per_second:,.0f} images/s  "
        f"{_minutes(progress.seconds_left)} left"
    )
    if progress.validation is not None:
        found = progress.validation
        _write(f"{line}  validation loss {found.loss:.4f}  accuracy {found.accuracy:.2%}", end="\n")
    elif sys.stdout.isatty() and progress.step % 10 == 0:
        _write(f"{line}  step {progress.step}/{progress.steps}", end="")


def print_evaluation(evaluation: Evaluation) -> None:
    """Accuracy with its interval, recall by class, and the confusion matrix."""
    low, high = evaluation.interval
    print(
        f"Accuracy {evaluation.accuracy:.2%} ({evaluation.correct:,} of {evaluation.count:,} right; "
        f"95 % interval {low:.2%} to {high:.2%}), loss {evaluation.loss:.4f}, "
        f"reliability error {evaluation.calibration_error:.2%}"
    )
    width = max(5, *(len(name) + 1 for name in evaluation.classes), len(str(evaluation.confusion.max())) + 1)
    print("Confusion: a row for each true class, a column for each answer; recall at the end.")
    print(" " * width + "".join(f"{name:>{width}}" for name in evaluation.classes))
    for name, row in zip(evaluation.classes, evaluation.confusion, strict=True):
        cells = "".join(f"{count:>{width}}" for count in row)
        print(f"{name:>{width}}{cells}  {evaluation.recall[name]:.2%}")


def _write(line: str, end: str) -> None:
    # \r and "erase to the end of the line" only where somebody watches.
    before = "\r\x1b[K" if sys.stdout.isatty() else ""
    print(before + line, end=end, flush=True)


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
