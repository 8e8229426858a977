"""The step `fit`: a picture of any shape takes the shape that the network reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from model.preprocess.draft import Draft, Outcome
from model.preprocess.prepared import Notice
from model.preprocess.resample import LARGEST, shrink
from model.tensor import Array

NARROW = 3
"""Where one side would be more than this many times the other's share, much is lost or squeezed: a notice says so."""

SPARE, LARGEST_FRAME = 8, 4096
"""Before bars are put, a picture is shrunk whose frame would be more than this many times what the network reads, or
longer than this many pixels: the frame of a picture of 16,384 x 1 pixels would fill the memory."""


def fit(draft: Draft, *, rows: int, columns: int, how: str) -> Outcome:
    """Brings the picture to the shape `rows` : `columns`, still in its own pixels.

    `how` is "crop" (the middle is cut out), "pad" (black bars are put beside it) or "stretch" (all of it is kept,
    and the resizing that follows squeezes it).
    """
    if how not in WAYS:
        raise ValueError(f"`fit` has the way {how!r}; it must be one of: {', '.join(WAYS)}.")
    if not all(isinstance(size, int) and 1 <= size <= LARGEST for size in (rows, columns)):
        raise ValueError(
            f"`fit` has {rows!r} rows and {columns!r} columns; both must be whole numbers from 1 to {LARGEST}."
        )
    return WAYS[how](draft, rows, columns)


def _crop(draft: Draft, rows: int, columns: int) -> Outcome:
    height, width = draft.pixels.shape[:2]
    new_height, new_width = _inside(height, width, rows, columns)
    top, left = (height - new_height) // 2, (width - new_width) // 2
    pixels = draft.pixels[top : top + new_height, left : left + new_width]
    details = {"how": "crop"}
    if (new_height, new_width) == (height, width):
        message = f"The picture of {width} x {height} pixels has the right shape: nothing is cut away."
        return Outcome(draft, message, details)
    message = f"The middle {new_width} x {new_height} pixels of {width} x {height} were cut out."
    box = draft.box.part(draft.pixels.shape, left, top, new_width, new_height)
    return Outcome(Draft(pixels, box), message, details, _warn(height, width, rows, columns, "of it is cut away"))


def _pad(draft: Draft, rows: int, columns: int) -> Outcome:
    original_height, original_width = draft.pixels.shape[:2]
    pixels = _shrunk(draft.pixels, rows, columns)
    height, width = pixels.shape[:2]
    new_height, new_width = _around(height, width, rows, columns)
    if (new_height, new_width) == (height, width):
        message = f"The picture of {original_width} x {original_height} pixels has the right shape: it needs no bars."
        return Outcome(draft, message, {"how": "pad"})
    top, left = (new_height - height) // 2, (new_width - width) // 2
    framed = np.zeros((new_height, new_width, *pixels.shape[2:]), np.uint8)
    framed[top : top + height, left : left + width] = pixels
    shrunk = f" (shrunk to {width} x {height})" if pixels is not draft.pixels else ""
    message = f"The {original_width} x {original_height} pixels{shrunk} got black bars: {new_width} x {new_height}."
    warnings = _warn(original_height, original_width, rows, columns, "of what the network sees is black bars")
    box = draft.box.part(pixels.shape, -left, -top, new_width, new_height)
    return Outcome(Draft(framed, box), message, {"how": "pad"}, warnings)


def _stretch(draft: Draft, rows: int, columns: int) -> Outcome:
    height, width = draft.pixels.shape[:2]
    message = f"All of the {width} x {height} pixels are kept; they will be squeezed to {columns} : {rows}."
    return Outcome(draft, message, {"how": "stretch"}, _warn(height, width, rows, columns, "of it is squeezed"))


WAYS: Mapping[str, Callable[[Draft, int, int], Outcome]] = {"crop": _crop, "pad": _pad, "stretch": _stretch}
"""The ways to fit a picture of another shape."""


def _inside(height: int, width: int, rows: int, columns: int) -> tuple[int, int]:
    """The largest rectangle of shape `rows` : `columns` in a picture: (height, width), at least one pixel each."""
    if height * columns > width * rows:
        return max(1, round(width * rows / columns)), width
    return height, max(1, round(height * columns / rows))


def _around(height: int, width: int, rows: int, columns: int) -> tuple[int, int]:
    """The smallest frame of shape `rows` : `columns` around a picture: (height, width)."""
    return max(height, round(width * rows / columns)), max(width, round(height * columns / rows))


def _shrunk(pixels: Array, rows: int, columns: int) -> Array:
    """`pixels` at a size whose frame is not enormous; the same array where it is not."""
    height, width = pixels.shape[:2]
    frame_height, frame_width = _around(height, width, rows, columns)
    spare = max(1, min(SPARE, LARGEST_FRAME // max(rows, columns)))
    factor = min(spare * rows / frame_height, spare * columns / frame_width)
    return pixels if factor >= 1 else shrink(pixels, max(1, round(height * factor)), max(1, round(width * factor)))


def _warn(height: int, width: int, rows: int, columns: int, happens: str) -> tuple[Notice, ...]:
    ratio = height * columns / (width * rows)
    if max(ratio, 1 / ratio) <= NARROW:
        return ()
    shape = "wide" if ratio < 1 else "tall"
    return (Notice("very_" + shape, f"The picture is very {shape}: a large part {happens}."),)
