"""The steps for photos: rgb, cut, fit, resize, normalise; and what a person may choose of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from model import load
from model.preprocess import ChoiceError, Prepared, choose, prepare
from model.preprocess.resample import box_mean, shrink
from model.run import Model
from model.tensor import Array

RNG = np.random.default_rng(8)
SIDE = 16
SPEC: list[dict[str, Any]] = [
    {"step": "rgb"},
    {"step": "fit", "rows": SIDE, "columns": SIDE, "how": "crop"},
    {"step": "resize", "rows": SIDE, "columns": SIDE},
]


def spec(how: str, rows: int = SIDE, columns: int = SIDE) -> list[dict[str, Any]]:
    size = {"rows": rows, "columns": columns}
    return [{"step": "rgb"}, {"step": "fit", "how": how} | size, {"step": "resize"} | size]


def noise(*shape: int) -> Array:
    return RNG.integers(0, 256, shape, np.uint8)


def box(prepared: Prepared, step: int = -1) -> tuple[float, ...]:
    return tuple(prepared.steps[step].details["box"][name] for name in ("left", "top", "width", "height"))


def mean_of(pixels: Array, top: Fraction, left: Fraction, bottom: Fraction, right: Fraction) -> Fraction:
    """The mean over a rectangle with partly covered pixels, by the definition, in exact fractions."""
    total = Fraction(0)
    for row in range(int(top), -int(-bottom // 1)):
        for column in range(int(left), -int(-right // 1)):
            down = min(bottom, Fraction(row + 1)) - max(top, Fraction(row))
            across = min(right, Fraction(column + 1)) - max(left, Fraction(column))
            total += down * across * int(pixels[row, column])
    return total / ((bottom - top) * (right - left))


@settings(max_examples=60)
@given(st.integers(1, 23), st.integers(1, 23), st.data())
def test_shrinking_is_the_mean_of_what_is_covered_exactly(height: int, width: int, data: st.DataObject) -> None:
    rows, columns = data.draw(st.integers(1, height)), data.draw(st.integers(1, width))
    pixels = noise(height, width)
    down, across = Fraction(height, rows), Fraction(width, columns)
    expected = [
        [
            int(mean_of(pixels, i * down, j * across, (i + 1) * down, (j + 1) * across) + Fraction(1, 2))
            for j in range(columns)
        ]
        for i in range(rows)
    ]
    assert box_mean(pixels, rows, columns).tolist() == expected


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 70), st.integers(1, 70))
def test_shrinking_agrees_with_pillow(height: int, width: int, rows: int, columns: int) -> None:
    rows, columns = min(rows, height), min(columns, width)
    pixels = noise(height, width, 3)
    theirs = np.asarray(Image.fromarray(pixels).resize((columns, rows), Image.Resampling.BOX))
    # Pillow rounds after each direction; and takes only pixels whose middle a box covers.
    if height % rows == 0 and width % columns == 0:
        assert np.abs(shrink(pixels, rows, columns).astype(int) - theirs).max() <= 1
    whole = height // rows * rows, width // columns * columns
    cut = pixels[: whole[0], : whole[1]]
    means = cut.reshape(rows, whole[0] // rows, columns, whole[1] // columns, 3).mean(axis=(1, 3))
    assert np.abs(shrink(cut, rows, columns) - means).max() <= 0.5


def test_one_side_may_shrink_while_the_other_grows() -> None:
    pixels = np.repeat(np.array([[0], [255]], np.uint8), 8, axis=1)
    assert shrink(pixels, 4, 2).tolist() == [[0, 0], [64, 64], [191, 191], [255, 255]]


def test_a_large_photo_is_shrunk_without_losing_an_edge() -> None:
    photo = np.zeros((1007, 1511, 3), np.uint8)
    photo[-1], photo[:, -1] = 255, 255  # the last row and column count like every other
    small = shrink(photo, 7, 7)
    assert small[-1, :-1].tolist() == [[int(255 * 7 / 1007 + 0.5)] * 3] * 6
    assert small[:-1, -1].tolist() == [[int(255 * 7 / 1511 + 0.5)] * 3] * 6


@pytest.mark.parametrize(("rows", "columns"), [(64, 64), (240, 320), (7, 800), (719, 1)])
def test_a_large_photo_is_shrunk_exactly(rows: int, columns: int) -> None:
    photo = noise(800, 1000, 3)[40:760, 100:900]  # a part of another, as a crop leaves it
    # Each pixel `rows` times, so that stretches of whole pixels are what each row is the mean of.
    down = np.repeat(photo.astype(np.int64), rows, axis=0).reshape(rows, 720, 800, 3).sum(axis=1)
    both = np.repeat(down, columns, axis=1).reshape(rows, columns, 800, 3).sum(axis=2)
    cells = 720 * 800
    assert np.array_equal(box_mean(photo, rows, columns), (2 * both + cells) // (2 * cells))


@pytest.mark.parametrize(("how", "expected"), [("crop", 1.0), ("pad", 0.5), ("stretch", 1.0)])
def test_the_ways_to_fit(how: str, expected: float) -> None:
    white = np.full((40, 80, 3), 255, np.uint8)
    prepared = prepare(white, spec(how))
    assert prepared.input.shape == (3, SIDE, SIDE)
    assert prepared.input.mean() == pytest.approx(expected)


def test_each_box_says_exactly_what_is_seen() -> None:
    picture = noise(40, 80, 3)
    assert box(prepare(picture, spec("crop"))) == (20, 0, 40, 40)
    assert box(prepare(picture, spec("pad"))) == (0, -20, 80, 80)
    assert box(prepare(picture, spec("stretch"))) == (0, 0, 80, 40)
    assert box(prepare(picture.transpose(1, 0, 2), spec("crop"))) == (0, 20, 40, 40)
    assert box(prepare(picture, choose(SPEC, crop=(7, 5, 30, 20)))) == (12, 5, 20, 20)
    assert box(prepare(picture, choose(SPEC, fit="pad", crop=(7, 5, 30, 20)))) == (7, 0, 30, 30)


def test_each_sentence_says_exactly_what_was_done() -> None:
    picture = noise(40, 80, 3)
    told = {
        "crop": [
            "The middle 40 x 40 pixels of 80 x 40 were cut out.",
            "40 x 40 pixels became 16 x 16: each is the mean of 2.5 rows and 2.5 columns.",
        ],
        "pad": [
            "The 80 x 40 pixels got black bars: 80 x 80.",
            "80 x 80 pixels became 16 x 16: each is the mean of 5 rows and 5 columns.",
        ],
        "stretch": [
            "All of the 80 x 40 pixels are kept; they will be squeezed to 16 : 16.",
            "80 x 40 pixels became 16 x 16: each is the mean of 2.5 rows and 5 columns.",
        ],
    }
    for how, sentences in told.items():
        messages = [step.message for step in prepare(picture, spec(how)).steps]
        assert messages == ["The picture has 80 x 40 pixels in red, green and blue.", *sentences]
    cut = prepare(picture, choose(SPEC, crop=(7, 5, 30, 20))).steps
    assert [step.name for step in cut] == ["cut", "rgb", "fit", "resize"]
    assert cut[0].message == "The chosen 30 x 20 pixels of 80 x 40 were cut out, at left 7, top 5."
    mixed = prepare(noise(4, 80), spec("stretch")).steps[-1]
    assert mixed.message.endswith("each is the mean of 5 columns, read between the nearest rows.")
    tall = prepare(noise(80, 4), spec("stretch")).steps[-1]
    assert tall.message.endswith("each is the mean of 5 rows, read between the nearest columns.")
    same = prepare(noise(SIDE, SIDE), SPEC)
    assert [step.message for step in same.steps] == [
        "The picture has 16 x 16 pixels in gray: red, green and blue are alike.",
        "The picture of 16 x 16 pixels has the right shape: nothing is cut away.",
        "The picture has 16 x 16 pixels already.",
    ]
    assert np.array_equal(same.input[0], same.input[2])


def test_bars_are_black_and_the_picture_lies_between_them() -> None:
    picture = noise(SIDE // 2, SIDE, 3) // 2 + 100
    seen = prepare(picture, spec("pad")).steps[-1].picture
    assert not seen[:4].any() and not seen[12:].any()
    assert np.array_equal(seen[4:12], picture)


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.integers(1, 80), st.sampled_from([16_384])),
    st.integers(1, 80),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["crop", "pad", "stretch"]),
    st.integers(1, 40),
    st.integers(1, 40),
)
def test_a_picture_of_any_shape_becomes_the_input(
    long: int, short: int, turn: bool, colour: bool, how: str, rows: int, columns: int
) -> None:
    short = 1 if long == 16_384 else short
    shape = (short, long) if turn else (long, short)
    picture = noise(*shape, 3) if colour else noise(*shape)
    prepared = prepare(picture, spec(how, rows, columns))
    assert prepared.input.shape == (3, rows, columns)
    assert 0 <= prepared.input.min() <= prepared.input.max() <= 1
    left, top, width, height = box(prepared)
    if how == "pad":
        assert left <= 0 and top <= 0 and left + width >= shape[1] and top + height >= shape[0]
    else:
        assert left >= 0 and top >= 0 and left + width <= shape[1] and top + height <= shape[0]
    for step in prepared.steps:
        assert step.message.endswith(".") and max(step.picture.shape[:2]) <= 320
    if how != "pad":  # nothing is brighter or darker than the picture is
        assert prepared.input.min() * 255 >= picture.min() - 0.5
        assert prepared.input.max() * 255 <= picture.max() + 0.5


@pytest.mark.parametrize("shape", [(1, 16_384), (16_384, 1)])
def test_a_line_is_framed_without_a_frame_that_fills_the_memory(shape: tuple[int, int]) -> None:
    import tracemalloc

    tracemalloc.start()
    prepared = prepare(np.full(shape, 255, np.uint8), spec("pad", 64, 64))
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()
    assert 0 < prepared.input.mean() < 0.05
    assert [notice.code for notice in prepared.warnings] == ["very_wide" if shape[0] == 1 else "very_tall"]


def test_normalising_is_the_formula_and_the_last_step() -> None:
    picture = noise(SIDE, SIDE, 3)
    mean, deviation = [0.4, 0.5, 0.6], [0.2, 0.25, 0.3]
    last = {"step": "normalise", "mean": mean, "deviation": deviation}
    prepared = prepare(picture, [*SPEC, last])
    expected = (picture / 255 - mean) / deviation
    np.testing.assert_allclose(prepared.input, expected.transpose(2, 0, 1), atol=1e-6)
    assert prepared.steps[-1].picture.dtype == np.uint8
    assert "the channel's mean (0.4, 0.5, 0.6)" in prepared.steps[-1].message
    with pytest.raises(ValueError, match="`resize` comes after `normalise`, which has to be the last step"):
        prepare(picture, [last, SPEC[-1]])
    for wrong in (
        {"mean": [0.5]},
        {"mean": 0.5},
        {"mean": [0.1, 0.2, float("nan")]},
        {"deviation": [1, 1, 0]},
        {"deviation": [1, 1, "1"]},
    ):
        with pytest.raises(ValueError, match="`normalise` has the"):
            prepare(picture, [*SPEC, last | wrong])


def test_a_spec_that_is_wrong_is_named() -> None:
    picture = noise(4, 4, 3)
    for wrong in (
        {"step": "fit", "rows": 4, "columns": 4, "how": "squash"},
        {"step": "fit", "rows": 0, "columns": 4, "how": "crop"},
        {"step": "resize", "rows": 4, "columns": 10**6},
        {"step": "resize", "rows": 4.0, "columns": 4},
    ):
        with pytest.raises(ValueError, match=f"`{wrong['step']}` has"):
            prepare(picture, [wrong])


@pytest.mark.parametrize(
    ("crop", "told"),
    [
        ((0, 0, 81, 40), "The crop box of 81 x 40 pixels at left 0, top 0 reaches outside of the picture"),
        ((80, 0, 1, 1), "reaches outside of the picture, which has 80 x 40 pixels."),
        ((-1, 0, 5, 5), "reaches outside"),
        ((0, 40, 1, 1), "reaches outside"),
        ((3, 3, 0, 5), "is empty"),
        ((3, 3, 5, -5), "is empty"),
        ((0, 0, 5), "`crop` has 3 numbers; it must be four: left, top, width and height in pixels."),
        ((0, 0.5, 5, 5), "it must be whole numbers"),
    ],
)
def test_a_box_that_is_none_is_named(crop: Sequence[Any], told: str) -> None:
    with pytest.raises(ChoiceError, match=told):
        prepare(noise(40, 80, 3), choose(SPEC, crop=crop))


def test_the_last_pixel_may_be_chosen() -> None:
    picture = noise(40, 80, 3)
    prepared = prepare(picture, choose(SPEC, crop=(79, 39, 1, 1)))
    assert (prepared.steps[0].picture == picture[39, 79]).all()
    assert [notice.code for notice in prepared.warnings] == ["very_small"]
    whole = prepare(picture, choose(SPEC, crop=(0, 0, 80, 40)))
    assert np.array_equal(whole.input, prepare(picture, SPEC).input)


def test_choosing_is_for_models_that_fit_pictures(photo_model: Model) -> None:
    picture = noise(40, 80, 3)
    plain = photo_model.run(picture)
    assert photo_model.run(picture, fit="crop").id == plain.id
    others = [photo_model.run(picture, fit="pad"), photo_model.run(picture, crop=(0, 0, 40, 40))]
    assert len({plain.id, *(each.id for each in others)}) == 3
    assert [step.name for step in others[1].prepared.steps] == ["cut", "rgb", "fit", "resize"]
    assert photo_model.run(picture[:, 20:60]).prepared.input.tolist() == plain.prepared.input.tolist()
    with pytest.raises(ChoiceError, match="`fit` is 'squash'; it must be one of: crop, pad, stretch"):
        photo_model.run(picture, fit="squash")
    digits = load("digits")
    for choice in ({"fit": "pad"}, {"crop": (0, 0, 4, 4)}):
        with pytest.raises(ChoiceError, match="this model has no step `fit` to choose for; its steps are: gray, ink"):
            digits.run(picture, **choice)


def test_python_reads_a_pillow_image_as_the_file_is_read(photo_model: Model) -> None:
    from model.pictures import read_picture

    picture = Image.fromarray(noise(40, 80, 3))
    file = io.BytesIO()
    picture.save(file, "PNG")
    from_file = prepare(read_picture(file.getvalue()).pixels, photo_model.preprocessing)
    assert photo_model.run(np.asarray(picture)).prepared.digest == from_file.digest
