"""Answers that would be too large: refused before they are made, at the limit and one either side."""

from __future__ import annotations

import math

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from model import load
from tests.app.conftest import run_of

pytestmark = pytest.mark.anyio
API = "/api/v1"
VALUES = 4 * sum(math.prod(shape) for shape in load("digits").graph.shapes.values())
RAW = {"accept": "application/octet-stream"}


@pytest.mark.parametrize(
    ("path", "headers", "size"),
    [
        ("", RAW, VALUES),
        (".npz", {}, VALUES + 4 * 11418),
        ("/stages/conv1", RAW, 4 * 8 * 28 * 28),
        ("/stages/conv1", {"accept": "application/x-npy"}, 4 * 8 * 28 * 28),
        ("/stages/conv1/maps/0.png?zoom=8", {}, 3 * (8 * 28) ** 2),
    ],
)
async def test_a_binary_answer_at_the_limit_and_beyond(
    two: bytes, path: str, headers: dict[str, str], size: int
) -> None:
    for limit, status in ((size - 1, 422), (size, 200), (size + 1, 200)):
        app = create_app(Settings(max_binary_bytes=limit))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            run = await run_of(client, two)
            answer = await client.get(f"{API}/runs/{run['id']}{path}", headers=headers)
            assert answer.status_code == status
            if status == 422:
                problem = answer.json()
                assert (problem["code"], problem["limit"], problem["actual"]) == ("answer_too_large", limit, size)


async def test_parameters_beyond_the_limit() -> None:
    app = create_app(Settings(max_binary_bytes=100))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        address = f"{API}/models/digits/stages/conv1/parameters"
        answer = await client.get(address, headers={"accept": "application/x-npz"})
        assert (answer.status_code, answer.json()["code"]) == (422, "answer_too_large")


async def test_every_limit_is_told(two: bytes) -> None:
    app = create_app(Settings(max_pixels=1234, workers=2, run_store="redis://:secret@127.0.0.1:1/0"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        answer = await client.get(f"{API}/limits")
    limits = {limit["name"]: limit["value"] for limit in answer.json()["limits"]}
    assert limits["max_pixels"] == 1234 and limits["workers"] == 2
    assert limits["computations"] >= 1 and limits["queue"] == 2 * limits["computations"]
    assert not {"host", "port", "run_store", "trusted_proxies"} & limits.keys()
    assert "secret" not in answer.text
