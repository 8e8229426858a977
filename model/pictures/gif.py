"""A GIF's screen and its first picture (GIF89a): the size, before a decoder makes room for it."""

from __future__ import annotations

import struct

from model.pictures.facts import Facts
from model.pictures.faults import damaged

EXTENSION, PICTURE, END = 0x21, 0x2C, 0x3B


def read_screen(data: bytes) -> Facts:
    """The size of the screen, made larger where the first picture reaches over it; PictureError where there is none."""
    try:
        width, height, flags = struct.unpack_from("<HHB", data, 6)
        place = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
        while data[place] != PICTURE:
            if data[place] == END:
                raise damaged()
            place = _after_blocks(data, place + 2) if data[place] == EXTENSION else place + 1
        left, top, across, down = struct.unpack_from("<HHHH", data, place + 1)
    except (struct.error, IndexError) as error:
        raise damaged() from error
    return Facts(data, size=(max(width, left + across), max(height, top + down)))


def _after_blocks(data: bytes, place: int) -> int:
    """Where the blocks that begin at `place` end: each says its length, and the last one that it is empty."""
    while data[place]:
        place += 1 + data[place]
    return place + 1
