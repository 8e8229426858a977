"""A JPEG's segments (ITU-T T.81): how much work it is, what its notes say, and the file without them."""

from __future__ import annotations

from model.pictures.facts import Facts
from model.pictures.faults import PictureError, another_form

# A JPEG may be written in any number of passes over the picture, each of a few bytes, and as many notes: a small
# file could keep a decoder busy for an hour. Cameras and programs write about ten passes and a few notes.
MOST_PASSES, MOST_NOTES = 64, 1000
START_OF_SCAN, ADOBE, COMMENT = 0xDA, 0xEE, 0xFE
# Lossless, in layers, or in arithmetic coding: what Pillow reads of these, it reads without noticing an early end.
RARE = (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7)
FRAMES = (0xC0, 0xC1, 0xC2)
EXIF, PROFILE = b"Exif\0\0", b"ICC_PROFILE\0"


def read_segments(data: bytes) -> Facts:
    """The file without its notes, and what those say that matters to the picture.

    What is left is a single picture even where a phone put several into the file (MPO). PictureError for a file
    of more passes or notes than any camera writes.
    """
    # In a JPEG's data, 255 is followed by 0 or by a restart mark: these pairs of bytes are marks of their kind.
    passes, notes = data.count(b"\xff\xda"), data.count(b"\xff\xe1")
    if passes > MOST_PASSES or notes > MOST_NOTES:
        many = f"{passes} passes over the picture" if passes > MOST_PASSES else f"{notes} notes"
        raise PictureError(422, "damaged", f"The JPEG holds {many}, more than any camera writes. Please save it anew.")
    kept, exif, parts, adobe = [data[:2]], None, dict[int, bytes](), False
    place, size = 2, None
    while place + 4 <= len(data):
        if data[place] != 0xFF:  # after a note that gives a wrong length of itself; decoders look for the next mark too
            place = data.find(b"\xff", place)
            if place < 0 or place + 4 > len(data):
                break
        kind = data[place + 1]
        if kind in (0, 0xFF):  # a mark may be preceded by any number of 255; 0 says that it is none
            place += 1
            continue
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if kind == START_OF_SCAN or not 0xC0 <= kind <= 0xFE or end > len(data):
            break
        if kind in RARE:
            raise another_form("This JPEG is coded in a rare way, which is not read here")
        if kind in FRAMES and data[place + 4] == 12:
            raise another_form("This JPEG stores 12 bits a colour, which is not read here")
        body = data[place + 4 : end]
        if kind in FRAMES and size is None and len(body) >= 5:
            size = int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")
        if kind == 0xE1 and body.startswith(EXIF):
            exif = body if exif is None else exif
        elif kind == 0xE2 and body.startswith(PROFILE) and len(body) > 14:
            parts.setdefault(body[12], body[14:])
        elif not 0xE0 <= kind <= 0xEF and kind != COMMENT:
            kept.append(data[place:end])
        elif kind in (0xE0, ADOBE):  # these say how the colours are coded
            adobe |= kind == ADOBE and body.startswith(b"Adobe")
            kept.append(data[place:end])
        place = end
    kept.append(data[place:])
    profile = b"".join(parts[number] for number in sorted(parts)) or None
    return Facts(b"".join(kept), size=size, profile=profile, exif=exif, several=False, plain_ink=not adobe)
