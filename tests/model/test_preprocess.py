"""Preprocessing: whatever picture of a digit comes, it reaches the network as MNIST's own did."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from model import load
from model.preprocess import Prepared, prepare
from model.preprocess.components import find_components
from model.preprocess.resample import average_blocks, fit_within, resample, weights
from model.preprocess.thicken import stroke_thickness
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


def test_what_is_0_and_255_stays_so_and_edges_keep_their_share() -> None:
    black = drawn(TWO)
    assert np.array_equal(prepare(black, SPEC).steps[1].picture, 255 - black)
    assert np.array_equal(prepare(255 - black, SPEC).steps[1].picture, 255 - black)
    pale = (255 - (255 - black) // 2).astype(np.uint8)  # ink of half the darkness is full ink too
    assert prepare(pale, SPEC).steps[1].picture.max() == 255


def test_ink_that_only_its_colour_tells_is_found() -> None:
    share = drawn(TWO)[..., None] / 255
    expected = prepare(drawn(TWO), SPEC).input
    for ink, paper in (((255, 255, 80), (255, 255, 255)), ((255, 0, 0), (0, 130, 0))):
        coloured = np.rint(np.array(paper) * share + np.array(ink) * (1 - share)).astype(np.uint8)
        prepared = prepare(coloured, SPEC)
        assert prepared.steps[0].details["source"] in ("red", "blue")
        assert np.abs(prepared.input - expected).mean() < 0.02


@pytest.mark.parametrize(("margin", "line"), [(0, 1), (0, 6), (12, 2)])
def test_a_frame_around_the_drawing_is_no_ink(margin: int, line: int) -> None:
    framed = np.pad(drawn(TWO), line, constant_values=90)
    prepared = prepare(np.pad(framed, margin, constant_values=255), SPEC)
    assert np.array_equal(prepared.input, prepare(drawn(TWO), SPEC).input)
    assert "left out" in prepared.steps[1].message


def test_specks_are_wiped_out_and_told() -> None:
    picture = drawn(TWO)
    picture = picture.copy()
    picture[5:8, 5:8] = 0
    prepared = prepare(picture, SPEC)
    assert np.array_equal(prepared.input, prepare(drawn(TWO), SPEC).input)
    assert prepared.steps[2].message.endswith("and 1 speck wiped out.")


def test_every_step_s_box_leads_back_to_the_picture() -> None:
    picture = np.full((700, 900), 255, np.uint8)
    picture[200:520, 300:460] = 0
    prepared = prepare(picture, SPEC)
    boxes = {step.name: step.details["box"] for step in prepared.steps}
    assert boxes["crop"] == {"left": 300, "top": 200, "width": 160, "height": 320}
    assert "160 x 320" in prepared.steps[2].message
    # Each of the 28 x 28 cells shows 16 x 16 of the picture's pixels; ink is where the picture has it.
    last = boxes["centre"]
    assert (last["width"], last["height"]) == (448, 448)
    rows, columns = np.nonzero(prepared.input[0])
    assert last["left"] + columns.min() * 16 == 300 and last["left"] + (columns.max() + 1) * 16 == 460
    assert last["top"] + rows.min() * 16 == 200 and last["top"] + (rows.max() + 1) * 16 == 520


def test_a_digit_of_few_pixels_is_doubtful() -> None:
    picture = np.zeros((50, 50), np.uint8)
    picture[20:29, 20:23] = 255
    assert codes(prepare(picture, SPEC)) == ["very_small"]


def test_thickness_is_measured() -> None:
    for pen in (2, 5, 12, 30):
        assert stroke_thickness(255 - drawn(TWO, pen)) == pytest.approx(pen, rel=0.2)


@settings(max_examples=60)
@given(st.integers(1, 14), st.integers(1, 14), st.integers(0, 9999), st.sampled_from([0.2, 0.45, 0.8]))
def test_components_are_those_that_a_flood_finds(rows: int, columns: int, seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    mask = rng.random((rows, columns)) < share
    found = find_components(mask)
    left, floods = set(zip(*np.nonzero(mask), strict=True)), []
    while left:
        front = [left.pop()]
        flood = set(front)
        while front:
            row, column = front.pop()
            near = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left
            left -= near
            flood |= near
            front.extend(near)
        floods.append(frozenset(flood))
    parts = [found.mask(np.arange(len(found)) == k) for k in range(len(found))]
    for k, part in enumerate(parts):
        assert np.array_equal(found.numbers(np.arange(len(found)) == k), np.flatnonzero(part))
    assert {frozenset(zip(*np.nonzero(part), strict=True)) for part in parts} == set(floods)
    values = rng.integers(0, 255, mask.shape)
    assert found.sums(values).tolist() == [float(values[part].sum()) for part in parts]
    assert found.area.tolist() == [int(part.sum()) for part in parts]
    for k, part in enumerate(parts):
        assert (found.top[k], found.bottom[k] - 1) == (part.any(axis=1).argmax(), np.nonzero(part)[0].max())
        assert (found.left[k], found.right[k] - 1) == (part.any(axis=0).argmax(), np.nonzero(part)[1].max())
        sides = (part[0], part[-1], part[:, 0], part[:, -1])
        assert found.contact[k] == max(int(side.sum()) for side in sides)
        assert found.at_border[k] == any(side.any() for side in sides)


@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 700), st.integers(1, 700))
@settings(max_examples=60, deadline=None)
def test_resampling_is_the_product_with_the_weights(height: int, width: int, rows: int, columns: int) -> None:
    pixels = np.random.default_rng(height * width).integers(0, 256, (height, width), np.uint8)
    product = weights(height, rows).astype(np.float64) @ pixels @ weights(width, columns).T.astype(np.float64)
    assert np.allclose(resample(pixels, rows, columns), product, rtol=0, atol=1e-3)


@given(st.integers(1, 60), st.integers(1, 60))
def test_resampling_weights_are_means(size: int, new_size: int) -> None:
    matrix = weights(size, new_size)
    assert matrix.shape == (new_size, size) and matrix.min() >= 0
    assert np.allclose(matrix.sum(axis=1), 1, atol=1e-6)
    if new_size <= size:  # nothing falls between two new pixels: each old one counts alike
        assert np.allclose(matrix.sum(axis=0), new_size / size, atol=1e-6)
    if new_size == size:
        assert np.array_equal(matrix, np.eye(size, dtype=np.float32))


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
    colour = np.zeros((4, 4, 3), np.uint8)
    with pytest.raises(ValueError, match="put `gray` first"):
        prepare(colour, [{"step": "crop"}])
    for wrong in (
        {"step": "scale", "size": 0},
        {"step": "scale", "size": 2.5},
        {"step": "thicken", "share": 1},
        {"step": "centre", "rows": 28, "columns": 10**6},
        {"step": "centre", "rows": 3, "columns": 3},
    ):
        with pytest.raises(ValueError, match=f"`{wrong['step']}`"):
            prepare(colour, [{"step": "gray"}, wrong])


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


def test_the_digest_is_the_same_in_every_process() -> None:
    program = (
        "import numpy; from model import load; from model.preprocess import prepare; "
        "picture = numpy.arange(2500, dtype=numpy.uint8).reshape(50, 50); "
        "print(prepare(picture, load('digits').preprocessing).digest)"
    )
    here = prepare(np.arange(2500).astype(np.uint8).reshape(50, 50), SPEC).digest
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        ran = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
        )
        assert ran.stdout.strip() == here


@pytest.mark.parametrize("factor", [2, 3, 8, 16, 17])
@pytest.mark.parametrize("channels", [(), (3,)])
def test_blocks_become_their_means(factor: int, channels: tuple[int, ...]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (5 * factor + 1, 4 * factor, *channels), np.uint8)
    picture[:factor, :factor] = 255  # the largest sum that there can be
    totals = picture[: 5 * factor].reshape(5, factor, 4, factor, *channels).sum(axis=(1, 3))
    assert np.array_equal(average_blocks(picture, factor), (totals + factor**2 // 2) // factor**2)


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
    images, labels = mnist(500)
    inputs = np.stack([prepare(image, SPEC).input[0] for image in images])
    off = np.abs(inputs - images / 255).mean(axis=(1, 2))
    assert off.mean() < 0.001 and (off < 1e-6).mean() > 0.9
    plain = DIGITS.graph.run((images[:, None] / 255).astype(np.float32)).values["softmax"].argmax(axis=1)
    assert accuracy(list(images), labels) >= (plain == labels).mean() - 0.002


def photographed(digit: Array, rng: np.random.Generator, *, light_ink: bool = False, around: str = "") -> Array:
    """A digit as ink on paper, photographed: turned, in uneven light, with noise, blurred, as JPEG.

    `around` is what disturbs: "shadow", a hard shadow over part of the sheet; "table", dark wood beside it;
    "tight", a picture cut close to the digit.
    """
    rows, columns = 300, 400
    side = int(rng.uniform(120, 230))
    large = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    sheet = Image.new("L", (columns, rows), 0)
    sheet.paste(large, (int(rng.integers(30, columns - side)), int(rng.integers(0, rows - side))))
    turned = sheet.rotate(float(rng.uniform(-15, 15)), Image.Resampling.BICUBIC)
    cover = (np.asarray(turned.filter(ImageFilter.GaussianBlur(side / 70)), np.float64) / 140 - 0.4).clip(0, 1)
    y, x = np.mgrid[0:rows, 0:columns] / rows - 0.5
    light = 1 + rng.uniform(-0.5, 0.5) * x + rng.uniform(-0.5, 0.5) * y - 0.3 * (x * x + y * y)
    if around == "shadow":
        light *= np.where(x + rng.uniform(-1, 1) * y > rng.uniform(0, 0.6), rng.uniform(0.5, 0.8), 1)
    paper, ink = (rng.uniform(30, 60), rng.uniform(150, 220)) if light_ink else (rng.uniform(150, 220), 60)
    reflected = paper * (1 - cover) + ink * cover
    if around == "table":
        reflected[:, : int(rng.integers(8, 30))] = rng.uniform(30, 70)
    photo = light * reflected + rng.normal(0, rng.uniform(2, 10), (rows, columns))
    if around == "tight":
        inked = np.argwhere(cover > 0.5)
        (top, left), (bottom, right) = inked.min(axis=0), inked.max(axis=0)
        photo = photo[max(0, top - 9) : bottom + 10, max(0, left - 9) : right + 10]
    file = io.BytesIO()
    Image.fromarray(photo.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=int(rng.integers(40, 92)))
    return np.asarray(Image.open(file))


@needs_mnist
@pytest.mark.parametrize("light_ink", [False, True], ids=["dark", "light"])
@pytest.mark.parametrize("around", ["", "shadow", "table", "tight"])
def test_photographs_of_digits_are_read(around: str, light_ink: bool) -> None:
    images, labels = mnist(60)
    rng = np.random.default_rng(7)
    photos = [photographed(image, rng, light_ink=light_ink, around=around) for image in images]
    assert accuracy(photos, labels) >= 0.95


@pytest.mark.parametrize("light_ink", [False, True], ids=["dark", "light"])
def test_photographs_of_empty_paper_have_no_ink(light_ink: bool) -> None:
    rng = np.random.default_rng(3)
    empty = [photographed(np.zeros((28, 28), np.uint8), rng, light_ink=light_ink) for _ in range(12)]
    assert sum("no_ink" in codes(prepare(photo, SPEC)) for photo in empty) >= 11
