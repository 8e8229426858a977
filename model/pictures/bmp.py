"""Bitmaps of Windows and OS/2, read whole: Pillow refuses some that are right, and guesses where others are not."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.pictures.bands import bands
from model.pictures.faults import another_form, damaged
from model.pictures.runs import unpack_runs

Bytes = npt.NDArray[np.uint8]

PLAIN, RUNS_OF_8, RUNS_OF_4, MASKED, MASKED_WITH_ALPHA = 0, 1, 2, 3, 6
RARE = {4: "as JPEG", 5: "as PNG"}
OS2 = (12, 16, 64)  # lengths of headers in which the numbers of packings from 3 on mean something else
WINDOWS = (40, 52, 56, 108, 124)
ENTRIES = 54
"""Where masks stand: at the end of a header of 40 bytes, within longer ones."""
DEFAULT_MASKS = {16: (0x7C00, 0x3E0, 0x1F, 0), 24: (0xFF0000, 0xFF00, 0xFF, 0), 32: (0xFF0000, 0xFF00, 0xFF, 0)}


@dataclass(frozen=True)
class Header:
    """What a bitmap's header says. `start` is where the pixels begin, `palette` are colours (entries, 3), RGB."""

    width: int
    height: int
    from_the_top: bool
    bits: int
    packing: int
    start: int
    masks: tuple[int, ...]
    palette: Bytes


def read_bitmap(data: bytes, check_size: Callable[[int, int], None]) -> tuple[Bytes, Bytes | None]:
    """uint8 (rows, columns, 3), and the opacity (rows, columns) where there is any; PictureError for a damaged file.

    `check_size(width, height)` is called before any work that grows with the picture.
    """
    try:
        header = _read_header(data)
    except struct.error as error:
        raise damaged() from error
    check_size(header.width, header.height)
    if header.packing in (RUNS_OF_8, RUNS_OF_4):
        if header.bits != (8 if header.packing == RUNS_OF_8 else 4):
            raise damaged()
        indices, opacity = unpack_runs(data[header.start :], header.width, header.height, header.bits)
        down = slice(None, None, 1 if header.from_the_top else -1)
        return _by_palette(indices[down], header.palette), None if opacity is None else opacity[down]
    stride = (header.width * header.bits + 31) // 32 * 4
    length = stride * (header.height - 1) + -(-header.width * header.bits // 8)
    body = data[header.start : header.start + length]
    if len(body) < length:
        raise damaged()
    rows = np.frombuffer(body + bytes(stride * header.height - length), np.uint8).reshape(header.height, stride)
    rows = rows if header.from_the_top else rows[::-1]
    if header.bits <= 8:
        return _by_palette(_indices(rows, header), header.palette), None
    return _by_masks(rows, header)


def _read_header(data: bytes) -> Header:
    start, size = struct.unpack_from("<II", data, 10)
    packing = colours = 0
    if size == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
    elif size in OS2 or size in WINDOWS:
        width, height, _, bits = struct.unpack_from("<iiHH", data, 18)
        if size >= 36:
            packing, colours = struct.unpack_from("<I12xI", data, 30)
    else:
        raise damaged()
    from_the_top, end = height < 0, 14 + size
    masks = DEFAULT_MASKS.get(bits, ())
    if packing in RARE or (packing >= MASKED and size in OS2):
        told = "in a rare way" if size in OS2 else RARE[packing]
        raise another_form(f"This BMP is packed {told}, which is not read here")
    if packing in (MASKED, MASKED_WITH_ALPHA):
        several = 4 if size >= 56 or packing == MASKED_WITH_ALPHA else 3
        masks = struct.unpack_from(f"<{several}I", data, ENTRIES) + (0,) * (4 - several)
        end = max(end, ENTRIES + 4 * several)
    elif packing not in (PLAIN, RUNS_OF_8, RUNS_OF_4):
        raise damaged()
    if bits not in (1, 2, 4, 8, 16, 24, 32) or (packing in (MASKED, MASKED_WITH_ALPHA) and bits < 16):
        raise damaged()
    entry = 3 if size == 12 else 4
    palette = np.zeros((2**bits if bits <= 8 else 0, 3), np.uint8)
    start = start or end + entry * (colours or len(palette))
    if not end <= start <= len(data):
        raise damaged()
    # There may be fewer colours than values, and more than are used; a value without a colour is black.
    given = np.frombuffer(data[end:start], np.uint8)
    given = given[: len(given) // entry * entry].reshape(-1, entry)[: colours or None, 2::-1]
    if len(palette) and not len(given):
        raise damaged()
    palette[: len(given)] = given[: len(palette)]
    return Header(width, abs(height), from_the_top, bits, packing, start, tuple(masks), palette)


def _indices(rows: Bytes, header: Header) -> Bytes:
    """Values of 1, 2, 4 or 8 bits, the first in the highest bits."""
    if header.bits == 8:
        return rows[:, : header.width]
    indices = np.empty((header.height, header.width), np.uint8)
    per_byte = 8 // header.bits
    for place in range(per_byte):
        part = indices[:, place::per_byte]
        part[:] = (rows >> (8 - header.bits * (place + 1)))[:, : part.shape[1]] & (2**header.bits - 1)
    return indices


def _by_palette(indices: Bytes, palette: Bytes) -> Bytes:
    rgb = np.empty((*indices.shape, 3), np.uint8)
    for band in bands(*indices.shape):
        rgb[band] = palette[indices[band]]
    return rgb


def _by_masks(rows: Bytes, header: Header) -> tuple[Bytes, Bytes | None]:
    """Each channel from the bits that its mask has, scaled by their full range."""
    shape, size = (header.height, header.width), header.bits // 8
    rgb = np.empty((*shape, 3), np.uint8)
    opacity = np.empty(shape, np.uint8) if header.masks[3] else None
    _check_masks(header.masks)
    for band in bands(*shape):
        pixels = rows[band, : header.width * size].reshape(-1, header.width, size)
        for channel, mask in enumerate(header.masks):
            values = _channel(pixels, mask)
            if channel < 3:
                rgb[band, :, channel] = values
            elif opacity is not None:
                opacity[band] = values
    if opacity is not None and not opacity.any():
        opacity = None  # programs that know of no transparency leave these bits 0
    return rgb, opacity


def _check_masks(masks: Sequence[int]) -> None:
    """PictureError for bits of a channel that do not stand side by side."""
    if any(mask and (mask // (mask & -mask) + 1) & (mask // (mask & -mask)) for mask in masks):
        raise damaged()


def _channel(pixels: Bytes, mask: int) -> Bytes:
    """uint8 (rows, columns) of pixels (rows, columns, bytes), the lowest byte first."""
    if not mask:
        return np.zeros(pixels.shape[:2], np.uint8)
    shift = (mask & -mask).bit_length() - 1
    largest = mask >> shift
    if largest == 255 and shift % 8 == 0 and shift // 8 < pixels.shape[2]:
        return pixels[..., shift // 8]
    values = np.zeros(pixels.shape[:2], np.uint64)
    for place in range(pixels.shape[2]):
        values |= pixels[..., place].astype(np.uint64) << np.uint64(8 * place)
    values = values >> np.uint64(shift) & np.uint64(largest)
    return ((values * np.uint64(255) + np.uint64(largest // 2)) // np.uint64(largest)).astype(np.uint8)
