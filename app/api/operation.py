"""What those who run the server ask: is it alive, is it ready, what does it allow."""

from __future__ import annotations

import numpy as np
from fastapi import APIRouter
from starlette.responses import Response

from app import schemas
from app.answers import json_answer, problems
from app.api.resources import ComputeOf, SettingsOf
from app.settings import Settings
from model.catalog import known, load

health = APIRouter(tags=["operation"])
router = APIRouter(tags=["operation"])


@health.get(
    "/healthz", operation_id="health", summary="Alive", response_model=schemas.Health, response_description="It is."
)
async def healthz() -> Response:
    """Answers at once, whatever else the server is doing."""
    return json_answer({"status": "ok"})


@health.get(
    "/readyz",
    operation_id="readiness",
    summary="Ready to run every model",
    response_model=schemas.Health,
    response_description="It is.",
    responses=problems(),
)
async def readyz(compute: ComputeOf) -> Response:
    """Runs each model once on an empty input."""
    await compute.run(_try_models)
    return json_answer({"status": "ok"})


def _try_models() -> None:
    for model_id in known():
        graph = load(model_id).graph
        graph.run(np.zeros((1, *graph.input_shape), np.float32))


@router.get(
    "/limits",
    operation_id="get_limits",
    summary="What the server allows",
    response_model=schemas.Limits,
    response_description="The limits.",
)
def get_limits(settings: SettingsOf) -> Response:
    """Each limit with its value and its meaning; each can be set by an environment variable of its name."""
    hidden = {"host", "port"}
    limits = [
        {"name": name, "value": getattr(settings, name), "meaning": field.description}
        for name, field in Settings.model_fields.items()
        if name not in hidden
    ]
    return json_answer({"limits": limits})
