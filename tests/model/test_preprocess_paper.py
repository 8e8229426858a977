"""Ink on a photographed ground: what is left out to save time changes nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from model.preprocess.ground import WINDOW, guarded, local_ground, slide, small_copy, smooth_ground
from model.preprocess.paper import (
    MUCH_BETTER,
    Candidate,
    Reading,
    best_reading,
    candidates,
    ink_on_paper,
    least_error,
    mean_of_nine,
    read,
)
from model.tensor import Array


def sheet(dark: bool, shadow: float, noise: float, rows: int = 120, columns: int = 160, ink: bool = True) -> Array:
    """A digit 7 on a sheet in uneven light, with a shadow across and a camera's noise; uint8."""
    y, x = np.mgrid[:rows, :columns] / max(rows, columns)
    light = (170 if dark else 60) + 50 * x - 30 * y
    light *= np.where(x + 0.4 * y > 0.6, 1 - shadow, 1)
    if ink:
        bar = (abs(y - 0.2) < 0.02) & (x > 0.3) & (x < 0.6)
        stem = (abs(x + 0.5 * y - 0.68) < 0.03) & (y > 0.2) & (y < 0.6)
        light = np.where(bar | stem, light * 0.35 if dark else light + 100, light)
    light += np.random.default_rng(rows).normal(0, 1, light.shape) * noise
    return np.asarray(light.clip(0, 255).astype(np.uint8))


SHEETS = {
    "dark ink": sheet(True, 0, 3),
    "dark ink, a shadow": sheet(True, 0.5, 3),
    "light ink": sheet(False, 0, 3),
    "light ink, a shadow": sheet(False, 0.4, 8),
    "no noise": sheet(True, 0.3, 0),
    "nothing written": sheet(True, 0.2, 4, ink=False),
    "tall": sheet(True, 0.3, 3, 300, 90),
    "few pixels": sheet(False, 0.3, 3, 28, 28),
    "one row": sheet(True, 0.3, 3, 1, 60),
    "one brightness": np.full((40, 50), 77, np.uint8),
}
each_sheet = pytest.mark.parametrize("pixels", SHEETS.values(), ids=SHEETS.keys())


def all_readings(pixels: Array) -> tuple[Array, list[Candidate], list[Reading]]:
    """The averaged photo, and the candidates with their readings: dark and light, on the local ground, then smooth."""
    small, calm = small_copy(pixels), mean_of_nine(pixels)
    found = candidates(calm, local_ground(small), (True, False))
    for dark in (True, False):
        found += candidates(calm, smooth_ground(small, dark), (dark,))
    return calm, found, [read(calm, each) for each in found]


@each_sheet
def test_what_is_not_read_would_not_have_been_the_best(pixels: Array) -> None:
    _, _, readings = all_readings(pixels)
    one, other = (min(pair, key=lambda reading: reading.error) for pair in (readings[:2], readings[2:]))
    expected = other if other.error < MUCH_BETTER * one.error else one
    best = best_reading(pixels)
    assert (best.polarity, best.error, best.full, best.noise) == (
        expected.polarity,
        expected.error,
        expected.full,
        expected.noise,
    )
    assert np.array_equal(best.ground, expected.ground)
    assert np.array_equal(best.parts.mask(best.kept), expected.parts.mask(expected.kept))


@each_sheet
def test_no_reading_errs_less_than_its_candidate_says(pixels: Array) -> None:
    _, found, readings = all_readings(pixels)
    for candidate, reading in zip(found, readings, strict=True):
        assert candidate.least <= reading.error


@each_sheet
def test_the_error_is_the_mean_difference_from_bare_ground_and_firm_ink(pixels: Array) -> None:
    calm, _, readings = all_readings(pixels)
    for reading in readings:
        firm = reading.parts.mask(reading.kept) & (reading.smooth > reading.full / 2)
        scale = np.maximum(reading.guard, 1) if reading.polarity == "dark" else np.float32(255)
        wrong = np.where(firm, abs(reading.smooth - reading.full) * scale, abs(calm - reading.ground))
        # To the last bit: two readings may err so nearly alike that a sum in another order would choose the other.
        assert reading.error == float(np.mean(wrong))


def test_a_candidate_that_cannot_be_the_best_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    calm, found, readings = all_readings(SHEETS["dark ink"])
    asked = []

    def noted(calm: Array, candidate: Candidate) -> Reading:
        asked.append(candidate.ink_is_dark)
        return read(calm, candidate)

    monkeypatch.setattr("model.preprocess.paper.read", noted)
    best = least_error(calm, found[:2], math.inf)
    assert best is not None and best.error == readings[0].error
    assert asked == [True]
    assert least_error(calm, found[:2], 0.0) is None
    assert asked == [True]


@each_sheet
def test_the_local_ground_is_the_median_of_what_is_around(pixels: Array) -> None:
    small = small_copy(pixels)
    every_other = slide(small, WINDOW).reshape(*small.shape, -1)[..., ::2]
    near = np.sort(every_other, axis=-1)
    assert np.array_equal(local_ground(small), near[..., near.shape[-1] // 2])


@each_sheet
def test_the_guard_is_the_darkest_or_lightest_ground_nearby(pixels: Array) -> None:
    level = small_copy(pixels)
    near = slide(level, 3)
    assert np.array_equal(guarded(level, True), near.min(axis=(2, 3)))
    assert np.array_equal(guarded(level, False), near.max(axis=(2, 3)))


@pytest.mark.parametrize("dark", [True, False])
def test_ink_lies_only_where_it_was_written(dark: bool) -> None:
    pixels, bare = sheet(dark, 0.3, 2), sheet(dark, 0.3, 2, ink=False)
    result, _, details = ink_on_paper(pixels)
    written = abs(pixels.astype(int) - bare) > 0
    assert details["polarity"] == ("dark" if dark else "light")
    assert result.dtype == np.uint8 and result[written].mean() > 200
    rows, columns = np.nonzero(written)
    around = np.zeros_like(written)
    around[max(0, rows.min() - 3) : rows.max() + 4, max(0, columns.min() - 3) : columns.max() + 4] = True
    assert not result[~around].any()
