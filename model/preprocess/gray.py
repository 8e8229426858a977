"""The step `gray`: colours become one brightness."""

from __future__ import annotations

import math

import numpy as np

from model.preprocess.draft import Draft, Outcome
from model.preprocess.resample import average_blocks
from model.tensor import Array

LUMA = (299, 587, 114)
"""Thousandths of red, green and blue in the brightness: the luma of ITU-R Recommendation BT.601."""

MOST_PIXELS = 500_000
"""A larger picture is averaged down: the digit ends in 20 x 20 pixels, and averaging takes noise away."""

CHANNELS = ("red", "green", "blue")


def gray(draft: Draft) -> Outcome:
    """Brightness = 0.299 red + 0.587 green + 0.114 blue, uint8; a gray picture stays as it is.

    Where the brightness hardly varies but a channel does (yellow ink on white paper, red on green), that channel
    is taken instead: the ink would be lost otherwise.
    """
    rows, columns = draft.pixels.shape[:2]
    # Never by more than the shorter side: a picture a few pixels high would have no rows left.
    factor = min(math.ceil(math.sqrt(rows * columns / MOST_PIXELS)), rows, columns)
    pixels = average_blocks(draft.pixels, factor)
    box = draft.box.part((rows, columns), 0, 0, pixels.shape[1] * factor, pixels.shape[0] * factor)
    details = {"factor": factor, "source": "brightness"}
    size = f"{columns} x {rows} pixels"
    averaged = (
        f", averaged to {pixels.shape[1]} x {pixels.shape[0]} (blocks of {factor} x {factor})" if factor > 1 else ""
    )
    if pixels.ndim == 2:
        details["source"] = "gray"
        return Outcome(Draft(pixels, box), f"The picture of {size}{averaged} is gray already.", details)
    if np.array_equal(pixels[..., 0], pixels[..., 1]) and np.array_equal(pixels[..., 0], pixels[..., 2]):
        return Outcome(
            Draft(np.ascontiguousarray(pixels[..., 0]), box),
            f"The picture has {size}{averaged}, in which red, green and blue are alike: it is gray already.",
            details,
        )
    luma = brightness(pixels)
    channel = telling_channel(pixels, luma)
    if channel is None:
        made = "each became one brightness: 0.299 red + 0.587 green + 0.114 blue"
    else:
        luma = np.ascontiguousarray(pixels[..., channel])
        details["source"] = CHANNELS[channel]
        made = f"the brightness hardly differs between them, so the {CHANNELS[channel]} channel was taken"
    return Outcome(Draft(luma, box), f"The picture has {size} in colour{averaged}; {made}.", details)


def brightness(pixels: Array) -> Array:
    """The luma of RGB pixels, uint8, rounded to the nearest; white is 255 and black is 0 exactly."""
    total = np.full(pixels.shape[:2], 500, np.uint32)
    for k, share in enumerate(LUMA):
        total += np.multiply(pixels[..., k], share, dtype=np.uint32)
    return (total // 1000).astype(np.uint8)


def telling_channel(pixels: Array, luma: Array) -> int | None:
    """The channel that shows what the brightness does not: it varies by at least four times as much."""
    step = max(1, math.isqrt(luma.size // 5_000))  # a sample is enough to measure how much values vary
    spread = luma[::step, ::step].std()
    # Channel by channel: over the last axis, of three, NumPy is ten times slower.
    spreads = [pixels[::step, ::step, channel].std() for channel in range(3)]
    channel = int(np.argmax(spreads))
    return channel if spreads[channel] > max(4 * spread, 4.0) else None
