"""An AVIF's boxes (ISO 23008-12): the size, before a decoder makes room for it."""

from __future__ import annotations

from model.pictures.facts import Facts

EXTENTS = b"\x00\x00\x00\x14ispe"
"""How the box begins that has a picture's width and height: its length, 20 bytes, and its name."""

HEADER = 64 * 1024


def read_extents(data: bytes) -> Facts:
    """The largest width and height that the file announces: it may hold parts of a picture, and small ones of it."""
    width, height, place = 0, 0, data.find(EXTENTS, 0, HEADER)
    while place >= 0:
        width = max(width, int.from_bytes(data[place + 12 : place + 16], "big"))
        height = max(height, int.from_bytes(data[place + 16 : place + 20], "big"))
        place = data.find(EXTENTS, place + 1, HEADER)
    return Facts(data, size=(width, height) if width and height else None)
