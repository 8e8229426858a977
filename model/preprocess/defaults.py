"""The usual steps: those of a drawing for a network that reads gray, those of a photo for one that reads colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.tensor import Shape

Steps = tuple[Mapping[str, Any], ...]

INK = 20 / 28
"""The share of MNIST's pictures that the longer side of a digit takes."""


def default_steps(shape: Shape) -> Steps:
    """The steps for a network that reads `shape` (channels, rows, columns) and does not say what it wants.

    ValueError for other channels than the 1 of gray and the 3 of red, green and blue.
    """
    channels, rows, columns = shape
    if channels not in (1, 3):
        raise ValueError(f"The network reads {channels} channels; a picture has 1 (gray) or 3 (red, green and blue).")
    return drawing_steps(rows, columns) if channels == 1 else photo_steps(rows, columns, "crop")


def drawing_steps(rows: int, columns: int) -> Steps:
    """The preprocessing of a drawing to `rows` x `columns` pixels, white on black, as MNIST's pictures are."""
    return (
        {"step": "gray"},
        {"step": "ink"},
        {"step": "crop"},
        {"step": "thicken", "share": 0.08},
        {"step": "scale", "size": max(1, round(INK * min(rows, columns)))},
        {"step": "centre", "rows": rows, "columns": columns},
    )


def photo_steps(rows: int, columns: int, how: str) -> Steps:
    """The preprocessing of a photo to `rows` x `columns` pixels in RGB; `how` is the way of the step `fit`."""
    return (
        {"step": "rgb"},
        {"step": "fit", "rows": rows, "columns": columns, "how": how},
        {"step": "resize", "rows": rows, "columns": columns},
    )
