"""The models for photos, as they ship: small, plain, right, and the same in another engine."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from model import load
from model.__main__ import main
from model.catalog import ZOO, checkpoints
from model.pictures import read_picture
from model.tensor import Array
from model.train import RECIPES
from model.train.data import find_data

LEAST = {"pets": 0.93, "objects": 0.86}  # on the test images, as the design asks
ARCHIVES = {"pets": "cats-vs-dogs.zip", "objects": "cifar10.zip"}
each_model = pytest.mark.parametrize("name", LEAST)


def archive_of(name: str) -> Path:
    path = find_data() / ARCHIVES[name]
    if not path.exists():
        pytest.skip(f"{path.name} is not here: name its folder in the environment variable DATA.")
    return path


@each_model
def test_it_is_plain_and_small(name: str) -> None:
    model = load(name)
    ops = {stage.layer.op for stage in model.graph.stages}
    assert ops == {"Conv", "Relu", "MaxPool", "GlobalAveragePool", "Flatten", "Gemm", "Softmax"}
    assert (ZOO / f"{name}.onnx").stat().st_size < 1_000_000
    kernels = [shape[0] for stage, shape in model.graph.shapes.items() if stage.startswith("conv")]
    assert min(kernels) >= 8 and max(kernels) <= 48


@each_model
def test_its_card_has_what_a_reader_asks(name: str) -> None:
    card = load(name).card
    assert card["measured_on"] == "test"
    test = card["test"]
    assert np.sum(test["confusion"]) == test["images"] == card["images"]["test"]
    assert test["interval"][0] < card["accuracy"] < test["interval"][1]
    assert set(test["recall"]) == set(load(name).classes)
    assert card["limits"] and card["data"] and card["training_seconds"] > 0
    history = [json.loads(line) for line in (ZOO / f"{name}.history.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in history] == list(range(1, card["epochs"] + 1))


@each_model
def test_it_is_as_good_as_the_design_asks(name: str) -> None:
    assert load(name).card["accuracy"] >= LEAST[name]


@each_model
def test_its_checkpoints_go_from_guessing_to_knowing(name: str) -> None:
    points, classes = checkpoints(name), len(load(name).classes)
    assert 12 <= len(points) <= 20
    assert points[0].epoch == 0 and points[0].accuracy < 1.5 / classes
    assert points[-1].epoch == load(name).card["epochs"]
    assert points[-1].accuracy == pytest.approx(load(name).card["validation"]["accuracy"], abs=0.01)
    assert (ZOO / f"{name}.checkpoints.npz").stat().st_size < 3_000_000


@each_model
def test_it_gives_the_same_probabilities_in_onnx_runtime(name: str) -> None:
    archive_of(name)
    model = load(name)
    test = RECIPES[name].load(find_data(), "test")
    images = test.inputs(np.linspace(0, len(test) - 1, 200).astype(int))
    session = onnxruntime.InferenceSession(ZOO / f"{name}.onnx", providers=["CPUExecutionProvider"])
    theirs: Array = session.run(None, {session.get_inputs()[0].name: images})[0]
    ours = model.graph.run(images).values[model.graph.output]
    assert np.abs(ours - theirs).max() < 1e-4


@each_model
@pytest.mark.slow
def test_it_is_as_good_as_its_card_says(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    archive_of(name)
    assert main(["evaluate", name]) == 0
    assert f"Accuracy {load(name).card['accuracy']:.2%}" in capsys.readouterr().out


def test_a_well_known_cat_is_a_cat_and_was_not_one_at_first() -> None:
    spec = find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("scikit-image is not installed (the extra `photos`).")
    picture = read_picture((Path(spec.submodule_search_locations[0]) / "data" / "chelsea.png").read_bytes()).pixels
    best = load("pets").run(picture).predictions[0]
    assert best.class_ == "cat" and best.probability > 0.9
    assert load("pets", checkpoint=0).run(picture).predictions[0].probability < 0.6
