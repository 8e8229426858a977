"""Models and runs in the words of the API: plain data, made from the engine's."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import quote

import numpy as np

from model.catalog import checkpoints, known
from model.explain import Shares
from model.graph import receptive_field_size
from model.ledger import Ledger
from model.run import Model, Run
from model.tensor import Array

API = "/api/v1"


def model_summary(model: Model) -> dict[str, Any]:
    graph = model.graph
    return {
        "id": model.id,
        "title": model.title,
        "classes": list(model.classes),
        "input_shape": list(graph.input_shape),
        "parameters": sum(array.size for array in graph.parameters.values()),
        "multiply_adds": sum(graph.multiply_adds(stage) for stage in graph.stages),
        "accuracy": model.card.get("accuracy") if model.checkpoint is None else None,
    }


def model_description(model: Model) -> dict[str, Any]:
    points = checkpoints(model.id) if model.id in known() else ()
    return model_summary(model) | {
        "checkpoint": model.checkpoint,
        "checkpoints": [asdict(point) for point in points],
        "preprocessing": [dict(step) for step in model.preprocessing],
        "card": dict(model.card),
        "notes": list(model.notes),
        "stages": [stage_description(model, name) for name in model.graph.shapes],
    }


def stage_description(model: Model, name: str) -> dict[str, Any]:
    graph = model.graph
    rows, columns = receptive_field_size(graph, name)
    described = _named(model, name) | {"receptive_field": {"rows": rows, "columns": columns}}
    if name == graph.input:
        return described | {"attributes": {}, "parameters": 0, "multiply_adds": 0}
    stage = graph[name]
    window = stage.layer.window
    return described | {
        "attributes": ({"kernel": window.kernel} if window else {}) | stage.layer.attributes,
        "parameters": sum(array.size for array in stage.layer.parameters.values()),
        "multiply_adds": graph.multiply_adds(stage),
    }


def parameters_description(model: Model, stage: str) -> dict[str, Any]:
    return {"stage": stage, "parameters": stage_parameters(model, stage)}


def stage_parameters(model: Model, stage: str) -> dict[str, Array]:
    """A stage's arrays by name; the input has none."""
    return {} if stage == model.graph.input else model.graph[stage].layer.parameters


def run_description(run: Run, values: bool) -> dict[str, Any]:
    """A run's answer; with `values`, every stage's array beside its summary."""
    address = f"{API}/runs/{run.id}"
    return {
        "id": run.id,
        "model": run.model.id,
        "checkpoint": run.model.checkpoint,
        "predictions": [
            {"class": each.class_, "probability": np.float32(each.probability), "logit": np.float32(each.logit)}
            for each in run.predictions
        ],
        "warnings": [asdict(notice) for notice in run.prepared.warnings],
        "preprocessing": [
            {
                "step": step.name,
                "message": step.message,
                "width": step.details.get("width", step.picture.shape[1]),
                "height": step.details.get("height", step.picture.shape[0]),
                "picture": f"{address}/preprocessing/{index}.png",
                "details": dict(step.details),
            }
            for index, step in enumerate(run.prepared.steps)
        ],
        "stages": [stage_summary(run, name, values) for name in run.trace.values],
    }


def stage_summary(run: Run, name: str, values: bool) -> dict[str, Any]:
    array = run[name]
    summary = _named(run.model, name) | {"minimum": array.min(), "maximum": array.max()}
    return summary | {"values": array} if values else summary


def ledger_description(run: Run, ledger: Ledger) -> dict[str, Any]:
    cell = ledger.cell
    stage = quote(cell.stage, safe="")
    return asdict(ledger) | {
        "receptive_field": ledger.receptive_field._asdict(),
        "address": f"{API}/runs/{run.id}/stages/{stage}/cells/{cell.channel}/{cell.row}/{cell.column}",
    }


def shares_description(shares: Shares) -> dict[str, Any]:
    return {
        "class": shares.class_,
        "logit": shares.logit,
        "stages": [
            {"stage": name, "shares": each.shares, "sum": float(each.shares.sum()), "rest": each.rest}
            for name, each in shares.stages.items()
        ],
    }


def _named(model: Model, name: str) -> dict[str, Any]:
    graph = model.graph
    is_input = name == graph.input
    return {
        "name": name,
        "op": "Input" if is_input else graph[name].layer.op,
        "inputs": [] if is_input else list(graph[name].inputs),
        "shape": list(graph.shapes[name]),
    }
