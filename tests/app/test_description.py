"""The API's description and its page: every example is true, every form of an answer is as declared."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.documentation import with_code
from app.examples import picture

pytestmark = pytest.mark.anyio


async def described(client: httpx.AsyncClient) -> dict[str, Any]:
    answer: dict[str, Any] = (await client.get("/openapi.json")).json()
    return answer


def operations(openapi: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, address with its example, and operation; those that make something come first."""
    found = [(method, path, each) for path, methods in openapi["paths"].items() for method, each in methods.items()]
    for method, path, operation in sorted(found, key=lambda each: each[0] != "post"):
        values = {each["name"]: each["example"] for each in operation.get("parameters", []) if "example" in each}
        query = {name: value for name, value in values.items() if f"{{{name}}}" not in path}
        yield method, str(httpx.URL(path.format_map(values), params=query)), operation


async def test_every_example_is_answered_just_so(client: httpx.AsyncClient) -> None:
    shown = 0
    for method, address, operation in operations(await described(client)):
        status, declared = next(each for each in operation["responses"].items() if each[0].startswith("2"))
        sent = {"files": {"image": picture()}} if method == "post" else {}
        for media, content in declared["content"].items():
            answer = await client.request(method, address, headers={"accept": media}, **sent)  # type: ignore[arg-type]
            assert (str(answer.status_code), answer.headers["content-type"]) == (status, media), address
            if "example" in content:
                shown += 1
                assert answer.json() == content["example"], address
        for header in declared.get("headers", {}):
            assert header in answer.headers
    assert shown >= 9


async def test_every_form_of_the_body_is_read(client: httpx.AsyncClient) -> None:
    operation = (await described(client))["paths"]["/api/v1/models/{model}/runs"]["post"]
    example = operation["responses"]["201"]["content"]["application/json"]["example"]
    assert example["predictions"][0]["class"] == "2"
    forms = operation["requestBody"]["content"]
    assert set(forms) == {"multipart/form-data", "image/*", "application/octet-stream"}
    for form in forms:
        media = form.replace("*", "png")
        sent: Any = {"content": picture(), "headers": {"content-type": media}}
        if form.startswith("multipart"):
            sent = {"files": {"image": ("two.png", picture())}}
        answer = await client.post("/api/v1/models/digits/runs", **sent)
        assert answer.json() == example


async def test_every_parameter_says_what_it_is(client: httpx.AsyncClient) -> None:
    for _, _, operation in operations(await described(client)):
        for parameter in operation.get("parameters", []):
            assert parameter["description"], f"{operation['operationId']}: {parameter['name']}"
            assert parameter["in"] != "path" or "example" in parameter
        for status, answer in operation["responses"].items():
            for content in answer.get("content", {}).values():
                if int(status) >= 400:
                    assert content["example"]["status"] == int(status)
                    assert content["schema"] == {"$ref": "#/components/schemas/Problem"}


async def test_the_page_has_each_form_of_each_answer_as_a_command(client: httpx.AsyncClient) -> None:
    page = (await client.get("http://127.0.0.1:8177/docs/api")).text
    blocks = re.findall(r"<code>(curl .*?)</code></pre>", page, re.DOTALL)
    commands = [line for block in blocks for line in html.unescape(block).splitlines()]
    run = (await client.post("/api/v1/models/digits/runs", files={"image": picture()})).json()["id"]
    assert len(commands) >= 18
    for command in commands:
        if "two.png" in command:
            continue
        address = re.search(r"'http://127\.0\.0\.1:8177([^']+)'", command)
        accept = re.search(r"-H 'Accept: ([^']+)'", command)
        assert address
        media = accept[1] if accept else "*/*"
        method = "POST" if "-X POST" in command else "GET"
        answer = await client.request(method, address[1].replace("RUN", run), headers={"accept": media})
        assert answer.status_code == (201 if method == "POST" else 200), command
        assert not accept or answer.headers["content-type"] == media


def test_what_stands_between_backticks_is_code_and_nothing_is_markup() -> None:
    assert str(with_code("Ask `a<b`, not <i>.")) == "Ask <code>a&lt;b</code>, not &lt;i&gt;."


async def test_the_document_says_what_the_server_answers(client: httpx.AsyncClient) -> None:
    document = " ".join((Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8").split())
    model = (await client.get("/api/v1/models/digits")).json()
    for name in ("parameters", "multiply_adds", "accuracy", "input_shape"):
        assert f'"{name}": {json.dumps(model[name])}' in document, name
    conv1 = next(stage for stage in model["stages"] if stage["name"] == "conv1")
    for name, value in conv1.items():
        assert f'"{name}": {json.dumps(value)}' in document, name
    problem = (await client.get("/api/v1/models/cats")).json()
    assert f'"detail": "{problem["detail"]}"' in document
    openapi = (await client.get("/openapi.json")).json()
    for path in openapi["paths"]:
        assert path.split("{")[0].rstrip("/") in document, path
    map_of = openapi["paths"]["/api/v1/runs/{run}/stages/{stage}/maps/{channel}.png"]["get"]
    zoom = next(each["schema"]["maximum"] for each in map_of["parameters"] if each["name"] == "zoom")
    assert f"`zoom` is at most {zoom}" in document
