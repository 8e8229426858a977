"""An application in this process, a client of it, and drawings to send."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from PIL import Image, ImageDraw

from app.main import create_app
from app.settings import Settings

STROKES = {
    "0": "140,55 95,80 80,140 95,200 140,225 185,200 200,140 185,80 140,55",
    "1": "115,85 145,55 145,225",
    "2": "90,95 100,65 140,50 180,65 190,100 165,145 120,185 85,220 140,220 200,220",
    "3": "90,65 140,50 185,75 175,115 135,135 180,155 190,195 145,225 90,210",
    "4": "165,225 165,55 85,165 210,165",
    "5": "190,55 105,55 98,125 145,115 188,145 185,195 140,225 90,210",
    "6": "170,50 115,95 90,160 105,210 145,225 185,200 180,160 140,145 98,170",
    "7": "80,60 205,60 165,130 125,230",
    "8": "140,135 100,105 105,65 140,50 175,65 180,105 140,135 95,170 100,210 140,228 180,210 185,170 140,135",
    "9": "185,90 155,55 110,65 95,105 120,135 165,130 185,90 180,150 165,225",
}
"""One stroke for each digit, as columns and rows on a sheet of 280 x 280."""


def drawing(digit: str) -> bytes:
    """A digit drawn with a round pen, black on white, as a PNG file."""
    points = [(int(column), int(row)) for column, row in (each.split(",") for each in STROKES[digit].split())]
    image = Image.new("RGB", (280, 280), "white")
    draw = ImageDraw.Draw(image)
    draw.line(points, fill="black", width=22, joint="curve")
    for x, y in points:
        draw.ellipse((x - 11, y - 11, x + 11, y + 11), fill="black")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def jpeg(side: int) -> bytes:
    """A square photo."""
    noise = np.random.default_rng(0).integers(0, 256, (50, 50, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).resize((side, side)).save(file, "JPEG", quality=70)
    return file.getvalue()


@pytest.fixture(scope="session")
def two() -> bytes:
    return drawing("2")


@pytest.fixture(scope="session")
def seven() -> bytes:
    return drawing("7")


@pytest.fixture(scope="session")
def photo() -> bytes:
    """25 million pixels, which keep a core busy for about half a second."""
    return jpeg(5000)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[io.BufferedRandom]:
    with (tmp_path / "log").open("w+b") as file:
        yield file


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
