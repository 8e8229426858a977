"""Files that are no picture, are damaged, or are made to hurt; each with the exact answer that it gets."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from tests.pictures.encoders import PNG, bmp, chunk, exif, png, segment, tiff
from tests.pictures.values import ALPHA, COLUMNS, GRAY, PALETTE, RGB, ROWS, SMOOTH, encode

USE = "Please use PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF."
DAMAGED = "The picture is damaged or cut off. Please try another copy of it."
ANEW = "Please save it as PNG."


@dataclass(frozen=True)
class Bad:
    """A file, and the status, code and sentence that it is refused with."""

    name: str
    data: bytes
    status: int = 422
    code: str = "damaged"
    detail: str = DAMAGED


def looks_like(name: str, data: bytes, kind: str) -> Bad:
    return Bad(name, data, 415, "unsupported_kind", f"This looks like {kind}. {USE}")


def not_read(name: str, data: bytes, what: str) -> Bad:
    return Bad(name, data, 415, "unsupported_kind", f"{what}, which is not read here. {ANEW}")


def too_many(name: str, data: bytes, width: int, height: int) -> Bad:
    detail = (
        f"The picture is {width} x {height} pixels; the limits are 25 million pixels and 16384 on a side. "
        "Please make it smaller."
    )
    return Bad(name, data, 422, "too_many_pixels", detail)


def others() -> Iterator[Bad]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(zipfile.ZipInfo("picture.png"), png(RGB, 8, 2))  # at no time of its own
    ftyp = b"\0\0\0\x18ftyp"
    for name, data, kind in (
        ("text", b"just some words", "text"),
        ("text of letters of several bytes", "ääää".encode() * 1000, "text"),
        ("text of a picture's name", b"PNG", "text"),
        ("one byte", b"a", "text"),
        ("one byte that is no letter", b"\xff", "no picture"),
        ("zeros", bytes(1000), "no picture"),
        ("noise", np.random.default_rng(4).bytes(5000), "no picture"),
        ("base64 of a picture", b"iVBORw0KGgoAAAANSUhEUgAAADAAAAAwAQAAAAB/ecQqAAAA", "text"),
        ("JSON", b'{"image": 1}', "text"),
        ("web page", b"<!DOCTYPE html><html>", "a web page"),
        ("web page after a mark", b"\xef\xbb\xbf\r\n <HTML>", "a web page"),
        ("SVG", b"<?xml version='1.0'?><svg xmlns='x'/>", "an SVG drawing"),
        (
            "SVG that reads files",
            b"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>",
            "an SVG drawing",
        ),
        ("PDF", b"%PDF-1.7 ...", "a PDF"),
        ("ZIP with a picture", archive.getvalue(), "a ZIP archive or an office document"),
        ("gzip of a picture", gzip.compress(png(RGB, 8, 2), mtime=0), "a compressed archive"),
        ("Photoshop", b"8BPS" + bytes(30), "a Photoshop file"),
        ("HEIC", ftyp + b"heic" + bytes(20), "HEIC"),
        ("HEIC by its general name", ftyp + b"mif1\0\0\0\0mif1heic", "HEIC"),
        ("video", ftyp + b"mp42" + bytes(20), "a video"),
        ("video of another kind", b"\x1aE\xdf\xa3" + bytes(20), "a video"),
        ("sound", b"RIFF\x24\0\0\0WAVEfmt ", "a sound or a video"),
        ("icon", b"\0\0\1\0" + bytes(20), "an icon file"),
        ("JPEG XL", b"\xff\x0a" + bytes(20), "JPEG XL"),
        ("JPEG 2000", b"\0\0\0\x0cjP  " + bytes(20), "JPEG 2000"),
        ("program", b"\x7fELF" + bytes(20), "a program"),
        ("NumPy array", b"\x93NUMPY" + bytes(20), "a NumPy array"),
        ("DICOM", bytes(128) + b"DICM" + bytes(20), "a DICOM file"),
        ("raw camera file", b"II*\0\x10\0\0\0CR\2\0" + bytes(20), "a raw camera file"),
        ("PostScript that runs programs", b"%!PS\n(%pipe%id) (w) file", "PostScript"),
        ("PNM", b"P6 1 1 255\n\1\2\3", "a PNM picture"),
        ("text that begins like a PNM", b"P6", "text"),
        ("Targa", b"\0\0\2" + bytes(20), "a Targa picture"),
        ("cursor", b"\0\0\2\0\1\0" + bytes(20), "a cursor file"),
        ("PCX", b"\n\5\1\10" + bytes(20), "a PCX picture"),
        ("QOI", b"qoif" + bytes(20), "a QOI picture"),
        ("compressed archive", b"7z\xbc\xaf\x27\x1c" + bytes(20), "a compressed archive"),
        (
            "a script with a JPEG in it",
            b"<script>alert(1)</script>" + encode(Image.fromarray(RGB), "JPEG"),
            "no picture",
        ),
        ("a PDF with a PNG in it", b"%PDF-1.7\n" + png(RGB, 8, 2), "a PDF"),
    ):
        yield looks_like(name, data, kind)
    yield Bad("empty", b"", 422, "empty_picture", "The picture is an empty file. Please choose another.")


KINDS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
NAMES = {"WEBP": b"RIFF\x24\0\0\0WEBP", "AVIF": b"\0\0\0\x20ftypavif", "TIFF": b"II*\0", "JPEG": b"\xff\xd8\xff\xe0"}


def cut_off() -> Iterator[Bad]:
    image = Image.fromarray(np.random.default_rng(6).integers(0, 256, (64, 64, 3), np.uint8))
    more: dict[str, tuple[str, dict[str, Any]]] = {
        "JPEG progressive": ("JPEG", {"progressive": True}),
        "WEBP lossless": ("WEBP", {"lossless": True}),
        "TIFF LZW": ("TIFF", {"compression": "tiff_lzw"}),
        "TIFF Deflate": ("TIFF", {"compression": "tiff_adobe_deflate"}),
        "TIFF JPEG": ("TIFF", {"compression": "jpeg"}),
        "TIFF Zstandard": ("TIFF", {"compression": "zstd"}),
        "TIFF of two pages": ("TIFF", {"save_all": True, "append_images": [image]}),
    }
    for name, (kind, options) in {**{kind: (kind, {}) for kind in KINDS}, **more}.items():
        data = encode(image, kind, **options)
        for quarter in (1, 2, 3):
            if name != "TIFF of two pages" or quarter == 1:  # half of it is its first page
                yield Bad(f"{name} cut off after {quarter} quarters", data[: len(data) * quarter // 4])
        for length in (13, 20, 30):
            yield Bad(f"{name} cut off after {length} bytes", data[:length])
    for kind in KINDS:
        mark = NAMES.get(kind, encode(image, kind)[:4])
        yield Bad(f"only the name of {kind}", mark)
        yield Bad(f"noise that calls itself {kind}", mark + np.random.default_rng(5).bytes(3000))
        yield Bad(f"zeros that call themselves {kind}", mark + bytes(3000))


def announced() -> Iterator[Bad]:
    """Headers of enormous pictures; the files are small."""
    for width, height in ((5001, 5000), (16_385, 1), (1, 16_385), (65_535, 65_535), (2**31 - 1, 2**31 - 1)):
        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        body = PNG + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND")
        yield too_many(f"png of {width} x {height}", body, width, height)
        if height < 2**31 - 1:
            yield too_many(f"bmp of {width} x {height}", bmp(RGB, 24, size=(width, height)), width, height)
        tags = {256: width, 257: height, 258: 8, 259: 1, 262: 1, 277: 1, 278: height}
        yield too_many(f"tiff of {width} x {height}", tiff(tags, [b"x"]), width, height)
        if width < 65_536:
            gif = b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b",\0\0\0\0\1\0\1\0\0\2\2\x44\1\0;"
            yield too_many(f"gif of {width} x {height}", gif, width, height)
            jpeg = bytearray(encode(Image.fromarray(RGB), "JPEG"))
            place = jpeg.index(b"\xff\xc0")
            jpeg[place + 5 : place + 9] = struct.pack(">HH", height, width)
            yield too_many(f"jpeg of {width} x {height}", bytes(jpeg), width, height)
    webp = bytearray(encode(Image.fromarray(np.dstack([RGB, ALPHA])), "WEBP"))
    assert webp[12:16] == b"VP8X"
    webp[24:30] = struct.pack("<I", 16_383)[:3] * 2
    yield too_many("webp of 16,384 x 16,384", bytes(webp), 16_384, 16_384)
    webp[24:30] = b"\xff" * 6
    yield too_many("webp of 16,777,216 x 16,777,216", bytes(webp), 2**24, 2**24)
    avif = encode(Image.fromarray(RGB), "AVIF")
    place = avif.index(b"ispe") + 8
    yield too_many(
        "avif of 20,000 x 20,000", avif[:place] + struct.pack(">II", 20_000, 20_000) + avif[place + 8 :], 20_000, 20_000
    )
    # A frame that reaches over a small screen makes the screen larger.
    gif = b"GIF89a\1\0\1\0\0\0\0" + b"," + struct.pack("<HHHHB", 60_000, 0, 5000, 60_000, 0) + b"\2\2\x44\1\0;"
    yield too_many("gif with a frame beyond its screen", gif, 65_000, 60_000)
    # One that is to be wiped out before the next: Pillow makes room for that while it opens the file.
    wiped = gif[:13] + b"!\xf9\4\x08\0\0\0\0" + gif[13:]
    yield too_many("gif with a frame beyond its screen that is wiped out", wiped, 65_000, 60_000)
    # As Pillow reads this note, it ends a block later, and the frame that comes first is another one.
    note = b"!\xff\x0bNETSCAPE2.0\0\x0a,\0\0\0\0\1\0\1\0\0\0"
    hidden = gif[:13] + b"!\xf9\4\x08\0\0\0\0" + note + gif[13:]
    yield Bad("gif with an enormous frame behind a note that ends twice", hidden)


def damaged_pngs() -> Iterator[Bad]:
    whole = png(RGB, 8, 2)
    for place, name in ((20, "header"), (60, "pixels"), (len(whole) - 20, "last pixels")):
        bent = bytearray(whole)
        bent[place] ^= 1
        yield Bad(f"png with a bit changed in its {name}", bytes(bent))
    stored = bytearray(png(RGB, 8, 2, level=0))
    stored[200] ^= 1
    yield Bad("png with a bit changed in stored pixels", bytes(stored))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", COLUMNS, ROWS, 8, 2, 0, 0, 0))
    rows = b"".join(b"\0" + line.tobytes() for line in RGB)
    data = zlib.compress(rows)
    yield Bad("png without pixels", PNG + header + chunk(b"IEND"))
    yield Bad("png without a header", PNG + chunk(b"IDAT", data) + chunk(b"IEND"))
    yield Bad(
        "png of too few rows", PNG + header + chunk(b"IDAT", zlib.compress(rows[: len(rows) // 2])) + chunk(b"IEND")
    )
    yield Bad("png whose pixels are no zlib data", PNG + header + chunk(b"IDAT", rows[:200]) + chunk(b"IEND"))
    yield Bad("png whose stream ends early", PNG + header + chunk(b"IDAT", data[: len(data) // 2]) + chunk(b"IEND"))
    yield Bad(
        "png with a filter that there is not",
        PNG + header + chunk(b"IDAT", zlib.compress(b"\7" + rows[1:])) + chunk(b"IEND"),
    )
    yield Bad("png with a palette that is missing", png(GRAY % 4, 8, 3))
    yield Bad("png with a key that is cut off", png(RGB, 8, 2, before=chunk(b"tRNS", b"\0\1")))
    yield Bad("png with a key that is damaged", png(RGB, 8, 2, before=chunk(b"tRNS", bytes(6), checksum=7)))
    for width, height in ((0, 5), (5, 0), (0, 0)):
        empty = PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        yield Bad(f"png of {width} x {height}", empty + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND"))
    for depth, colour in ((3, 0), (16, 3), (4, 2), (8, 5), (32, 0)):
        odd = PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", 5, 5, depth, colour, 0, 0, 0))
        yield Bad(f"png of depth {depth} and kind {colour}", odd + chunk(b"IDAT", data) + chunk(b"IEND"))
    huge = PNG + header + struct.pack(">I4s", 2**31 - 1, b"IDAT") + data
    yield Bad("png with a chunk longer than the file", huge)
    negative = PNG + struct.pack(">I4s", 2**32 - 1, b"tEXt") + header[4:] + chunk(b"IDAT", data)
    yield Bad("png with a note longer than the file", negative)


def damaged_others() -> Iterator[Bad]:
    image = Image.fromarray(SMOOTH)
    progressive = encode(Image.fromarray(GRAY), "JPEG", progressive=True)
    last = progressive.rindex(b"\xff\xda")
    passes = progressive[:last] + progressive[last:-2] * 100 + progressive[-2:]
    told = f"The JPEG holds {passes.count(bytes([255, 0xDA]))} passes over the picture, more than any camera writes."
    yield Bad("jpeg of 100 passes", passes, detail=f"{told} Please save it anew.")
    plain = encode(image, "JPEG")
    notes = plain[:2] + segment(0xE1, b"Exif\0\0" + exif(1)) * 2000 + plain[2:]
    told = "The JPEG holds 2000 notes, more than any camera writes. Please save it anew."
    yield Bad("jpeg of 2,000 notes", notes, detail=told)
    yield Bad("jpeg without tables", plain[:20] + plain[plain.index(b"\xff\xc0") :])
    place = plain.index(b"\xff\xc0")
    twelve = plain[: place + 4] + b"\x0c" + plain[place + 5 :]
    yield not_read("jpeg of 12 bits", twelve, "This JPEG stores 12 bits a colour")
    yield Bad("jpeg of no height", plain[: place + 5] + bytes(2) + plain[place + 7 :])
    yield Bad("jpeg of seven channels", plain[: place + 9] + b"\7" + plain[place + 10 :])
    for kind, name in ((0xC3, "without loss"), (0xC9, "in arithmetic coding"), (0xC5, "in layers")):
        data = plain[: place + 1] + bytes([kind]) + plain[place + 2 :]
        yield not_read(f"jpeg {name}", data, "This JPEG is coded in a rare way")
    near = b"\xff\xd8\xff\xf7\0\x0b\x08\0\x14\0\x1c\1\1\x11\0" + bytes(50)
    yield not_read("jpeg-ls", near, "This JPEG is coded in a rare way")
    lossless = encode(Image.fromarray(RGB), "WEBP", lossless=True)
    yield Bad("webp whose pixels are noise", lossless[:25] + np.random.default_rng(1).bytes(len(lossless) - 25))
    yield Bad("webp with a chunk of no kind", lossless[:12] + b"XXXX" + lossless[16:])
    yield Bad("webp longer than the file", lossless[:4] + struct.pack("<I", 10**6) + lossless[8:])
    screen = b"GIF89a\5\0\5\0\x80\0\0\0\0\0\xff\xff\xff"
    yield Bad("gif without a picture", screen + b";")
    yield Bad("gif of 0 x 0", b"GIF89a\0\0\0\0\0\0\0;")
    yield Bad("gif of too few pixels", screen + b",\0\0\0\0\5\0\5\0\0\2\2\x4c\1\0;")
    yield Bad("gif of comments without end", screen + b"!\xfe" + (b"\xff" + b"x" * 255) * 4000)
    yield Bad("bmp of no kind of pixels", bmp(RGB, 24)[:28] + struct.pack("<H", 7) + bmp(RGB, 24)[30:])
    for packing, name in ((4, "JPEG"), (5, "PNG")):
        file = bmp(RGB, 24)[:30] + struct.pack("<I", packing) + bmp(RGB, 24)[34:]
        yield not_read(f"bmp packed as {name}", file, f"This BMP is packed as {name}")
    rare = bmp(GRAY > 99, 1, palette=PALETTE[:2], packing=3, header=64)
    yield not_read("bmp of OS/2, packed as a fax", rare, "This BMP is packed in a rare way")
    yield Bad("bmp whose pixels begin in its header", bmp(RGB, 24)[:10] + struct.pack("<I", 30) + bmp(RGB, 24)[14:])
    yield Bad("bmp of scattered masks", bmp(RGB, 24, packing=3, masks=(0x55, 0xFF00, 0xFF0000, 0)))
    yield Bad("bmp of a negative width", bmp(RGB, 24, size=(-5, 5)))
    yield Bad("bmp of OS/2 cut off", bmp(GRAY, 8, palette=PALETTE, header=12)[:-9])
    yield Bad("bmp with another header", b"BM" + bytes(12) + struct.pack("<I", 77) + bytes(100))
    runs = bmp(GRAY, 8, palette=PALETTE, packing=1, data=b"\5\1\0\1")
    yield Bad("bmp whose runs end early", runs)
    empty = bmp(GRAY, 8, palette=PALETTE, packing=1, data=b"\0\0" * 600_000, size=(5000, 5000))
    yield Bad("bmp of endless ends of rows", empty)
    slow = bmp(GRAY, 8, palette=PALETTE, packing=1, data=b"\1\1" * 2_500_000, size=(5000, 5000))
    yield not_read("bmp of endless runs", slow, "This BMP is run-length coded and larger than 2 MB")
    slow = bmp(GRAY, 8, palette=PALETTE, packing=1, data=b"\0\2\0\0" * 500_000, size=(5000, 5000))
    yield Bad("bmp of endless jumps to nowhere", slow)


def damaged_tiffs() -> Iterator[Bad]:
    size = {256: COLUMNS, 257: ROWS}
    colour = size | {258: (8, 8, 8), 259: 1, 262: 2, 277: 3}
    bit = Image.fromarray(GRAY > 99)
    for name, told in (("tiff_ccitt", ""), ("group3", " group 3"), ("group4", " group 4")):
        data = encode(bit, "TIFF", compression=name)
        yield not_read(f"tiff {name}", data, f"This TIFF is compressed as a fax (CCITT{told})")
    for number, told in (
        (6, "in the JPEG of 1992"),
        (50001, "as WebP"),
        (34676, "in a rare way"),
        (9999, "in a rare way"),
    ):
        data = tiff(colour | {259: number, 278: ROWS}, [RGB.tobytes()])
        yield not_read(f"tiff of compression {number}", data, f"This TIFF is compressed {told}")
    strips = [RGB[row : row + 6].tobytes() for row in range(0, ROWS, 6)]
    yield Bad("tiff without its last strip", tiff(colour | {278: 6}, strips[:-1]))
    yield Bad("tiff without strips", tiff(colour | {278: 6}, []))
    packed = [zlib.compress(each) for each in strips]
    bent = bytearray(zlib.compress(strips[1], 0))
    bent[50] ^= 1
    yield Bad("tiff deflate with a bit changed", tiff(colour | {259: 8, 278: 6}, [packed[0], bytes(bent), *packed[2:]]))
    yield Bad("tiff deflate, a strip cut off", tiff(colour | {259: 8, 278: 6}, [*packed[:3], packed[3][:50]]))
    bomb = zlib.compress(bytes(50_000_000), 9)
    yield Bad("tiff deflate, a strip that unpacks to 50 MB", tiff(colour | {259: 8, 278: 6}, [bomb] * 4))
    jpeg = encode(Image.fromarray(SMOOTH), "TIFF", compression="jpeg")
    half = jpeg.index(b"\xff\xd9", jpeg.index(b"\xff\xda"))
    yield Bad("tiff jpeg, its end gone", jpeg[:half] + b"\0\0" + jpeg[half + 2 :])
    tables = struct.pack("<HH", 347, 7)
    assert jpeg.count(tables) == 1
    yield Bad("tiff jpeg, its tables gone", jpeg.replace(tables, struct.pack("<HH", 60_000, 7)))
    yield Bad("tiff of enormous tiles", tiff(colour | {322: 65_536, 323: 65_536}, [b"x"], tiled=True))
    yield Bad("tiff of enormous packed tiles", tiff(colour | {259: 5, 322: 32_768, 323: 32_768}, [b"x"], tiled=True))
    yield Bad("tiff of tiles of 0 x 0", tiff(colour | {322: 0, 323: 0}, [b"x"], tiled=True))
    yield Bad("tiff of 0 x 5", tiff(colour | {256: 0}, [b"x"]))
    yield not_read(
        "tiff in 1,000,000 strips",
        tiff(colour | {278: 1}, [b""] * 1_000_000),
        "This TIFF is cut into more than 100,000 parts",
    )
    yield Bad("tiff of a million channels", tiff(colour | {277: 10**6, 278: ROWS}, [RGB.tobytes()]))
    entries = struct.pack("<IH", 8, 65_535) + struct.pack("<HHII", 700, 1, 9 * 10**6, 8) * 65_535
    yield Bad("tiff of 65,535 tags", b"II*\0" + entries)
    fat = b"".join(struct.pack("<HHII", 60_000 + k, 1, 5 * 10**6, 8) for k in range(900))
    body = tiff(colour | {278: ROWS}, [RGB.tobytes()])
    yield Bad("tiff of 900 tags of the same 5 MB", b"II*\0" + struct.pack("<IH", 8, 900) + fat + bytes(5 * 10**6))
    yield Bad("tiff whose directory is beyond its end", b"II*\0" + struct.pack("<I", 10**6) + body[8:])
    doubles = size | {258: 64, 259: 1, 262: 1, 277: 1, 278: ROWS, 339: 3}
    yield _values("tiff of doubles", tiff(doubles, [GRAY.astype("<f8").tobytes()]))
    halves = colour | {258: (32, 32, 32), 278: ROWS, 339: 3}
    yield _values("tiff of colours as fractions", tiff(halves, [RGB.astype("<f4").tobytes()]))
    yield _values("tiff of five meanings", tiff(colour | {262: 77, 278: ROWS}, [RGB.tobytes()]))
    big = tiff(colour | {278: ROWS}, [RGB.tobytes()], order=">", big=True)
    yield _values("tiff big >", big)
    coarse = "This TIFF stores its colours more coarsely than its brightness"
    planes = [np.ascontiguousarray(RGB[..., k].astype("<u2")).tobytes() for k in range(3)]
    apart = tiff(colour | {258: (16,) * 3, 278: ROWS, 284: 2}, planes)
    yield not_read("tiff of 16 bits in planes", apart, "This TIFF stores each of its colours apart and not in 8 bits")
    apart = tiff(
        size | {258: (8, 8), 259: 1, 262: 1, 277: 2, 278: ROWS, 284: 2, 338: 2}, [GRAY.tobytes(), ALPHA.tobytes()]
    )
    yield not_read("tiff of gray and alpha in planes", apart, "This TIFF stores gray apart from other channels")
    yield not_read("tiff ycbcr", tiff(colour | {262: 6, 278: ROWS}, [RGB.tobytes()]), coarse)
    for name, tags in (("thumbnail", {254: 1}), ("DNG", {50706: b"\1\4\0\0"})):
        data = tiff(colour | tags | {278: ROWS}, [RGB.tobytes()])
        yield looks_like(f"raw camera file: {name}", data, "a raw camera file")


def _values(name: str, data: bytes) -> Bad:
    return Bad(
        name, data, 415, "unsupported_kind", f"This TIFF stores its values in a way that is not read here. {ANEW}"
    )


def bad() -> list[Bad]:
    """Every bad file; the same at each call."""
    families = (others, cut_off, announced, damaged_pngs, damaged_others, damaged_tiffs)
    return [file for family in families for file in family()]
