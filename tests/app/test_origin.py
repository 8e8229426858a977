"""What keeps a visitor's browser safe: headers on every answer, known hosts only, no writes from other sites."""

from __future__ import annotations

from functools import partial

import httpx
import pytest
from fastapi import FastAPI

from app.answers import bytes_answer, disposition, kept
from app.main import create_app
from app.settings import Settings
from tests.app.conftest import run_of
from tests.app.test_errors import check

pytestmark = pytest.mark.anyio
API = "/api/v1"
RUNS = f"{API}/models/digits/runs"
PNG = {"content-type": "image/png"}
EXPECTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self)",
}


def client_of(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:8000")


async def test_every_answer_has_its_headers(app: FastAPI, client: httpx.AsyncClient, two: bytes) -> None:
    run = await run_of(client, two)
    own = f"{API}/runs/{run['id']}"
    style = (await client.get("/")).text.split('href="/static/')[1].split('"')[0]
    etag = (await client.get(own)).headers["etag"]
    answers = [
        await client.request(method, path)
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "NONSENSE")
        for path in (
            "/",
            "/docs/api",
            "/openapi.json",
            "/healthz",
            f"{API}/models",
            own,
            f"{own}.npz",
            "/nothing",
            RUNS,
        )
    ]
    answers += [
        await client.get(f"/static/{style}"),
        await client.get("/favicon.ico"),
        await client.get(own, headers={"if-none-match": etag}),
        await client.get(own, headers={"accept": "text/html"}),
        await client.get(own, headers={"host": "evil.example"}),
        await client.get(f"{own}/preprocessing/0.png"),
        await client.post(RUNS, content=b"text", headers=PNG),
        await client.post(RUNS, content=two, headers=PNG | {"origin": "https://evil.example"}),
    ]

    def fail(_: object) -> None:
        raise RuntimeError

    app.state.readiness.check = fail
    app.state.runs.find = fail
    answers.append(await client.get(own))
    assert answers[-1].status_code == 500
    assert {answer.status_code for answer in answers} >= {200, 304, 307, 403, 404, 405, 406, 415, 421, 500}
    for answer in answers:
        for name, value in EXPECTED.items():
            assert answer.headers[name] == value, answer.request
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        html = answer.headers.get("content-type", "").startswith("text/html")
        assert ("script-src 'self'" in policy) == html
        assert "access-control-allow-origin" not in answer.headers
        assert len(answer.headers["x-request-id"]) == 16


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8000", "LOCALHOST", "127.0.0.1:8000", "[::1]:8000", "10.1.2.3", "viz", "x.localhost"],
)
async def test_hosts_that_nobody_else_can_have(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "localhost@evil.example",
        "evil.example/localhost",
        "evil.example.",
        "[::1].evil.example",
        "[evil.example]",
        "",
        "a b",
        "localhost:8000:8000",
        "256.1.1.1",
    ],
)
async def test_hosts_that_somebody_else_may_have(client: httpx.AsyncClient, two: bytes, host: str) -> None:
    told = check(await client.get("/", headers={"host": host}), 421, "unknown_host")
    assert "evil" not in told
    check(await client.post(RUNS, content=two, headers=PNG | {"host": host}), 421, "unknown_host")


async def test_two_hosts_are_none(client: httpx.AsyncClient) -> None:
    answer = await client.get("/", headers=[("host", "localhost"), ("host", "evil.example")])
    check(answer, 421, "unknown_host")


async def test_names_can_be_added() -> None:
    async with client_of(create_app(Settings(allowed_hosts=" Viz.Example.org, cnn.example."))) as client:
        for host, status in (("viz.example.org", 200), ("VIZ.example.org:443", 200), ("cnn.example", 200)):
            assert (await client.get("/", headers={"host": host})).status_code == status
        check(await client.get("/", headers={"host": "other.example.org"}), 421, "unknown_host")
    async with client_of(create_app(Settings(allowed_hosts="*"))) as client:
        assert (await client.get("/", headers={"host": "any.example"})).status_code == 200


OWN = {"host": "localhost:8000"}


@pytest.mark.parametrize(
    "headers",
    [
        OWN,
        OWN | {"origin": "http://localhost:8000"},
        OWN | {"origin": "HTTP://LOCALHOST:8000"},
        OWN | {"origin": "http://localhost:8000", "sec-fetch-site": "same-origin"},
        OWN | {"sec-fetch-site": "none"},
        {"host": "viz", "origin": "http://viz:80"},
        {"host": "viz", "origin": "https://viz"},
        {"host": "viz:443", "origin": "https://viz"},
        # A proxy asks for us by another name; the browser knows that the page is of the same origin, or we are told.
        {"host": "app:8000", "origin": "https://viz.example.org", "sec-fetch-site": "same-origin"},
        {"host": "app:8000", "origin": "https://viz.example.org"},
    ],
)
async def test_writes_of_our_own_page_and_of_programs(two: bytes, headers: dict[str, str]) -> None:
    async with client_of(create_app(Settings(allowed_hosts="viz.example.org"))) as client:
        assert (await client.post(RUNS, content=two, headers=PNG | headers)).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:3000"},
        {"origin": "http://localhost"},
        {"origin": "http://localhost:8000.evil.example"},
        {"origin": "http://localhost:8000@evil.example"},
        {"origin": "null"},
        {"origin": "file://"},
        {"origin": "http://[::1"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://localhost:8000"},
        {"sec-fetch-site": "nonsense"},
    ],
)
async def test_writes_of_other_sites_pages(client: httpx.AsyncClient, two: bytes, headers: dict[str, str]) -> None:
    told = check(await client.post(RUNS, content=two, headers=PNG | OWN | headers), 403, "cross_site")
    assert "evil" not in told
    # Reading is as free as following a link; other pages cannot see what comes.
    assert (await client.get("/", headers=OWN | headers)).status_code == 200


async def test_names_of_any_kind_are_safe_in_headers_and_addresses(client: httpx.AsyncClient) -> None:
    from starlette.requests import Request

    for name in ('a"b', "a\r\nSet-Cookie: x", "größe 図", "a/../b", "a%0d%0a", "x" * 300):
        shown = disposition(f"{name}.npy")
        assert shown.isascii() and "\r" not in shown and shown.count('"') == 2
        request = Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""})
        answer = kept(request, f"run-{name}", partial(bytes_answer, b"x", name=f"{name}.npy"))
        etag = answer.headers["etag"]
        assert etag.isascii() and etag.count('"') == 2 and not any(character in etag for character in "\r\n ,")
    assert disposition("conv1.npy") == 'attachment; filename="conv1.npy"'
    assert disposition("größe.npy") == "attachment; filename=\"gr_e.npy\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.npy"
