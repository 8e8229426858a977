"""From a decoded image of any mode to RGB: colours as they were meant, transparency laid on a background."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops

from model.pictures.bands import bands, part
from model.pictures.colour import Convert, from_gamma, from_lab, to_srgb
from model.pictures.deep import WIDE_MODES, Bytes, joined, split, wide_gray
from model.pictures.facts import Facts
from model.preprocess import Notice
from model.tensor import Array

NEARLY_WHITE = 235
BASES = {"1": "L", "L": "L", "LA": "L", "La": "L", "CMYK": "CMYK", "LAB": "LAB"}
"""The mode in which colours are converted, by the image's mode; RGB for all others."""


def to_rgb(
    image: Image.Image,
    facts: Facts,
    changes: list[Notice],
    low: Image.Image | None = None,
    frame: tuple[int, int, int, int] | None = None,
) -> Bytes:
    """uint8 (rows, columns, 3); what was changed on the way is added to `changes`.

    `low` has the lower bytes of a 16-bit image, `frame` the part of a GIF that its first picture covers.
    """
    if image.mode in WIDE_MODES:
        gray, opacity = wide_gray(image, facts, changes)
        rgb = np.repeat(gray[..., None], 3, axis=2)
    else:
        rgb, opacity = _eight_bits(image, facts, changes, low)
    if frame is not None and frame != (0, 0, image.width, image.height):
        opacity = np.full(rgb.shape[:2], 255, np.uint8) if opacity is None else opacity
        covered = opacity[frame[1] : frame[3], frame[0] : frame[2]].copy()
        opacity[:] = 0
        opacity[frame[1] : frame[3], frame[0] : frame[2]] = covered
    if opacity is not None:
        lay_on_background(rgb, opacity, changes)
    return rgb


def _eight_bits(
    image: Image.Image, facts: Facts, changes: list[Notice], low: Image.Image | None
) -> tuple[Bytes, Bytes | None]:
    """Colours and opacity (None where all is opaque) of an image with bytes for values."""
    mode = "LA" if facts.pairs else image.mode
    base = BASES.get(mode, "RGB")
    convert = _conversion(base, mode, facts, changes)
    see_through = image.has_transparency_data
    rgb = np.empty((image.height, image.width, 3), np.uint8)
    opacity = np.full(rgb.shape[:2], 255, np.uint8) if see_through or facts.key is not None else None
    for band in bands(*rgb.shape[:2]):
        piece, values = part(image, band), None
        if facts.pairs:
            piece, values = joined(*split(piece))
        elif low is not None:
            piece, values = joined(piece, part(low, band))
        if facts.key is not None and opacity is not None:
            opacity[band] = _unlike(np.asarray(piece) if values is None else values, facts, mode)
        elif see_through and opacity is not None:
            piece = piece.convert("LA" if base == "L" else "RGBA")
            opacity[band] = np.asarray(piece.getchannel("A"))
        if facts.signed and mode == "L":
            piece = Image.fromarray(np.asarray(piece) ^ 128)
        if facts.plain_ink and mode == "CMYK":
            piece = ImageChops.invert(piece)
        piece = piece.convert(base)
        rgb[band] = np.asarray((convert(piece) if convert else piece).convert("RGB"))
    if facts.depth == 16:
        changes.append(Notice("scaled_to_8_bits", "The colours were scaled from 16 bits to 8 bits."))
    return rgb, opacity


def _conversion(base: str, mode: str, facts: Facts, changes: list[Notice]) -> Convert | None:
    """How colours come to sRGB, and the notice that says so."""
    if mode == "LAB":
        changes.append(Notice("colours_converted", "The colours were converted from L*a*b* to sRGB."))
        return from_lab()
    convert = to_srgb(base, facts.profile)
    ink = " from CMYK" if mode == "CMYK" else " from YCbCr" if mode == "YCbCr" else ""
    if convert is not None:
        told = f"The colours were converted{ink} to sRGB, by the picture's own colour profile."
        changes.append(Notice("colours_converted", told))
        return convert
    if ink:
        changes.append(Notice("colours_converted", f"The colours were converted{ink} to RGB."))
    convert = from_gamma(facts.gamma) if base in ("L", "RGB") else None
    if convert is not None:
        told = f"The brightness was converted from the picture's own scale (gamma {facts.gamma:g}) to sRGB."
        changes.append(Notice("colours_converted", told))
    return convert


def _unlike(values: Array, facts: Facts, mode: str) -> Bytes:
    """255 where a pixel has not the colour that stands for transparency (PNG's tRNS), 0 where it has."""
    assert facts.key is not None
    depth = facts.depth or 8
    key = np.array(facts.key) & (2**depth - 1)
    if mode in ("1", "L"):
        values = values.astype(np.uint8)[..., None]
        # Pillow stretches values of few bits to 0 .. 255; a picture of 1 bit comes as 0 and 1.
        key = key if mode == "1" else key * (255 // (2 ** min(depth, 8) - 1))
    return np.where((values == key).all(axis=-1), 0, 255).astype(np.uint8)


def lay_on_background(rgb: Bytes, opacity: Bytes, changes: list[Notice]) -> None:
    """Transparency over white; over black where all that can be seen is nearly white and would be lost."""
    if (opacity == 255).all():
        return
    # What is half as opaque as the most opaque: the colour of a stroke's soft edge is often left undefined.
    seen = (opacity >= max(1, int(opacity.max()) // 2)) & (opacity > 0)
    light = seen.copy()
    for channel in range(3):
        light &= rgb[..., channel] >= NEARLY_WHITE
    white_ink = np.count_nonzero(light) > 0.99 * np.count_nonzero(seen)
    name, background = ("black", 0) if white_ink else ("white", 255)
    for band in bands(*opacity.shape):
        share = opacity[band, :, None].astype(np.uint32)
        rgb[band] = (rgb[band] * share + background * (255 - share) + 127) // 255
    changes.append(Notice("transparency_filled", f"The transparent parts were filled with {name}."))
