"""The catalog: shipped models, their checkpoints, files of one's own, and files that are damaged."""

from __future__ import annotations

import doctest
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import model.catalog
import model.run
from model import load
from model.catalog import ZOO, DamagedModel, UnknownModel, add, checkpoints, known, shipped
from model.onnx_file import NotSupported


def test_the_digits_model_is_small_enough_to_see_whole() -> None:
    digits = load("digits")
    assert shipped() == ("digits", "objects", "pets")
    assert list(digits.graph.shapes) == [
        *("input", "conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "conv3", "relu3"),
        *("flatten", "dense", "softmax"),
    ]
    assert digits.classes == tuple("0123456789")
    assert digits.card["accuracy"] >= 0.992
    assert load("digits") is digits


def test_checkpoints_go_from_random_to_trained() -> None:
    points = checkpoints("digits")
    assert points[0].epoch == 0 and points[0].accuracy < 0.3
    assert points[-1].accuracy > 0.99
    assert [point.number for point in points] == list(range(len(points)))
    digests = {load("digits", point.number).digest for point in points}
    assert len(digests | {load("digits").digest}) == len(points) + 1
    trained, last = load("digits").graph.parameters, load("digits", len(points) - 1).graph.parameters
    for name, array in trained.items():
        assert np.allclose(array, last[name], atol=2e-3 * np.abs(array).max())


def test_a_model_cannot_be_changed_by_who_uses_it() -> None:
    with pytest.raises(ValueError, match="read-only"):
        load("digits").graph.parameters["conv1.weight"][0] = 0


def test_a_model_of_one_s_own_is_a_path(tmp_path: Path) -> None:
    own = tmp_path / "mine.onnx"
    shutil.copy(ZOO / "digits.onnx", own)
    mine = load(own)
    assert mine.id == "mine"
    assert mine.graph.shapes == load("digits").graph.shapes
    own.write_bytes(b"nothing")
    with pytest.raises(NotSupported, match="not an ONNX file"):
        load(own)


def test_a_file_that_is_added_is_known_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model.catalog, "_added", {})
    own = tmp_path / "My cats (2).onnx"
    shutil.copy(ZOO / "digits.onnx", own)
    assert add(own) == add(own) == "My-cats-2"
    assert known() == (*shipped(), "My-cats-2")
    assert load("My-cats-2").graph.shapes == load("digits").graph.shapes
    assert checkpoints("My-cats-2") == ()
    shutil.copy(ZOO / "digits.onnx", tmp_path / "digits.onnx")
    with pytest.raises(UnknownModel, match="there is one already"):
        add(tmp_path / "digits.onnx")
    with pytest.raises(UnknownModel, match="There is no file"):
        add(tmp_path / "none.onnx")
    assert known() == (*shipped(), "My-cats-2")


def test_what_is_not_there_is_named() -> None:
    for missing in ("cats", "cats.onnx"):
        with pytest.raises(UnknownModel, match="cats"):
            load(missing)
    with pytest.raises(UnknownModel, match="has no checkpoint 99; it has 0 to"):
        load("digits", 99)


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "zoo"
    shutil.copytree(ZOO, folder)
    monkeypatch.setattr(model.catalog, "ZOO", folder)
    monkeypatch.setattr(model.catalog, "_loaded", {})
    yield folder


@pytest.mark.parametrize("name", ["digits.onnx", "digits.checkpoints.npz"])
def test_a_damaged_file_is_refused_and_never_run(zoo: Path, name: str) -> None:
    data = bytearray((zoo / name).read_bytes())
    data[len(data) // 2] ^= 1
    (zoo / name).write_bytes(data)
    with pytest.raises(DamagedModel, match=f"{name} is damaged"):
        load("digits", 0)
    (zoo / name).unlink()
    with pytest.raises(DamagedModel, match="missing"):
        load("digits", 0)


def test_the_examples_in_the_docstrings() -> None:
    for module in (model.run, model.catalog):
        result = doctest.testmod(module)
        assert result.attempted > 0 and result.failed == 0


def test_a_run_is_the_same_each_time_and_another_for_another_picture() -> None:
    picture = np.zeros((40, 30), np.uint8)
    picture[5:35, 13:17] = 255
    first, again = load("digits").run(picture), load("digits").run(picture)
    assert first.id == again.id and len(first.id) == 32
    for name in first.trace.values:
        assert np.array_equal(first[name], again[name])
    assert load("digits", 0).run(picture).id != first.id
    assert load("digits").run(picture[:, ::-1][:, 1:]).id != first.id
    with pytest.raises(ValueError, match="read-only"):
        first["conv1"][0] = 0
