"""Pixels as a JPEG gives them back: to measure what compression costs."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image


def compress(pixels: npt.NDArray[np.uint8], quality: int) -> npt.NDArray[np.uint8]:
    """uint8 (rows, columns, 3), written as a JPEG of `quality` 1 to 95 and read again."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))
