"""Ink on a photographed ground: paper or a board in uneven light, with noise and shadows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from model.preprocess.components import Components, find_components
from model.preprocess.ground import guarded, local_ground, small_copy, smooth_ground
from model.preprocess.resample import resample
from model.tensor import Array

LEAST_CONTRAST, LEAST_FULL = 0.06, 0.1
"""How much ink differs from its ground at the least, as a share: at its edges, and where it is firm."""

BROAD = 60
"""Pixels on the longer side of a digit whose strokes are broad enough to be averaged over 3 x 3 pixels."""

MUCH_BETTER = 0.95
"""A smooth ground is preferred to the local one if it leaves less than this share of the other's error."""


@dataclass(frozen=True, eq=False)
class Reading:
    """One way to understand a photo: where its ground lies, and on which side of it the ink.

    `ground` is the ground's brightness, and `guard` the level that ink has to differ from; `smooth` is how much each
    pixel, averaged over 3 x 3, differs from it towards the ink, as a share; `full` the contrast of firm ink; `kept`
    the parts that are ink. `error` is the mean difference, in brightness levels, between the photo and what this
    reading says it shows: bare ground here and firm ink there.
    """

    polarity: str
    ground: Array
    guard: Array
    smooth: Array
    noise: float
    parts: Components
    kept: Array
    full: float
    error: float


def ink_on_paper(pixels: Array) -> tuple[Array, str, dict[str, object]]:
    """The ink in a photo of (rows, columns) uint8: bright ink on black, with a message and details.

    The ground's brightness is estimated everywhere; ink is what differs from it by more than the noise, in one
    direction, in a part that is large enough and does not run out of the picture.
    """
    reading = best_reading(pixels)
    low, high = round(float(reading.ground.min())), round(float(reading.ground.max()))
    details: dict[str, object] = {
        "ground": [low, high],
        "polarity": reading.polarity,
        "even": False,
        "noise": round(reading.noise, 4),
    }
    told = f"The ground is uneven (brightness {low} to {high})"
    if not reading.kept.any():
        return np.zeros_like(pixels), f"{told} and nothing on it stands out enough to be ink.", details
    left_out = int((large_parts(reading.parts) & ~reading.kept).sum())
    details |= {"contrast": round(reading.full, 3), "left_out": left_out}
    side = "darker" if reading.polarity == "dark" else "lighter"
    message = f"{told}; what is {side} than it, by {reading.full:.0%}, became bright ink"
    if left_out:
        message += f", and {left_out} {'patch' if left_out == 1 else 'patches'} at the picture's border left out"
    return stretched(reading, pixels), message + ".", details


@dataclass(frozen=True, eq=False)
class Candidate:
    """What a reading starts from: one ground, and one kind of ink on it.

    `level` is the ground in the small copy, `ground` the same at the photo's size, and `bare` how far the photo is from
    it, which is the error where there is no ink. `least` is what the reading's error cannot be below.
    """

    level: Array
    ground: Array
    bare: Array
    ink_is_dark: bool
    least: float


def best_reading(pixels: Array) -> Reading:
    """Of the two kinds of ground, and dark and light ink on each, the reading that errs least."""
    small, calm = small_copy(pixels), mean_of_nine(pixels)
    local = sorted(candidates(calm, local_ground(small), (True, False)), key=attrgetter("least"))
    one = least_error(calm, local, math.inf)
    assert one is not None  # every error is below infinity
    # One after another: a reading that is let go leaves its room, still in the processor's cache, to the next.
    smooth = (each for dark in (True, False) for each in candidates(calm, smooth_ground(small, dark), (dark,)))
    return least_error(calm, smooth, MUCH_BETTER * one.error) or one


def candidates(calm: Array, level: Array, kinds: Sequence[bool]) -> list[Candidate]:
    """One ground with each of these kinds of ink (True is dark), on a photo whose pixels are averaged over 3 x 3.

    Ink lies on one side of its ground, so what lies on the other is an error of the reading, whatever it finds.
    """
    ground = resample(level, *calm.shape)
    bare = calm - ground
    balance = float(np.mean(bare))
    total = float(np.mean(np.abs(bare, out=bare)))
    rounding = 1e-3 * total  # far more than what sums of float32 are off by
    return [
        Candidate(level, ground, bare, dark, (total + (balance if dark else -balance)) / 2 - rounding) for dark in kinds
    ]


def least_error(calm: Array, among: Iterable[Candidate], below: float) -> Reading | None:
    """The reading that errs least, dark ink before light where two err alike; None if none errs by less than `below`.

    A candidate that cannot be it is not read.
    """
    best = None
    for each in among:
        if each.least >= below or (best and each.least > best.error):
            continue
        reading = read(calm, each)
        if reading.error < below and (not best or (reading.error, reading.polarity) < (best.error, best.polarity)):
            best = reading
    return best


def read(calm: Array, candidate: Candidate) -> Reading:
    """The reading of a photo, `calm` with each pixel averaged over 3 x 3, with one ground and one kind of ink."""
    level, ground, bare = candidate.level, candidate.ground, candidate.bare
    ink_is_dark = candidate.ink_is_dark
    guard = resample(guarded(level, ink_is_dark), *calm.shape)
    smooth = _contrast(calm, guard, ink_is_dark)
    sample = smooth[::3, ::3]
    other_side = -sample[sample < 0]  # ink lies on one side of the ground, noise on both
    noise = 1.4826 * float(np.median(other_side)) if other_side.size else 0.0
    parts = find_components(smooth > max(5 * noise, LEAST_CONTRAST))
    kept = choose(parts, smooth)
    # From here on only the ink counts, which is little of a picture: its cells by number, and not the whole planes.
    cells = parts.numbers(kept)
    values = smooth.ravel()[cells]
    full = float(np.percentile(values, 75)) if cells.size else 0.0
    if full < LEAST_FULL:
        kept, full = kept & False, 0.0
    error = float(np.mean(bare))
    if full:
        firm = values > full / 2
        cells, values = cells[firm], values[firm]
        wrong = bare.copy()
        wrong.ravel()[cells] = abs(values - full) * (
            np.maximum(guard.ravel()[cells], 1) if ink_is_dark else np.float32(255)
        )
        error = float(np.mean(wrong))
    return Reading("dark" if ink_is_dark else "light", ground, guard, smooth, noise, parts, kept, full, error)


def _contrast(values: Array, guard: Array, ink_is_dark: bool) -> Array:
    """Light falls on paper as a factor, so dark ink is a share of its ground; on a black ground a share would
    magnify the noise, so light ink is a difference."""
    result: Array = np.subtract(guard, values) if ink_is_dark else np.subtract(values, guard)
    result /= np.maximum(guard, 1) if ink_is_dark else np.float32(255)
    return result


def stretched(reading: Reading, pixels: Array) -> Array:
    """The ink of the photo `pixels` that was kept, from faint (0) to full (255), uint8; all else is 0."""
    faint = max(3 * reading.noise, 0.2 * reading.full)
    parts, kept = reading.parts, reading.kept
    # All else is 0: only the rectangle is worked on in which the ink lies, with a cell around it.
    area = (
        slice(max(0, int(parts.top[kept].min()) - 1), int(parts.bottom[kept].max()) + 1),
        slice(max(0, int(parts.left[kept].min()) - 1), int(parts.right[kept].max()) + 1),
    )
    # Averaging rids broad strokes of the noise within them, but would blur those of a digit of few pixels.
    broad = parts.longest[kept].max() >= BROAD
    if broad:
        values = reading.smooth[area]
    else:
        values = _contrast(pixels[area], reading.guard[area], reading.polarity == "dark")
    shares = (values - faint) / max(0.9 * reading.full - faint, 1e-3)
    result = np.zeros_like(pixels)
    result[area] = np.rint(shares.clip(0, 1) * 255)
    result[area][~grow(parts.mask(kept)[area])] = 0
    return result


def large_parts(parts: Components) -> Array:
    """Which parts are more than specks, given the picture's size."""
    rows, columns = parts.shape
    large: Array = (parts.longest >= 0.025 * max(rows, columns)) & (parts.area >= 0.0002 * rows * columns)
    return large


def choose(parts: Components, contrast: Array) -> Array:
    """Which parts are ink: what is large enough and does not run out of the picture."""
    longer = max(parts.shape)
    large = large_parts(parts)
    kept = large & ~parts.at_border
    # What runs out of the picture is the table beyond the sheet, a thumb, a dark corner. If nothing inside can be
    # the digit, it may be a digit that fills the whole picture: long, clear, and not stretched along the border.
    if not (kept & (parts.longest >= 0.08 * longer)).any():
        clear = parts.sums(contrast) >= 0.25 * parts.area
        along = parts.contact >= 0.75 * parts.longest
        kept = kept | (large & (parts.longest >= 0.2 * longer) & clear & ~along)
    return kept


def mean_of_nine(pixels: Array) -> Array:
    """The mean of each pixel, uint8, with its eight neighbours, float32: noise shrinks to a third, strokes stay."""
    padded = np.pad(pixels, 1, mode="edge").astype(np.uint16)
    down = padded[:-2] + padded[1:-1]
    down += padded[2:]
    total = down[:, :-2] + down[:, 1:-1]
    total += down[:, 2:]
    mean: Array = total.astype(np.float32)
    mean /= 9
    return mean


def grow(mask: Array) -> Array:
    """The mask and every cell that touches it."""
    padded = np.pad(mask, 1)
    down = padded[:-2] | padded[1:-1] | padded[2:]
    grown: Array = down[:, :-2] | down[:, 1:-1] | down[:, 2:]
    return grown
