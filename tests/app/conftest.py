"""An application in this process, a client of it, and drawings to send."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image, ImageDraw

from app.main import create_app
from app.settings import Settings

TWO = [(90, 95), (100, 65), (140, 50), (180, 65), (190, 100), (165, 145), (120, 185), (85, 220), (140, 220), (200, 220)]
SEVEN = [(80, 60), (205, 60), (165, 130), (125, 230)]


def png(points: list[tuple[int, int]]) -> bytes:
    """A digit drawn with a round pen, black on white."""
    image = Image.new("RGB", (280, 280), "white")
    draw = ImageDraw.Draw(image)
    draw.line(points, fill="black", width=22, joint="curve")
    for x, y in points:
        draw.ellipse((x - 11, y - 11, x + 11, y + 11), fill="black")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="session")
def two() -> bytes:
    return png(TWO)


@pytest.fixture(scope="session")
def seven() -> bytes:
    return png(SEVEN)


@pytest.fixture
def app() -> FastAPI:
    return create_app(Settings())


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def run_of(client: httpx.AsyncClient, picture: bytes, **query: str) -> dict[str, object]:
    """The run of a picture, as JSON."""
    answer = await client.post("/api/v1/models/digits/runs", files={"image": ("a.png", picture)}, params=query)
    assert answer.status_code == 201, answer.text
    body: dict[str, object] = answer.json()
    return body
