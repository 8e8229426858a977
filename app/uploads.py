"""The one place where bytes from outside become pixels."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from app.kinds import guess_kind

# The phones' JPEG of several pictures, MPO, is read by Pillow's JPEG reader.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
ACCEPTED = "PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF"
WIDE_MODES = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")
NEARLY_WHITE = 235

Image.MAX_IMAGE_PIXELS = None  # the size is checked below, before a pixel is decoded


@dataclass(frozen=True)
class Limits:
    """The largest picture: bytes of the file, pixels in all, pixels of the longer side."""

    max_bytes: int = 10 * 1024 * 1024
    max_pixels: int = 25_000_000
    max_side: int = 16_384


@dataclass(frozen=True)
class Changed:
    """Something that was done to what the person sees."""

    code: str
    message: str


@dataclass(frozen=True, eq=False)
class Picture:
    """What was read: uint8 (rows, columns, 3) RGB, what was changed, and the file's format."""

    pixels: npt.NDArray[np.uint8]
    warnings: tuple[Changed, ...]
    format: str

    @property
    def width(self) -> int:
        return self.pixels.shape[1]

    @property
    def height(self) -> int:
        return self.pixels.shape[0]


class PictureError(Exception):
    """Bytes that are no picture we read: an HTTP status, a code for programs, a sentence for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def read_picture(data: bytes, limits: Limits | None = None) -> Picture:
    """The picture in a file's bytes, told by its content and not by any name.

    PictureError 413 for too many bytes, 415 for another kind of file, 422 for a damaged or too large picture.
    Nothing of the libraries below shows in it.
    """
    limits = limits or Limits()
    if len(data) > limits.max_bytes:
        raise PictureError(
            413,
            "too_large",
            f"The file is {len(data) / 1e6:.1f} MB; the limit is {limits.max_bytes / 1e6:.1f} MB.",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(data, limits)
    except PictureError:
        raise
    except Exception as error:  # Pillow raises nearly every kind of exception on damaged files
        raise PictureError(
            422, "damaged", "The picture is damaged or cut off. Please try another copy of it."
        ) from error


def _read(data: bytes, limits: Limits) -> Picture:
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Exception as error:
        kind = guess_kind(data)
        if kind is None:
            raise PictureError(
                422, "damaged", "The picture is damaged or cut off. Please try another copy of it."
            ) from error
        raise PictureError(415, "unsupported_kind", f"This looks like {kind}. Please use {ACCEPTED}.") from error
    with image:
        width, height = image.size
        if max(width, height) > limits.max_side or width * height > limits.max_pixels:
            raise PictureError(
                422,
                "too_many_pixels",
                f"The picture is {width} x {height} pixels; the limits are {limits.max_pixels / 1e6:g} million "
                f"pixels and {limits.max_side} on a side. Please make it smaller.",
            )
        changes: list[Changed] = []
        kind = image.format or ""
        if getattr(image, "n_frames", 1) > 1 and kind != "MPO":
            changes.append(Changed("first_frame", "The file holds several pictures; the first one was taken."))
        image.load()
        upright = ImageOps.exif_transpose(image)
        if image.getexif().get(0x0112, 1) in range(2, 9):
            changes.append(Changed("turned_upright", "The picture was turned upright, as its camera noted."))
        return Picture(_to_rgb(upright, changes), tuple(changes), "JPEG" if kind == "MPO" else kind)


def _to_rgb(image: Image.Image, changes: list[Changed]) -> npt.NDArray[np.uint8]:
    """uint8 RGB of any mode: wide values scaled, transparency laid on a background."""
    if image.mode in WIDE_MODES:
        return _scaled(np.asarray(image), image.mode, changes)
    if image.mode in ("CMYK", "YCbCr", "LAB", "HSV"):
        changes.append(Changed("colours_converted", f"The colours were converted from {image.mode} to RGB."))
    if image.has_transparency_data:
        return _on_background(np.asarray(image.convert("RGBA")), changes)
    return np.asarray(image.convert("RGB"))


def _scaled(values: npt.NDArray[np.generic], mode: str, changes: list[Changed]) -> npt.NDArray[np.uint8]:
    """Values of more than 8 bits: 16-bit ones by their full range, others from their least to their largest."""
    wide = values.astype(np.float64)
    wide[~np.isfinite(wide)] = 0
    if mode.startswith("I") and wide.min(initial=0) >= 0 and wide.max(initial=0) <= 65535:
        low, high, told = 0.0, 65535.0, "16 bits"
    else:
        low, high, told = float(wide.min()), float(wide.max()), "its own range"
    gray = np.rint((wide - low) / ((high - low) or 1) * 255).astype(np.uint8)
    changes.append(Changed("scaled_to_8_bits", f"The brightness was scaled from {told} to 8 bits."))
    return np.repeat(gray[..., None], 3, axis=2)


def _on_background(rgba: npt.NDArray[np.uint8], changes: list[Changed]) -> npt.NDArray[np.uint8]:
    """Transparency over white; over black where all that can be seen is nearly white and would be lost."""
    colour, alpha = rgba[..., :3], rgba[..., 3:]
    if (alpha == 255).all():
        return np.ascontiguousarray(colour)
    seen = colour[alpha[..., 0] > 0]
    name, background = ("black", 0) if seen.size and seen.min() >= NEARLY_WHITE else ("white", 255)
    changes.append(Changed("transparency_filled", f"The transparent parts were filled with {name}."))
    share = alpha.astype(np.uint32)
    return ((colour * share + background * (255 - share) + 127) // 255).astype(np.uint8)
