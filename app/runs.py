"""The runs that can be asked about: their inputs are kept, their values are a cache."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from app.errors import Problem
from model.catalog import load
from model.pictures import Limits, read_picture
from model.preprocess import Prepared, choose, prepare
from model.run import Model, Run


def run_picture(
    model: Model,
    data: bytes,
    limits: Limits | None = None,
    fit: str | None = None,
    crop: Sequence[int] | None = None,
) -> Run:
    """The run of a picture's file; its warnings begin with those of reading it.

    PictureError as `read_picture`, ChoiceError as `choose`, which is asked before anything is decoded.
    """
    spec = choose(model.preprocessing, fit, crop)
    picture = read_picture(data, limits)
    return model.run_prepared(prepare(picture.pixels, spec).noting(picture.warnings))


class Input(NamedTuple):
    """What a run can be made again from, to the same bytes."""

    model: str
    checkpoint: int | None
    prepared: Prepared


class RunStore:
    """The last `runs` inputs and the last `traces` runs with all their values; safe for many threads."""

    def __init__(self, runs: int, traces: int) -> None:
        self._inputs: OrderedDict[str, Input] = OrderedDict()
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._limits = (runs, traces)
        self._lock = threading.Lock()

    def add(self, run: Run) -> None:
        """Keeps a run; the oldest ones go."""
        with self._lock:
            self._inputs[run.id] = Input(run.model.id, run.model.checkpoint, run.prepared)
            self._inputs.move_to_end(run.id)
            self._keep(run)
            while len(self._inputs) > self._limits[0]:
                oldest, _ = self._inputs.popitem(last=False)
                self._runs.pop(oldest, None)

    def find(self, run_id: str) -> Run | None:
        """The run of that id; None where its values are gone; a Problem 404 where it is not kept at all."""
        return self._look_up(run_id)[1]

    def compute(self, run_id: str) -> Run:
        """The run of that id, made again from its input, to the same bytes, where its values are gone."""
        known, run = self._look_up(run_id)
        if run is None:
            run = load(known.model, known.checkpoint).run_prepared(known.prepared)
            with self._lock:
                self._keep(run)
        return run

    def _look_up(self, run_id: str) -> tuple[Input, Run | None]:
        with self._lock:
            known, run = self._inputs.get(run_id), self._runs.get(run_id)
            if run is not None:
                self._runs.move_to_end(run_id)
        if known is None:
            raise Problem(404, "run_not_found", f"Run `{run_id}` is not kept here (any more). Send the picture again.")
        return known, run

    def _keep(self, run: Run) -> None:
        self._runs[run.id] = run
        self._runs.move_to_end(run.id)
        while len(self._runs) > self._limits[1]:
            self._runs.popitem(last=False)
