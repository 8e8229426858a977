"""A WebP's header (RFC 9649): the size, before a decoder makes room for it."""

from __future__ import annotations

from model.pictures.facts import Facts
from model.pictures.faults import damaged


def read_canvas(data: bytes) -> Facts:
    """The width and height that the first chunk announces; PictureError where the file is shorter than it says."""
    if 8 + int.from_bytes(data[4:8], "little") > len(data) + 1:
        raise damaged()
    kind, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise damaged()
    if kind == b"VP8X":
        size = 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    elif kind == b"VP8L":
        packed = int.from_bytes(body[1:5], "little")
        size = 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    elif kind == b"VP8 ":
        size = int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    else:
        raise damaged()
    return Facts(data, size=size)
