"""The step `ink`: whatever the colours of ink and ground, bright ink on black."""

from __future__ import annotations

import numpy as np

from model.preprocess.draft import Draft, Outcome, count
from model.preprocess.paper import ink_on_paper
from model.preprocess.prepared import Notice
from model.tensor import Array

EVEN = 2
"""Brightness levels by which an even ground may differ from itself: the traces of JPEG."""

FULL = 250
"""Ink that differs from its ground by this much is full ink; the last levels are not worth a stretch."""

FAINTEST = 10
"""Brightness levels by which ink differs from an even ground at the least; less is a trace of JPEG."""

NO_INK = Notice("no_ink", "No ink was found: the whole picture looks like an empty ground.")


def ink(draft: Draft) -> Outcome:
    """Finds the ground and turns the picture so that the ground is 0 and the full ink 255, as MNIST has it.

    An even ground (a canvas, a screenshot, MNIST itself) is taken away exactly: what is 0 and 255 stays so, and
    the grays between, the smooth edges of strokes, keep their share. For a photo see `model.preprocess.paper`.
    """
    found = even_ground(draft.plane)
    if found is None:
        pixels, message, details = ink_on_paper(draft.plane)
    else:
        pixels, message, details = ink_on_even_ground(draft.plane, *found)
    blank = not pixels.any()
    return Outcome(Draft(pixels, draft.box), message, details, (NO_INK,) if blank else ())


def even_ground(pixels: Array) -> tuple[int, int, tuple[slice, slice]] | None:
    """The brightness of an even ground, how many frames lie around it, and its area; None if it is not even.

    The ground is what the picture's border consists of. A frame (the border of a canvas in a screenshot) is
    recognised by what lies within it: a rectangle with a border of one brightness and something inside.
    """
    top, left, (bottom, right) = 0, 0, pixels.shape
    ground, frames = None, 0
    while True:
        area = pixels[top:bottom, left:right]
        border = np.concatenate([area[0], area[-1], area[:, 0], area[:, -1]])
        value = int(np.bincount(border).argmax())
        # Strokes may run over the picture's own border, but not over the inner edge of a frame.
        if np.mean(abs(border.astype(np.int16) - value) <= EVEN) < (0.8 if ground is None else 0.9):
            return ground
        other = abs(area.astype(np.int16) - value) > FAINTEST
        in_rows, in_columns = np.flatnonzero(other.any(axis=1)), np.flatnonzero(other.any(axis=0))
        if ground is None or len(in_rows):
            frames += ground is not None
            ground = (value, frames, (slice(top, bottom), slice(left, right)))
        if not len(in_rows) or (np.ptp(in_rows) + 1, np.ptp(in_columns) + 1) == area.shape:
            return ground
        top, bottom = top + int(in_rows[0]), top + int(in_rows[-1]) + 1
        left, right = left + int(in_columns[0]), left + int(in_columns[-1]) + 1


def ink_on_even_ground(
    pixels: Array, ground: int, frames: int, area: tuple[slice, slice]
) -> tuple[Array, str, dict[str, object]]:
    """The ink on a ground of one brightness, by a table of 256 entries: (pixels, message, details)."""
    levels = np.arange(256) - ground
    histogram = np.bincount(pixels[area].ravel(), minlength=256)
    seen = levels[histogram > 0]
    weighed = histogram * levels
    lighter = weighed[levels > FAINTEST].sum() >= -weighed[levels < -FAINTEST].sum()
    furthest = int(seen.max() if lighter else seen.min())
    details: dict[str, object] = {
        "ground": ground,
        "ink": ground + furthest,
        "polarity": "light" if lighter else "dark",
        "even": True,
    }
    result = np.zeros_like(pixels)
    if abs(furthest) <= FAINTEST:
        return result, f"The whole picture has the brightness {ground}: there is no ink.", details
    stretch = 1 if abs(furthest) >= FULL else 255 / abs(furthest)
    table = (levels * (stretch if lighter else -stretch)).clip(0, 255)
    result[area] = np.rint(table).astype(np.uint8)[pixels[area]]
    message = (
        f"The ground is even (brightness {ground}) and the ink is {'lighter' if lighter else 'darker'} "
        f"(up to {ground + furthest}): {change(ground, furthest, stretch)}"
    )
    if frames:
        message += f"; {count(frames, 'frame')} around it left out"
    return result, message + ".", details


def change(ground: int, furthest: int, stretch: float) -> str:
    """What the table does, in words."""
    if stretch != 1:
        return f"{ground} became 0 and {ground + furthest} became 255"
    return "bright ink on black already" if furthest > 0 else "it was turned into bright ink on black"
