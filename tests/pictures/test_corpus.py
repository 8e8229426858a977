"""Every file of the corpus, read and posted: the right pixels, or the right sentence; in bounded time and memory."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from app.main import create_app
from model.pictures import PictureError, read_picture
from model.tensor import Array
from tests.app.test_errors import INNARDS, check
from tests.pictures.corpus import good
from tests.pictures.hostile import Bad, bad
from tests.pictures.values import Good

# As in the application, which hears none of Pillow's warnings.
pytestmark = pytest.mark.filterwarnings("ignore:::PIL.*")
ROOT = Path(__file__).parents[2]
GOOD, BAD = good(), bad()
FILES: list[Good | Bad] = [*GOOD, *BAD]
SHOWN = 320  # a step's picture is shrunk to this


def distance(left: Array, right: Array) -> float:
    assert left.shape == right.shape
    rows = slice(0, 1000)  # of the largest, these are enough
    return float(np.abs(left[rows].astype(np.int16) - right[rows]).mean())


def test_the_corpus_has_every_kind_and_no_name_twice() -> None:
    names = [file.name for file in FILES]
    again: list[Good | Bad] = [*good(), *bad()]
    assert [file.data for file in again] == [file.data for file in FILES]
    assert len(set(names)) == len(names)
    assert len(GOOD) >= 200 and len(BAD) >= 200
    for kind in ("png", "jpeg", "webp", "gif", "bmp", "tiff", "avif"):
        assert any(name.startswith(kind) for name in names)


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.name)
def test_a_good_file_gives_its_pixels(file: Good, capfd: pytest.CaptureFixture[str]) -> None:
    picture = read_picture(file.data)
    assert capfd.readouterr() == ("", "")
    assert distance(picture.pixels, file.pixels) <= file.tolerance
    assert tuple(notice.code for notice in picture.warnings) == file.codes


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.name)
def test_a_bad_file_is_refused_and_nothing_printed(file: Bad, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(PictureError) as caught:
        read_picture(file.data)
    assert capfd.readouterr() == ("", "")
    assert (caught.value.status, caught.value.code) == (file.status, file.code)


@pytest.mark.anyio
async def test_every_file_is_answered_rightly(photo_zoo: str) -> None:
    transport = httpx.ASGITransport(create_app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for number, file in enumerate(FILES):
            answer = await post(client, photo_zoo, file, number)
            while answer.status_code == 503:  # out of time, on a machine that does much else
                await asyncio.sleep(float(answer.headers["retry-after"]))
                answer = await post(client, photo_zoo, file, number)
            assert not any(word in answer.text for word in (*INNARDS, "<script", "GPS", "etc/passwd")), file.name
            if isinstance(file, Bad):
                assert check(answer, file.status, file.code) == file.detail, file.name
            else:
                await expect_pixels(client, answer, file)
        assert (await client.get("/healthz")).status_code == 200


async def post(client: httpx.AsyncClient, model: str, file: Good | Bad, number: int) -> httpx.Response:
    """In one of the two ways, under a name and a type that say nothing of the content."""
    address = f"/api/v1/models/{model}/runs"
    name, kind = [("a.jpg", "image/jpeg"), ("b.png", "image/png"), ("../c.txt", "text/plain"), ("", "x/y")][number % 4]
    if number % 2:
        return await client.post(address, content=file.data, headers={"content-type": "image/gif"})
    return await client.post(address, files={"image": (name or "x", file.data, kind)})


async def expect_pixels(client: httpx.AsyncClient, answer: httpx.Response, file: Good) -> None:
    assert answer.status_code == 201, (file.name, answer.text)
    run: Any = answer.json()
    rows, columns = file.pixels.shape[:2]
    first = run["preprocessing"][0]
    assert (first["step"], first["width"], first["height"]) == ("rgb", columns, rows)
    told = [notice["code"] for notice in run["warnings"]]
    assert tuple(told[: len(file.codes)]) == file.codes, file.name
    picture = np.asarray(Image.open(io.BytesIO((await client.get(first["picture"])).content)))
    if max(rows, columns) <= SHOWN:
        assert distance(picture, file.pixels) <= file.tolerance, file.name
    else:
        assert abs(float(picture.mean()) - float(file.pixels[:1000].mean())) <= 1.5, file.name


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="Peaks of memory are measured by Linux's /proc.")
def test_no_file_takes_long_or_fills_the_memory() -> None:
    command = [sys.executable, "-m", "tests.pictures.measuring"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    pixels = {file.name: file.pixels.shape[0] * file.pixels.shape[1] for file in GOOD}
    for name, seconds, memory in json.loads(done.stdout):
        assert seconds < 5, (name, seconds)
        assert memory < 60e6 + 16 * pixels.get(name, 0), (name, memory)
