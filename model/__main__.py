"""The command line of the engine: `python -m model train ...` and `python -m model evaluate ...`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from model.catalog import ZOO, DamagedModel, UnknownModel, load, shipped
from model.onnx_file import NotSupported
from model.preprocess.fit import WAYS
from model.train import RECIPES
from model.train.command import Choices, evaluate_folder, evaluate_recipe, train_folder, train_recipe
from model.train.own import SIDES
from model.train.pictures import DataError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when it went well, 1 with a sentence on stderr when not, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "train":
            _train(options)
        else:
            _evaluate(options)
        return 0
    except (DataError, UnknownModel, DamagedModel, NotSupported, FloatingPointError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model", description="Train models and measure how good they are.")
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser(
        "train",
        help="train a model and write its files",
        description="Train a model that ships from its recipe (`train digits`), or a model of your own on a folder "
        "with a sub-folder of pictures for each class (`train --data FOLDER --out my.onnx`). A training that was "
        "stopped goes on when the same command is given again.",
    )
    training.add_argument("recipe", nargs="?", choices=sorted(RECIPES), help="a model that ships; none for your own")
    training.add_argument("--out", type=Path, help="the .onnx file to write (default: the shipped one)")
    training.add_argument("--seed", type=_count, default=0, help="where chance starts (default: 0)")
    training.add_argument("--epochs", type=_positive, help="how often every picture is seen (default: what fits)")
    training.add_argument("--patience", type=_positive, help="stop after so many epochs without getting better")
    training.add_argument("--fresh", action="store_true", help="start anew where a stopped training could go on")
    own = training.add_argument_group("a model of your own")
    own.add_argument("--size", type=int, choices=SIDES, help="pixels on a side that the network reads")
    own.add_argument("--fit", choices=sorted(WAYS), default="crop", help="how pictures become square (default: crop)")
    own.add_argument("--no-mirror", action="store_true", help="a mirrored picture is not of its class any more")
    training.add_argument("--data", help="the folder of pictures, or for a model that ships that of its data")
    evaluation = commands.add_parser("evaluate", help="measure a model on test images")
    evaluation.add_argument("model", help=f"one of {', '.join(shipped())}, or the path of an .onnx file")
    evaluation.add_argument("--data", help="the folder of pictures, or for a model that ships that of its data")
    evaluation.add_argument("--changes", action="store_true", help="also on mirrored, darker, compressed ... pictures")
    return parser


def _train(options: argparse.Namespace) -> None:
    if options.recipe is None and not (options.data and options.out):
        raise DataError(
            f"Name a model that ships ({', '.join(sorted(RECIPES))}), or train your own: --data FOLDER --out my.onnx."
        )
    path: Path = options.out or ZOO / f"{options.recipe}.onnx"
    if path.suffix != ".onnx":
        raise DataError(f"--out {path}: the file's name has to end in .onnx.")
    choices = Choices(
        options.seed, options.epochs, options.patience, options.fresh, options.size, options.fit, not options.no_mirror
    )
    if options.recipe is None:
        train_folder(Path(options.data), path, choices)
    else:
        train_recipe(options.recipe, options.data, path, choices)


def _evaluate(options: argparse.Namespace) -> None:
    model = load(options.model)
    if model.id in RECIPES and model.id in shipped() and options.model == model.id:
        evaluate_recipe(model, options.data, options.changes)
    elif options.data:
        evaluate_folder(model, Path(options.data), options.changes)
    else:
        raise DataError(
            f"There are no test images for the model `{model.id}`: name a folder of pictures with --data FOLDER."
        )


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
