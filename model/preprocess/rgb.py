"""The step `rgb`: three channels, whatever the picture has."""

from __future__ import annotations

import numpy as np

from model.preprocess.draft import Draft, Outcome


def rgb(draft: Draft) -> Outcome:
    """Red, green and blue, uint8; a gray picture has the same brightness in all three."""
    rows, columns = draft.pixels.shape[:2]
    size = f"The picture has {columns} x {rows} pixels"
    if draft.pixels.ndim == 3:
        return Outcome(Draft(draft.pixels, draft.box), f"{size} in red, green and blue.", {"source": "colour"})
    pixels = np.repeat(draft.pixels[..., None], 3, axis=2)
    message = f"{size} in gray: red, green and blue are alike."
    return Outcome(Draft(pixels, draft.box), message, {"source": "gray"})
