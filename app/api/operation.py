"""What those who run the server ask: is it alive, is it ready, what does it allow."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from app import metrics, schemas
from app.answers import json_answer, problems
from app.api.resources import ReadinessOf, SettingsOf

health = APIRouter(tags=["operation"])
router = APIRouter(tags=["operation"])

COUNTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The counts, as text.", "content": {metrics.MEDIA: {"schema": {"type": "string"}}}}
}


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
def readyz(readiness: ReadinessOf) -> Response:
    """Each file of a model is as it shipped, each model has run once on an empty input, and runs can be kept."""
    readiness.check()
    return json_answer({"status": "ok"})


@health.get(
    "/metrics",
    operation_id="get_metrics",
    summary="Counts, for Prometheus",
    response_class=Response,
    responses=COUNTS | problems(),
)
def get_metrics() -> Response:
    """Requests and their latency by route, refusals, runs by model, the queue, and what is at hand; of all workers."""
    return Response(metrics.exposition(), media_type=metrics.MEDIA)


@router.get(
    "/limits",
    operation_id="get_limits",
    summary="What the server allows",
    response_model=schemas.Limits,
    response_description="The limits.",
    responses=problems(),
)
def get_limits(settings: SettingsOf) -> Response:
    """Each limit with its value and its meaning; each can be set by an environment variable of its name."""
    limits = [
        {"name": name, "value": value, "meaning": meaning} for name, (value, meaning) in settings.limits().items()
    ]
    return json_answer({"limits": limits})
