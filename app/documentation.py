"""The API's documentation page, made from its own description (OpenAPI)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from markupsafe import Markup

JSON = "application/json"
LINE = 110
"""Characters that a list or an object may take to stand on one line."""


class Parameter(NamedTuple):
    name: str
    where: str
    text: str


class Answer(NamedTuple):
    status: str
    meaning: str
    media: str


class Operation(NamedTuple):
    """One operation, in words; `meaning`s, `text`s and the description are HTML."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Parameter]
    answers: list[Answer]
    curl: list[str]
    example: str
    """An answer in JSON; empty where the answer is no JSON."""


def operations(openapi: dict[str, Any], host: str) -> Iterator[Operation]:
    """Every operation, in the order of the description; `host` is where its commands ask, such as http://127.0.0.1:8000."""
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            parameters = sorted(operation.get("parameters", []), key=lambda each: _place(path, each))
            yield Operation(
                operation["operationId"],
                method.upper(),
                path,
                operation["summary"],
                with_code(operation["description"]),
                [Parameter(each["name"], each["in"], with_code(_text(each))) for each in parameters],
                [
                    Answer(status, with_code(answer["description"]), ", ".join(answer.get("content", {})))
                    for status, answer in sorted(operation["responses"].items())
                ],
                list(_curl(host, method, path, operation, parameters)),
                _example(operation),
            )


def with_code(text: str) -> Markup:
    """Text as HTML: what stands between backticks becomes code."""
    parts = re.split(r"`([^`]*)`", text)
    return Markup("").join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts))


def _place(path: str, parameter: dict[str, Any]) -> int:
    """Parameters of the path in its order, then the others."""
    place = path.find(f"{{{parameter['name']}}}")
    return place if place >= 0 else len(path)


def _text(parameter: dict[str, Any]) -> str:
    """What the parameter is, and what it may be."""
    schema = parameter["schema"]
    schemas = [schema, *schema.get("anyOf", [])]
    words = [parameter.get("description", "")]
    for each in schemas:
        options = each.get("enum", [each["const"]] if "const" in each else [])
        if options:
            words.append("One of: " + ", ".join(f"`{option}`" for option in options) + ".")
        if "maximum" in each:
            words.append(f"{each['minimum']} to {each['maximum']}.")
    if schema.get("default") is not None:
        words.append(f"Without it: `{schema['default']}`.")
    return " ".join(filter(None, words))


def _curl(
    host: str, method: str, path: str, operation: dict[str, Any], parameters: list[dict[str, Any]]
) -> Iterator[str]:
    """The example as command lines: one for each form of the answer, and of the body."""
    examples = {each["name"]: each["example"] for each in parameters if "example" in each}
    if "run" in examples:
        examples["run"] = "RUN"
    address = host + path.format_map(examples)
    query = "&".join(f"{each['name']}={each['example']}" for each in _of_query(parameters))
    if query:
        address += f"?{query}"
    if method == "post" and "requestBody" not in operation:
        yield f"curl -X POST '{address}'"
        return
    if method == "post":
        yield f"curl -F image=@two.png '{address}'"
        yield f"curl --data-binary @two.png -H 'Content-Type: image/png' '{address}'"
        return
    media, *others = _good(operation)["content"]
    yield f"curl '{address}'" if media == JSON else f"curl -O '{address}'"
    for other in others:
        yield f"curl -H 'Accept: {other}' -o answer.{_ending(other)} '{address}'"


def _good(operation: dict[str, Any]) -> dict[str, Any]:
    """The answer when all is well."""
    answers: dict[str, dict[str, Any]] = operation["responses"]
    return next(answer for status, answer in sorted(answers.items()) if status.startswith("2"))


def _example(operation: dict[str, Any]) -> str:
    """The example's answer as indented JSON, with each short list and object on one line."""
    answer = _good(operation)["content"].get(JSON, {}).get("example")
    if answer is None:
        return ""
    text = json.dumps(answer, indent=2, ensure_ascii=False)
    return re.sub(r"[\[{][^\[\]{}]*[\]}]", _on_one_line, text)


def _on_one_line(found: re.Match[str]) -> str:
    inner = re.sub(r"\n\s*", " ", found[0][1:-1]).strip()
    return f"{found[0][0]}{inner}{found[0][-1]}" if len(inner) <= LINE else found[0]


def _of_query(parameters: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (each for each in parameters if each["in"] == "query" and "example" in each)


def _ending(media: str) -> str:
    """What a file of this media type is named."""
    return {"application/x-npy": "npy", "application/x-npz": "npz"}.get(media, "bin")
