"""The commands `train` and `evaluate`: from images to a model's files, and from a model's file to its figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from model.memory import keep_freed_memory
from model.run import Model
from model.train import RECIPES
from model.train.calibrate import helpful_temperature, with_temperature
from model.train.console import print_evaluation, print_progress, print_skipped
from model.train.data import Dataset, find_data, hold_back
from model.train.evaluate import evaluate
from model.train.folder import look_into, readable, split_off, usual_side
from model.train.loop import Snapshot, Trained, train
from model.train.own import best_side, own_recipe
from model.train.pictures import DataError
from model.train.publish import make_card, publish, weights_digest
from model.train.recipe import Recipe
from model.train.resume import fingerprint, read_state, write_state
from model.train.robustness import evaluate_changed

VALIDATION_SHARE = 0.15  # of a folder's pictures that the user has not split


@dataclass(frozen=True)
class Choices:
    """What a person may choose for a training; None is the recipe's own choice."""

    seed: int = 0
    epochs: int | None = None
    patience: int | None = None
    fresh: bool = False
    size: int | None = None
    fit: str = "crop"
    mirror: bool = True


@dataclass(frozen=True, eq=False)
class Material:
    """What a training works on: images to learn from, to tune on, and, if there are any, for the final figures."""

    training: Dataset
    validation: Dataset
    test: Dataset | None


def train_recipe(name: str, data: str | None, path: Path, choices: Choices) -> None:
    """Trains a model that ships, from its recipe."""
    recipe = _chosen(RECIPES[name], choices)
    folder = find_data(data)
    training, validation = hold_back(recipe.load(folder, "train"), recipe.held_back, choices.seed)
    _train(recipe, Material(training.at(*_enlarged(recipe)), validation, recipe.load(folder, "test")), path, choices)


def train_folder(folder: Path, path: Path, choices: Choices) -> None:
    """Trains a model on a folder of pictures, a sub-folder a class."""
    found = look_into(folder)
    side = choices.size or best_side(usual_side(found))
    count = len(found.files["train"])
    recipe = _chosen(
        own_recipe(path.stem, found.classes, count, side, choices.fit, choices.mirror, choices.epochs), choices
    )
    whole = found.dataset("train", recipe.preprocessing)
    if "validation" in found.files:
        training, validation = whole, found.dataset("validation", recipe.preprocessing)
    else:
        rest, share = split_off(whole.labels, VALIDATION_SHARE, choices.seed)
        training, validation = whole.take(rest), whole.take(share)
    print(f"Reading {count:,} pictures of {len(found.classes)} classes: {', '.join(found.classes)}.")
    training, skipped = readable(training.at(*_enlarged(recipe)))
    validation, more = readable(validation)
    test = None
    if "test" in found.files:
        test, of_test = readable(found.dataset("test", recipe.preprocessing))
        more += of_test
    print_skipped([*skipped, *more])
    _train(recipe, Material(training, validation, test), path, choices)


def evaluate_recipe(model: Model, data: str | None, changes: bool) -> None:
    """The figures of a model that ships, on its test images; with `changes`, on changed ones too."""
    test = RECIPES[model.id].load(find_data(data), "test")
    _report(model, test, "test images", changes)


def evaluate_folder(model: Model, folder: Path, changes: bool) -> None:
    """The figures of any model on a folder of pictures: on its `test/` or `val/` where it has one, else on all."""
    found = look_into(folder)
    if found.classes != tuple(sorted(model.classes)):
        raise DataError(
            f"The model's classes are {', '.join(model.classes)}; the folder's are {', '.join(found.classes)}. "
            "Each class needs a sub-folder of its name."
        )
    split = next(split for split in ("test", "validation", "train") if split in found.files)
    dataset, skipped = readable(found.dataset(split, model.preprocessing))
    print_skipped(skipped)
    places = np.array([model.classes.index(name) for name in found.classes])
    _report(model, Dataset(dataset.images, places[dataset.labels], model.classes), f"pictures ({split})", changes)


def _report(model: Model, dataset: Dataset, what: str, changes: bool) -> None:
    print(f"`{model.id}` on {len(dataset):,} {what}")
    print_evaluation(evaluate(model.graph, dataset))
    print(f"Weights {weights_digest(model.graph)}")
    if changes:
        print("The same pictures, changed:")
        for name, found in evaluate_changed(model.graph, dataset):
            print(f"  {found.accuracy:.2%}  {name}", flush=True)


def _train(recipe: Recipe, material: Material, path: Path, choices: Choices) -> None:
    """Trains, goes on where a training was stopped, and writes the model's files."""
    seed = choices.seed
    saved = path.with_suffix(".training.npz")
    mark = fingerprint(recipe, material.training, material.validation, seed)
    if choices.fresh:
        saved.unlink(missing_ok=True)
    state = read_state(saved, recipe, seed, mark)
    print(f"Training `{recipe.id}` on {len(material.training):,} images for {recipe.epochs} epochs, seed {seed}.")
    if state is not None:
        print(f"Going on after epoch {state.epoch}, as kept in {saved}.")
    keep_freed_memory()
    trained = train(
        recipe,
        material.training,
        material.validation,
        seed,
        print_progress,
        state,
        lambda state: write_state(saved, state, mark),
    )
    if not trained.finished:
        print(f"\nStopped: keeping the best so far, of epoch {trained.best.epoch:g}. The same command goes on.")
    found = helpful_temperature(trained.best.graph, material.validation)
    trained = _calibrated(trained, found, material.validation)
    test = evaluate(trained.best.graph, material.test) if material.test else None
    card = make_card(recipe, seed, material.training, material.validation, trained, test, found)
    publish(path, recipe, trained, card, material.training.classes)
    print(f"Measured on {'test images' if test else 'the validation images, which also chose the best epoch'}:")
    print_evaluation(test or trained.best.validation)
    print(f"Weights {weights_digest(trained.best.graph)}")
    if trained.finished:
        saved.unlink(missing_ok=True)
    print(f"Wrote {path} after {trained.seconds / 60:.1f} minutes.")


def _calibrated(trained: Trained, found: float, validation: Dataset) -> Trained:
    """The same training with a temperature in its best network and in all snapshots."""

    def colder(shot: Snapshot) -> Snapshot:
        graph = with_temperature(shot.graph, found)
        return Snapshot(shot.epoch, graph, evaluate(graph, validation, fast=True))

    if found == 1:
        return trained
    return replace(trained, best=colder(trained.best), snapshots=tuple(map(colder, trained.snapshots)))


def _chosen(recipe: Recipe, choices: Choices) -> Recipe:
    return replace(recipe, epochs=choices.epochs or recipe.epochs, patience=choices.patience or recipe.patience)


def _enlarged(recipe: Recipe) -> tuple[int, int]:
    """The size at which pictures to train on are read."""
    _, rows, columns = recipe.build(np.random.default_rng(0)).input_shape
    return round(rows * recipe.margin), round(columns * recipe.margin)
