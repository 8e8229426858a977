"""The pages, their files and their headers, and the API's description."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.colours import STOPS

pytestmark = pytest.mark.anyio
STATIC = Path(__file__).parents[2] / "static"


async def test_the_page_and_all_that_it_loads(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    assert page.headers["cache-control"] == "no-cache"
    settings = json.loads(re.search(r'id="settings">(.*?)</script>', page.text, re.DOTALL)[1])  # type: ignore[index]
    assert settings["colours"] == [list(stop) for stop in STOPS]
    loaded = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    modules = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.js")}
    first = {address.split("/", 3)[3] for address in loaded if address.endswith(".js")}
    # What writes pictures, what only photos need, and the sheet of numbers are loaded when they are wanted.
    saving = {"js/network-picture.js", "js/seen.js"}
    photos = {"js/fitting.js", "js/elements/photo-fitting.js", "js/elements/crop-box.js"}
    elements = {f"js/elements/{name}.js" for name in ("map-sheet", "zoom-map", "number-table", "moves")}
    numbers = {f"js/core/{name}.js" for name in ("sheet", "viewport", "map-svg", "npy")} | elements | {"js/files.js"}
    assert first == modules - saving - photos - numbers
    assert not any(address.endswith("css/fitting.css") for address in loaded) and (STATIC / "css/fitting.css").is_file()
    for address in loaded:
        answer = await client.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["cache-control"]
        kind = {".js": "javascript", ".css": "text/css", ".svg": "image/svg+xml"}[Path(address).suffix]
        assert kind in answer.headers["content-type"]
    assert (await client.get("/favicon.ico", follow_redirects=True)).status_code == 200
    missing = await client.get(loaded[0] + "x")
    assert missing.status_code == 404 and "immutable" not in missing.headers.get("cache-control", "")


async def test_every_module_that_is_imported_exists() -> None:
    for path in STATIC.rglob("*.js"):
        for imported in re.findall(r'(?:from|import) "(\.[^"]+)"', path.read_text()):
            assert (path.parent / imported).is_file(), f"{path.name} imports {imported}"


async def test_headers_that_keep_a_browser_safe(client: httpx.AsyncClient) -> None:
    for path in ("/", "/docs/api", "/api/v1/models", "/nothing", "/api/v1/runs/none"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy
        assert ("script-src 'self'" in policy) == headers["content-type"].startswith("text/html")


async def test_nothing_on_the_pages_is_of_another_origin_or_inline(client: httpx.AsyncClient) -> None:
    for path in ("/", "/docs/api"):
        text = (await client.get(path)).text
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', text)
        assert not re.findall(r"<script(?![^>]*(?:src=|application/json))", text)
        assert "style=" not in text and "onclick" not in text


async def test_the_description_is_complete(app: FastAPI, client: httpx.AsyncClient) -> None:
    openapi = (await client.get("/openapi.json")).json()
    text = json.dumps(openapi)
    for reference in re.findall(r'"\$ref": "#/components/schemas/(\w+)"', text):
        assert reference in openapi["components"]["schemas"]
    assert "HTTPValidationError" not in text
    operations = [operation for methods in openapi["paths"].values() for operation in methods.values()]
    assert len(operations) == 18
    for operation in operations:
        assert operation["summary"] and operation["description"]
        assert re.fullmatch(r"[a-z_]+", operation["operationId"])
        for status, answer in operation["responses"].items():
            assert answer["description"]
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"]
    page = (await client.get("/docs/api")).text
    for operation in operations:
        assert f'id="{operation["operationId"]}"' in page


async def test_every_example_of_the_description_is_true_to_its_schema(client: httpx.AsyncClient) -> None:
    schemas: dict[str, Any] = (await client.get("/openapi.json")).json()["components"]["schemas"]
    kinds: dict[str, Any] = {
        "integer": int,
        "number": (int, float),
        "string": str,
        "array": list,
        "object": dict,
        "boolean": bool,
    }
    seen = 0
    for name, schema in schemas.items():
        for field, described in schema.get("properties", {}).items():
            for example in described.get("examples", []):
                seen += 1
                assert isinstance(example, kinds[described["type"]]), f"{name}.{field}"
    assert seen > 20


async def test_the_docs_of_fastapi_that_need_other_hosts_are_off(client: httpx.AsyncClient) -> None:
    assert (await client.get("/docs")).headers["location"] == "/docs/api"
    assert (await client.get("/redoc")).status_code == 404
