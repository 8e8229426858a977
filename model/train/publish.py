"""Publishing: a training written as files: the model with its card, its checkpoints, its history."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model.checkpoints import Checkpoint, write_checkpoints
from model.checksums import LIST, write_checksums
from model.graph import Graph
from model.onnx_file import write
from model.train.data import Dataset
from model.train.evaluate import Evaluation
from model.train.loop import Trained
from model.train.recipe import Recipe


def publish(path: Path, recipe: Recipe, trained: Trained, card: Mapping[str, Any], classes: tuple[str, ...]) -> None:
    """Writes `path` (an .onnx file), and beside it the .checkpoints.npz and the .history.jsonl.

    Where the folder has a list of checksums, the new files are entered.
    """
    metadata = {
        "title": recipe.title,
        "classes": list(classes),
        "preprocessing": list(recipe.preprocessing),
        "card": card,
    }
    files = {
        path.name: write(trained.best.graph, metadata),
        path.with_suffix(".history.jsonl").name: "".join(json.dumps(line) + "\n" for line in trained.history).encode(),
    }
    if trained.snapshots:
        points = [
            Checkpoint(number, shot.epoch, shot.validation.loss, shot.validation.accuracy)
            for number, shot in enumerate(trained.snapshots)
        ]
        files[path.with_suffix(".checkpoints.npz").name] = write_checkpoints(
            points, [shot.graph.parameters for shot in trained.snapshots]
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        _replace(path.parent / name, data)
    if (path.parent / LIST).exists():
        write_checksums(path.parent, files)


def make_card(
    recipe: Recipe,
    seed: int,
    training: Dataset,
    validation: Dataset,
    trained: Trained,
    test: Evaluation | None,
    temperature: float,
) -> dict[str, Any]:
    """What is known of a model: how it came to be, and how good it is on images it never saw.

    Without test images the accuracy is that on the validation images, which also chose the best epoch;
    `measured_on` says so.
    """
    graph = trained.best.graph
    card = {
        **recipe.card,
        "images": {"training": len(training), "validation": len(validation), "test": test.count if test else 0},
        "seed": seed,
        "epochs": len(trained.history),
        "batch": recipe.batch,
        "optimiser": repr(recipe.optimiser),
        "schedule": repr(recipe.schedule),
        "augmentation": repr(recipe.augmentation),
        "later_augmentation": repr(recipe.later),
        "label_smoothing": recipe.smoothing,
        "weight_average": recipe.average,
        "best_epoch": trained.best.epoch,
        "finished": trained.finished,
        "training_seconds": round(trained.seconds),
        "parameters": sum(array.size for array in graph.parameters.values()),
        "multiply_adds": sum(graph.multiply_adds(stage) for stage in graph.stages),
        "weights_sha256": weights_digest(graph),
        "temperature": temperature,
        "measured_on": "test" if test else "validation",
        "accuracy": (test or trained.best.validation).accuracy,
        "validation": trained.best.validation.card(),
    }
    return card | ({"test": test.card()} if test else {})


def weights_digest(graph: Graph) -> str:
    """SHA-256 over all parameters: two trainings that end in the same weights have the same digest."""
    digest = hashlib.sha256()
    for name, array in sorted(graph.parameters.items()):
        digest.update(f"{name} {array.dtype} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _replace(path: Path, data: bytes) -> None:
    """Writes a file so that a reader sees the old one or the new one, and no half."""
    draft = path.with_name(path.name + ".part")
    draft.write_bytes(data)
    os.replace(draft, path)
