"""Good BMP files: every depth, header, packing and way to place the bits of a colour."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.tensor import Array
from tests.pictures.encoders import bmp
from tests.pictures.values import ALPHA, COLUMNS, FILLED, GRAY, PALETTE, RGB, ROWS, Good, eight, over_white


def bmps() -> Iterator[Good]:
    for bits in (1, 4, 8):
        values = GRAY >> (8 - bits)
        yield Good(f"bmp palette {bits}", bmp(values, bits, palette=PALETTE[: 2**bits]), PALETTE[values])
    swapped = RGB[..., ::-1]
    yield Good("bmp 24", bmp(swapped, 24), RGB)
    yield Good("bmp 24 from the top", bmp(swapped, 24, down=True), RGB)
    yield Good("bmp 32", bmp(np.dstack([swapped, ALPHA]), 32), RGB)
    masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    clear = bmp(np.dstack([swapped, ALPHA]), 32, packing=3, masks=masks)
    yield Good("bmp 32 with alpha", clear, over_white(RGB, ALPHA), FILLED)
    yield Good(
        "bmp 32 with an alpha of nothing but 0", bmp(np.dstack([swapped, ALPHA * 0]), 32, packing=3, masks=masks), RGB
    )
    red, green, blue = (RGB[..., k].astype(np.uint16) for k in range(3))
    values = ((red >> 3) << 10 | (green >> 3) << 5 | blue >> 3).astype("<u2")
    fives = np.dstack([each >> 3 for each in (red, green, blue)])
    yield Good("bmp 16", bmp(values, 16), eight(fives, 31), (), 1)
    values = ((red >> 3) << 11 | (green >> 2) << 5 | blue >> 3).astype("<u2")
    sixes = np.dstack([eight(red >> 3, 31), eight(green >> 2, 63), eight(blue >> 3, 31)])
    yield Good("bmp 16 of 5, 6 and 5 bits", bmp(values, 16, packing=3, masks=(0xF800, 0x7E0, 0x1F, 0)), sixes, (), 1)
    indices = np.repeat(np.arange(ROWS)[:, None] % 9, COLUMNS, axis=1)
    runs = b"".join(bytes([COLUMNS, row % 9, 0, 0]) for row in range(ROWS - 1, -1, -1)) + b"\0\1"
    yield Good("bmp run-length coded", bmp(indices, 8, palette=PALETTE[:9], packing=1, data=runs), PALETTE[indices])
    pairs = b"".join(bytes([COLUMNS, row % 9 * 17, 0, 0]) for row in range(ROWS - 1, -1, -1)) + b"\0\1"
    yield Good(
        "bmp run-length coded in halves", bmp(indices, 4, palette=PALETTE[:9], packing=2, data=pairs), PALETTE[indices]
    )
    yield from odd_bmps()


def odd_bmps() -> Iterator[Good]:
    for bits in (1, 4, 8):
        values = GRAY >> (8 - bits)
        file = bmp(values, bits, palette=PALETTE[: 2**bits], header=12)
        yield Good(f"bmp of OS/2, palette {bits}", file, PALETTE[values])
    values = GRAY >> 4
    for length in (16, 64):
        file = bmp(values, 4, palette=PALETTE[:16], header=length)
        yield Good(f"bmp of OS/2, header of {length} bytes", file, PALETTE[values])
    yield Good("bmp of OS/2, 24 bits", bmp(RGB[..., ::-1], 24, header=12), RGB)
    yield Good("bmp palette 2", bmp(GRAY >> 6, 2, palette=PALETTE[:4]), PALETTE[GRAY >> 6])
    few = np.where((values < 9)[..., None], PALETTE[values], 0)
    yield Good("bmp with fewer colours than values", bmp(values, 4, palette=PALETTE[:9]), few)
    yield Good("bmp with more colours than values", bmp(values, 4, palette=PALETTE[:200]), PALETTE[values])
    gray = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    yield Good("bmp palette of grays", bmp(GRAY, 8, palette=gray), gray[GRAY])
    yield Good("bmp palette of grays, from white to black", bmp(GRAY, 8, palette=gray[::-1]), gray[255 - GRAY])
    yield Good("bmp without its last filler", bmp(RGB[:, :27, ::-1], 24)[:-3], RGB[:, :27])
    for name, bits, widths, length in (
        ("4 bits each and alpha", 16, (4, 4, 4, 4), 108),
        ("2, 3 and 1 bits", 16, (2, 3, 1, 0), 108),
        ("11, 11 and 10 bits", 32, (11, 11, 10, 0), 108),
        ("8 bits each in another order", 32, (8, 8, 8, 0), 40),
        ("8 bits each and alpha", 32, (8, 8, 8, 8), 56),
        ("6 bits each in 24", 24, (6, 6, 6, 0), 52),
        ("2 bits of alpha", 32, (10, 10, 10, 2), 124),
    ):
        file, seen = _masked(bits, widths, length)
        yield Good(f"bmp of {name}", file, seen, FILLED if widths[3] else ())
    yield from run_length_bmps()


def _masked(bits: int, widths: tuple[int, ...], length: int) -> tuple[bytes, Array]:
    """A BMP whose channels have these numbers of bits, red in the lowest, and its pixels."""
    masks, values, shift, channels = [], np.zeros((ROWS, COLUMNS), np.uint64), 0, []
    for width, channel in zip(widths, [*np.moveaxis(RGB, -1, 0), ALPHA], strict=True):
        masks.append(((1 << width) - 1) << shift)
        # More than 8 bits have the channel's own below it.
        own = (channel.astype(np.uint64) * 257) >> np.uint64(16 - width)
        values |= own << np.uint64(shift)
        channels.append(eight(own, (1 << width) - 1) if width else None)
        shift += width
    raw = values.astype("<u4").view(np.uint8).reshape(ROWS, COLUMNS, 4)[..., : bits // 8]
    given = masks if length >= 56 else masks[:3]
    seen = np.dstack([each for each in channels[:3] if each is not None])
    alpha = channels[3]
    return bmp(raw, bits, packing=3, masks=given, header=length), seen if alpha is None else over_white(seen, alpha)


def run_length_bmps() -> Iterator[Good]:
    values = GRAY % 9
    single = b"".join(bytes([0, COLUMNS]) + row.tobytes() + b"\0\0" for row in values[::-1]) + b"\0\1"
    file = bmp(values, 8, palette=PALETTE[:9], packing=1, data=single)
    yield Good("bmp run-length coded, values one by one", file, PALETTE[values])
    halves = [(row[::2] << 4 | row[1::2]).astype(np.uint8).tobytes() for row in values[::-1, :26]]
    single = b"".join(b"\0\x1a" + row + b"\0\0\0" for row in halves) + b"\0\1"
    file = bmp(values[:, :26], 4, palette=PALETTE[:9], packing=2, data=single)
    yield Good("bmp run-length coded in halves, values one by one", file, PALETTE[values[:, :26]])
    rows = b"".join(bytes([0, COLUMNS]) + row.tobytes() + b"\0\0" for row in values)
    file = bmp(values, 8, palette=PALETTE[:9], packing=1, data=rows, down=True)
    yield Good("bmp run-length coded from the top, without a word of its end", file, PALETTE[values])
    seen = PALETTE[values].copy()
    seen[5, 10:] = seen[6, :7] = 255
    parts = []
    for index, row in reversed([*enumerate(values)]):
        if index == 6:
            parts.append(b"\0\2\x07\0" + bytes([0, COLUMNS - 7]) + row[7:].tobytes() + b"\0" * (1 + 2))
        elif index == 5:
            parts.append(bytes([0, 10]) + row[:10].tobytes() + b"\0\0")
        else:
            parts.append(bytes([0, COLUMNS]) + row.tobytes() + b"\0\0")
    file = bmp(values, 8, palette=PALETTE[:9], packing=1, data=b"".join(parts) + b"\0\1")
    yield Good("bmp run-length coded with jumps", file, seen, FILLED)
