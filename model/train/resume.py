"""The state of a training in a file, so that a training that was stopped or killed goes on.

One NumPy file: arrays by name, and the rest as JSON in an array of bytes. No pickle.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from model.tensor import Array
from model.train.data import Dataset
from model.train.evaluate import Evaluation
from model.train.fold import folded
from model.train.loop import Snapshot, State
from model.train.optimiser import State as OptimiserState
from model.train.pictures import DataError
from model.train.recipe import Recipe
from model.train.step import Position, begin

WORDS = ("id", "title", "card", "build", "load")
"""What of a recipe changes no weight: its words, and its functions, whose results are looked at themselves."""


def fingerprint(recipe: Recipe, training: Dataset, validation: Dataset, seed: int) -> str:
    """What tells one training from another: the network, the recipe, the seed and the labels of the images."""
    structure, _ = begin(recipe, seed)
    stages = [(stage.name, stage.layer.op, stage.layer.attributes, stage.inputs) for stage in structure.stages]
    shapes = {name: array.shape for name, array in structure.parameters.items()}
    settings = {field.name: getattr(recipe, field.name) for field in fields(recipe) if field.name not in WORDS}
    digest = hashlib.sha256(repr([structure.input_shape, stages, shapes, settings, training.classes, seed]).encode())
    for dataset in (training, validation):
        digest.update(np.asarray(dataset.labels, np.int64).tobytes())
        digest.update(b"|")
    return digest.hexdigest()


def write_state(path: Path, state: State, mark: str) -> None:
    """Writes the file whole or not at all: a training killed while it writes keeps the state before."""
    position = state.position
    arrays = {f"parameters/{name}": array for name, array in position.parameters.items()}
    arrays |= {f"average/{name}": array for name, array in position.average.items()}
    for number, moment in enumerate(position.state.moments):
        arrays |= {f"moment{number}/{name}": array for name, array in moment.items()}
    shots = [*state.snapshots, *([state.best] if state.best else [])]
    for number, shot in enumerate(shots):
        arrays |= {f"snapshot{number}/{name}": array for name, array in shot.graph.parameters.items()}
    facts = {
        "fingerprint": mark,
        "epoch": state.epoch,
        "step": position.step,
        "optimiser_step": position.state.step,
        "moments": len(position.state.moments),
        "snapshots": [[shot.epoch, _facts(shot.validation)] for shot in shots],
        "best": state.best is not None,
        "history": list(state.history),
        "seconds": state.seconds,
    }
    arrays["facts"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as out:
            out.write(file.getvalue())
            out.flush()
            os.fsync(out.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read_state(path: Path, recipe: Recipe, seed: int, mark: str) -> State | None:
    """The state in the file; None where there is no file. DataError where it is damaged or of another training."""
    if not path.exists():
        return None
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        facts = json.loads(arrays.pop("facts").tobytes())
        if facts["fingerprint"] != mark:
            raise DataError(
                f"{path} is the state of another training (other images, settings or seed). "
                "Remove it, or start anew with --fresh."
            )
        structure, _ = begin(recipe, seed)
        shots = [
            Snapshot(epoch, folded(structure).with_parameters(_part(arrays, f"snapshot{number}/")), _evaluation(found))
            for number, (epoch, found) in enumerate(facts["snapshots"])
        ]
        moments = tuple(_part(arrays, f"moment{number}/") for number in range(facts["moments"]))
        return State(
            facts["epoch"],
            Position(
                facts["step"],
                _part(arrays, "parameters/"),
                _part(arrays, "average/"),
                OptimiserState(facts["optimiser_step"], moments),
            ),
            shots[-1] if facts["best"] else None,
            tuple(shots[:-1] if facts["best"] else shots),
            tuple(facts["history"]),
            facts["seconds"],
        )
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} is not the state of a training, or is damaged. Start anew with --fresh.") from error


def _part(arrays: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _facts(found: Evaluation) -> list[Any]:
    return [list(found.classes), found.confusion.tolist(), found.loss, found.calibration_error]


def _evaluation(facts: list[Any]) -> Evaluation:
    classes, confusion, loss, calibration_error = facts
    return Evaluation(tuple(classes), np.array(confusion, np.int64), loss, calibration_error)
