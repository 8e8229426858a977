"""A model of one's own, served beside those that ship."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.command_line import main
from model import load
from model.graph import Graph, Stage
from model.layers import Dense, Flatten
from model.onnx_file import write
from tests.app.servers import API, request, serving
from tests.photo_network import phone_network


def test_a_model_of_one_s_own_answers_like_any_other(photo_file: Path, tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(picture, "PNG")
    with (tmp_path / "log").open("wb") as log, serving(log, MODELS=f" {photo_file} ,", WORKERS="2") as (_, port):
        listed = request(port, "GET", f"{API}/models").json["models"]
        assert [each["id"] for each in listed][-1] == photo_file.stem
        for _ in range(6):  # through either worker
            answer = request(port, "POST", f"{API}/models/{photo_file.stem}/runs", picture.getvalue())
            assert answer.status == 201 and answer.json["model"] == photo_file.stem
        page = request(port, "GET", "/").body.decode()
        assert photo_file.stem in page


def test_values_that_lie_in_memory_in_another_order_are_answered_in_theirs(tmp_path: Path) -> None:
    """The channels of a network for phones lie last in memory; no answer tells."""
    path = tmp_path / "phone.onnx"
    path.write_bytes(phone_network())
    values = load(path).run(np.full((16, 16, 3), 200, np.uint8)).trace.values
    assert not values["wide"][0].flags.c_contiguous
    picture = io.BytesIO()
    Image.new("RGB", (16, 16), (200, 200, 200)).save(picture, "PNG")
    with (tmp_path / "log").open("wb") as log, serving(log, MODELS=str(path)) as (_, port):
        run = request(port, "POST", f"{API}/models/phone/runs?include=values", picture.getvalue())
        assert run.status == 201, run.body
        for stage in run.json["stages"]:
            assert np.array_equal(np.float32(stage["values"]), values[stage["name"]][0])
        address = f"{run.headers['location']}/stages/wide"
        assert request(port, "GET", address).json["values"] == run.json["stages"][1]["values"]
        raw = request(port, "GET", address, Accept="application/octet-stream").body
        assert np.array_equal(np.frombuffer(raw, "<f4"), values["wide"].ravel())


def plain_file(preprocessing: object = None) -> bytes:
    """As a plain export has it: a network on 1 x 8 x 8 that ends in two logits."""
    dense = Dense(np.ones((2, 64), np.float32), np.zeros(2, np.float32))
    stages = (Stage("flatten", Flatten(), ("input",)), Stage("dense", dense, ("flatten",)))
    return write(Graph((1, 8, 8), stages), {"preprocessing": preprocessing} if preprocessing else {})


def test_what_a_plain_export_leaves_open_is_said_at_the_start_and_in_its_description(tmp_path: Path) -> None:
    path = tmp_path / "plain.onnx"
    path.write_bytes(plain_file())
    notes = load(path).notes
    assert len(notes) == 3
    with (tmp_path / "log").open("wb") as log, serving(log, MODELS=str(path)) as (_, port):
        assert request(port, "GET", f"{API}/models/plain").json["notes"] == list(notes)
        assert request(port, "GET", f"{API}/models/digits").json["notes"] == []
        picture = io.BytesIO()
        Image.new("RGB", (40, 30), "orange").save(picture, "PNG")
        assert request(port, "POST", f"{API}/models/plain/runs", picture.getvalue()).status == 201
    said = (tmp_path / "log").read_text()
    assert all(f"{path}: {note}" in said for note in notes)


def test_steps_that_do_not_fit_the_network_are_one_sentence_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, picture = tmp_path / "rgb.onnx", tmp_path / "picture.png"
    path.write_bytes(plain_file([{"step": "rgb"}, {"step": "resize", "rows": 8, "columns": 8}]))
    Image.new("RGB", (40, 30), "orange").save(picture)
    assert main(["classify", str(picture), "--model", str(path)]) != 0
    said = capsys.readouterr().err
    assert "becomes 3 x 8 x 8, and the network reads 1 x 8 x 8" in said and said.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "There is no file"),
        (b"nothing", "not an ONNX file"),
        (plain_file([{"step": "fit", "width": 8, "height": 8}]), "it takes `columns`, `how`, `rows`"),
    ],
)
def test_a_model_that_cannot_be_had_is_named_at_once(
    content: bytes | None,
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "mine.onnx"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("MODELS", str(path))
    assert main(["serve"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("MODELS: ") and complaint in said
