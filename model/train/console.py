"""The console: a training's progress and a model's figures as lines of text."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from model.train.evaluate import Evaluation
from model.train.progress import Progress

BAR = 20  # characters of the progress bar
MOST_LISTED = 20  # unreadable files that are named


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
    elif sys.stdout.isatty() and progress.step % 5 == 0:
        _write(f"{_bar(progress)}  {line}", end="")


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


def print_skipped(problems: Sequence[str]) -> None:
    """The pictures that were left out, each with its reason, on stderr: the first ones, and how many there are."""
    if not problems:
        return
    print(f"{len(problems)} of the files cannot be read and were left out:", file=sys.stderr)
    for problem in problems[:MOST_LISTED]:
        print(f"  {problem}", file=sys.stderr)
    if len(problems) > MOST_LISTED:
        print(f"  ... and {len(problems) - MOST_LISTED} more", file=sys.stderr)


def _bar(progress: Progress) -> str:
    """How much of the epoch is done, as a bar."""
    done = round(BAR * progress.step / progress.steps)
    return "█" * done + "░" * (BAR - done)


def _write(line: str, end: str) -> None:
    # \r and "erase to the end of the line" only where somebody watches.
    before = "\r\x1b[K" if sys.stdout.isatty() else ""
    print(before + line, end=end, flush=True)


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
