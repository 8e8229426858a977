"""The step `scale`: the longer side takes a given size."""

from __future__ import annotations

import numpy as np

from model.preprocess.draft import Draft, Outcome
from model.preprocess.resample import LARGEST, quantise, resample

FULL = 250
"""From this brightness on a pixel counts as full ink."""


def scale(draft: Draft, *, size: int) -> Outcome:
    """Makes the longer side `size` pixels and keeps the shape; see `model.preprocess.resample` for the weights.

    Where shrinking has left no pixel at full ink (a stroke thinner than a pixel), all are brightened alike until
    one has it.
    """
    if not (isinstance(size, int) and 1 <= size <= LARGEST):
        raise ValueError(f"`scale` has the size {size!r}; it must be a whole number from 1 to {LARGEST}.")
    rows, columns = draft.pixels.shape[:2]
    factor = size / max(rows, columns)
    new_rows, new_columns = max(1, round(rows * factor)), max(1, round(columns * factor))
    values = resample(draft.pixels, new_rows, new_columns)
    peak = float(values.max())
    gain = 255 / peak if 0 < peak < FULL else 1.0
    pixels = quantise(values * np.float32(gain))
    details = {"factor": round(factor, 6), "gain": round(gain, 4)}
    if factor == 1:
        message = f"The longer side has {size} pixels already"
    else:
        message = f"{columns} x {rows} pixels became {new_columns} x {new_rows}, {factor:.3g} times the size"
    if gain >= 1.01:
        message += f", and {gain:.2f} times as bright"
    return Outcome(Draft(pixels, draft.box), message + ".", details)
