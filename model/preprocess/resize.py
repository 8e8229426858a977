"""The step `resize`: the picture takes the size that the network reads."""

from __future__ import annotations

from model.preprocess.draft import Draft, Outcome
from model.preprocess.prepared import Notice
from model.preprocess.resample import LARGEST, shrink

SMALL = 2
"""From this enlargement on, a notice says that the picture is small."""


def resize(draft: Draft, *, rows: int, columns: int) -> Outcome:
    """Makes the picture `rows` x `columns` pixels, each side on its own; see `model.preprocess.resample`."""
    if not all(isinstance(size, int) and 1 <= size <= LARGEST for size in (rows, columns)):
        raise ValueError(
            f"`resize` has {rows!r} rows and {columns!r} columns; both must be whole numbers from 1 to {LARGEST}."
        )
    height, width = draft.pixels.shape[:2]
    pixels = shrink(draft.pixels, rows, columns)
    details = {"factor_down": round(rows / height, 6), "factor_across": round(columns / width, 6)}
    if (height, width) == (rows, columns):
        return Outcome(draft, f"The picture has {columns} x {rows} pixels already.", details)
    message = f"{width} x {height} pixels became {columns} x {rows}: each is {_meaning(height, width, rows, columns)}."
    warnings: tuple[Notice, ...] = ()
    if min(height / rows, width / columns) * SMALL <= 1:
        small = f"The picture is small: {width} x {height} pixels become {columns} x {rows}."
        warnings = (Notice("very_small", small),)
    return Outcome(Draft(pixels, draft.box), message, details, warnings)


def _meaning(height: int, width: int, rows: int, columns: int) -> str:
    if height >= rows and width >= columns:
        return f"the mean of {height / rows:.3g} rows and {width / columns:.3g} columns"
    if height <= rows and width <= columns:
        return "read between its nearest neighbours"
    if height > rows:
        return f"the mean of {height / rows:.3g} rows, read between the nearest columns"
    return f"the mean of {width / columns:.3g} columns, read between the nearest rows"
