"""Good picture files of every kind, each with the pixels that it stands for and the changes that are told."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

from tests.pictures.bmps import bmps
from tests.pictures.deep_avifs import TEN_BITS, TWELVE_BITS
from tests.pictures.encoders import (
    PNG,
    chunk,
    cmyk_profile,
    exif,
    gif,
    light_to_srgb,
    rgb_profile,
    segment,
)
from tests.pictures.pngs import pngs
from tests.pictures.tiffs import tiffs
from tests.pictures.values import (
    ALPHA,
    COLOURS,
    COLUMNS,
    FILLED,
    FIRST,
    GRAY,
    PALETTE,
    RGB,
    ROWS,
    SMOOTH,
    TURNED,
    Good,
    encode,
    over_white,
    profiles,
    rgb,
    seen_by_camera,
)


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
    wrong = bytearray(segment(0xED, b"Photoshop 3.0\0" + bytes(40)))
    wrong[2:4] = struct.pack(">H", 20)
    yield Good("jpeg with a note longer than it says", plain[:2] + bytes(wrong) + plain[2:], SMOOTH, (), 3)
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
    # Called YCCK, the channels are brightness, two of colour (here none) and black ink, all stored inverted.
    at = cmyk.index(b"Adobe")
    grays = np.full((ROWS, COLUMNS, 4), 127, np.uint8)
    grays[..., 0], grays[..., 3] = SMOOTH[..., 0], 0
    ycck = encode(Image.fromarray(grays, "CMYK"), "JPEG", quality=98)
    ycck = ycck[: at + 11] + b"\2" + ycck[at + 12 :]
    yield Good("jpeg ycck", ycck, rgb(SMOOTH[..., 0]), COLOURS, 2)
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
    yield from odd_gifs()


def odd_gifs() -> Iterator[Good]:
    other = PALETTE[::-1]
    yield Good("gif with colours of its picture's own", gif((COLUMNS, ROWS), GRAY, own=other), other[GRAY])
    yield Good("gif with colours of both", gif((COLUMNS, ROWS), GRAY, PALETTE, own=other), other[GRAY])
    yield Good("gif of 1987", gif((COLUMNS, ROWS), GRAY, PALETTE, version=b"GIF87a"), PALETTE[GRAY])
    few = np.where((GRAY % 16 < 4)[..., None], PALETTE[GRAY % 4], 0)
    yield Good("gif with fewer colours than values", gif((COLUMNS, ROWS), GRAY % 16, PALETTE[:4]), few)
    for disposal in range(4):
        screen = np.full((30, 40, 3), 255, np.uint8)
        screen[3 : 3 + ROWS, 4 : 4 + COLUMNS] = np.where((GRAY == 9)[..., None], 255, PALETTE[GRAY])
        file = gif((40, 30), GRAY, PALETTE, at=(4, 3), hidden=9, disposal=disposal)
        yield Good(f"gif of disposal {disposal}, smaller than its screen", file, screen, FILLED)


def avifs() -> Iterator[Good]:
    options = {"quality": 95, "subsampling": "4:4:4", "speed": 10}
    yield Good("avif", encode(Image.fromarray(SMOOTH), "AVIF", **options), SMOOTH, (), 3)
    alpha = np.tile((np.arange(COLUMNS) * 9).astype(np.uint8), (ROWS, 1))
    file = encode(Image.fromarray(np.dstack([SMOOTH, alpha])), "AVIF", **options)
    yield Good("avif with alpha", file, over_white(SMOOTH, alpha), FILLED, 4)
    file = encode(Image.fromarray(seen_by_camera(6, SMOOTH)), "AVIF", exif=exif(6), **options)
    yield Good("avif turned", file, SMOOTH, TURNED, 3)
    yield Good("avif of 10 bits", TEN_BITS, SMOOTH, (), 3)
    yield Good("avif of 12 bits", TWELVE_BITS, SMOOTH, (), 3)


def sizes() -> Iterator[Good]:
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"):
        options: dict[str, Any] = {"lossless": True} if kind == "WEBP" else {}
        dot = np.full((1, 1, 3), 120, np.uint8)
        yield Good(f"{kind} of 1 x 1", encode(Image.fromarray(dot), kind, **options), dot, (), 3)
    line = np.tile(np.random.default_rng(7).integers(0, 256, (1, 64, 1), np.uint8), (1, 256, 3))
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
