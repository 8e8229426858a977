"""The command line: the same engine, the same words, the same numbers as the page and the API."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import orjson
from pydantic import ValidationError

from app import logs
from app.describe import run_description, shares_description, stage_description
from app.runs import run_picture
from app.server import worker
from app.server.workers import Workers
from app.settings import Settings
from app.store import StoreUnavailable, open_store
from model.catalog import DamagedModel, UnknownModel, add, load
from model.explain import ClassNotFound, Shares, SharesUndefined, map_shares
from model.onnx_file import NotSupported
from model.pictures import Limits, PictureError
from model.preprocess import ChoiceError
from model.preprocess.fit import WAYS
from model.run import Model, Run

PORT_FAULTS = (errno.EADDRINUSE, errno.EACCES)
"""What another port helps against; anything else is the host's."""

LARGEST = 5
"""How many of a stage's shares are printed; `--json` has them all."""


class CommandError(Exception):
    """A sentence for the person, and the exit code."""

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "serve":
            serve(options.host, options.port, options.workers)
        else:
            classify(options)
        sys.stdout.flush()
    except CommandError as error:
        print(error, file=sys.stderr)
        return error.code
    except BrokenPipeError:
        # Whoever read us, `head` perhaps, has enough. What is still to be written goes nowhere, or Python would
        # complain of it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app", description="See how a CNN comes to its answer.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve the page and the API")
    serve.add_argument("--host", help="address to listen on (default: $HOST, else 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: $PORT, else 8000)")
    serve.add_argument("--workers", type=int, help="processes that answer requests (default: $WORKERS, else 1)")
    classify = commands.add_parser("classify", help="run one picture through a model")
    classify.add_argument("image", help="a picture file; - for standard input")
    classify.add_argument("--model", default="digits", help="a model's id, or an .onnx file (default: digits)")
    classify.add_argument("--checkpoint", type=int, help="the model at this point of its training; 0 is random")
    classify.add_argument("--fit", choices=list(WAYS), help="how a photo is fitted to the model's input")
    classify.add_argument("--crop", type=_box, metavar="LEFT,TOP,WIDTH,HEIGHT", help="the part of a photo to take")
    classify.add_argument("--shares", action="store_true", help="print how much each map adds to a class's logit")
    classify.add_argument("--class", dest="class_", metavar="CLASS", help="whose shares (default: the predicted class)")
    classify.add_argument("--npz", metavar="OUT", help="write every array of the run to this file")
    classify.add_argument("--json", action="store_true", help="print the API's answer instead of tables")
    return parser


def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serves until SIGTERM or Ctrl-C; CommandError where the settings, the store or the port cannot be had."""
    given = {"host": host, "port": port, "workers": workers}
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
        for path in settings.model_files():
            _add(path)
        open_store(settings).close()
    except (UnknownModel, DamagedModel) as error:
        raise CommandError(f"MODELS: {error}", 1) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise CommandError(f"The setting {str(first['loc'][0]).upper()} does not fit: {first['msg']}.", 1) from error
    except StoreUnavailable as error:
        raise CommandError(str(error), 1) from error
    listener = _listen(settings.host, settings.port)
    shown = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    shown = f"[{shown}]" if ":" in shown else shown
    print(f"CNN Visualizer: http://{shown}:{settings.port}", flush=True)
    logs.configure(settings.log_requests)
    if settings.workers == 1:
        worker.serve(settings, listener)
    else:
        Workers(settings, listener).run()


def _add(path: Path) -> None:
    """Makes a model of one's own known, and prints what its file left open."""
    try:
        model = load(add(path))
    except NotSupported as error:
        raise CommandError(f"MODELS: {path}: {error}", 1) from error
    for note in model.notes:
        print(f"{path}: {note}", flush=True)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # With its protocol named, asyncio sends each answer at once (TCP_NODELAY); without, 40 ms later.
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except OSError as error:
        another = "host with HOST=127.0.0.1" if error.errno not in PORT_FAULTS else "port with PORT=8001"
        raise CommandError(
            f"Port {port} of {host} cannot be had: {error.strerror}. Choose another {another}.", 1
        ) from error
    return listener


def classify(options: argparse.Namespace) -> None:
    """Prints the classes and a table of the stages of one picture's run, or of the shares of their maps."""
    if options.class_ is not None and not options.shares:
        raise CommandError("--class says whose shares are printed: it goes with --shares.")
    try:
        model = load(options.model, options.checkpoint)
    except (UnknownModel, DamagedModel, NotSupported) as error:
        raise CommandError(str(error)) from error
    run = _run(model, options.image, options.fit, options.crop)
    if options.npz:
        try:
            with open(options.npz, "wb") as file:
                np.savez(file, **run.arrays())  # type: ignore[arg-type]
        except OSError as error:
            raise CommandError(f"{options.npz} cannot be written: {error.strerror}.") from error
    shares = _shares(run, options.class_) if options.shares else None
    if options.json:
        answer = shares_description(shares) if shares else run_description(run, values=False)
        print(orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY).decode())
    elif shares:
        _print_shares(shares)
    else:
        _print(run)


def _box(text: str) -> tuple[int, ...]:
    """Four whole numbers with commas between them, for argparse, which names the option where they are not."""
    box = tuple(map(int, text.split(",")))
    if len(box) != 4:
        raise ValueError(text)
    return box


_box.__name__ = "crop box"


def _run(model: Model, image: str, fit: str | None, crop: Sequence[int] | None) -> Run:
    try:
        data = sys.stdin.buffer.read() if image == "-" else Path(image).read_bytes()
        if not data:
            raise CommandError(f"{image} is empty: there is no picture in it.")
        return run_picture(model, data, Limits(max_bytes=2**31), fit, crop)
    except OSError as error:
        raise CommandError(f"{image} cannot be read: {error.strerror}.") from error
    except (PictureError, ChoiceError) as error:
        raise CommandError(f"{image}: {error}") from error


def _shares(run: Run, class_: str | None) -> Shares:
    try:
        return map_shares(run, class_)
    except ClassNotFound as error:
        raise CommandError(str(error.args[0])) from error
    except SharesUndefined as error:
        raise CommandError(str(error)) from error


def _print(run: Run) -> None:
    for note in run.model.notes:
        print(f"! {note}")
    for notice in run.prepared.warnings:
        print(f"! {notice.message}")
    for step in run.prepared.steps:
        print(f"  {step.name}: {step.message}")
    print()
    width = max(len(each.class_) for each in run.predictions)
    for each in run.predictions:
        bar = "#" * round(each.probability * 40)
        print(f"{each.class_:>{width}}  {each.probability:8.4%}  logit {each.logit:8.4f}  {bar}".rstrip())
    heading = f"{'stage':10} {'op':18} {'shape':>14} {'parameters':>11} {'multiply-adds':>14}"
    print(f"\n{heading} {'minimum':>10} {'maximum':>10}")
    for name in run.trace.values:
        stage, values = stage_description(run.model, name), run[name]
        shape = " x ".join(map(str, stage["shape"]))
        print(
            f"{name:10} {stage['op']:18} {shape:>14} {stage['parameters']:>11,} {stage['multiply_adds']:>14,} "
            f"{values.min():>10.4f} {values.max():>10.4f}"
        )


def _print_shares(shares: Shares) -> None:
    print(f"class {shares.class_}, logit {shares.logit:.4f} = the sum of a stage's shares + its rest\n")
    print(f"{'stage':10} {'maps':>6} {'sum':>10} {'rest':>10}  largest shares, as map: share")
    for name, stage in shares.stages.items():
        largest = np.argsort(-stage.shares, kind="stable")[:LARGEST]
        shown = "  ".join(f"{channel}: {stage.shares[channel]:.4f}" for channel in largest)
        print(f"{name:10} {len(stage.shares):>6} {stage.shares.sum():>10.4f} {stage.rest:>10.4f}  {shown}")
