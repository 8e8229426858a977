"""Good PNG files: every kind, depth, filter and way to be transparent."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

from tests.pictures.encoders import (
    chunk,
    exif,
    gray_profile,
    light_to_srgb,
    png,
    rgb_profile,
)
from tests.pictures.values import (
    ALPHA,
    COLOURS,
    COLUMNS,
    DEEP,
    DEEP_RGB,
    FILLED,
    FIRST,
    GRAY,
    PALETTE,
    RGB,
    ROWS,
    SCALED,
    TURNED,
    Good,
    eight,
    over_white,
    profiles,
    rgb,
    seen_by_camera,
)


def pngs() -> Iterator[Good]:
    for interlaced in (False, True):
        way = " interlaced" if interlaced else ""
        for depth in (1, 2, 4, 8, 16):
            values = DEEP >> (16 - depth)
            codes = SCALED if depth == 16 else ()
            largest = 2**depth - 1
            yield Good(
                f"png gray {depth}{way}",
                png(values, depth, 0, interlaced=interlaced),
                rgb(eight(values, largest)),
                codes,
            )
            if depth < 16:
                entries = PALETTE[: 2**depth]
                before = chunk(b"PLTE", entries.tobytes())
                if depth <= 8:
                    file = png(values, depth, 3, before=before, interlaced=interlaced)
                    yield Good(f"png palette {depth}{way}", file, entries[values])
        for depth in (8, 16):
            codes = SCALED if depth == 16 else ()
            colours = DEEP_RGB >> (16 - depth)
            seen = eight(colours, 2**depth - 1)
            yield Good(f"png rgb {depth}{way}", png(colours, depth, 2, interlaced=interlaced), seen, codes)
            alpha = ALPHA.astype(np.uint16) * (257 if depth == 16 else 1)
            file = png(np.dstack([colours, alpha]), depth, 6, interlaced=interlaced)
            yield Good(f"png rgba {depth}{way}", file, over_white(seen, ALPHA), codes + FILLED)
            gray = DEEP >> (16 - depth)
            file = png(np.dstack([gray, alpha]), depth, 4, interlaced=interlaced)
            flat = over_white(rgb(eight(gray, 2**depth - 1)), ALPHA)
            yield Good(f"png gray and alpha {depth}{way}", file, flat, codes + FILLED)
    alpha = DEEP_RGB[..., 1]
    file = png(np.dstack([DEEP, alpha]), 16, 4)
    flat = over_white(rgb(eight(DEEP)), eight(alpha))
    yield Good("png gray and alpha of all 16 bits", file, flat, SCALED + FILLED)
    for kind in range(5):
        yield Good(f"png filter {kind}", png(RGB, 8, 2, filters=(kind,)), RGB)
    yield Good(
        "png all filters, 16 bits, interlaced",
        png(DEEP_RGB, 16, 2, filters=(4, 3, 2, 1, 0), interlaced=True),
        eight(DEEP_RGB),
        SCALED,
    )
    yield from transparent_pngs()
    yield from odd_pngs()
    for orientation in range(1, 9):
        file = png(seen_by_camera(orientation, RGB), 8, 2, before=chunk(b"eXIf", exif(orientation, ">")))
        yield Good(f"png orientation {orientation}", file, RGB, TURNED if orientation > 1 else ())


def transparent_pngs() -> Iterator[Good]:
    for depth in (1, 2, 4, 8, 16):
        values = DEEP >> (16 - depth)
        key = int(values[3, 4])
        gray = np.where(values == key, 255, eight(values, 2**depth - 1))
        # What is left of a 1-bit picture without its black is all white, so it lies on black.
        if depth == 1:
            gray = np.where(values == key, 0 if key == 0 else 255, 0 if key else 255)
        file = png(values, depth, 0, before=chunk(b"tRNS", struct.pack(">H", key)))
        yield Good(
            f"png gray {depth}, one shade transparent", file, rgb(gray), (SCALED if depth == 16 else ()) + FILLED
        )
    for depth in (8, 16):
        colours = DEEP_RGB >> (16 - depth)
        key = colours[5, 6].copy()
        colours[7, :8] = key
        colours[8, :8] = key ^ np.array([0, 1, 0], np.uint16)  # nearly that colour
        file = png(colours, depth, 2, before=chunk(b"tRNS", struct.pack(">HHH", *key)))
        hit = (colours == key).all(axis=2)
        seen = np.where(hit[..., None], 255, eight(colours, 2**depth - 1))
        yield Good(f"png rgb {depth}, one colour transparent", file, seen, (SCALED if depth == 16 else ()) + FILLED)
    values = GRAY % 16
    alphas = np.arange(16).astype(np.uint8) * 17
    before = chunk(b"PLTE", PALETTE[:16].tobytes()) + chunk(b"tRNS", alphas.tobytes())
    file = png(values, 4, 3, before=before)
    yield Good("png palette with alphas", file, over_white(PALETTE[values], alphas[values]), FILLED)
    before = chunk(b"PLTE", PALETTE[:16].tobytes()) + chunk(b"tRNS", bytes([255, 255, 0]))
    seen = np.where((values == 2)[..., None], 255, PALETTE[values])
    yield Good("png palette with one transparent", png(values, 4, 3, before=before), seen, FILLED)
    yield Good("png all opaque", png(np.dstack([RGB, np.full_like(GRAY, 255)]), 8, 6), RGB)
    ink = np.dstack([rgb(np.full_like(GRAY, 255)), np.where(GRAY > 128, 255, 0)])
    yield Good("png white ink on nothing", png(ink, 8, 6), rgb(ink[..., 3]), FILLED)
    yield Good("png nothing at all", png(ink * 0, 8, 6), rgb(np.full_like(GRAY, 255)), FILLED)


def odd_pngs() -> Iterator[Good]:
    yield Good("png in pieces of a byte", png(RGB, 8, 2, pieces=1), RGB)
    yield Good("png with a chunk of no bytes", png(RGB, 8, 2, before=chunk(b"IDAT")), RGB)
    yield Good("png stored without compression", png(RGB, 8, 2, level=0), RGB)
    broken = chunk(b"tEXt", b"Comment\0hello", checksum=1)
    yield Good("png with a damaged note", png(RGB, 8, 2, before=broken), RGB)
    note = chunk(b"tEXt", b"Comment\0<script>alert(1)</script> GPS 52.5, 13.4")
    yield Good("png with a script in a note", png(RGB, 8, 2, before=note, after=note), RGB)
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9))
    yield Good("png with a note that unpacks to 80 MB", png(RGB, 8, 2, before=bomb, after=bomb), RGB)
    bomb = chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(80_000_000), 9))
    yield Good("png with a profile that unpacks to 80 MB", png(RGB, 8, 2, before=bomb), RGB)
    yield Good("png without its end", png(RGB, 8, 2)[:-12], RGB)
    yield Good("png with a ZIP archive after it", png(RGB, 8, 2) + b"PK\x03\x04" + bytes(500), RGB)
    yield Good("png with 20,000 notes", png(RGB, 8, 2, before=chunk(b"tEXt", b"a\0b") * 20_000), RGB)
    yield Good("png srgb and gamma", png(RGB, 8, 2, before=chunk(b"sRGB", b"\0") + gamma(100_000)), RGB)
    yield Good("png gamma of sRGB", png(RGB, 8, 2, before=gamma(45455)), RGB)
    yield Good("png gamma of nonsense", png(RGB, 8, 2, before=gamma(0)), RGB)
    bright = np.rint((RGB / 255) ** 0.45455 * 255).astype(np.uint8)
    yield Good("png gamma 1", png(RGB, 8, 2, before=gamma(100_000)), bright, COLOURS)
    frames = chunk(b"acTL", struct.pack(">II", 2, 0))
    control = struct.pack(">IIIIIHHBB", 0, COLUMNS, ROWS, 0, 0, 1, 10, 0, 0)
    second = zlib.compress(bytes(ROWS * (1 + 3 * COLUMNS)))
    after = chunk(b"fcTL", struct.pack(">I", 1) + control[4:]) + chunk(b"fdAT", struct.pack(">I", 2) + second)
    yield Good("png animated", png(RGB, 8, 2, before=frames + chunk(b"fcTL", control), after=after), RGB, FIRST)
    yield Good("png animated, first picture no part of it", png(RGB, 8, 2, before=frames, after=after), RGB, FIRST)
    for name, icc, seen, codes in profiles():
        before = chunk(b"iCCP", b"p\0\0" + zlib.compress(icc))
        yield Good(f"png profile {name}", png(RGB, 8, 2, before=before), seen, codes, 1 if codes else 0)
    linear = np.rint(light_to_srgb(GRAY / 255) * 255)
    before = chunk(b"iCCP", b"p\0\0" + zlib.compress(gray_profile()))
    yield Good("png profile of gray", png(GRAY, 8, 0, before=before), rgb(linear), COLOURS, 1)
    flat = over_white(rgb(linear), ALPHA)
    file = png(np.dstack([GRAY, ALPHA]), 8, 4, before=before)
    yield Good("png profile of gray with alpha", file, flat, COLOURS + FILLED, 1)
    before = chunk(b"iCCP", b"p\0\0" + zlib.compress(rgb_profile(b"g", b"r")))
    file = png(np.dstack([RGB, ALPHA]), 8, 6, before=before)
    yield Good("png profile with alpha", file, over_white(RGB[..., [1, 0, 2]], ALPHA), COLOURS + FILLED, 1)
    file = png(GRAY % 16, 4, 3, before=before + chunk(b"PLTE", PALETTE[:16].tobytes()))
    yield Good("png profile with palette", file, PALETTE[GRAY % 16][..., [1, 0, 2]], COLOURS, 1)


def gamma(value: int) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", value))
