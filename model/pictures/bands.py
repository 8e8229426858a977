"""A picture a band of rows at a time, so that what is made on the way stays small beside the picture itself."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

BAND = 1_000_000  # pixels


def bands(rows: int, columns: int) -> Iterator[slice]:
    """The rows of a picture, a band after another."""
    step = max(1, BAND // max(1, columns))
    return (slice(start, min(rows, start + step)) for start in range(0, rows, step))


def part(image: Image.Image, band: slice) -> Image.Image:
    """These rows of an image, as an image."""
    return image.crop((0, band.start, image.width, band.stop))
