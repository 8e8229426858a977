"""What the file of one's own model says beside its network: taken as it is, completed, or refused in plain words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper

from model import load
from model.catalog import open_model
from model.graph import Graph, Stage
from model.layers import Dense, Flatten, Layer, Relu, Sigmoid, Softmax
from model.onnx_file import NotSupported, write
from model.preprocess import check_steps, default_steps
from model.preprocess.pipeline import PARAMETERS
from model.tensor import Array

FIT = {"step": "fit", "rows": 4, "columns": 6, "how": "crop"}
RESIZE = {"step": "resize", "rows": 4, "columns": 6}
RGB = [{"step": "rgb"}, FIT, RESIZE]


def network(channels: int = 3, classes: int = 2, softmax: bool = True) -> Graph:
    """Maps of 4 x 6 cells, weighed into classes."""
    weight = np.linspace(-1, 1, classes * channels * 24, dtype=np.float32).reshape(classes, -1)
    dense = Dense(weight, np.zeros(classes, np.float32))
    layers: list[tuple[str, Layer]] = [("flatten", Flatten()), ("dense", dense)]
    if softmax:
        layers.append(("softmax", Softmax()))
    before = ["input", *(name for name, _ in layers)]
    stages = tuple(Stage(name, layer, (before[i],)) for i, (name, layer) in enumerate(layers))
    return Graph((channels, 4, 6), stages)


def with_metadata(graph: Graph, **metadata: str) -> bytes:
    """The file of `graph` with metadata as they are given: texts, JSON or not."""
    proto = onnx.load_model_from_string(write(graph, {}))
    helper.set_model_props(proto, metadata)
    return bytes(proto.SerializeToString())


def refusal(data: bytes) -> str:
    with pytest.raises(NotSupported) as caught:
        open_model("own", data)
    return str(caught.value)


def test_a_file_that_says_nothing_gets_a_softmax_the_usual_steps_and_numbered_classes() -> None:
    model = open_model("own", write(network(softmax=False), {}))
    assert [stage.name for stage in model.graph.stages] == ["flatten", "dense", "softmax"]
    assert model.logits_stage == "dense"
    assert model.classes == ("class 0", "class 1")
    assert model.preprocessing == default_steps((3, 4, 6))
    run = model.run(np.full((9, 7, 3), 200, np.uint8))
    assert sum(each.probability for each in run.predictions) == pytest.approx(1)
    assert all(each.logit == run["dense"][int(each.class_[-1])] for each in run.predictions)
    softmax, classes, steps = model.notes
    assert "`dense`" in softmax and "`class 0` to `class 1`" in classes and "`rgb`, `fit`, `resize`" in steps


def test_a_file_that_says_all_is_taken_at_its_word() -> None:
    said: dict[str, Any] = {"classes": ["a", "b"], "preprocessing": RGB}
    model = open_model("own", write(network(), said))
    assert model.notes == () and model.classes == ("a", "b") and list(model.preprocessing) == RGB


def test_a_network_of_gray_gets_the_steps_of_a_drawing() -> None:
    assert default_steps((1, 28, 28)) == load("digits").preprocessing
    model = open_model("own", write(network(channels=1), {}))
    assert model.run(np.full((9, 7, 3), 200, np.uint8))["input"].shape == (1, 4, 6)


def test_a_stage_that_is_named_softmax_and_is_none_keeps_its_name() -> None:
    stages = (Stage("softmax", Flatten(), ("input",)),)
    model = open_model("own", write(Graph((1, 1, 2), stages), {}))
    assert [stage.name for stage in model.graph.stages] == ["softmax", "softmax_"]


CHANCES = Graph((3, 4, 6), (*network(softmax=False).stages, Stage("chances", Sigmoid(), ("dense",))))
MAPS = Graph((3, 4, 6), (Stage("relu", Relu(), ("input",)),))


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (network(channels=2), "reads 2 channels; a picture has 1 (gray) or 3"),
        (network(classes=1, softmax=False), "with a single value; it has to end in one logit a class"),
        (CHANCES, "ends in stage `chances` (Sigmoid), so each of its values stands for itself"),
        (MAPS, "ends in stage `relu` (Relu) with 3 x 4 x 6 values (channels, rows, columns); it has to end in one row"),
    ],
)
def test_a_network_that_cannot_be_completed_is_refused(graph: Graph, words: str) -> None:
    assert words in refusal(write(graph, {}))


@pytest.mark.parametrize(
    "classes", ["cat, dog", '["cat"]', '["a", "b", "c"]', '{"0": "cat", "1": "dog"}', "[1, 2]", "null", '["a", null]']
)
def test_classes_have_to_be_a_list_of_names(classes: str) -> None:
    assert "it has to be a JSON list of 2 names" in refusal(with_metadata(network(), classes=classes))


@pytest.mark.parametrize(
    "steps", ["rgb, resize", "[", "null", "{}", "7", '["rgb"]', '[{"rows": 4}]', '[{"step": "rgb"}, 3]']
)
def test_preprocessing_has_to_be_a_list_of_steps(steps: str) -> None:
    said = refusal(with_metadata(network(), preprocessing=steps))
    example = said.partition("such as ")[2].removesuffix(".")
    assert "JSON list of steps" in said
    # The example can be taken as it stands.
    assert open_model("own", with_metadata(network(), preprocessing=example)).preprocessing == default_steps((3, 4, 6))


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([{"step": "invert"}], "'invert' is not a preprocessing step; the steps are: gray, "),
        ([{"step": None}], "'None' is not a preprocessing step"),
        ([{"step": ["rgb"]}], "is not a preprocessing step"),
        ([{"step": "fit", "width": 4, "height": 6}], "it takes `columns`, `how`, `rows`"),
        ([{"step": "rgb", "order": "bgr"}], "was given order; it takes none"),
        ([{"step": "rgb"}, {**FIT, "how": "squeeze"}, RESIZE], "'squeeze'; it must be one of: crop, pad, stretch"),
        ([{"step": "rgb"}, {**FIT, "how": ["crop"]}, RESIZE], "how = ['crop']; one of these is not of the kind"),
        ([{"step": "rgb"}, FIT, {**RESIZE, "rows": "4"}], "`resize` has '4' rows"),
        ([{"step": "rgb"}, FIT, {**RESIZE, "rows": 0}], "whole numbers from 1 to 4096"),
        (
            [{"step": "rgb"}, FIT],
            "A coloured picture of 60 x 40 pixels becomes 3 x 40 x 60, and the network reads",
        ),
        ([], "becomes 3 x 40 x 60, and"),
        ([FIT, RESIZE], "A gray picture of 60 x 40 pixels becomes 1 x 4 x 6, and the network reads 3 x 4 x 6"),
        ([{"step": "gray"}, FIT, RESIZE], "becomes 1 x 4 x 6, and the network reads 3 x 4 x 6"),
        (
            [{"step": "rgb"}, FIT, {**RESIZE, "rows": 6, "columns": 4}],
            "becomes 3 x 6 x 4, and the network",
        ),
        ([{"step": "rgb"}, {"step": "ink"}, FIT, RESIZE], "put `gray` first"),
        ([{"step": "normalise", "mean": [0] * 3, "deviation": [1] * 3}, {"step": "rgb"}], "has to be the last step"),
        ([*RGB, {"step": "normalise", "mean": [0], "deviation": [1]}], "it must be 3 numbers, one a channel"),
        ([*RGB, {"step": "normalise", "mean": [0] * 3, "deviation": [1, 1, 0]}], "each must be greater than 0"),
        ([*RGB, {"step": "normalise", "mean": [0] * 3, "deviation": [1e-300] * 3}], "values that are not finite"),
        ([{"step": "cut", "left": 0, "top": 0, "width": 8, "height": 8}, *RGB], "reaches outside of the picture"),
        ([{"step": "gray"}, {"step": "thicken", "share": "0.1"}], "share = '0.1'; one of these is not of the kind"),
    ],
)
def test_steps_that_would_fail_on_a_picture_are_refused_before_the_first_one(
    steps: list[dict[str, Any]], words: str
) -> None:
    said = refusal(write(network(), {"preprocessing": steps}))
    assert said.startswith("The file's metadata `preprocessing` does not fit. ") and words in said


JUNK = st.one_of(st.none(), st.booleans(), st.integers(-2, 9), st.floats(), st.text(max_size=3), st.just([1, 1, 1]))
KNOWN: st.SearchStrategy[Mapping[str, Any]] = st.sampled_from([*RGB, *default_steps((1, 4, 6))])


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    """A step that is right or nearly so."""
    if draw(st.booleans()):
        return dict(draw(KNOWN))
    name = draw(st.sampled_from(sorted(PARAMETERS)))
    return {"step": name} | {parameter: draw(JUNK) for parameter in sorted(PARAMETERS[name])}


@given(st.lists(entries(), max_size=6), st.sampled_from([1, 3]))
def test_any_list_of_steps_is_taken_and_works_or_is_refused_in_words(spec: list[dict[str, Any]], channels: int) -> None:
    try:
        check_steps(spec, (channels, 4, 6))
    except ValueError as error:
        assert str(error)[0].isupper() or str(error)[0] in "`'\""
        return
    for picture in pictures():
        assert open_model("own", write(network(channels), {"preprocessing": spec})).run(picture)


def pictures() -> list[Array]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, shape, np.uint8) for shape in ((1, 1), (33, 17), (17, 33, 3), (50, 2, 3))]


def test_the_message_of_long_metadata_is_short() -> None:
    assert len(refusal(with_metadata(network(), classes=json.dumps(["name"] * 1000)))) < 400
