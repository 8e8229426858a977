"""A model of one's own: from a folder of pictures to a model that runs, through mistakes, kills and resumptions."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from model import load
from model.__main__ import main
from model.train.folder import look_into, split_off
from model.train.pictures import DataError

CLASSES = ("circle", "cross", "square")
FAST = ("--size", "32", "--epochs", "16")


def draw(kind: str, rng: np.random.Generator) -> Image.Image:
    """A bright shape on a dark ground, of any colour, in a picture of any shape."""
    width, height = (int(each) for each in rng.integers(36, 70, 2))
    picture = Image.new("RGB", (width, height), tuple(int(each) for each in rng.integers(0, 110, 3)))
    pen, colour = ImageDraw.Draw(picture), tuple(int(each) for each in rng.integers(140, 256, 3))
    half = min(width, height) * rng.uniform(0.2, 0.35)
    x, y = width / 2 + rng.uniform(-3, 3), height / 2 + rng.uniform(-3, 3)
    box = (x - half, y - half, x + half, y + half)
    if kind == "circle":
        pen.ellipse(box, fill=colour)
    elif kind == "square":
        pen.rectangle(box, fill=colour)
    else:
        pen.line(box, fill=colour, width=5)
        pen.line((x - half, y + half, x + half, y - half), fill=colour, width=5)
    return picture


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, rng = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    for kind in CLASSES:
        (folder / kind).mkdir()
        for number in range(100):
            draw(kind, rng).save(folder / kind / f"{number:03}.png")
    (folder / "circle" / "broken.jpg").write_bytes(b"\xff\xd8\xff and nothing more")
    (folder / "cross" / "notes.txt").write_text("not a picture")
    return folder


def command(pictures: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "model", "train", "--data", str(pictures), "--out", str(out), *FAST]


@pytest.fixture(scope="module")
def trained(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str, float]:
    """The model, what the training printed, and how long it took."""
    out, started = tmp_path_factory.mktemp("models") / "shapes.onnx", time.perf_counter()
    done = subprocess.run(command(pictures, out), capture_output=True, text=True, timeout=300, check=True)
    return out, done.stdout, done.stderr, time.perf_counter() - started


def digest(printed: str) -> str:
    found = re.search(r"Weights ([0-9a-f]{64})", printed)
    assert found is not None
    return found[1]


def test_three_classes_are_learnt_and_new_pictures_recognised(trained: tuple[Path, str, str, float]) -> None:
    out, printed, _, _ = trained
    accuracy = re.search(r"Accuracy ([0-9.]+)%", printed)
    assert accuracy is not None and float(accuracy[1]) > 95
    model, rng = load(out), np.random.default_rng(7)
    assert model.classes == CLASSES
    right = [
        model.run(np.asarray(draw(kind, rng))).predictions[0].class_ == kind for kind in CLASSES for _ in range(20)
    ]
    assert np.mean(right) > 0.95
    assert load(out, checkpoint=0).run(np.asarray(draw("cross", rng))).predictions[0].probability < 0.6


def test_what_cannot_be_read_is_listed_and_counted(trained: tuple[Path, str, str, float]) -> None:
    _, _, complaints, _ = trained
    assert "2 of the files cannot be read and were left out" in complaints
    assert "circle/broken.jpg: The picture is damaged" in complaints and "cross/notes.txt: This looks like text" in (
        complaints
    )


def test_the_card_says_how_it_was_measured(trained: tuple[Path, str, str, float]) -> None:
    card = load(trained[0]).card
    assert card["measured_on"] == "validation" and "test" not in card
    images = card["images"]
    assert images["training"] + images["validation"] == 300 and images["test"] == 0
    assert card["accuracy"] > 0.95


def test_a_killed_training_goes_on_to_the_same_weights(
    pictures: Path, trained: tuple[Path, str, str, float], tmp_path: Path
) -> None:
    out = tmp_path / "shapes.onnx"
    running = subprocess.Popen(command(pictures, out), stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith("epoch  8/16"):
            break
    running.send_signal(signal.SIGKILL)
    running.stdout.close()
    assert running.wait() == -signal.SIGKILL
    assert not out.exists() and (tmp_path / "shapes.training.npz").exists()
    rest = subprocess.run(command(pictures, out), capture_output=True, text=True, timeout=300, check=True)
    assert re.search(r"Going on after epoch [78],", rest.stdout)
    assert digest(rest.stdout) == digest(trained[1])
    assert not (tmp_path / "shapes.training.npz").exists()


def test_ctrl_c_leaves_a_model_that_runs_and_a_training_that_goes_on(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "shapes.onnx"
    # Where the tests run in the background, a shell may have told them to ignore Ctrl-C, and children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    running = subprocess.Popen(command(pictures, out), stdout=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, before)
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith("epoch  2/16"):
            break
    running.send_signal(signal.SIGINT)
    rest = running.stdout.read()
    running.stdout.close()
    assert running.wait() == 0 and "Stopped: keeping the best so far" in rest
    assert load(out).card["finished"] is False
    assert (tmp_path / "shapes.training.npz").exists()


def test_a_model_is_measured_on_a_folder(
    pictures: Path, trained: tuple[Path, str, str, float], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(trained[0]), "--data", str(pictures)]) == 0
    assert "`shapes` on 300 pictures (train)" in capsys.readouterr().out
    assert main(["evaluate", str(trained[0])]) == 1
    assert "--data FOLDER" in capsys.readouterr().err


def test_folders_that_cannot_be_trained_on_are_told_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def complaint(folder: Path) -> str:
        assert main(["train", "--data", str(folder), "--out", str(tmp_path / "x.onnx")]) == 1
        return capsys.readouterr().err

    assert "is not a folder" in complaint(tmp_path / "nowhere")
    folder = tmp_path / "pictures"
    folder.mkdir()
    assert "two or more, and has none" in complaint(folder)
    (folder / "cat").mkdir()
    assert "only `cat`" in complaint(folder)
    (folder / "dog").mkdir()
    assert "cat is empty" in complaint(folder)
    for name in ("cat", "dog"):
        for number in range(4):
            (folder / name / f"{number}.png").write_text("no picture")
    assert "can be read" in complaint(folder)
    for number in range(4):
        Image.new("RGB", (40, 40)).save(folder / "cat" / f"{number}.png")
    assert "None of the pictures of class `dog` can be read" in complaint(folder)
    assert main(["train"]) == 1
    assert "--data FOLDER --out my.onnx" in capsys.readouterr().err


def test_a_split_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    for split in ("train", "val", "test"):
        for name in ("a", "b"):
            (tmp_path / split / name).mkdir(parents=True)
            Image.new("L", (8, 8)).save(tmp_path / split / name / "1.png")
    found = look_into(tmp_path)
    assert found.classes == ("a", "b") and sorted(found.files) == ["test", "train", "validation"]
    assert found.files["validation"] == [("val/a/1.png", 0), ("val/b/1.png", 1)]
    (tmp_path / "val" / "c").mkdir()
    with pytest.raises(DataError, match="must be the same"):
        look_into(tmp_path)


def test_a_share_of_each_class_is_split_off() -> None:
    labels = np.array([0] * 20 + [1] * 2 + [2] * 5)
    rest, share = split_off(labels, 0.2, 0)
    assert sorted([*rest, *share]) == list(range(27))
    assert np.bincount(labels[share]).tolist() == [4, 1, 1]
    with pytest.raises(DataError, match="single picture"):
        split_off(np.array([0, 0, 1]), 0.2, 0)
