"""The API's documentation page, made from its own description (OpenAPI)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

HOST = "http://127.0.0.1:8000"
EXAMPLES = {
    "model": "digits",
    "stage": "conv1",
    "run": "RUN",
    "channel": "0",
    "row": "3",
    "column": "4",
    "index": "0",
}


class Operation(NamedTuple):
    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    answers: list[tuple[str, str, str]]
    """Status, what it means, media types."""
    curl: str


def operations(openapi: dict[str, Any]) -> Iterator[Operation]:
    """Every operation, in the order of the description."""
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            yield Operation(
                operation["operationId"],
                method.upper(),
                path,
                operation.get("summary", ""),
                operation.get("description", ""),
                [_parameter(each) for each in operation.get("parameters", [])],
                [
                    (status, answer["description"], ", ".join(answer.get("content", {})))
                    for status, answer in sorted(operation["responses"].items())
                ],
                _curl(method, path),
            )


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter.get("schema", {})
    options = schema.get("enum") or [
        value for each in schema.get("anyOf", []) for value in each.get("enum", [each.get("const")]) if value
    ]
    return {
        "name": parameter["name"],
        "where": parameter["in"],
        "text": parameter.get("description", ""),
        "options": options,
    }


def _curl(method: str, path: str) -> str:
    address = HOST + path.format_map(EXAMPLES)
    return f"curl -F image=@two.png '{address}'" if method == "post" else f"curl '{address}'"
