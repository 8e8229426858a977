"""A TIFF's first directory (TIFF 6.0): is it one that is read without guessing, and is all of its data there?"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

from model.pictures.facts import Facts
from model.pictures.faults import another_form, another_kind, damaged

WIDTH, HEIGHT, BITS, PACKING, MEANING, SAMPLES, PLANES, FORMAT = 256, 257, 258, 259, 262, 277, 284, 339
STRIPS, ROWS_PER_STRIP, STRIP_BYTES = 273, 278, 279
TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES = 322, 323, 324, 325
PURPOSE, DNG_VERSION, YCC_SAMPLING = 254, 50706, 530
SIZES = {1: 1, 3: 2, 4: 4, 13: 4, 16: 8}  # bytes of the types that whole numbers come in
LETTERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q"}

GRAYS = (0, 1)  # of which the darker value is white, and black
RAW, JPEG, DEFLATE = (1,), (7,), (8, 32946)
# These tell when data is missing; LZW, PackBits, LZMA and Zstandard by themselves.
PACKINGS = (*RAW, 5, *JPEG, *DEFLATE, 32773, 34925, 50000)
# Here libtiff only warns of missing data, where nobody hears it, and fills the rest with what it likes.
REFUSED = {
    2: "as a fax (CCITT)",
    3: "as a fax (CCITT group 3)",
    4: "as a fax (CCITT group 4)",
    6: "in the JPEG of 1992",
    50001: "as WebP",
}
MOST_ENTRIES, MOST_PARTS = 1000, 100_000
MOST_BYTES = 512 * 1024 * 1024
"""Unpacked bytes of all strips or tiles: libtiff makes room for whole ones, however small the picture."""


class Part(NamedTuple):
    """A strip or a tile: where its bytes are, and how many they become."""

    start: int
    length: int
    unpacked: int


def read_directory(data: bytes, check_size: Callable[[int, int], None]) -> Facts:
    """What the first directory says; PictureError for a form in which damage would go unnoticed, and for damage.

    `check_size(width, height)` is called before any work that grows with the picture.
    """
    tags = _tags(data)

    def one(tag: int, default: int = 0) -> int:
        return tags[tag][0] if tags.get(tag) else default

    if DNG_VERSION in tags or one(PURPOSE) & 1:
        raise another_kind("a raw camera file")
    width, height, packing, meaning = one(WIDTH), one(HEIGHT), one(PACKING, 1), one(MEANING)
    if not width or not height:
        raise damaged()
    check_size(width, height)
    if packing not in PACKINGS:
        raise another_form(f"This TIFF is compressed {REFUSED.get(packing, 'in a rare way')}, which is not read here")
    if packing in RAW and meaning == 6 and tags.get(YCC_SAMPLING, (2, 2)) != (1, 1):
        raise another_form("This TIFF stores its colours more coarsely than its brightness, which is not read here")
    bits = max(tags.get(BITS, (1,)))
    if one(PLANES, 1) == 2 and one(SAMPLES, 1) > 1 and (bits != 8 or meaning in GRAYS):
        # Pillow puts them together as if they were bytes, and gray with opacity as if both were gray.
        stored = "each of its colours apart and not in 8 bits" if bits != 8 else "gray apart from other channels"
        raise another_form(f"This TIFF stores {stored}, which is not read here")
    parts = _parts(tags, width, height, bits)
    if packing not in RAW and any(part.start + part.length > len(data) for part in parts):
        raise damaged()
    if packing in JPEG and not all(_is_whole_jpeg(data, part) for part in parts):
        raise damaged()
    if packing in DEFLATE and not all(_is_whole_deflate(data, part) for part in parts):
        raise damaged()
    return Facts(data, size=(width, height), depth=bits, negative=meaning == 0, signed=one(FORMAT, 1) == 2)


def _tags(data: bytes) -> Mapping[int, tuple[int, ...]]:
    """The whole numbers of the first directory by tag; none for a tag of another type."""
    order = "<" if data.startswith(b"II") else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    try:
        place = struct.unpack_from(f"{order}{'Q' if big else 'I'}", data, 8 if big else 4)[0]
        entries = struct.unpack_from(f"{order}{'Q' if big else 'H'}", data, place)[0]
        if entries > MOST_ENTRIES:
            raise damaged()
        place += 8 if big else 2
        tags: dict[int, tuple[int, ...]] = {}
        for _ in range(entries):
            tag, kind, count = struct.unpack_from(f"{order}HH{'Q' if big else 'I'}", data, place)
            value = place + (12 if big else 8)
            place = value + (8 if big else 4)
            if kind not in SIZES or tag in tags:
                tags.setdefault(tag, ())
                continue
            if count > MOST_PARTS:
                count = 0 if tag not in (STRIPS, STRIP_BYTES, TILES, TILE_BYTES) else count
                if count:
                    raise another_form("This TIFF is cut into more than 100,000 parts, which is not read here")
            if SIZES[kind] * count > (8 if big else 4):
                value = struct.unpack_from(f"{order}{'Q' if big else 'I'}", data, value)[0]
            tags[tag] = struct.unpack_from(f"{order}{count}{LETTERS[kind]}", data, value)
    except (struct.error, OverflowError) as error:
        raise damaged() from error
    return tags


def _parts(tags: Mapping[int, tuple[int, ...]], width: int, height: int, bits: int) -> list[Part]:
    """The strips or tiles; PictureError unless there are as many as the picture needs, and they are not enormous."""

    def one(tag: int, default: int) -> int:
        return tags[tag][0] if tags.get(tag) else default

    samples, planes = one(SAMPLES, 1), 1
    if one(PLANES, 1) == 2:
        samples, planes = 1, samples
    if STRIPS in tags:
        across, down = width, max(1, min(one(ROWS_PER_STRIP, height), height))
        starts, lengths = tags[STRIPS], tags.get(STRIP_BYTES, ())
    else:
        across, down = one(TILE_WIDTH, 0), one(TILE_HEIGHT, 0)
        starts, lengths = tags.get(TILES, ()), tags.get(TILE_BYTES, ())
    if across < 1 or down < 1:
        raise damaged()
    needed = -(-width // across) * -(-height // down) * planes
    unpacked = down * -(-across * samples * bits // 8)
    if len(starts) < needed or needed * unpacked > MOST_BYTES:
        raise damaged()
    if len(lengths) < needed:  # only unpacked data can do without
        lengths = (0,) * needed
    return [Part(start, length, unpacked) for start, length in zip(starts[:needed], lengths[:needed], strict=True)]


def _is_whole_jpeg(data: bytes, part: Part) -> bool:
    body = data[part.start : part.start + part.length]
    return body.startswith(b"\xff\xd8") and body[-16:].rstrip(b"\0").endswith(b"\xff\xd9")


def _is_whole_deflate(data: bytes, part: Part) -> bool:
    """Whether a part unpacks to its end and has the checksum it was written with, which libtiff does not look at."""
    unpacking, packed, done = zlib.decompressobj(), data[part.start : part.start + part.length], 0
    try:
        while packed and not unpacking.eof and done <= part.unpacked:
            done += len(unpacking.decompress(packed, 1 << 20))
            packed = unpacking.unconsumed_tail
    except zlib.error:
        return False
    return unpacking.eof
