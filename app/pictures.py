"""Arrays as PNG files."""

from __future__ import annotations

import io
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.colours import colour, gray
from model.run import Run

Scale = Literal["map", "stage"]


def map_png(run: Run, stage: str, channel: int, scale: Scale, zoom: int) -> bytes:
    """One map with the page's colours, `zoom` pixels a cell, from the range of the map or of its stage.

    A value of a vector is a picture of one cell. The input is drawn in gray, as the picture that it is.
    """
    values = run[stage]
    cells = np.atleast_2d(values[channel])
    over = cells if scale == "map" else values
    limit = float(np.abs(over).max())
    pixels = gray(cells, max(1.0, limit)) if stage == run.model.graph.input else colour(cells, limit)
    return png(pixels.repeat(zoom, axis=0).repeat(zoom, axis=1))


def png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """uint8 (rows, columns) gray or (rows, columns, 3) RGB."""
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG", compress_level=6)
    return file.getvalue()
