"""Good picture files of every kind, each with the pixels that it stands for and the changes that are told."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from model.tensor import Array
from tests.pictures.encoders import (
    PNG,
    bmp,
    chunk,
    cmyk_profile,
    exif,
    gray_profile,
    light_to_srgb,
    packed,
    png,
    rgb_profile,
    segment,
    tiff,
)


@dataclass(frozen=True)
class Good:
    """A file, its pixels (rows, columns, 3), the warnings' codes, and how far a pixel may be off on the mean."""

    name: str
    data: bytes
    pixels: Array
    codes: tuple[str, ...] = ()
    tolerance: float = 0


ROWS, COLUMNS = 20, 28
RNG = np.random.default_rng(2026)
RGB: Array = RNG.integers(0, 256, (ROWS, COLUMNS, 3), np.uint8)
GRAY: Array = RNG.integers(0, 256, (ROWS, COLUMNS), np.uint8)
ALPHA: Array = RNG.integers(0, 256, (ROWS, COLUMNS), np.uint8)
DEEP: Array = RNG.integers(0, 65536, (ROWS, COLUMNS), np.uint16)
DEEP_RGB: Array = RNG.integers(0, 65536, (ROWS, COLUMNS, 3), np.uint16)
PALETTE: Array = RNG.integers(0, 256, (256, 3), np.uint8)
SMOOTH: Array = (np.add.outer(np.arange(ROWS) * 6, np.arange(COLUMNS) * 4)[..., None] // np.array([1, 2, 3])).astype(
    np.uint8
)
SCALED, FILLED, FIRST, COLOURS, TURNED = (
    ("scaled_to_8_bits",),
    ("transparency_filled",),
    ("first_frame",),
    ("colours_converted",),
    ("turned_upright",),
)


def rgb(gray: Any) -> Array:
    return np.repeat(np.asarray(gray).astype(np.uint8)[..., None], 3, axis=2)


def eight(values: Array, largest: int = 65535) -> Array:
    """Values to 8 bits by their full range."""
    return np.floor(values.astype(np.float64) * 255 / largest + 0.5).astype(np.uint8)


def over_white(pixels: Array, alpha: Array) -> Array:
    share = alpha[..., None] / 255
    return np.floor(pixels * share + 255 * (1 - share) + 0.5).astype(np.uint8)


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def seen_by_camera(orientation: int, upright: Array) -> Array:
    """How the sensor saw what stands upright, by the meaning of each value in Exif 2.32."""
    return np.ascontiguousarray(
        {
            1: upright,
            2: upright[:, ::-1],
            3: upright[::-1, ::-1],
            4: upright[::-1],
            5: upright.transpose(1, 0, 2),
            6: np.rot90(upright),
            7: np.rot90(upright, 2).transpose(1, 0, 2),
            8: np.rot90(upright, -1),
        }[orientation]
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
            # Of gray with alpha of 16 bits, Pillow gives the higher bytes only.
            yield Good(f"png gray and alpha {depth}{way}", file, flat, codes + FILLED, 1 if depth == 16 else 0)
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


def profiles() -> Iterator[tuple[str, bytes, Array, tuple[str, ...]]]:
    yield "srgb", rgb_profile(), RGB, ()
    yield "red and green exchanged", rgb_profile(b"g", b"r"), RGB[..., [1, 0, 2]], COLOURS
    yield "of another space", gray_profile(), RGB, ()
    yield "cut off", rgb_profile(b"g", b"r")[:300], RGB, ()
    yield "nonsense", b"nonsense" * 40, RGB, ()
    yield "empty", b"", RGB, ()
    yield "with the sizes of its tags forged", rgb_profile()[:136] + b"\xff" * 8 + rgb_profile()[144:], RGB, ()


def jpegs() -> Iterator[Good]:
    smooth = Image.fromarray(SMOOTH)
    for name, options in (
        ("444", {"subsampling": 0}),
        ("420", {"subsampling": 2}),
        ("progressive", {"progressive": True}),
        ("optimised", {"optimize": True}),
        ("with restart marks", {"restart_marker_blocks": 1}),
        ("with a comment", {"comment": b"<script>"}),
        ("with notes that are none", {"exif": b"Exif\0\0garbage"}),
        ("with notes that point nowhere", {"exif": b"Exif\0\0II*\0\xff\xff\xff\xff"}),
        ("rgb as such", {"keep_rgb": True}),
    ):
        yield Good(f"jpeg {name}", encode(smooth, "JPEG", quality=95, **options), SMOOTH, (), 3)
    plain = encode(smooth, "JPEG", quality=95, subsampling=0)
    yield Good("jpeg gray", encode(Image.fromarray(SMOOTH[..., 0]), "JPEG", quality=95), rgb(SMOOTH[..., 0]), (), 2)
    yield Good("jpeg with a ZIP archive after it", plain + b"PK\x03\x04" + bytes(500), SMOOTH, (), 3)
    yield Good("jpeg with fill bytes", plain[:2] + b"\xff\xff\xff" + plain[2:], SMOOTH, (), 3)
    page = segment(0xFE, b"<!DOCTYPE html><html>" + bytes(100))
    yield Good("jpeg with a web page in it", plain[:2] + page + plain[2:], SMOOTH, (), 3)
    for orientation in range(1, 9):
        camera = Image.fromarray(seen_by_camera(orientation, SMOOTH))
        file = encode(camera, "JPEG", quality=95, subsampling=0)
        note = segment(0xE1, b"Exif\0\0" + exif(orientation, "<>"[orientation % 2]))
        turned = TURNED if orientation > 1 else ()
        yield Good(f"jpeg orientation {orientation}", file[:2] + note + file[2:], SMOOTH, turned, 3)
    for orientation in (0, 9, 77):
        note = segment(0xE1, b"Exif\0\0" + exif(orientation))
        yield Good(f"jpeg orientation {orientation}, which is none", plain[:2] + note + plain[2:], SMOOTH, (), 3)
    for name, icc, seen, codes in profiles():
        swapped = SMOOTH if seen is RGB else SMOOTH[..., [1, 0, 2]]
        # In two parts that stand in the wrong order, as they may.
        parts = (icc[:200], icc[200:])
        notes = [segment(0xE2, b"ICC_PROFILE\0" + bytes([k + 1, 2]) + part) for k, part in enumerate(parts)]
        yield Good(f"jpeg profile {name}", plain[:2] + notes[1] + notes[0] + plain[2:], swapped, codes, 3)
    ink = np.zeros((ROWS, COLUMNS, 4), np.uint8)
    ink[..., 3] = SMOOTH[..., 0]
    cmyk = encode(Image.fromarray(ink, "CMYK"), "JPEG", quality=98)
    yield Good("jpeg cmyk", cmyk, rgb(255 - SMOOTH[..., 0]), COLOURS, 2)
    other = encode(Image.fromarray(255 - ink, "CMYK"), "JPEG", quality=98)
    at = other.index(b"\xff\xee")
    other = other[:at] + other[at + 2 + int.from_bytes(other[at + 2 : at + 4], "big") :]
    yield Good("jpeg cmyk without Adobe's mark", other, rgb(255 - SMOOTH[..., 0]), COLOURS, 2)
    note = segment(0xE2, b"ICC_PROFILE\0\1\1" + cmyk_profile())
    lightness = 100 * (1 - SMOOTH[..., 0] / 255)
    light = np.where(lightness > 8, ((lightness + 16) / 116) ** 3, lightness / 903.3)
    printed = rgb(np.rint(light_to_srgb(light) * 255))
    yield Good("jpeg cmyk with a profile", cmyk[:2] + note + cmyk[2:], printed, COLOURS, 3)
    small = Image.new("RGB", (9, 7))
    yield Good(
        "jpeg of a phone (MPO)", encode(smooth, "MPO", save_all=True, append_images=[small], quality=95), SMOOTH, (), 3
    )


def webps() -> Iterator[Good]:
    clear = np.dstack([RGB, ALPHA])
    yield Good("webp lossless", encode(Image.fromarray(RGB), "WEBP", lossless=True), RGB)
    yield Good("webp lossy", encode(Image.fromarray(SMOOTH), "WEBP", quality=95), SMOOTH, (), 4)
    file = encode(Image.fromarray(clear), "WEBP", lossless=True, exact=True)
    yield Good("webp with alpha", file, over_white(RGB, ALPHA), FILLED)
    frames = [Image.fromarray(each) for each in (RGB, 255 - RGB)]
    file = encode(frames[0], "WEBP", lossless=True, save_all=True, append_images=frames[1:])
    yield Good("webp animated", file, RGB, FIRST)
    note = b"Exif\0\0" + exif(6)
    file = encode(Image.fromarray(seen_by_camera(6, RGB)), "WEBP", lossless=True, exif=note)
    yield Good("webp turned", file, RGB, TURNED)
    file = encode(Image.fromarray(RGB), "WEBP", lossless=True, icc_profile=rgb_profile(b"g", b"r"))
    yield Good("webp with a profile", file, RGB[..., [1, 0, 2]], COLOURS, 1)


def gifs() -> Iterator[Good]:
    indices = GRAY % 64
    image = Image.fromarray(indices, "P")
    image.putpalette(PALETTE[:64].tobytes())
    seen = PALETTE[indices]
    yield Good("gif", encode(image, "GIF", interlace=0), seen)
    yield Good("gif interlaced", encode(image, "GIF", interlace=1), seen)
    yield Good("gif gray", encode(Image.fromarray(GRAY), "GIF"), rgb(GRAY))
    hidden = np.where((indices == 7)[..., None], 255, seen)
    yield Good("gif with a transparent colour", encode(image, "GIF", transparency=7), hidden, FILLED)
    other = Image.fromarray(63 - indices, "P")
    other.putpalette(PALETTE[:64].tobytes())
    animated = encode(image, "GIF", save_all=True, append_images=[other], interlace=0)
    yield Good("gif animated", animated, seen, FIRST)
    yield Good("gif animated, damaged after its first picture", animated[: len(animated) * 3 // 5], seen, FIRST)
    # A picture of 28 x 20 on a screen of 40 x 30, at column 5, row 4.
    file = bytearray(encode(image, "GIF", interlace=0))
    file[6:10] = struct.pack("<HH", 40, 30)
    place = file.index(b",\0\0\0\0" + struct.pack("<HH", COLUMNS, ROWS))
    file[place + 1 : place + 5] = struct.pack("<HH", 5, 4)
    screen = np.full((30, 40, 3), 255, np.uint8)
    screen[4 : 4 + ROWS, 5 : 5 + COLUMNS] = seen
    yield Good("gif smaller than its screen", bytes(file), screen, FILLED)
    yield Good("gif with a script after it", encode(image, "GIF") + b"<script>alert(1)</script>", seen)


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

    def by_range(values: Array) -> Array:
        values = values.astype(np.float64)
        return rgb(np.rint((values - values.min()) * 255 / (values.max() - values.min())))

    whole = RNG.integers(-30_000, 30_000, (ROWS, COLUMNS)).astype("<i2")
    yield Good("tiff signed 16", tiff(gray | {258: 16, 339: 2}, [whole.tobytes()]), by_range(whole), SCALED)
    long = RNG.integers(-(2**31), 2**31, (ROWS, COLUMNS)).astype("<i4")
    yield Good("tiff signed 32", tiff(gray | {258: 32, 339: 2}, [long.tobytes()]), by_range(long), SCALED)
    counts = RNG.integers(0, 2**32, (ROWS, COLUMNS)).astype("<u4")
    yield Good("tiff unsigned 32", tiff(gray | {258: 32}, [counts.tobytes()]), by_range(counts), SCALED)
    shares = (RNG.random((ROWS, COLUMNS)) / 2 + 0.25).astype("<f4")
    expected = rgb(np.rint(shares.astype(np.float64) * 255))
    yield Good("tiff fractions from 0 to 1", tiff(gray | {258: 32, 339: 3}, [shares.tobytes()]), expected, SCALED)
    wide = (RNG.random((ROWS, COLUMNS)) * 2000 - 1000).astype("<f4")
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
    dark = (DEEP >> 5).astype("<u2")
    yield Good(
        "tiff 16 bits, hardly used", tiff(gray | {258: 16}, [dark.tobytes()]), rgb(eight(dark)), (*SCALED, "very_dark")
    )


def avifs() -> Iterator[Good]:
    options = {"quality": 95, "subsampling": "4:4:4", "speed": 10}
    yield Good("avif", encode(Image.fromarray(SMOOTH), "AVIF", **options), SMOOTH, (), 3)
    alpha = np.tile((np.arange(COLUMNS) * 9).astype(np.uint8), (ROWS, 1))
    file = encode(Image.fromarray(np.dstack([SMOOTH, alpha])), "AVIF", **options)
    yield Good("avif with alpha", file, over_white(SMOOTH, alpha), FILLED, 4)
    file = encode(Image.fromarray(seen_by_camera(6, SMOOTH)), "AVIF", exif=exif(6), **options)
    yield Good("avif turned", file, SMOOTH, TURNED, 3)


def sizes() -> Iterator[Good]:
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"):
        options: dict[str, Any] = {"lossless": True} if kind == "WEBP" else {}
        dot = np.full((1, 1, 3), 120, np.uint8)
        yield Good(f"{kind} of 1 x 1", encode(Image.fromarray(dot), kind, **options), dot, (), 3)
    line = np.tile(RNG.integers(0, 256, (1, 64, 1), np.uint8), (1, 256, 3))
    for name, pixels in (("wide", line), ("high", line.transpose(1, 0, 2))):
        for kind in ("PNG", "BMP", "TIFF", "GIF"):
            image = Image.fromarray(np.ascontiguousarray(pixels[..., 0] if kind == "GIF" else pixels))
            yield Good(f"{kind} of 16,384 x 1, {name}", encode(image, kind), pixels)
    white = PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", 5000, 5000, 1, 0, 0, 0, 0))
    rows = (b"\0" + b"\xff" * 625) * 5000
    white += chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND")
    yield Good("png of 25 million pixels", white, np.broadcast_to(np.uint8(255), (5000, 5000, 3)))


def good() -> list[Good]:
    """Every good file; the same at each call."""
    return [file for family in (pngs, jpegs, webps, gifs, bmps, tiffs, avifs, sizes) for file in family()]
