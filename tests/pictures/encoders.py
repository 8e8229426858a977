"""Picture files written byte by byte from the formats' specifications, so that no library is on both sides."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from model.tensor import Array

PNG = b"\x89PNG\r\n\x1a\n"
ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))


def chunk(kind: bytes, body: bytes = b"", checksum: int | None = None) -> bytes:
    """A chunk of a PNG; `checksum` for a wrong one."""
    code = zlib.crc32(kind + body) if checksum is None else checksum
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", code)


def packed(values: Array, depth: int) -> bytes:
    """Rows of values of `depth` bits, each row filled up to a whole byte; 16 bits big-endian."""
    rows = values.reshape(values.shape[0], -1)
    if depth == 16:
        return rows.astype(">u2").tobytes()
    if depth == 8:
        return rows.astype(np.uint8).tobytes()
    bits = (rows[..., None] >> np.arange(depth - 1, -1, -1)) & 1
    return np.packbits(bits.reshape(len(rows), -1).astype(np.uint8), axis=1).tobytes()


def scanlines(values: Array, depth: int, filters: Sequence[int] = (0,)) -> bytes:
    """A PNG's scanlines, each with one of `filters` in turn (PNG, section 9.2)."""
    height = len(values)
    data = np.frombuffer(packed(values, depth), np.uint8).reshape(height, -1).astype(int)
    step = max(1, (values[0, 0].size * depth) // 8)
    lines, above = [], np.zeros(data.shape[1], int)
    for index, line in enumerate(data):
        left = np.concatenate([np.zeros(step, int), line[:-step]])[: len(line)]
        corner = np.concatenate([np.zeros(step, int), above[:-step]])[: len(line)]
        estimate = left + above - corner
        distances = np.abs(np.stack([estimate - left, estimate - above, estimate - corner]))
        paeth = np.stack([left, above, corner])[distances.argmin(axis=0), np.arange(len(line))]
        kind = filters[index % len(filters)]
        predicted = [np.zeros_like(line), left, above, (left + above) // 2, paeth][kind]
        lines.append(bytes([kind]) + ((line - predicted) % 256).astype(np.uint8).tobytes())
        above = line
    return b"".join(lines)


def png(
    values: Array,
    depth: int,
    colour: int,
    *,
    before: bytes = b"",
    after: bytes = b"",
    interlaced: bool = False,
    filters: Sequence[int] = (0,),
    pieces: int = 0,
    level: int = 6,
) -> bytes:
    """A PNG of (rows, columns) or (rows, columns, channels) values; `before` and `after` stand around the pixels."""
    height, width = values.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    passes = [values[i::down, j::across] for i, j, down, across in ADAM7] if interlaced else [values]
    data = zlib.compress(b"".join(scanlines(each, depth, filters) for each in passes if each.size), level)
    step = pieces or len(data)
    pixels = b"".join(chunk(b"IDAT", data[start : start + step]) for start in range(0, len(data), step))
    return PNG + chunk(b"IHDR", header) + before + pixels + after + chunk(b"IEND")


def bmp(
    values: Array,
    bits: int,
    *,
    palette: Array | None = None,
    packing: int = 0,
    masks: Sequence[int] = (),
    down: bool = False,
    data: bytes | None = None,
    size: tuple[int, int] | None = None,
    header: int = 0,
) -> bytes:
    """A BMP, rows from the bottom unless `down`; its header has 40 bytes (108 where there are masks), or `header`."""
    height, width = size[::-1] if size else values.shape[:2]
    if data is None:
        rows = values if down else values[::-1]
        raw = packed(rows, bits) if bits <= 8 else np.ascontiguousarray(rows).tobytes()
        length = len(raw) // len(rows)
        padding = bytes(-length % 4)
        data = b"".join(raw[k * length : (k + 1) * length] + padding for k in range(len(rows)))
    header = header or (108 if masks else 40)
    filler = b"" if header == 12 else b"\0"
    colours = b"" if palette is None else b"".join(bytes(map(int, each[::-1])) + filler for each in palette)
    after = masks if header == 40 else ()
    start = 14 + header + 4 * len(after) + len(colours)
    info = struct.pack(
        "<IiiHHIIiiII", header, width, -height if down else height, 1, bits, packing, len(data), 0, 0, 0, 0
    )
    if palette is not None:
        info = info[:32] + struct.pack("<II", len(palette), 0)
    if header == 12:
        info = struct.pack("<IHHHH", header, width, height, 1, bits)
    elif masks:
        info += struct.pack(f"<{len(masks)}I", *masks)
    info = info[:header].ljust(header, b"\0") if header != 40 else info
    return struct.pack("<2sIHHI", b"BM", start + len(data), 0, 0, start) + info + colours + data


def gif(
    screen: tuple[int, int],
    values: Array,
    palette: Array | None = None,
    *,
    own: Array | None = None,
    at: tuple[int, int] = (0, 0),
    hidden: int | None = None,
    disposal: int = 0,
    version: bytes = b"GIF89a",
) -> bytes:
    """A GIF of one picture on a screen of (width, height), with colours of the screen's or of its own."""

    def table(colours: Array | None) -> tuple[int, bytes]:
        return (0, b"") if colours is None else (0x80 | (len(colours).bit_length() - 2), colours.tobytes())

    # Every code is a value of 8 bits written in 9: the table is cleared before they would become longer.
    codes = [code for k, value in enumerate(values.ravel().tolist()) for code in ([256] * (k % 200 == 0) + [value])]
    bits = np.array([*codes, 257])[:, None] >> np.arange(9) & 1
    data = np.packbits(bits.ravel().astype(np.uint8), bitorder="little").tobytes()
    blocks = b"".join(bytes([len(data[k : k + 255])]) + data[k : k + 255] for k in range(0, len(data), 255))
    (flags, colours), (own_flags, own_colours) = table(palette), table(own)
    file = version + struct.pack("<HHBBB", *screen, flags, 0, 0) + colours
    if version == b"GIF89a":
        file += b"!\xf9\4" + struct.pack("<BHB", disposal << 2 | (hidden is not None), 0, hidden or 0) + b"\0"
    file += b"," + struct.pack("<HHHHB", *at, *values.shape[::-1], own_flags) + own_colours
    return file + b"\x08" + blocks + b"\0;"


def tiff(
    tags: dict[int, Any],
    parts: Sequence[bytes],
    *,
    order: str = "<",
    big: bool = False,
    tiled: bool = False,
) -> bytes:
    """A TIFF of one directory; a tag is a whole number or several (LONG), or bytes (UNDEFINED)."""
    start = 16 if big else 8
    offsets = list(accumulate(map(len, parts), initial=start))[:-1]
    places, lengths = (324, 325) if tiled else (273, 279)
    tags = {**tags, places: offsets, lengths: [len(each) for each in parts]}
    body = b"".join(parts)
    directory = start + len(body)
    letter, kind, room = ("Q", 16, 8) if big else ("I", 4, 4)
    after = directory + (8 + 20 * len(tags) + 8 if big else 2 + 12 * len(tags) + 4)
    entries, more = b"", b""
    for tag, value in sorted(tags.items()):
        if isinstance(value, bytes):
            count, raw, own = len(value), value, 7
        else:
            numbers = list(value) if isinstance(value, list | tuple) else [value]
            count, raw, own = len(numbers), struct.pack(f"{order}{len(numbers)}{letter}", *numbers), kind
        if len(raw) > room:
            here, more = struct.pack(f"{order}{letter}", after + len(more)), more + raw
        else:
            here = raw.ljust(room, b"\0")
        entries += struct.pack(f"{order}HH{letter}", tag, own, count) + here
    number = struct.pack(f"{order}{'Q' if big else 'H'}", len(tags))
    mark = b"II" if order == "<" else b"MM"
    head = struct.pack(f"{order}HHHQ", 43, 8, 0, directory) if big else struct.pack(f"{order}HI", 42, directory)
    return mark + head + body + number + entries + bytes(room) + more


def exif(orientation: int, order: str = "<") -> bytes:
    """A camera's note of how it was held, as a TIFF directory (Exif 2.32)."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(f"{order}IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def segment(kind: int, body: bytes) -> bytes:
    """A segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, kind, len(body) + 2) + body


def profile(space: bytes, tags: dict[bytes, bytes], kind: bytes = b"mntr", connection: bytes = b"XYZ ") -> bytes:
    """A colour profile (ICC.1:2001-04, version 2.4)."""
    start = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, body in tags.items():
        table += struct.pack(">4sII", name, start + len(data), len(body))
        data += body + bytes(-len(body) % 4)
    white = struct.pack(">3i", *(round(each * 65536) for each in D50))
    head = struct.pack(">I4sI4s4s4s", start + len(data), bytes(4), 0x02400000, kind, space, connection)
    head += bytes(12) + b"acsp" + bytes(28) + white
    return head.ljust(128, b"\0") + table + data


D50 = (0.9642, 1.0, 0.8249)
SRGB_D50 = {b"r": (0.43607, 0.22249, 0.01392), b"g": (0.38515, 0.71687, 0.09708), b"b": (0.14307, 0.06061, 0.7141)}
"""The colours of sRGB's primaries, as a profile has them."""


def xyz(values: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(each * 65536) for each in values))


def curve(values: Sequence[float]) -> bytes:
    """A table from a channel's values, 0 to 1, to light."""
    return b"curv\0\0\0\0" + struct.pack(f">I{len(values)}H", len(values), *(round(each * 65535) for each in values))


def srgb_to_light(values: Array) -> Array:
    """IEC 61966-2-1."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def light_to_srgb(light: Array) -> Array:
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


SRGB_CURVE = curve(srgb_to_light(np.linspace(0, 1, 1024)).tolist())


def rgb_profile(red: bytes = b"r", green: bytes = b"g", blue: bytes = b"b") -> bytes:
    """sRGB, with its primaries in another order if one likes."""
    colours = {own + b"XYZ": xyz(SRGB_D50[taken]) for own, taken in ((b"r", red), (b"g", green), (b"b", blue))}
    curves = {own + b"TRC": SRGB_CURVE for own in (b"r", b"g", b"b")}
    return profile(b"RGB ", colours | curves | {b"wtpt": xyz(D50)})


def gray_profile() -> bytes:
    """Values that are light itself."""
    return profile(b"GRAY", {b"wtpt": xyz(D50), b"kTRC": curve([0.0, 1.0])})


def cmyk_profile() -> bytes:
    """A printer of which only the black ink prints: L* = 100 (1 - k), by a table of two points a channel."""
    identity = bytes(range(256))
    grid = b"".join(bytes([255 if not point & 1 else 0, 128, 128]) for point in range(16))
    head = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    return profile(b"CMYK", {b"wtpt": xyz(D50), b"A2B0": head + identity * 4 + grid + identity * 3}, b"prtr", b"Lab ")
