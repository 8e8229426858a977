"""Runs over HTTP: the numbers reconcile with the parameters, in every form."""

from __future__ import annotations

import io
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

from app.colours import colour
from app.runs import run_picture
from model import load
from model.explain import Shares, SharesUndefined, map_shares
from tests.app.conftest import STROKES, drawing, run_of

pytestmark = pytest.mark.anyio
API = "/api/v1"


async def parameters(client: httpx.AsyncClient, stage: str) -> dict[str, Any]:
    answer = await client.get(f"{API}/models/digits/stages/{stage}/parameters")
    return {name: np.array(value) for name, value in answer.json()["parameters"].items()}


def convolve(x: Any, weight: Any, bias: Any) -> Any:
    windows = sliding_window_view(np.pad(x, ((0, 0), (1, 1), (1, 1))), (3, 3), axis=(1, 2))
    return np.einsum("krcij,fkij->frc", windows, weight) + bias[:, None, None]


def pool(x: Any) -> Any:
    channels, rows, columns = x.shape
    return x.reshape(channels, rows // 2, 2, columns // 2, 2).max(axis=(2, 4))


async def test_a_drawn_two_is_a_two_and_every_stage_follows_from_the_parameters(
    client: httpx.AsyncClient, two: bytes
) -> None:
    run = await run_of(client, two, include="values")
    stages: dict[str, Any] = {stage["name"]: stage for stage in run["stages"]}  # type: ignore[attr-defined]
    values = {name: np.array(stage["values"]) for name, stage in stages.items()}
    for name, stage in stages.items():
        assert list(values[name].shape) == stage["shape"]
        assert values[name].min() == pytest.approx(stage["minimum"], abs=1e-6)
        assert values[name].max() == pytest.approx(stage["maximum"], abs=1e-6)
    x = values["input"]
    for number in (1, 2, 3):
        own = await parameters(client, f"conv{number}")
        x = convolve(x, own["weight"], own["bias"])
        np.testing.assert_allclose(values[f"conv{number}"], x, atol=1e-4)
        x = np.maximum(x, 0)
        np.testing.assert_allclose(values[f"relu{number}"], x, atol=1e-4)
        if number < 3:
            x = pool(x)
            np.testing.assert_allclose(values[f"pool{number}"], x, atol=1e-4)
    np.testing.assert_allclose(values["flatten"], x.ravel(), atol=1e-4)
    own = await parameters(client, "dense")
    logits = own["weight"] @ x.ravel() + own["bias"]
    np.testing.assert_allclose(values["dense"], logits, atol=1e-4)
    shares = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    np.testing.assert_allclose(values["softmax"], shares, atol=1e-5)
    predictions: Any = run["predictions"]
    assert predictions[0]["class"] == "2"
    assert [each["probability"] for each in predictions] == sorted(values["softmax"].tolist(), reverse=True)
    assert predictions[0]["logit"] == pytest.approx(logits[2], abs=1e-4)


async def test_the_same_picture_has_the_same_address_and_another_has_another(
    client: httpx.AsyncClient, two: bytes, seven: bytes
) -> None:
    first, again, other = [await run_of(client, picture) for picture in (two, two, seven)]
    assert first == again
    assert first["id"] != other["id"]
    assert other["predictions"][0]["class"] == "7"  # type: ignore[index]
    raw = await client.post(f"{API}/models/digits/runs", content=two, headers={"content-type": "image/png"})
    assert raw.json() == first
    assert raw.headers["location"] == f"{API}/runs/{first['id']}"
    assert (await client.get(raw.headers["location"])).json() == first


async def test_a_checkpoint_before_training_knows_nothing(client: httpx.AsyncClient, two: bytes) -> None:
    trained, random = await run_of(client, two), await run_of(client, two, checkpoint="0")
    assert random["checkpoint"] == 0
    assert random["id"] != trained["id"]
    shares = [each["probability"] for each in random["predictions"]]  # type: ignore[attr-defined]
    assert sum(shares) == pytest.approx(1, abs=1e-5)
    assert 0.1 <= shares[0] < 0.3 and shares[-1] > 0.01  # about a tenth each
    missing = await client.post(f"{API}/models/digits/runs?checkpoint=99", files={"image": two})
    assert missing.status_code == 404
    assert missing.json()["code"] == "checkpoint_not_found"


async def test_a_run_goes_through_other_points_of_training_as_its_picture_would(
    client: httpx.AsyncClient, two: bytes
) -> None:
    trained, early = await run_of(client, two), await run_of(client, two, checkpoint="3")
    for source, query, wanted in (
        (trained, "?checkpoint=3", early),
        (early, "", trained),
        (early, "?checkpoint=3", early),
    ):
        answer = await client.post(f"{API}/runs/{source['id']}/again{query}")
        assert answer.status_code == 201
        assert answer.json() == wanted
        assert answer.headers["location"] == f"{API}/runs/{wanted['id']}"
    missing = await client.post(f"{API}/runs/{trained['id']}/again?checkpoint=99")
    assert (missing.status_code, missing.json()["code"]) == (404, "checkpoint_not_found")
    assert (await client.post(f"{API}/runs/{'0' * 32}/again")).json()["code"] == "run_not_found"


async def test_every_form_has_the_same_numbers(client: httpx.AsyncClient, two: bytes) -> None:
    run = await run_of(client, two, include="values")
    address = f"{API}/runs/{run['id']}"
    archive = np.load(io.BytesIO((await client.get(f"{address}.npz")).content))
    raw = await client.get(address, headers={"accept": "application/octet-stream"})
    numbers = np.frombuffer(raw.content, "<f4")
    start = 0
    for stage in run["stages"]:  # type: ignore[attr-defined]
        name = stage["name"]
        expected = archive[name]
        assert np.array_equal(np.array(stage["values"], np.float32), expected)
        assert np.array_equal(numbers[start : start + expected.size], expected.ravel())
        start += expected.size
        own = f"{address}/stages/{name}"
        npy = await client.get(own, headers={"accept": "application/x-npy"})
        assert np.array_equal(np.load(io.BytesIO(npy.content)), expected)
        floats = await client.get(own, headers={"accept": "application/octet-stream"})
        assert floats.content == expected.astype("<f4").tobytes()
        assert np.array_equal(np.array((await client.get(own)).json()["values"], np.float32), expected)
    assert start == numbers.size
    for name, array in load("digits").graph.parameters.items():
        assert np.array_equal(archive[name], array)
    kernels = await client.get(f"{API}/models/digits/stages/conv2/parameters", headers={"accept": "application/x-npz"})
    assert np.array_equal(np.load(io.BytesIO(kernels.content))["weight"], archive["conv2.weight"])


@pytest.mark.parametrize(
    "cell",
    ["softmax/2/0/0", "dense/7/0/0", "flatten/99/0/0", "conv3/5/0/6", "pool1/3/7/7", "relu2/0/3/3", "input/0/9/9"],
)
async def test_a_ledger_and_its_numpy_lines_give_the_cell(client: httpx.AsyncClient, two: bytes, cell: str) -> None:
    run = await run_of(client, two)
    stage, *place = cell.split("/")
    ledger = (await client.get(f"{API}/runs/{run['id']}/stages/{stage}/cells/{'/'.join(place)}")).json()
    archive = np.load(io.BytesIO((await client.get(f"{API}/runs/{run['id']}.npz")).content))
    values = archive[stage]
    index = tuple(map(int, place))[: values.ndim]
    assert ledger["result"] == float(values[index])
    if ledger["bias"] is not None:
        assert ledger["sum"] + ledger["bias"] == pytest.approx(ledger["result"], abs=1e-4)
        assert sum(term["product"] for term in ledger["terms"]) == pytest.approx(ledger["sum"], abs=1e-9)
    names: dict[str, Any] = {"numpy": np, "run": archive}
    *lines, last = ledger["numpy"]
    exec("\n".join(lines), names)
    assert float(eval(last, names)) == pytest.approx(ledger["result"], abs=1e-5)


async def test_a_map_is_a_picture_with_the_page_s_colours(client: httpx.AsyncClient, two: bytes) -> None:
    run = await run_of(client, two)
    values = np.array((await client.get(f"{API}/runs/{run['id']}/stages/conv1")).json()["values"], np.float32)
    for scale, over in (("stage", values), ("map", values[3])):
        answer = await client.get(f"{API}/runs/{run['id']}/stages/conv1/maps/3.png?zoom=3&scale={scale}")
        assert answer.headers["content-type"] == "image/png"
        picture = np.asarray(Image.open(io.BytesIO(answer.content)))
        assert picture.shape == (84, 84, 3)
        expected = colour(values[3], float(np.abs(over).max()))
        assert np.array_equal(picture[1::3, 1::3], expected)
        assert np.array_equal(picture[::3, ::3], expected)


async def test_the_input_is_drawn_in_gray_and_a_value_as_one_cell(client: httpx.AsyncClient, two: bytes) -> None:
    run = await run_of(client, two)
    address = f"{API}/runs/{run['id']}/stages"
    values = np.array((await client.get(f"{address}/input")).json()["values"], np.float32)
    answer = await client.get(f"{address}/input/maps/0.png")
    picture = np.asarray(Image.open(io.BytesIO(answer.content)))
    assert np.array_equal(picture, np.rint(values[0] * 255)[..., None].repeat(3, axis=2))
    shares = np.array((await client.get(f"{address}/softmax")).json()["values"], np.float32)
    for channel in (2, 5):
        answer = await client.get(f"{address}/softmax/maps/{channel}.png?zoom=8")
        picture = np.asarray(Image.open(io.BytesIO(answer.content)))
        assert picture.shape == (8, 8, 3)
        assert (picture == colour(shares[channel], float(shares.max()))).all()


@pytest.mark.parametrize("digit", STROKES)
async def test_every_drawn_digit_is_that_digit(client: httpx.AsyncClient, digit: str) -> None:
    run = await run_of(client, drawing(digit))
    assert run["predictions"][0]["class"] == digit and run["warnings"] == []  # type: ignore[index]


async def test_each_step_of_preprocessing_is_a_picture(client: httpx.AsyncClient, two: bytes) -> None:
    run = await run_of(client, two)
    steps: Any = run["preprocessing"]
    assert [step["step"] for step in steps] == ["gray", "ink", "crop", "thicken", "scale", "centre"]
    for step in steps:
        answer = await client.get(step["picture"])
        picture = Image.open(io.BytesIO(answer.content))
        assert picture.size == (step["width"], step["height"])
        assert step["message"].endswith(".")
    final = np.asarray(picture, np.float32) / 255
    values = (await client.get(f"{API}/runs/{run['id']}/stages/input")).json()["values"]
    assert np.array_equal(np.array(values[0], np.float32), final)


async def test_answers_about_runs_can_be_kept(client: httpx.AsyncClient, two: bytes) -> None:
    run = await run_of(client, two)
    tags = set()
    paths = [
        "",
        ".npz",
        "/stages/conv1",
        "/stages/conv1/maps/0.png",
        "/stages/conv1/cells/0/0/0",
        "/preprocessing/0.png",
    ]
    for path in paths:
        answer = await client.get(f"{API}/runs/{run['id']}{path}")
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.headers["vary"].split(", ")[0] == "Accept"
        again = await client.get(answer.url, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        for known in ('"other", ' + answer.headers["etag"], "W/" + answer.headers["etag"], "*"):
            assert (await client.get(answer.url, headers={"if-none-match": known})).status_code == 304
        lines = [("if-none-match", '"other"'), ("if-none-match", answer.headers["etag"])]
        assert (await client.get(answer.url, headers=lines)).status_code == 304
        assert (await client.get(answer.url, headers={"if-none-match": '"other"'})).content == answer.content
        tags.add(answer.headers["etag"])
    raw = await client.get(f"{API}/runs/{run['id']}", headers={"accept": "application/octet-stream"})
    assert len(tags | {raw.headers["etag"]}) == len(paths) + 1
    nowhere = f"{API}/runs/{run['id']}/stages/conv1/cells/0/99/0"
    assert (await client.get(nowhere, headers={"if-none-match": "*"})).status_code == 404


async def test_what_the_client_has_is_not_made_again(
    client: httpx.AsyncClient, two: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await run_of(client, two)
    answers = [
        await client.get(f"{API}/runs/{run['id']}{path}")
        for path in ("", ".npz", "/shares", "/stages/conv1", "/stages/conv1/maps/0.png", "/stages/conv1/cells/0/0/0")
    ]
    for makes in ("app.api.runs.json_answer", "app.api.stages.json_answer", "app.api.runs.npz_answer"):
        monkeypatch.setattr(makes, fail)
    for makes in ("app.api.runs.map_shares", "app.api.stages.explain_cell", "app.api.stages.map_png"):
        monkeypatch.setattr(makes, fail)
    for answer in answers:
        again = await client.get(answer.url, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.headers["etag"]) == (304, answer.headers["etag"])


def fail(*_: object, **__: object) -> None:
    raise AssertionError("This was made in vain.")


async def test_the_shares_are_those_of_the_engine_and_add_up_to_the_logit(
    client: httpx.AsyncClient, two: bytes
) -> None:
    run = await run_of(client, two)
    address = f"{API}/runs/{run['id']}/shares"
    answer = await client.get(address)
    body = answer.json()
    logits = {each["class"]: each["logit"] for each in run["predictions"]}  # type: ignore[attr-defined]
    assert body["class"] == "2" and body["logit"] == pytest.approx(logits["2"], abs=1e-6)
    shares = map_shares(run_picture(load("digits"), two))
    assert [each["stage"] for each in body["stages"]] == list(shares.stages)
    for each in body["stages"]:
        assert each["shares"] == pytest.approx(shares.stages[each["stage"]].shares.tolist(), rel=1e-9, abs=1e-12)
        assert each["sum"] == pytest.approx(sum(each["shares"]))
        assert each["sum"] + each["rest"] == pytest.approx(body["logit"])
    again = await client.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    other = await client.get(address, params={"class": "7"})
    assert other.json()["logit"] == pytest.approx(logits["7"], abs=1e-6)
    assert other.headers["etag"] != answer.headers["etag"]
    unknown = await client.get(address, params={"class": "cat"})
    assert unknown.status_code == 404 and unknown.json()["code"] == "class_not_found"
    assert "cat" in unknown.json()["detail"] and "0, 1, 2" in unknown.json()["detail"]


async def test_a_run_without_shares_is_answered_with_a_sentence(
    client: httpx.AsyncClient, two: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await run_of(client, two)

    def refuse(*_: object) -> Shares:
        raise SharesUndefined("The maps of this run have no shares.")

    monkeypatch.setattr("app.api.runs.map_shares", refuse)
    answer = await client.get(f"{API}/runs/{run['id']}/shares")
    assert answer.status_code == 422 and answer.json()["code"] == "shares_undefined"
    assert answer.json()["detail"] == "The maps of this run have no shares."
