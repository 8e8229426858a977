"""The command line of the engine: `python -m model train digits`, `python -m model evaluate digits`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from model.catalog import ZOO, DamagedModel, UnknownModel, load, shipped
from model.onnx_file import NotSupported
from model.train import RECIPES
from model.train.console import print_evaluation, print_progress
from model.train.data import DataError, find_data, hold_back
from model.train.evaluate import evaluate
from model.train.loop import train
from model.train.memory import keep_freed_memory
from model.train.publish import make_card, publish, weights_digest


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when it went well, 1 with a sentence on stderr when not, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "train":
            return _train(options)
        return _evaluate(options)
    except (DataError, UnknownModel, DamagedModel, NotSupported, FloatingPointError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model", description="Train and evaluate the models that ship.")
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="train a model from its recipe and write its files")
    training.add_argument("recipe", choices=sorted(RECIPES), help="which model")
    training.add_argument("--out", type=Path, help="the .onnx file to write (default: the shipped one)")
    training.add_argument("--seed", type=_count, default=0, help="where chance starts (default: 0)")
    training.add_argument("--epochs", type=_positive, help="how often every image is seen (default: the recipe's)")
    evaluation = commands.add_parser("evaluate", help="measure a model on its test images")
    evaluation.add_argument("model", help=f"one of {', '.join(shipped())}, or the path of an .onnx file")
    for command in (training, evaluation):
        command.add_argument("--data", help="the data folder (default: $DATA, else ../shared/data)")
    return parser


def _train(options: argparse.Namespace) -> int:
    recipe = RECIPES[options.recipe]
    if options.epochs:
        recipe = replace(recipe, epochs=options.epochs)
    path: Path = options.out or ZOO / f"{recipe.id}.onnx"
    if path.suffix != ".onnx":
        raise DataError(f"--out {path}: the file's name has to end in .onnx.")
    folder = find_data(options.data)
    training, validation = hold_back(recipe.load(folder, "train"), recipe.held_back, options.seed)
    print(f"Training `{recipe.id}` on {len(training):,} images for {recipe.epochs} epochs, seed {options.seed}.")
    keep_freed_memory()
    trained = train(recipe, training, validation, options.seed, print_progress)
    if not trained.finished:
        print(f"\nStopped: keeping the best so far, of epoch {trained.best.epoch:g}.")
    test = evaluate(trained.best.graph, recipe.load(folder, "test"))
    publish(
        path,
        recipe,
        trained,
        make_card(recipe, options.seed, training, validation, trained, test),
        training.classes,
    )
    print_evaluation(test)
    print(f"Weights {weights_digest(trained.best.graph)}")
    print(f"Wrote {path} after {trained.seconds / 60:.1f} minutes.")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    model = load(options.model)
    if model.id not in RECIPES:
        raise DataError(
            f"There are no test images for a model named `{model.id}`; there are for: {', '.join(RECIPES)}."
        )
    test = RECIPES[model.id].load(find_data(options.data), "test")
    print(f"`{model.id}` on {len(test):,} test images")
    print_evaluation(evaluate(model.graph, test))
    print(f"Weights {weights_digest(model.graph)}")
    return 0


def _positive(text: str) -> int:
    number = _count(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text} is not a whole number, 0 or more")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
