"""The examples of the API's description: one drawn 2, really run, and asked about. So they are always true."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from app.describe import (
    ledger_description,
    model_description,
    model_summary,
    parameters_description,
    run_description,
    shares_description,
    stage_summary,
)
from app.runs import run_picture
from model.catalog import known, load
from model.explain import map_shares
from model.ledger import explain_cell

MODEL = "digits"
TWO = (
    "iVBORw0KGgoAAAANSUhEUgAAADAAAAAwAQAAAAB/ecQqAAAAnElEQVR42o3Qy23CYBAE4I8Nkc0FkQqgk1BKSnFpiApSgunARws5nhx+4BjlNJp9"
    "zMzuJqD8CT8NlgHJtEtkJSkrg7K8jch8nD9T5q/tY30kY9ZjCiblo2nuXw4HhfXBTgpLY/P5GUKSMSncWu/ail1SpKe4HyjmUxs5IxmTFLfmd21i"
    "XZKSbqDc95dvMtHldXRPb+s9Jpt/fQl+AacFRoZ03LzCAAAAAElFTkSuQmCC"
)
"""A PNG of 48 x 48 pixels in base64: a 2, drawn with a round pen."""


class Example(NamedTuple):
    """What to put into an operation's address, and the JSON that it then answers, where that is short."""

    parameters: Mapping[str, str | int]
    answer: Any = None


def picture() -> bytes:
    """The example's picture, as a file."""
    return b64decode(TWO)


def examples() -> dict[str, Example]:
    """By operation id. The run is the one of `picture()`, so it is there once that was sent."""
    model = load(MODEL)
    run = run_picture(model, picture())
    ledger = ledger_description(run, explain_cell(run, "conv1", channel=3, row=10, column=14))
    of_model: dict[str, str | int] = {"model": MODEL}
    of_run: dict[str, str | int] = {"run": run.id}
    conv1 = of_run | {"stage": "conv1", "channel": 3}
    random = load(MODEL, 0).run_prepared(run.prepared)
    found = {
        "health": Example({}, {"status": "ok"}),
        "readiness": Example({}, {"status": "ok"}),
        "get_limits": Example({}),
        "get_metrics": Example({}),
        "list_models": Example({}, {"models": [model_summary(load(each)) for each in known()]}),
        "list_samples": Example({}),
        "get_sample": Example({"sample": "chelsea"}),
        "get_model": Example(of_model, model_description(model)),
        "get_parameters": Example(of_model | {"stage": "conv1"}, parameters_description(model, "conv1")),
        "create_run": Example(of_model, run_description(run, values=False)),
        "run_again": Example(of_run | {"checkpoint": 0}, run_description(random, values=False)),
        "get_run": Example(of_run, run_description(run, values=False)),
        "get_run_archive": Example(of_run),
        "get_shares": Example(of_run, shares_description(map_shares(run))),
        "get_preprocessing_picture": Example(of_run | {"index": 0}),
        "get_stage": Example(of_run | {"stage": "softmax"}, stage_summary(run, "softmax", values=True)),
        "get_map": Example(conv1 | {"scale": "map", "zoom": 8}),
        "get_ledger": Example(conv1 | {"row": 10, "column": 14}, ledger),
    }
    return {name: Example(each.parameters, _plain(each.answer)) for name, each in found.items()}


def _plain(answer: Any) -> Any:
    """Lists in place of arrays, as a client reads them."""
    return orjson.loads(orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY))
