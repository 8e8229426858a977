"""Telling what kind of file something is that is no picture we read, to say so kindly."""

from __future__ import annotations

SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"8BPS", "a Photoshop file"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"II*\x00\x10\x00\x00\x00CR", "a raw camera file"),
    (b"\x00\x00\x01\x00", "an icon file"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
)
OURS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def guess_kind(data: bytes) -> str | None:
    """What the bytes look like, in words; None for a kind that is read here, so that it must be damaged."""
    for signature, name in SIGNATURES:
        if data.startswith(signature):
            return name
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        if brand in (b"avif", b"avis"):
            return None
        return "HEIC" if brand in HEIC_BRANDS else "a video"
    if data.startswith(OURS) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return None
    start = data[:1024].lstrip().lower()
    if b"<svg" in start:
        return "an SVG drawing"
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    try:
        data[:1024].decode("utf-8")
    except UnicodeDecodeError:
        return "no picture"
    return "text"
