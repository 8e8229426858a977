"""What is answered is what is described: every member of every answer, and every status."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from app import schemas
from tests.app.conftest import run_of

pytestmark = pytest.mark.anyio
API = "/api/v1"


def undescribed(model: type[BaseModel], data: dict[str, Any]) -> Iterator[str]:
    """The members of `data`, and of what it holds, that `model` does not know."""
    fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    if model.model_config.get("extra") != "allow":
        yield from (f"{model.__name__}.{name}" for name in data.keys() - fields.keys())
    for name, annotation in fields.items():
        held = data.get(name)
        for kind in (annotation, *getattr(annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                for each in held if isinstance(held, list) else [held] if held else []:
                    yield from undescribed(kind, each)


async def test_every_answer_is_as_described(client: httpx.AsyncClient, two: bytes) -> None:
    run = await run_of(client, two, include="values")
    own = f"{API}/runs/{run['id']}"
    answers: list[tuple[type[BaseModel], str]] = [
        (schemas.Health, "/healthz"),
        (schemas.Limits, f"{API}/limits"),
        (schemas.ModelList, f"{API}/models"),
        (schemas.SampleList, f"{API}/samples"),
        (schemas.ModelDescription, f"{API}/models/digits"),
        (schemas.Parameters, f"{API}/models/digits/stages/conv1/parameters"),
        (schemas.Run, f"{own}?include=values"),
        (schemas.StageSummary, f"{own}/stages/pool1"),
        (schemas.Shares, f"{own}/shares"),
        (schemas.Problem, "/nothing"),
    ]
    for cell in (
        "input/0/3/3",
        "conv1/0/0/0",
        "relu1/0/3/3",
        "pool1/0/3/3",
        "flatten/3/0/0",
        "dense/2/0/0",
        "softmax/2/0/0",
    ):
        stage, place = cell.split("/", 1)
        answers.append((schemas.Ledger, f"{own}/stages/{stage}/cells/{place}"))
    for model, address in answers:
        body = (await client.get(address)).json()
        model.model_validate(body)
        assert not list(undescribed(model, body)), address
        if model is schemas.Ledger:
            assert body["address"] == address


async def test_every_status_is_described(client: httpx.AsyncClient, two: bytes) -> None:
    paths: dict[str, Any] = (await client.get("/openapi.json")).json()["paths"]
    run, png = (await run_of(client, two))["id"], {"content-type": "image/png"}
    known: dict[str, list[str]] = {"model": ["digits", "cats"], "stage": ["conv1", "cats"], "run": [str(run), "cats"]}
    known["sample"] = ["chelsea", "cats"]
    values = {"channel": ["0", "99", "x"], "row": ["0", "99", "-1"], "column": ["0"], "index": ["0", "99", "x"]}
    seen = 0
    for path, methods in paths.items():
        names = re.findall(r"{(\w+)}", path)
        good = {name: (known | values)[name][0] for name in names}
        places = [good] + [good | {name: bad} for name in names for bad in (known | values)[name][1:]]
        for method, operation in methods.items():
            for place in places:
                for query, headers, body in (
                    ("", png, two),
                    ("?checkpoint=99&zoom=0&include=x", png, two),
                    ("", {"accept": "text/html", "content-type": "text/plain"}, b"text"),
                    ("", png, b"text"),
                    ("", png, b""),
                    ("", {"content-type": "multipart/form-data"}, b"text"),
                ):
                    address = path.format(**place) + query
                    answer = await client.request(
                        method, address, headers=headers, content=body if method == "post" else None
                    )
                    described = operation["responses"].get(str(answer.status_code))
                    assert described, f"{method} {address} answers {answer.status_code}"
                    assert answer.headers["content-type"] in described["content"], address
                    seen += 1
    assert seen > 200
