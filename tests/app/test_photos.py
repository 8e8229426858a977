"""Fit and crop through the API and the command line: the same steps, the same run, the same sentences."""

from __future__ import annotations

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

from model.run import Model
from tests.app.test_errors import check

ROOT = Path(__file__).parents[2]
API = "/api/v1"
PIXELS = np.random.default_rng(3).integers(0, 256, (40, 80, 3), np.uint8)


@pytest.fixture(scope="module")
def photo() -> bytes:
    file = io.BytesIO()
    Image.fromarray(PIXELS).save(file, "PNG")
    return file.getvalue()


async def post(client: httpx.AsyncClient, model: str, photo: bytes, **query: str) -> httpx.Response:
    return await client.post(f"{API}/models/{model}/runs", files={"image": photo}, params=query)


def steps(run: Any) -> list[str]:
    return [step["message"] for step in run["preprocessing"]]


@pytest.mark.anyio
async def test_fit_and_crop_are_steps_of_the_answer(
    client: httpx.AsyncClient, photo_zoo: str, photo_model: Model, photo: bytes
) -> None:
    choices: tuple[dict[str, Any], ...] = (
        {},
        {"fit": "crop"},
        {"fit": "pad"},
        {"fit": "stretch"},
        {"crop": (7, 5, 30, 20)},
        {"fit": "stretch", "crop": (0, 0, 80, 39)},
    )
    ids = []
    for choice in choices:
        query = {name: value if name == "fit" else ",".join(map(str, value)) for name, value in choice.items()}
        answer = await post(client, photo_zoo, photo, **query)
        assert answer.status_code == 201, answer.text
        run = answer.json()
        ids.append(run["id"])
        expected = photo_model.run(PIXELS, **choice)
        assert run["id"] == expected.id
        assert steps(run) == [step.message for step in expected.prepared.steps]
        assert (await client.get(answer.headers["location"])).json() == run
        first = await client.get(run["preprocessing"][0]["picture"])
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(first.content))), expected.prepared.steps[0].picture)
    assert ids[0] == ids[1] and len(set(ids)) == 5
    cut = run["preprocessing"][0]
    assert (cut["step"], cut["width"], cut["height"]) == ("cut", 80, 39)
    assert cut["details"]["box"] == {"left": 0, "top": 0, "width": 80, "height": 39}


@pytest.mark.anyio
async def test_choices_that_make_no_sense_are_named(client: httpx.AsyncClient, photo_zoo: str, photo: bytes) -> None:
    for model, query, told in (
        ("digits", {"fit": "pad"}, "this model has no step `fit` to choose for; its steps are: gray, ink"),
        ("digits", {"crop": "0,0,4,4"}, "`crop` is 0,0,4,4, but this model has no step `fit`"),
        (photo_zoo, {"fit": "squash"}, "`fit` is `squash`; it has to be 'crop', 'pad' or 'stretch'."),
        (photo_zoo, {"crop": "0,0,81,40"}, "reaches outside of the picture, which has 80 x 40 pixels."),
        (photo_zoo, {"crop": "80,0,1,1"}, "reaches outside"),
        (photo_zoo, {"crop": "1,1,0,1"}, "is empty; it must be at least 1 x 1 pixel."),
        (photo_zoo, {"crop": "1,1,1"}, "`crop` is `1,1,1`; it has to be `left,top,width,height`"),
        (photo_zoo, {"crop": "-1,1,1,1"}, "`crop` is `-1,1,1,1`; it has to be"),
        (photo_zoo, {"crop": "1,1,1,1 "}, "`crop` does not fit; it has to be"),
        (photo_zoo, {"crop": "<b>,1,1,1"}, "`crop` does not fit; it has to be"),
        (photo_zoo, {"crop": "9999999,0,1,1"}, "it has to be"),
        (photo_zoo, {"crop": "١,0,1,1"}, "`crop` does not fit; it has to be"),
        (photo_zoo, {"crop": ""}, "`crop` does not fit; it has to be"),
    ):
        assert told in check(await post(client, model, photo, **query), 422, "invalid_parameter")


@pytest.mark.anyio
async def test_a_crop_box_is_in_the_pixels_of_the_upright_picture(client: httpx.AsyncClient, photo_zoo: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(np.rot90(PIXELS))).save(file, "PNG", exif=exif)
    run = (await post(client, photo_zoo, file.getvalue(), crop="79,39,1,1")).json()
    assert run["warnings"][0]["code"] == "turned_upright"
    picture = await client.get(run["preprocessing"][0]["picture"])
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(picture.content)))[0, 0], PIXELS[39, 79])


def classify(photo: Path, model: Path | str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", "classify", str(photo), "--model", str(model), *more]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_the_command_line_has_the_same_choices(
    tmp_path: Path, photo: bytes, photo_file: Path, photo_model: Model
) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(photo)
    done = classify(path, photo_file, "--fit", "pad", "--crop", "7,5,30,20", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] == photo_model.run(PIXELS, fit="pad", crop=(7, 5, 30, 20)).id
    for model, more, told in (
        ("digits", ("--fit", "pad"), "this model has no step `fit`"),
        (photo_file, ("--crop", "0,0,81,40"), "reaches outside of the picture"),
        (photo_file, ("--crop", "0,0,4"), "invalid crop box value"),
        (photo_file, ("--crop", "a,b,c,d"), "invalid crop box value"),
        (photo_file, ("--fit", "squash"), "invalid choice"),
    ):
        done = classify(path, model, *more)
        assert (done.returncode, done.stdout) == (2, "") and told in done.stderr, done
        assert "Traceback" not in done.stderr
