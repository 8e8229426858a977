"""Reading a picture file: upright, opaque, 8 bits, RGB; every change told; whatever the bytes are."""

from __future__ import annotations

import io
import logging
import warnings
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFile

from model.pictures.avif import read_extents
from model.pictures.bmp import read_bitmap
from model.pictures.deep import WIDE_MODES, Bytes, low_bytes
from model.pictures.facts import Facts
from model.pictures.faults import (
    ACCEPTED,
    PictureError,
    another_form,
    another_kind,
    damaged,
    too_large,
    too_many_pixels,
)
from model.pictures.gif import read_screen
from model.pictures.jpeg import read_segments
from model.pictures.kinds import other_kind, our_kind
from model.pictures.pixels import lay_on_background, to_rgb
from model.pictures.png import read_chunks
from model.pictures.silence import silence_libtiff
from model.pictures.tiff import read_directory
from model.pictures.webp import read_canvas
from model.preprocess import Notice

ORIENTATION = 0x0112
UNPACKED = {
    f"{mode}{order}{end}": f"{mode}N{end}"
    for order in ("", "B")
    for mode, end in (("I;16", "S"), ("I;32", "S"), ("F;32", "F"))
}
"""Pillow's ways to unpack signed numbers and fractions, in the file's order of bytes and in this machine's."""
# Set once: `warnings.catch_warnings` is not safe where two threads decode at the same time.
warnings.filterwarnings("ignore", module=r"PIL\.")
# What Pillow tells its log of a file is told to whoever sent the file, in our words.
logging.getLogger("PIL").setLevel(logging.CRITICAL)
silence_libtiff()


@dataclass(frozen=True)
class Limits:
    """The largest picture: bytes of the file, pixels in all, pixels of the longer side."""

    max_bytes: int = 10 * 1024 * 1024
    max_pixels: int = 25_000_000
    max_side: int = 16_384

    def check_size(self, width: int, height: int) -> None:
        """PictureError for more pixels than are allowed, or for none."""
        if width < 1 or height < 1:
            raise damaged()
        if max(width, height) > self.max_side or width * height > self.max_pixels:
            raise too_many_pixels(width, height, self.max_pixels, self.max_side)


# Our limits are checked before a pixel is decoded. Pillow's, one for all, is for what it makes room for by itself while
# it opens a file; it refuses what is more than twice as large.
Image.MAX_IMAGE_PIXELS = Limits.max_pixels


@dataclass(frozen=True, eq=False)
class Picture:
    """What was read: uint8 (rows, columns, 3) RGB, what was changed, and the file's format."""

    pixels: Bytes
    warnings: tuple[Notice, ...]
    format: str

    @property
    def width(self) -> int:
        return self.pixels.shape[1]

    @property
    def height(self) -> int:
        return self.pixels.shape[0]


def read_picture(data: bytes, limits: Limits | None = None) -> Picture:
    """The picture in a file's bytes, told by its content and not by any name.

    PictureError 413 for too many bytes, 415 for another kind of file, 422 for a damaged or too large picture.
    Nothing of the libraries below shows in it. A large JPEG is decoded whole: a decoder's own shrinking would be
    quicker, but gives other numbers than the same pixels do from anywhere else.
    """
    limits = limits or Limits()
    if len(data) > limits.max_bytes:
        raise too_large(len(data), limits.max_bytes)
    if not data:
        raise PictureError(422, "empty_picture", f"The file is empty. Please use {ACCEPTED}.")
    kind = our_kind(data)
    if kind is None:
        raise another_kind(other_kind(data))
    try:
        return _read_bitmap(data, limits) if kind == "BMP" else _read(kind, data, limits)
    except PictureError:
        raise
    except Exception as error:  # Pillow raises nearly every kind of exception on damaged files
        raise damaged() from error


def _read_bitmap(data: bytes, limits: Limits) -> Picture:
    changes: list[Notice] = []
    rgb, opacity = read_bitmap(data, limits.check_size)
    if opacity is not None:
        lay_on_background(rgb, opacity, changes)
    return Picture(rgb, tuple(changes), "BMP")


def _read(kind: str, data: bytes, limits: Limits) -> Picture:
    Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS or 0, limits.max_pixels)
    facts = _inspect(kind, data, limits)
    if facts.size:
        limits.check_size(*facts.size)
    with _open(kind, facts) as image:
        limits.check_size(*image.size)
        facts = _completed(image, facts)
        changes: list[Notice] = []
        if facts.several:
            changes.append(Notice("first_frame", "The file holds several pictures; the first one was taken."))
        turn = orientation(kind, image, facts)
        if turn != 1:
            changes.append(Notice("turned_upright", "The picture was turned upright, as its camera noted."))
        frame = image.tile[0].extents if kind == "GIF" else None
        image.load()
        split = facts.depth == 16 and image.mode not in WIDE_MODES and not facts.pairs
        low = low_bytes(lambda: _open(kind, facts)) if split else None
        rgb = to_rgb(image, facts, changes, low, frame)
    image.close()  # what is turned below needs the room
    # Pillow turns a TIFF by itself.
    upright = rgb if kind == "TIFF" else np.ascontiguousarray(turned(rgb, turn))
    return Picture(upright, tuple(changes), kind)


def _inspect(kind: str, data: bytes, limits: Limits) -> Facts:
    """What the file's structure says, by our own reading."""
    if kind == "PNG":
        return read_chunks(data, limits.check_size)
    if kind == "JPEG":
        return read_segments(data)
    if kind == "TIFF":
        return read_directory(data, limits.check_size)
    if kind == "WEBP":
        return read_canvas(data)
    return read_screen(data) if kind == "GIF" else read_extents(data)


def _open(kind: str, facts: Facts) -> ImageFile.ImageFile:
    try:
        image = Image.open(io.BytesIO(facts.data), formats=(kind,))
    except Exception as error:
        if kind == "TIFF":  # its structure is sound: what was refused is the kind of its values
            raise another_form("This TIFF stores its values in a way that is not read here") from error
        raise
    if kind == "TIFF":
        # Where a TIFF's own tag says nothing, Pillow looks into a note of Adobe's; nobody else turns a picture by that.
        image.info.pop("xmp", None)
        image.tile = [_in_our_order(tile) for tile in image.tile]
    return image


def _in_our_order(tile: ImageFile._Tile) -> ImageFile._Tile:
    """What libtiff has unpacked has this machine's order of bytes; Pillow sees to that for whole numbers without a
    sign, and takes others in the file's order."""
    if tile.codec_name != "libtiff" or not isinstance(tile.args, tuple) or tile.args[0] not in UNPACKED:
        return tile
    return tile._replace(args=(UNPACKED[tile.args[0]], *tile.args[1:]))


def _completed(image: Image.Image, facts: Facts) -> Facts:
    """The facts, with what Pillow found where our own reading does not look."""
    several = facts.several
    if several is None:
        try:
            several = bool(getattr(image, "is_animated", False))  # not `n_frames`, which walks through all of them
        except Exception:  # what comes after the first picture may be damaged
            several = True
    return replace(
        facts,
        several=several,
        profile=facts.profile or image.info.get("icc_profile"),
        exif=facts.exif or image.info.get("exif"),
    )


def orientation(kind: str, image: Image.Image, facts: Facts) -> int:
    """The orientation that the camera noted, 1 to 8; 1 if it noted none that can be read."""
    try:
        if kind == "TIFF":
            noted = image.getexif().get(ORIENTATION, 1)
        else:
            exif = Image.Exif()
            exif.load(facts.exif or b"")
            noted = exif.get(ORIENTATION, 1)
        return noted if noted in range(1, 9) else 1
    except Exception:  # damaged notes do not make a damaged picture
        return 1


def turned(pixels: Bytes, noted: int) -> Bytes:
    """What the camera saw, upright, by the orientation it noted (Exif 2.32, tag 274): the place of row 0, column 0."""
    if noted in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    if noted in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if noted in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels
