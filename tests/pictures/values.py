"""What the corpus's files are made of: pixels, and what a good file has to give."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from model.tensor import Array
from tests.pictures.encoders import (
    gray_profile,
    rgb_profile,
)


@dataclass(frozen=True)
class Good:
    """A file, its pixels (rows, columns, 3), the warnings' codes, and how far a pixel may be off on the mean."""

    name: str
    data: bytes
    pixels: Array
    codes: tuple[str, ...] = ()
    tolerance: float = 0


ROWS, COLUMNS = 20, 28
RNG = np.random.default_rng(2026)
RGB: Array = RNG.integers(0, 256, (ROWS, COLUMNS, 3), np.uint8)
GRAY: Array = RNG.integers(0, 256, (ROWS, COLUMNS), np.uint8)
ALPHA: Array = RNG.integers(0, 256, (ROWS, COLUMNS), np.uint8)
DEEP: Array = RNG.integers(0, 65536, (ROWS, COLUMNS), np.uint16)
DEEP_RGB: Array = RNG.integers(0, 65536, (ROWS, COLUMNS, 3), np.uint16)
PALETTE: Array = RNG.integers(0, 256, (256, 3), np.uint8)
SMOOTH: Array = (np.add.outer(np.arange(ROWS) * 6, np.arange(COLUMNS) * 4)[..., None] // np.array([1, 2, 3])).astype(
    np.uint8
)
SCALED, FILLED, FIRST, COLOURS, TURNED = (
    ("scaled_to_8_bits",),
    ("transparency_filled",),
    ("first_frame",),
    ("colours_converted",),
    ("turned_upright",),
)


def rgb(gray: Any) -> Array:
    return np.repeat(np.asarray(gray).astype(np.uint8)[..., None], 3, axis=2)


def eight(values: Array, largest: int = 65535) -> Array:
    """Values to 8 bits by their full range."""
    return np.floor(values.astype(np.float64) * 255 / largest + 0.5).astype(np.uint8)


def over_white(pixels: Array, alpha: Array) -> Array:
    share = alpha[..., None] / 255
    return np.floor(pixels * share + 255 * (1 - share) + 0.5).astype(np.uint8)


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def seen_by_camera(orientation: int, upright: Array) -> Array:
    """How the sensor saw what stands upright, by the meaning of each value in Exif 2.32."""
    return np.ascontiguousarray(
        {
            1: upright,
            2: upright[:, ::-1],
            3: upright[::-1, ::-1],
            4: upright[::-1],
            5: upright.transpose(1, 0, 2),
            6: np.rot90(upright),
            7: np.rot90(upright, 2).transpose(1, 0, 2),
            8: np.rot90(upright, -1),
        }[orientation]
    )


def profiles() -> Iterator[tuple[str, bytes, Array, tuple[str, ...]]]:
    yield "srgb", rgb_profile(), RGB, ()
    yield "red and green exchanged", rgb_profile(b"g", b"r"), RGB[..., [1, 0, 2]], COLOURS
    yield "of another space", gray_profile(), RGB, ()
    yield "cut off", rgb_profile(b"g", b"r")[:300], RGB, ()
    yield "nonsense", b"nonsense" * 40, RGB, ()
    yield "empty", b"", RGB, ()
    yield "with the sizes of its tags forged", rgb_profile()[:136] + b"\xff" * 8 + rgb_profile()[144:], RGB, ()
