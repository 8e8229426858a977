"""The API's description (OpenAPI): FastAPI's own, with our problems and with examples that are true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.answers import problem
from app.examples import TWO, Example, examples
from app.schemas import Problem


def describe_api(app: FastAPI) -> dict[str, Any]:
    """The description, made at the first request for it."""
    if app.openapi_schema is None:
        openapi = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        components = openapi["components"]["schemas"]
        # We answer to wrong parameters with a problem, too.
        for name in ("HTTPValidationError", "ValidationError"):
            components.pop(name, None)
        components["Problem"] = Problem.model_json_schema()
        known = examples()
        for method, operation in _operations(openapi):
            for status in (421,) if method == "get" else (403, 421):
                operation["responses"][str(status)] = problem(status)
            if operation["operationId"] in known:
                _add_example(operation, known[operation["operationId"]])
        app.openapi_schema = openapi
    return app.openapi_schema


def _operations(openapi: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation with its method."""
    for methods in openapi["paths"].values():
        yield from methods.items()


def _add_example(operation: dict[str, Any], example: Example) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["name"] in example.parameters:
            parameter["schema"].pop("examples", None)
            parameter["example"] = example.parameters[parameter["name"]]
    if example.answer is not None:
        status = "201" if "201" in operation["responses"] else "200"
        operation["responses"][status]["content"]["application/json"]["example"] = example.answer
    two = {"summary": "A drawn 2; here in base64, to be sent as the bytes that it stands for", "value": TWO}
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        content["examples"] = {"two": two | ({"value": {"image": TWO}} if media.startswith("multipart") else {})}
