"""A PNG's chunks (W3C Portable Network Graphics, third edition): each is checked, and notes are left out."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from model.pictures.facts import Facts
from model.pictures.faults import damaged

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_PROFILE = 4 * 1024 * 1024
STEP = 1024 * 1024
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Where each of the seven passes over an interlaced picture starts, and its steps: rows and columns (section 8.1).
PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
NEEDED = (b"IHDR", b"PLTE", b"IDAT")


def read_chunks(data: bytes, check_size: Callable[[int, int], None]) -> Facts:
    """The file without its notes, and what those say that matters to the picture.

    PictureError where a chunk that the picture needs is cut off or has not the checksum it was written with, and
    where there are fewer pixels than announced: the decoder would go on with whatever is there.
    `check_size(width, height)` is called before any work that grows with the picture.
    """
    if not data.startswith(SIGNATURE):
        raise damaged()
    kept, notes = [SIGNATURE], dict[bytes, bytes]()
    place, view, ended = len(SIGNATURE), memoryview(data), False
    while place + 12 <= len(data) and not ended:
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        needed = kind in NEEDED
        whole = end <= len(data) and _checksum(view[place + 4 : end - 4]) == int.from_bytes(view[end - 4 : end], "big")
        if needed and not whole:
            raise damaged()
        if needed:
            kept.append(bytes(view[place:end]))
        elif whole:
            notes.setdefault(kind, bytes(view[place + 8 : end - 4]))
        elif kind == b"tRNS" or end > len(data):
            raise damaged()
        place, ended = end, kind == b"IEND"
    if len(kept) < 3 or kept[1][4:8] != b"IHDR" or len(kept[1]) != 25:
        raise damaged()
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", kept[1], 8)
    check_size(width, height)
    if colour not in CHANNELS or not _is_whole(kept, _length(width, height, depth * CHANNELS[colour], interlaced)):
        raise damaged()
    pairs = (depth, colour) == (16, 4)
    if pairs:  # Pillow would give the higher bytes only; with as many bytes a pixel, the rows stay as they are
        kept[1] = _chunk(b"IHDR", kept[1][8:16] + bytes([8, 6]) + kept[1][18:21])
    transparency = notes.get(b"tRNS", b"")
    key = None
    if transparency and colour in (0, 2):
        key = struct.unpack_from(">H" if colour == 0 else ">HHH", transparency)
    elif transparency and colour == 3:
        kept.insert(_first(kept, b"IDAT"), _chunk(b"tRNS", transparency))
    gamma = notes.get(b"gAMA", b"")
    plain = b"sRGB" in notes or b"iCCP" in notes or b"cICP" in notes or len(gamma) != 4
    frames = notes.get(b"acTL", b"")
    return Facts(
        b"".join([*kept, _chunk(b"IEND", b"")]),
        size=(width, height),
        depth=depth,
        profile=_profile(notes.get(b"iCCP", b"")),
        exif=notes.get(b"eXIf"),
        several=len(frames) == 8 and int.from_bytes(frames[:4], "big") > 1,
        gamma=None if plain else int.from_bytes(gamma, "big") / 100_000,
        key=key,
        pairs=pairs,
    )


def _length(width: int, height: int, bits: int, interlaced: int) -> int:
    """Bytes of all rows, each of which begins with the number of its filter."""
    passes = PASSES if interlaced else ((0, 0, 1, 1),)
    sizes = [(-(-(height - top) // down), -(-(width - left) // across)) for top, left, down, across in passes]
    return sum(rows * (1 + -(-columns * bits // 8)) for rows, columns in sizes if rows > 0 and columns > 0)


def _is_whole(kept: list[bytes], length: int) -> bool:
    """Whether the pixels' chunks unpack to this many bytes or more, which the decoder does not look at."""
    unpacking, done = zlib.decompressobj(), 0
    for chunk in kept:
        packed = chunk[8:-4] if chunk[4:8] == b"IDAT" else b""
        while packed and done < length:
            try:
                done += len(unpacking.decompress(packed, STEP))
            except zlib.error:
                return False
            packed = unpacking.unconsumed_tail
    return done >= length


def _checksum(part: memoryview) -> int:
    return zlib.crc32(part)


def _first(kept: list[bytes], kind: bytes) -> int:
    return next((place for place, chunk in enumerate(kept) if chunk[4:8] == kind), len(kept))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _profile(chunk: bytes) -> bytes | None:
    """The colour profile in an iCCP chunk; None where there is none that can be read."""
    _, mark, packed = chunk.partition(b"\0")
    if not mark or packed[:1] != b"\0":
        return None
    unpacking = zlib.decompressobj()
    try:
        profile = unpacking.decompress(packed[1:], LARGEST_PROFILE)
    except zlib.error:
        return None
    return profile if unpacking.eof else None
