"""Pictures of more than 8 bits a channel: scaled to 8, never clipped."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile

from model.pictures.bands import bands, part
from model.pictures.facts import Facts
from model.preprocess import Notice

WIDE_MODES = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")
DARK = 16
"""A 16-bit picture whose brightest value is less than this part of the whole range looks black."""

SPLIT = ("RGB;16", "RGBA;16", "RGBX;16", "CMYK;16")
"""Ways to pack colours, without the letter of their order of bytes: big, little, or this machine's (native)."""

SWAPPED = {"L": "B", "B": "L", "N": "B" if np.little_endian else "L"}

Bytes = npt.NDArray[np.uint8]


def wide_gray(image: Image.Image, facts: Facts, changes: list[Notice]) -> tuple[Bytes, Bytes | None]:
    """uint8 (rows, columns) of a gray image of a wide mode, and its opacity where a shade stands for transparency.

    Whole numbers of 12 or 16 bits are scaled by their full range, fractions that lie within 0 and 1 too; others
    from their least to their largest.
    """

    def values(band: slice) -> npt.NDArray[np.float64]:
        raw = np.asarray(part(image, band))
        if image.mode == "I" and facts.depth == 32 and not facts.signed:
            raw = raw.view(np.uint32)
        with np.errstate(invalid="ignore"):  # some kinds of NaN complain when they are converted
            return np.nan_to_num(raw.astype(np.float64), nan=0, posinf=0, neginf=0)

    rows, columns = image.height, image.width
    ranges = [(float(each.min()), float(each.max())) for each in map(values, bands(rows, columns))]
    low, high = min(least for least, _ in ranges), max(largest for _, largest in ranges)
    brightest, told = high, "its own range"
    if image.mode != "F" and facts.depth == 12:
        low, high, told = 0.0, 4095.0, "12 bits"
    elif image.mode != "F" and low >= 0 and high <= 65535:
        low, high, told = 0.0, 65535.0, "16 bits"
    elif image.mode == "F" and low >= 0 and high <= 1:
        low, high, told = 0.0, 1.0, "0 to 1"
    gray = np.empty((rows, columns), np.uint8)
    for band in bands(rows, columns):
        gray[band] = np.rint((values(band) - low) * (255 / ((high - low) or 1)))
    if facts.negative:
        np.subtract(255, gray, out=gray)
    changes.append(Notice("scaled_to_8_bits", f"The brightness was scaled from {told} to 8 bits."))
    if told == "16 bits" and 0 < brightest * DARK < high and not facts.negative:
        dark = f"The picture is very dark: its brightest value is {brightest:.0f} of 65535."
        changes.append(Notice("very_dark", dark))
    if facts.key is None:
        return gray, None
    opacity = np.full((rows, columns), 255, np.uint8)
    for band in bands(rows, columns):
        opacity[band][values(band) == facts.key[0]] = 0
    return gray, opacity


def low_bytes(reopen: Callable[[], ImageFile.ImageFile]) -> Image.Image | None:
    """The lower bytes of a colour image of 16 bits, of which Pillow gives the higher ones; None where it cannot.

    The same data read in the other order of bytes have the lower byte where the higher one was.
    """
    image = reopen()
    tiles = [_swapped(tile) for tile in image.tile]  # those at the edge have other arguments than the first
    if not tiles or None in tiles:
        return None
    image.tile = [tile for tile in tiles if tile is not None]
    image.load()
    return image


def _swapped(tile: ImageFile._Tile) -> ImageFile._Tile | None:
    """The tile in the other order of bytes; None where it has none."""
    arguments = tile.args if isinstance(tile.args, tuple) else (tile.args,)
    packing = str(arguments[0])
    if packing[:-1] not in SPLIT or packing[-1] not in SWAPPED:
        return None
    swapped = (packing[:-1] + SWAPPED[packing[-1]], *arguments[1:])
    return tile._replace(args=swapped if isinstance(tile.args, tuple) else swapped[0])


def split(pairs: Image.Image) -> tuple[Image.Image, Image.Image]:
    """The higher and the lower bytes of gray and opacity, from the four bytes a pixel of a band."""
    gray, gray_low, opacity, opacity_low = pairs.split()
    return Image.merge("LA", (gray, opacity)), Image.merge("LA", (gray_low, opacity_low))


def joined(high: Image.Image, low: Image.Image) -> tuple[Image.Image, npt.NDArray[np.uint16]]:
    """16-bit values of a band, scaled to 8 bits by their full range, and as they are."""
    values = (np.asarray(high).astype(np.uint16) << np.uint16(8)) | np.asarray(low).astype(np.uint16)
    scaled = ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return Image.frombuffer(high.mode, high.size, scaled.tobytes(), "raw", high.mode, 0, 1), values
