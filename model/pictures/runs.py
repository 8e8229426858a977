"""A bitmap's run lengths (Windows' BI_RLE8 and BI_RLE4): values repeated, values one by one, and jumps over others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from model.pictures.faults import another_form, damaged

Bytes = npt.NDArray[np.uint8]

LARGEST = 2 * 1024 * 1024
"""Bytes that are unpacked: more of them would take seconds."""
HALVES = [bytes([both >> 4, both & 15]) for both in range(256)]
"""Each byte's higher and lower four bits."""
END_OF_ROW, END, JUMP = 0, 1, 2


def unpack_runs(data: bytes, width: int, height: int, bits: int) -> tuple[Bytes, Bytes | None]:
    """Values (rows, columns) of 8 or 4 bits, the lowest row first; the opacity, 0 where nothing was written, else None.

    PictureError where the data end without saying so, and where they end below the last row: the rest of the picture
    would be missing.
    """
    if len(data) > LARGEST:
        raise another_form("This BMP is run-length coded and larger than 2 MB, which is not read here")
    values, written = bytearray(width * height), bytearray(width * height)
    place, x, y = 0, 0, 0
    while place + 1 < len(data) and y < height:
        count, value = data[place], data[place + 1]
        place += 2
        if not count and value > JUMP:  # as many values, one by one, filled up to an even number of bytes
            count, packed = value, -(-value * bits // 8)
            run = data[place : place + packed]
            place += packed + packed % 2
            run = run if bits == 8 else b"".join([HALVES[both] for both in run])
        elif count:
            run = bytes([value]) * count if bits == 8 else HALVES[value] * (count // 2 + 1)
        elif value == END_OF_ROW:
            x, y = 0, y + 1
            continue
        elif value == END:
            break
        else:
            if place + 2 > len(data):
                raise damaged()
            x, y = x + data[place], y + data[place + 1]
            place += 2
            if x > width or y > height:
                raise damaged()
            continue
        if len(run) < count:
            raise damaged()
        count = min(count, width - x)  # what goes beyond the row is left out, as other programs do
        start = y * width + x
        values[start : start + count] = run[:count]
        written[start : start + count] = b"\xff" * count
        x += count
    else:
        # Without a word of their end, they are all there if the last row is.
        if not (y == height or (y == height - 1 and x == width)):
            raise damaged()
    opacity = np.frombuffer(written, np.uint8).reshape(height, width)
    if y < height - 1 or not opacity.any():
        raise damaged()
    return np.frombuffer(values, np.uint8).reshape(height, width), None if opacity.all() else opacity
