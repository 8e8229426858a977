"""The step `thicken`: strokes of a fine pen are made as broad as MNIST's."""

from __future__ import annotations

import math

import numpy as np

from model.preprocess.draft import Draft, Outcome
from model.tensor import Array


def thicken(draft: Draft, *, share: float) -> Outcome:
    """Grows the ink evenly until its strokes are as thick as this share of the longer side, at the least.

    Shrinking a fine line to MNIST's 20 pixels leaves a faint trace that a network trained on firm strokes
    cannot read. Strokes that are thick enough stay as they are.
    """
    if not 0 < share < 0.5:
        raise ValueError(f"`thicken` has the share {share}; it must lie between 0 and 0.5.")
    pixels = draft.plane
    stroke = stroke_thickness(pixels)
    rows, columns = pixels.shape
    longer = max(rows, columns)
    # Growing by r makes the stroke and the box larger by 2 r each: (stroke + 2 r) / (longer + 2 r) = share.
    radius = max(0, round((share * longer - stroke) / (2 * (1 - share)))) if stroke else 0
    details = {"stroke": round(stroke, 2), "radius": radius}
    if not stroke:
        return Outcome(draft, "There is no ink to thicken.", details)
    told = f"Strokes are about {stroke:.1f} pixels thick, {100 * stroke / longer:.0f} % of the longer side"
    if radius == 0:
        return Outcome(draft, f"{told}: thick enough.", details)
    box = draft.box.part(pixels.shape, -radius, -radius, columns + 2 * radius, rows + 2 * radius)
    message = f"{told}: they were grown by {radius} pixels on each side."
    return Outcome(Draft(grow(np.pad(pixels, radius), radius), box), message, details)


def stroke_thickness(pixels: Array) -> float:
    """The mean thickness of strokes in pixels; 0 without ink.

    A stroke of length l and thickness t has the area l t and an outline of 2 l, so t is twice the area over the
    outline. The outline is the number of places where ink meets ground along rows and columns, times pi / 4, as
    for a curve that runs in all directions alike (Cauchy and Crofton's formula).
    """
    firm = np.pad(pixels >= 128, 1)
    crossings = np.count_nonzero(firm[1:] != firm[:-1]) + np.count_nonzero(firm[:, 1:] != firm[:, :-1])
    return float(2 * (pixels.sum() / 255) / (crossings * math.pi / 4)) if crossings else 0.0


def grow(pixels: Array, radius: int) -> Array:
    """Each pixel becomes the brightest of those around it within `radius`, in nearly round (octagonal) reach."""
    grown = pixels.copy()
    for k in range(radius):
        before = grown.copy()
        if k % 2:  # a square reach: rows, then columns of the result
            np.maximum(grown[1:], before[:-1], out=grown[1:])
            np.maximum(grown[:-1], before[1:], out=grown[:-1])
            before = grown.copy()
        else:  # a cross
            np.maximum(grown[1:], before[:-1], out=grown[1:])
            np.maximum(grown[:-1], before[1:], out=grown[:-1])
        np.maximum(grown[:, 1:], before[:, :-1], out=grown[:, 1:])
        np.maximum(grown[:, :-1], before[:, 1:], out=grown[:, :-1])
    return grown
