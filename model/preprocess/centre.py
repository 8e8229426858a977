"""The step `centre`: the ink's centre of mass comes to the middle."""

from __future__ import annotations

import math

import numpy as np

from model.preprocess.draft import Draft, Outcome
from model.preprocess.resample import LARGEST, quantise


def centre(draft: Draft, *, rows: int, columns: int) -> Outcome:
    """Puts the picture into `rows` x `columns` black pixels, its centre of mass at the middle, as MNIST does.

    The shift is a whole number of pixels: the centre of mass, with pixel k at k, comes to lie from half a pixel
    before pixel `rows // 2` to just before half a pixel after it, which is where MNIST's own pictures have it.
    No ink is ever pushed over the edge.
    """
    if not all(isinstance(size, int) and 1 <= size <= LARGEST for size in (rows, columns)):
        raise ValueError(
            f"`centre` has {rows!r} rows and {columns!r} columns; both must be whole numbers from 1 to {LARGEST}."
        )
    height, width = draft.plane.shape
    if height > rows or width > columns:
        raise ValueError(
            f"`centre` was given {width} x {height} pixels to put into {columns} x {rows}; use a smaller `scale`."
        )
    pixels = quantise(draft.pixels)
    weight = pixels.astype(np.float64)
    total = weight.sum()
    if total:
        down = float(weight.sum(axis=1) @ np.arange(height) / total)
        across = float(weight.sum(axis=0) @ np.arange(width) / total)
    else:
        down, across = (height - 1) / 2, (width - 1) / 2
    top = min(max(math.ceil(rows // 2 - 0.5 - down), 0), rows - height)
    left = min(max(math.ceil(columns // 2 - 0.5 - across), 0), columns - width)
    result = np.zeros((rows, columns), np.uint8)
    result[top : top + height, left : left + width] = pixels
    box = draft.box.part(draft.pixels.shape, -left, -top, columns, rows)
    details = {"left": left, "top": top, "mass_row": round(down, 3), "mass_column": round(across, 3)}
    if not total:
        return Outcome(Draft(result, box), f"There is no ink to centre: {columns} x {rows} pixels, all black.", details)
    message = (
        f"The centre of mass, row {down:.1f} and column {across:.1f}, was put to the middle of {columns} x {rows} "
        f"pixels: {top} black rows above and {left} black columns to the left."
    )
    return Outcome(Draft(result, box), message, details)
