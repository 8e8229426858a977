"""Reading a picture file: upright, opaque, 8 bits, RGB; every change told; whatever the bytes are."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, features

from model.pictures.kinds import guess_kind
from model.preprocess import Notice

# The phones' JPEG of several pictures, MPO, is read by Pillow's JPEG reader.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
ACCEPTED = "PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF" if features.check("avif") else "PNG, JPEG, WebP, GIF, BMP or TIFF"
WIDE_MODES = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")
NEARLY_WHITE = 235
BAND = 1_000_000  # pixels that are converted at a time, so that memory stays a small multiple of the picture

# How to turn what the camera saw upright, by the orientation it noted (Exif 2.32, tag 274; 1 is upright).
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# A JPEG may be written in any number of passes over the picture, each of a few bytes, and as many notes: a small
# file could keep a decoder busy for an hour. Cameras and programs write about ten passes and a few notes.
MOST_PASSES, MOST_NOTES = 64, 1000

Image.MAX_IMAGE_PIXELS = None  # the size is checked below, before a pixel is decoded
# Set once: `warnings.catch_warnings` is not safe where two threads decode at the same time.
warnings.filterwarnings("ignore", module=r"PIL\.")


@dataclass(frozen=True)
class Limits:
    """The largest picture: bytes of the file, pixels in all, pixels of the longer side."""

    max_bytes: int = 10 * 1024 * 1024
    max_pixels: int = 25_000_000
    max_side: int = 16_384


@dataclass(frozen=True, eq=False)
class Picture:
    """What was read: uint8 (rows, columns, 3) RGB, what was changed, and the file's format."""

    pixels: npt.NDArray[np.uint8]
    warnings: tuple[Notice, ...]
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
    if not data:
        raise PictureError(422, "empty_picture", f"The file is empty. Please use {ACCEPTED}.")
    try:
        return _read(data, limits)
    except PictureError:
        raise
    except Exception as error:  # Pillow raises nearly every kind of exception on damaged files
        raise damaged() from error


def damaged() -> PictureError:
    """The error for a file of a kind we read, with contents that cannot be read."""
    return PictureError(422, "damaged", "The picture is damaged or cut off. Please try another copy of it.")


def _read(data: bytes, limits: Limits) -> Picture:
    check_passes(data)
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Exception as error:
        kind = guess_kind(data)
        if kind is None:
            raise damaged() from error
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
        changes: list[Notice] = []
        kind = image.format or ""
        # Not `n_frames`, which walks through all of them.
        if getattr(image, "is_animated", False) and kind != "MPO":
            changes.append(Notice("first_frame", "The file holds several pictures; the first one was taken."))
        image.load()
        turn = TURNS.get(orientation(image))
        upright: Image.Image = image
        if turn is not None:
            changes.append(Notice("turned_upright", "The picture was turned upright, as its camera noted."))
            upright = image.transpose(turn)
        return Picture(_to_rgb(upright, changes), tuple(changes), "JPEG" if kind == "MPO" else kind)


def check_passes(data: bytes) -> None:
    """Refuses a JPEG of more passes or notes than any camera or program writes."""
    if not data.startswith(b"\xff\xd8\xff"):
        return
    # In a JPEG's data, 255 is followed by 0 or by a restart mark: these pairs of bytes are marks of their kind.
    passes, notes = data.count(b"\xff\xda"), data.count(b"\xff\xe1")
    if passes > MOST_PASSES or notes > MOST_NOTES:
        many = f"{passes} passes over the picture" if passes > MOST_PASSES else f"{notes} notes"
        raise PictureError(422, "damaged", f"The JPEG holds {many}, more than any camera writes. Please save it anew.")


def orientation(image: Image.Image) -> int:
    """The orientation that the camera noted, 1 to 8; 1 if it noted none that can be read."""
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:  # damaged notes do not make a damaged picture
        return 1


def _to_rgb(image: Image.Image, changes: list[Notice]) -> npt.NDArray[np.uint8]:
    """uint8 RGB of any mode: wide values scaled, transparency laid on a background."""
    if image.mode in WIDE_MODES:
        return _scaled(np.asarray(image), image.mode, changes)
    if image.mode in ("CMYK", "YCbCr", "LAB", "HSV"):
        changes.append(Notice("colours_converted", f"The colours were converted from {image.mode} to RGB."))
    if image.has_transparency_data:
        return _on_background(np.asarray(image.convert("RGBA")), changes)
    return np.asarray(image.convert("RGB"))


def _bands(rows: int, columns: int) -> Iterator[slice]:
    """The rows of a picture, a band after another."""
    step = max(1, BAND // max(1, columns))
    return (slice(start, start + step) for start in range(0, rows, step))


def _scaled(values: npt.NDArray[np.generic], mode: str, changes: list[Notice]) -> npt.NDArray[np.uint8]:
    """Values of more than 8 bits: 16-bit ones by their full range, others from their least to their largest."""
    finite = values if mode.startswith("I") else np.nan_to_num(values, nan=0, posinf=0, neginf=0)
    low, high, told = float(finite.min()), float(finite.max()), "its own range"
    if mode.startswith("I") and low >= 0 and high <= 65535:
        low, high, told = 0.0, 65535.0, "16 bits"
    rgb = np.empty((*values.shape, 3), np.uint8)
    for band in _bands(*values.shape):
        shares = (finite[band].astype(np.float64) - low) / ((high - low) or 1)
        rgb[band] = np.rint(shares * 255)[..., None]
    changes.append(Notice("scaled_to_8_bits", f"The brightness was scaled from {told} to 8 bits."))
    return rgb


def _on_background(rgba: npt.NDArray[np.uint8], changes: list[Notice]) -> npt.NDArray[np.uint8]:
    """Transparency over white; over black where all that can be seen is nearly white and would be lost."""
    alpha = rgba[..., 3]
    if (alpha == 255).all():
        return np.ascontiguousarray(rgba[..., :3])
    # What is half as opaque as the most opaque: the colour of a stroke's soft edge is often left undefined.
    seen = (alpha >= max(1, int(alpha.max()) // 2)) & (alpha > 0)
    light = seen.copy()
    for channel in range(3):
        light &= rgba[..., channel] >= NEARLY_WHITE
    white_ink = np.count_nonzero(light) > 0.99 * np.count_nonzero(seen)
    name, background = ("black", 0) if white_ink else ("white", 255)
    rgb = np.empty((*alpha.shape, 3), np.uint8)
    for band in _bands(*alpha.shape):
        share = rgba[band, :, 3:].astype(np.uint32)
        rgb[band] = (rgba[band, :, :3] * share + background * (255 - share) + 127) // 255
    changes.append(Notice("transparency_filled", f"The transparent parts were filled with {name}."))
    return rgb
