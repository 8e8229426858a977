"""Good TIFF files: every order, packing, meaning and kind of number."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

from model.tensor import Array
from tests.pictures.encoders import (
    light_to_srgb,
    packed,
    rgb_profile,
    tiff,
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
    SMOOTH,
    TURNED,
    Good,
    eight,
    encode,
    over_white,
    rgb,
    seen_by_camera,
)


def tiffs() -> Iterator[Good]:
    size = {256: COLUMNS, 257: ROWS}
    colour = size | {258: (8, 8, 8), 259: 1, 262: 2, 277: 3}
    gray = size | {258: 8, 259: 1, 262: 1, 277: 1}
    for order, big in (("<", False), (">", False), ("<", True)):
        name = f"tiff {'big ' if big else ''}{order}"
        yield Good(f"{name} rgb", tiff(colour | {278: ROWS}, [RGB.tobytes()], order=order, big=big), RGB)
        deep = tiff(gray | {258: 16}, [DEEP.astype(f"{order}u2").tobytes()], order=order, big=big)
        yield Good(f"{name} gray 16", deep, rgb(eight(DEEP)), SCALED)
        deep = tiff(colour | {258: (16,) * 3}, [DEEP_RGB.astype(f"{order}u2").tobytes()], order=order, big=big)
        yield Good(f"{name} rgb 16", deep, eight(DEEP_RGB), SCALED)
    strips = [RGB[row : row + 6].tobytes() for row in range(0, ROWS, 6)]
    yield Good("tiff in strips", tiff(colour | {278: 6}, strips), RGB)
    packed_strips = [zlib.compress(each) for each in strips]
    yield Good("tiff deflate", tiff(colour | {259: 8, 278: 6}, packed_strips), RGB)
    yield Good("tiff deflate, its older number", tiff(colour | {259: 32946, 278: 6}, packed_strips), RGB)
    deep_strips = [zlib.compress(DEEP_RGB[row : row + 6].astype("<u2").tobytes()) for row in range(0, ROWS, 6)]
    yield Good(
        "tiff deflate rgb 16", tiff(colour | {258: (16,) * 3, 259: 8, 278: 6}, deep_strips), eight(DEEP_RGB), SCALED
    )
    planes = [RGB[..., k].tobytes() for k in range(3)]
    yield Good("tiff in planes", tiff(colour | {278: ROWS, 284: 2}, planes), RGB)
    padded = np.zeros((32, 32, 3), np.uint8)
    padded[:ROWS, :COLUMNS] = RGB
    tiles = [padded[i : i + 16, j : j + 16].tobytes() for i in (0, 16) for j in (0, 16)]
    yield Good("tiff in tiles", tiff(colour | {322: 16, 323: 16}, tiles, tiled=True), RGB)
    yield Good(
        "tiff in deflated tiles",
        tiff(colour | {259: 8, 322: 16, 323: 16}, [*map(zlib.compress, tiles)], tiled=True),
        RGB,
    )
    placed = np.zeros((32, 32, 3), np.uint16)
    placed[:ROWS, :COLUMNS] = DEEP_RGB
    tiles = [placed[row : row + 16, left : left + 16].astype("<u2").tobytes() for row in (0, 16) for left in (0, 16)]
    sixteen = tiff(colour | {258: (16,) * 3, 322: 16, 323: 16}, tiles, tiled=True)
    yield Good("tiff of 16 bits in tiles", sixteen, eight(DEEP_RGB), SCALED)
    for name in ("tiff_lzw", "packbits", "lzma", "zstd", "tiff_adobe_deflate"):
        yield Good(f"tiff {name}", encode(Image.fromarray(RGB), "TIFF", compression=name), RGB)
    yield Good("tiff jpeg", encode(Image.fromarray(SMOOTH), "TIFF", compression="jpeg", quality=95), SMOOTH, (), 4)
    yield Good("tiff gray", tiff(gray, [GRAY.tobytes()]), rgb(GRAY))
    yield Good("tiff gray, 0 is white", tiff(gray | {262: 0}, [GRAY.tobytes()]), rgb(255 - GRAY))
    yield Good(
        "tiff gray 16, 0 is white", tiff(gray | {258: 16, 262: 0}, [DEEP.tobytes()]), rgb(255 - eight(DEEP)), SCALED
    )
    yield Good("tiff signed bytes", tiff(gray | {339: 2}, [(GRAY ^ 128).tobytes()]), rgb(GRAY))
    yield Good("tiff 1 bit", tiff(gray | {258: 1}, [packed(GRAY > 99, 1)]), rgb((GRAY > 99) * 255))
    yield Good("tiff 1 bit, 0 is white", tiff(gray | {258: 1, 262: 0}, [packed(GRAY > 99, 1)]), rgb((GRAY <= 99) * 255))
    yield Good("tiff 4 bits", tiff(gray | {258: 4}, [packed(GRAY >> 4, 4)]), rgb((GRAY >> 4) * 17))
    twelve = (DEEP >> 4).ravel()
    halves = np.stack([twelve[::2] >> 4, (twelve[::2] & 15) << 4 | twelve[1::2] >> 8, twelve[1::2] & 255], axis=1)
    yield Good(
        "tiff 12 bits", tiff(gray | {258: 12}, [halves.astype(np.uint8).tobytes()]), rgb(eight(DEEP >> 4, 4095)), SCALED
    )
    colours = (PALETTE.T.astype(int) * 257).ravel().tolist()
    yield Good("tiff palette", tiff(gray | {262: 3, 320: colours}, [GRAY.tobytes()]), PALETTE[GRAY])
    clear = np.dstack([RGB, ALPHA])
    four = size | {258: (8,) * 4, 259: 1, 262: 2, 277: 4}
    yield Good("tiff alpha", tiff(four | {338: 2}, [clear.tobytes()]), over_white(RGB, ALPHA), FILLED)
    yield Good("tiff a fourth channel that means nothing", tiff(four | {338: 0}, [clear.tobytes()]), RGB)
    laid = np.floor(RGB * (ALPHA[..., None] / 255) + 0.5)
    file = tiff(four | {338: 1}, [np.dstack([laid, ALPHA]).astype(np.uint8).tobytes()])
    yield Good("tiff alpha laid on black", file, (laid + 255 - ALPHA[..., None]).astype(np.uint8), FILLED, 2)
    ink = np.zeros((ROWS, COLUMNS, 4), np.uint8)
    ink[..., 3] = GRAY
    yield Good("tiff cmyk", tiff(four | {262: 5}, [ink.tobytes()]), rgb(255 - GRAY), COLOURS)
    lightness = GRAY / 255 * 100
    light = np.where(lightness > 8, ((lightness + 16) / 116) ** 3, lightness / 903.3)
    lab = np.dstack([GRAY, np.zeros((ROWS, COLUMNS, 2), np.uint8)])
    yield Good(
        "tiff lab", tiff(colour | {262: 8}, [lab.tobytes()]), rgb(np.rint(light_to_srgb(light) * 255)), COLOURS, 1
    )
    yield from number_tiffs(gray)
    for orientation in range(1, 9):
        seen = seen_by_camera(orientation, RGB)
        tags = colour | {256: seen.shape[1], 257: seen.shape[0], 274: orientation}
        yield Good(
            f"tiff orientation {orientation}", tiff(tags, [seen.tobytes()]), RGB, TURNED if orientation > 1 else ()
        )
    note = b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>'
    yield Good("tiff with an orientation in another note", tiff(colour | {278: ROWS, 700: note}, [RGB.tobytes()]), RGB)
    frames = [Image.fromarray(each) for each in (RGB, 255 - RGB)]
    yield Good("tiff of two pages", encode(frames[0], "TIFF", save_all=True, append_images=frames[1:]), RGB, FIRST)
    yield Good(
        "tiff with a profile",
        tiff(colour | {34675: rgb_profile(b"g", b"r")}, [RGB.tobytes()]),
        RGB[..., [1, 0, 2]],
        COLOURS,
        1,
    )


def number_tiffs(gray: dict[int, Any]) -> Iterator[Good]:
    """Numbers that are no shades: scaled from 0 to 1, or by their own range."""

    rng = np.random.default_rng(7)

    def by_range(values: Array) -> Array:
        values = values.astype(np.float64)
        return rgb(np.rint((values - values.min()) * 255 / (values.max() - values.min())))

    whole = rng.integers(-30_000, 30_000, (ROWS, COLUMNS)).astype("<i2")
    yield Good("tiff signed 16", tiff(gray | {258: 16, 339: 2}, [whole.tobytes()]), by_range(whole), SCALED)
    long = rng.integers(-(2**31), 2**31, (ROWS, COLUMNS)).astype("<i4")
    yield Good("tiff signed 32", tiff(gray | {258: 32, 339: 2}, [long.tobytes()]), by_range(long), SCALED)
    counts = rng.integers(0, 2**32, (ROWS, COLUMNS)).astype("<u4")
    yield Good("tiff unsigned 32", tiff(gray | {258: 32}, [counts.tobytes()]), by_range(counts), SCALED)
    shares = (rng.random((ROWS, COLUMNS)) / 2 + 0.25).astype("<f4")
    expected = rgb(np.rint(shares.astype(np.float64) * 255))
    yield Good("tiff fractions from 0 to 1", tiff(gray | {258: 32, 339: 3}, [shares.tobytes()]), expected, SCALED)
    wide = (rng.random((ROWS, COLUMNS)) * 2000 - 1000).astype("<f4")
    yield Good("tiff fractions", tiff(gray | {258: 32, 339: 3}, [wide.tobytes()]), by_range(wide), SCALED)
    broken = np.where(GRAY > 200, np.nan, shares).astype("<f4")
    yield Good(
        "tiff fractions with holes",
        tiff(gray | {258: 32, 339: 3}, [broken.tobytes()]),
        np.where(np.isnan(broken)[..., None], 0, expected),
        SCALED,
    )
    strange = shares.view("<u4").copy()
    strange[GRAY > 200] = 0x7FA00001  # a NaN that signals
    expected_of_strange = np.where((GRAY > 200)[..., None], 0, expected)
    file = tiff(gray | {258: 32, 339: 3}, [strange.tobytes()])
    yield Good("tiff fractions with holes that signal", file, expected_of_strange, SCALED)
    for name, values, tags in (("signed 16", whole, {258: 16, 339: 2}), ("signed 32", long, {258: 32, 339: 2})):
        other = zlib.compress(values.astype(values.dtype.newbyteorder(">")).tobytes())
        file = tiff(gray | tags | {259: 8}, [other], order=">")
        yield Good(f"tiff {name}, deflated, big end first", file, by_range(values), SCALED)
    other = zlib.compress(wide.astype(">f4").tobytes())
    file = tiff(gray | {258: 32, 259: 8, 339: 3}, [other], order=">")
    yield Good("tiff fractions, deflated, big end first", file, by_range(wide), SCALED)
    dark = (DEEP >> 5).astype("<u2")
    yield Good(
        "tiff 16 bits, hardly used", tiff(gray | {258: 16}, [dark.tobytes()]), rgb(eight(dark)), (*SCALED, "very_dark")
    )
