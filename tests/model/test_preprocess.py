"""Preprocessing: whatever picture of a digit comes, it reaches the network as MNIST's own did."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from model import load
from model.preprocess import Prepared, prepare
from model.preprocess.resample import fit_within
from model.tensor import Array
from model.train.data import find_data

DIGITS = load("digits")
SPEC = DIGITS.preprocessing
TWO = [(90, 95), (100, 65), (140, 50), (180, 65), (190, 100), (165, 145), (120, 185), (85, 220), (140, 220), (200, 220)]


def drawn(points: list[tuple[int, int]], pen: int = 22, size: int = 280) -> Array:
    """A drawing, black on white, with smooth edges."""
    image = Image.new("L", (4 * size, 4 * size), 255)
    draw = ImageDraw.Draw(image)
    big = [(4 * x, 4 * y) for x, y in points]
    draw.line(big, fill=0, width=4 * pen, joint="curve")
    for x, y in big:
        draw.ellipse((x - 2 * pen, y - 2 * pen, x + 2 * pen, y + 2 * pen), fill=0)
    return np.asarray(image.resize((size, size), Image.Resampling.LANCZOS))


def codes(prepared: Prepared) -> list[str]:
    return [notice.code for notice in prepared.warnings]


def answer(picture: Array) -> str:
    return DIGITS.run(picture).predictions[0].class_


def test_the_input_is_the_last_picture_over_255() -> None:
    prepared = prepare(drawn(TWO), SPEC)
    assert [step.name for step in prepared.steps] == ["gray", "ink", "crop", "thicken", "scale", "centre"]
    assert prepared.input.shape == (1, 28, 28) and prepared.input.dtype == np.float32
    assert np.array_equal(prepared.input[0], prepared.steps[-1].picture.astype(np.float32) / np.float32(255))
    assert prepared.warnings == ()
    for step in prepared.steps:
        assert step.message.endswith(".") and step.picture.dtype == np.uint8


def test_the_digit_is_20_cells_high_and_its_mass_in_the_middle() -> None:
    ink = prepare(drawn(TWO), SPEC).input[0]
    rows, columns = np.nonzero(ink)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    places = np.arange(28) - 14  # where MNIST has it: its own pictures pass unchanged
    assert abs((ink.sum(axis=1) * places).sum() / ink.sum()) <= 0.51
    assert abs((ink.sum(axis=0) * places).sum() / ink.sum()) <= 0.51


def test_black_on_white_is_white_on_black_is_any_ink_on_any_paper() -> None:
    black = drawn(TWO)
    expected = prepare(black, SPEC).input
    assert np.array_equal(prepare(255 - black, SPEC).input, expected)
    assert np.array_equal(prepare(np.repeat(black[..., None], 3, axis=2), SPEC).input, expected)
    share = black[..., None] / 255
    for ink, paper in (((20, 40, 160), (250, 240, 200)), ((255, 220, 0), (0, 60, 30))):
        coloured = np.rint(np.array(paper) * share + np.array(ink) * (1 - share)).astype(np.uint8)
        assert np.abs(prepare(coloured, SPEC).input - expected).mean() < 0.01


@settings(max_examples=25)
@given(st.integers(0, 120), st.integers(0, 120), st.sampled_from([1, 2, 3]))
def test_place_and_size_on_the_paper_do_not_matter(left: int, top: int, times: int) -> None:
    digit = drawn(TWO)
    expected = prepare(digit, SPEC).input[0]
    paper = np.full((280 + top, 280 + left), 255, np.uint8)
    paper[top:, left:] = digit
    large = paper.repeat(times, axis=0).repeat(times, axis=1)
    got = prepare(large, SPEC).input[0]
    # A centre of mass half way between two cells goes to either.
    shifts = [np.roll(expected, shift, (0, 1)) for shift in np.ndindex(3, 3)]
    assert min(np.abs(np.roll(got, (1, 1), (0, 1)) - each).mean() for each in shifts) < 0.03


@pytest.mark.parametrize("pen", [2, 4, 8, 16, 24, 36, 48])
def test_a_fine_and_a_broad_pen_are_read(pen: int) -> None:
    assert answer(drawn(TWO, pen)) == "2"


@pytest.mark.parametrize("shade", [0, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (300, 500)])
def test_an_empty_picture_gives_an_empty_input_and_says_so(shade: int, shape: tuple[int, int]) -> None:
    prepared = prepare(np.full(shape, shade, np.uint8), SPEC)
    assert "no_ink" in codes(prepared)
    assert not prepared.input.any()


def test_several_digits_are_noticed() -> None:
    two = drawn(TWO)
    prepared = prepare(np.concatenate([two, two], axis=1), SPEC)
    assert codes(prepared) and not codes(prepare(two, SPEC))


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((4, 4)),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4,), np.uint8),
        np.zeros((0, 4), np.uint8),
        np.zeros((1, 4, 4, 3), np.uint8),
        np.zeros((4, 4), np.uint16),
    ],
)
def test_what_is_no_picture_is_refused_in_plain_words(picture: Array) -> None:
    with pytest.raises(ValueError, match="a picture is uint8"):
        prepare(picture, SPEC)


def test_a_spec_that_is_wrong_is_named() -> None:
    with pytest.raises(ValueError, match="'sharpen' is not a preprocessing step; the steps are: gray, ink"):
        prepare(np.zeros((4, 4), np.uint8), [{"step": "sharpen"}])
    with pytest.raises(ValueError, match="it takes `size`"):
        prepare(np.zeros((4, 4), np.uint8), [{"step": "gray"}, {"step": "scale", "length": 3}])


@given(st.integers(1, 90), st.integers(1, 90), st.booleans(), st.integers(0, 9999))
def test_any_picture_of_any_size_has_an_input(rows: int, columns: int, colour: bool, seed: int) -> None:
    shape = (rows, columns, 3) if colour else (rows, columns)
    prepared = prepare(np.random.default_rng(seed).integers(0, 256, shape, np.uint8), SPEC)
    assert prepared.input.shape == (1, 28, 28)
    assert np.isfinite(prepared.input).all() and 0 <= prepared.input.min() <= prepared.input.max() <= 1


def test_a_large_picture_is_shown_small_but_told_true() -> None:
    prepared = prepare(drawn(TWO).repeat(5, axis=0).repeat(5, axis=1), SPEC)
    first = prepared.steps[0]
    assert max(first.picture.shape) <= 320
    box = first.details["box"]
    assert (box["left"], box["top"], box["width"], box["height"]) == (0, 0, 1400, 1400)
    assert "1400 x 1400" in first.message


def test_the_digest_tells_pictures_apart() -> None:
    two = drawn(TWO)
    assert prepare(two, SPEC).digest == prepare(two.copy(), SPEC).digest
    assert prepare(two, SPEC).digest != prepare(drawn(TWO, 23), SPEC).digest
    assert prepare(two, SPEC).digest != prepare(255 - two, SPEC).digest  # the same input by other steps


def test_shrinking_keeps_the_mean() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (600, 900), np.uint8)
    small = fit_within(picture, 320)
    assert small.shape == (213, 320)
    assert abs(float(small.mean()) - float(picture.mean())) < 1


needs_mnist = pytest.mark.skipif(
    not (find_data() / "mnist.npz").exists(),
    reason="mnist.npz is not here: name its folder in the environment variable DATA.",
)


def mnist(count: int) -> tuple[Array, Array]:
    with np.load(find_data() / "mnist.npz") as arrays:
        return arrays["x_train"][-count:], arrays["y_train"][-count:]


def accuracy(pictures: list[Array], labels: Array) -> float:
    inputs = np.stack([prepare(picture, SPEC).input for picture in pictures])
    right = DIGITS.graph.run(inputs).values["softmax"].argmax(axis=1) == labels
    return float(right.mean())


@needs_mnist
def test_mnist_s_own_pictures_pass_unchanged() -> None:
    images, labels = mnist(300)
    inputs = np.stack([prepare(image, SPEC).input[0] for image in images])
    assert np.abs(inputs - images / 255).mean() < 0.002
    assert accuracy(list(images), labels) > 0.98


def photographed(digit: Array, rng: np.random.Generator, path: Path | None = None) -> Array:
    """A digit as ink on paper, photographed: turned, in uneven light, with noise, blurred, as JPEG."""
    side = 420
    ink = Image.fromarray(digit).resize((260, 260), Image.Resampling.BICUBIC)
    sheet = Image.new("L", (side, side), 0)
    left, top = rng.integers(40, 120, 2).tolist()
    sheet.paste(ink, (left, top))
    turned = sheet.rotate(float(rng.uniform(-12, 12)), Image.Resampling.BICUBIC)
    cover = np.asarray(turned.filter(ImageFilter.GaussianBlur(1.2)), np.float64) / 255
    row, column = np.mgrid[0:side, 0:side] / side
    light = rng.uniform(120, 230) * (1 + rng.uniform(-0.35, 0.35) * row + rng.uniform(-0.35, 0.35) * column)
    photo = light * (1 - 0.8 * cover) + rng.normal(0, 4, (side, side))
    file = io.BytesIO()
    Image.fromarray(photo.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=70)
    return np.asarray(Image.open(file))


@needs_mnist
def test_photographs_of_digits_on_paper_are_read() -> None:
    images, labels = mnist(120)
    rng = np.random.default_rng(1)
    photos = [photographed(image, rng) for image in images]
    assert accuracy(photos, labels) > 0.93
    assert accuracy([255 - photo for photo in photos], labels) > 0.85
