"""Answers that cross a network are compressed where that is wanted, and say the same."""

from __future__ import annotations

import brotli
import httpx
import pytest
from fastapi import FastAPI

from app.compression import LEVEL
from tests.app.conftest import run_of

pytestmark = pytest.mark.anyio
API = "/api/v1"
FAR, NEAR = "192.0.2.7", "127.0.0.1"


def client_from(app: FastAPI, address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(address, 5000)), base_url="http://test")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [("br", True), ("gzip, deflate, br;q=0.5", True), ("br;q=0", False), ("gzip", False), ("", False)],
)
@pytest.mark.parametrize("form", ["application/json", "application/octet-stream"])
async def test_a_run_s_values_are_compressed_where_the_client_can_read_it(
    app: FastAPI, two: bytes, accept: str, expected: bool, form: str
) -> None:
    async with client_from(app, FAR) as client:
        run = await run_of(client, two)
        path, asked = f"{API}/runs/{run['id']}?include=values", {"accept": form}
        plain = await client.get(path, headers=asked | {"accept-encoding": "identity"})
        answer = await client.get(path, headers=asked | {"accept-encoding": accept})
    assert (answer.headers.get("content-encoding") == "br") == expected
    assert answer.content == plain.content
    assert "Accept-Encoding" in answer.headers["vary"] and "Accept-Encoding" in plain.headers["vary"]
    if expected:
        assert int(answer.headers["content-length"]) < 0.8 * len(plain.content)
        assert answer.headers["etag"] == f"W/{plain.headers['etag']}"
    else:
        assert answer.headers["etag"] == plain.headers["etag"]


async def test_what_a_client_has_is_not_sent_again_however_it_came(app: FastAPI, two: bytes) -> None:
    async with client_from(app, FAR) as client:
        run = await run_of(client, two)
        path = f"{API}/runs/{run['id']}"
        first = await client.get(path, headers={"accept-encoding": "br"})
        for coding in ("br", "identity"):
            again = await client.get(path, headers={"accept-encoding": coding, "if-none-match": first.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("address", [NEAR, "::1", "::ffff:127.0.0.1"])
async def test_nothing_is_compressed_on_one_machine(app: FastAPI, two: bytes, address: str) -> None:
    async with client_from(app, address) as client:
        run = await run_of(client, two, include="values")
        answer = await client.get(f"{API}/runs/{run['id']}?include=values", headers={"accept-encoding": "br"})
    assert "content-encoding" not in answer.headers and len(answer.content) > 100_000


async def test_files_of_the_page_are_compressed_and_pictures_are_not(app: FastAPI, two: bytes) -> None:
    async with client_from(app, FAR) as client:
        asked = {"accept-encoding": "br"}
        page = await client.get("/", headers=asked)
        script = next(part.split('"')[0] for part in page.text.split('src="') if part.startswith("/static/"))
        near = await client.get(script, headers={"accept-encoding": "identity"})
        far = await client.get(script, headers=asked)
        assert page.headers["content-encoding"] == far.headers["content-encoding"] == "br"
        assert far.content == near.content
        # A file that never changes is made as small as it gets.
        assert int(far.headers["content-length"]) < 0.9 * len(brotli.compress(near.content, quality=LEVEL))
        run = await run_of(client, two)
        picture = await client.get(f"{API}/runs/{run['id']}/stages/input/maps/0.png?zoom=16", headers=asked)
        small = await client.get("/healthz", headers=asked)
    assert "content-encoding" not in picture.headers and "content-encoding" not in small.headers
