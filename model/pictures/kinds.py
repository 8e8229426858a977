"""Telling what kind of file something is, by its first bytes and never by its name."""

from __future__ import annotations

OURS = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
)
OTHERS = (
    (b"%PDF", "a PDF"),
    (b"8BPS", "a Photoshop file"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"II*\x00\x10\x00\x00\x00CR", "a raw camera file"),
    (b"IIRO", "a raw camera file"),
    (b"IIU\x00", "a raw camera file"),
    (b"FUJIFILMCCD-RAW", "a raw camera file"),
    (b"\x00\x00\x01\x00", "an icon file"),
    (b"\x00\x00\x02\x00", "a cursor file"),
    (b"icns", "an icon file"),
    (b"qoif", "a QOI picture"),
    (b"gimp xcf", "a GIMP file"),
    (b"\xc5\xd0\xd3\xc6", "PostScript"),
    (b"%!PS", "PostScript"),
    (b"AT&TFORM", "a DjVu document"),
    (b"\xd7\xcd\xc6\x9a", "a Windows metafile"),
    (b"\x59\xa6\x6a\x95", "a Sun raster picture"),
    (b"\x01\xda\x00", "a Silicon Graphics picture"),
    (b"\x01\xda\x01", "a Silicon Graphics picture"),
    (b"II\xbc", "JPEG XR"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"ID3", "a sound or a video"),
    (b"OggS", "a sound or a video"),
    (b"fLaC", "a sound or a video"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"DDS ", "a DirectDraw surface"),
    (b"SIMPLE  =", "a FITS file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"#?RADIANCE", "a Radiance picture"),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"RIFF", "a sound or a video"),
)
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
AVIF_BRANDS = (b"avif", b"avis")


def our_kind(data: bytes) -> str | None:
    """The format that is read here, by Pillow's name; None for any other."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return "AVIF" if _is_avif(data) else None
    if guess_raw(data):
        return None
    return next((kind for signature, kind in OURS if data.startswith(signature)), None)


def guess_raw(data: bytes) -> bool:
    """Whether it is a camera's raw file that calls itself a TIFF (Canon's CR2)."""
    return data[8:10] == b"CR" and data.startswith(b"II*\x00")


def other_kind(data: bytes) -> str:
    """What a file looks like, in words, that is none of ours."""
    for signature, name in OTHERS:
        if data.startswith(signature):
            return "a Targa picture" if name == "a cursor file" and data[4:6] == b"\0\0" else name
    if data[:1] == b"P" and data[1:2] in b"1234567" and data[2:3].isspace():
        return "a PNM picture"
    if data[:1] == b"\x0a" and data[1:2] in b"\0\2\3\4\5" and data[2:3] == b"\1":
        return "a PCX picture"
    if data[4:8] == b"ftyp":
        return "HEIC" if data[8:12] in HEIC_BRANDS else "a video"
    if data[128:132] == b"DICM":
        return "a DICOM file"
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return "an SVG drawing"
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    try:
        data[:1024].decode("utf-8")
    except UnicodeDecodeError as error:
        # A letter of several bytes may be cut at the sample's end.
        if len(data) <= 1024 or error.start < 1021:
            return "no picture"
    return "text" if b"\x00" not in data[:1024] else "no picture"


def _is_avif(data: bytes) -> bool:
    """By the file's main brand, or, where that is a general one, by those it is compatible with (ISO 14496-12)."""
    if data[8:12] in AVIF_BRANDS:
        return True
    length = int.from_bytes(data[:4], "big")
    others = data[16 : min(length, 256)]
    compatible = {others[place : place + 4] for place in range(0, len(others), 4)}
    return data[8:12] in (b"mif1", b"msf1") and not compatible.isdisjoint(AVIF_BRANDS) and b"heic" not in compatible
