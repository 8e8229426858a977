"""The runs that can be asked about: their inputs are kept in a store, their values are a cache."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from app import metrics
from app.errors import Problem
from app.patience import Check
from app.store import DamagedRecord, Record, RunStore, read_record, write_record
from app.traces import Traces
from model.catalog import UnknownModel, load
from model.pictures import Limits, read_picture
from model.preprocess import Prepared, choose, prepare
from model.run import Model, Run

log = logging.getLogger("app")


def prepare_picture(
    model: Model,
    data: bytes,
    limits: Limits | None = None,
    fit: str | None = None,
    crop: Sequence[int] | None = None,
) -> Prepared:
    """The input that a picture's file becomes; its warnings begin with those of reading it.

    PictureError as `read_picture`, ChoiceError as `choose`, which is asked before anything is decoded.
    """
    spec = choose(model.preprocessing, fit, crop)
    picture = read_picture(data, limits)
    return prepare(picture.pixels, spec).noting(picture.warnings)


def run_picture(
    model: Model,
    data: bytes,
    limits: Limits | None = None,
    fit: str | None = None,
    crop: Sequence[int] | None = None,
) -> Run:
    """The run of a picture's file. As `prepare_picture`."""
    return model.run_prepared(prepare_picture(model, data, limits, fit, crop))


class Runs:
    """Makes runs, keeps what they can be made again from, and finds them; safe for many threads.

    Each method but `find` may take its time, and belongs where computations run.
    """

    def __init__(self, store: RunStore, traces: Traces, decodes: int) -> None:
        self.store, self.traces = store, traces
        self._decoding = threading.BoundedSemaphore(decodes)

    def make(
        self,
        check: Check,
        model: Model,
        data: bytes,
        limits: Limits,
        fit: str | None = None,
        crop: Sequence[int] | None = None,
    ) -> Run:
        """The run of a picture's file, which is kept. As `prepare_picture`."""
        with self._decoding:
            check()
            prepared = prepare_picture(model, data, limits, fit, crop)
        return self.repeat(check, model, prepared)

    def repeat(self, check: Check, model: Model, prepared: Prepared) -> Run:
        """The run of an input that was prepared before, which is kept."""
        run = self.keep(model.run_prepared(prepared, check))
        metrics.RUNS.labels(model.id).inc()
        return run

    def keep(self, run: Run) -> Run:
        """The same run, which from now on can be asked about through every worker."""
        self.store.put(run.id, write_record(Record(run.model.id, run.model.checkpoint, run.prepared)))
        self.traces.keep(run)
        return run

    def find(self, run_id: str) -> Run | None:
        """The run of that id where its values are at hand, at once."""
        run = self.traces.find(run_id)
        metrics.LOOKUPS.labels("miss" if run is None else "hit").inc()
        return run

    def compute(self, check: Check, run_id: str) -> Run:
        """The run of that id, made again from its input, to the same bytes; a Problem 404 where it is not kept."""
        data = self.store.get(run_id)
        run = self._made_again(check, run_id, data) if data is not None else None
        if run is None:
            raise Problem(404, "run_not_found", f"Run `{run_id}` is not kept here (any more). Send the picture again.")
        self.traces.keep(run)
        return run

    def _made_again(self, check: Check, run_id: str, data: bytes) -> Run | None:
        """None where the record is damaged, or the run was one of a model that is another one today."""
        try:
            record = read_record(data)
            model = load(record.model, record.checkpoint)
        except DamagedRecord as error:
            log.warning("run %s is forgotten: %s", run_id, error)
            self.store.drop(run_id)
            return None
        except UnknownModel:
            return None
        check()
        run = model.run_prepared(record.prepared, check)
        return run if run.id == run_id else None
