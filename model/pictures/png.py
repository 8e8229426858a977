"""A PNG's chunks (W3C Portable Network Graphics, third edition): each is checked, and notes are left out."""

from __future__ import annotations

import struct
import zlib

from model.pictures.facts import Facts
from model.pictures.faults import damaged

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_PROFILE = 4 * 1024 * 1024
NEEDED = (b"IHDR", b"PLTE", b"IDAT")


def read_chunks(data: bytes) -> Facts:
    """The file without its notes, and what those say that matters to the picture.

    PictureError where a chunk that the picture needs is cut off or has not the checksum it was written with: the
    decoder would go on with whatever is there.
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
    width, height, depth, colour = struct.unpack_from(">IIBB", kept[1], 8)
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
    )


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
