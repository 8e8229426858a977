"""Bytes become the right pixels, or an error that says so; never a wrong picture."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.uploads import Limits, PictureError, read_picture

RNG = np.random.default_rng(5)
RGB = RNG.integers(0, 256, (24, 32, 3), np.uint8)
GRAY = RNG.integers(0, 256, (24, 32), np.uint8)


def encode(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def codes(data: bytes) -> list[str]:
    return [each.code for each in read_picture(data).warnings]


def gray_as_rgb(gray: Any) -> Any:
    return np.repeat(np.asarray(gray, np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP"])
def test_formats_without_loss_give_their_pixels(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    picture = read_picture(encode(Image.fromarray(RGB), kind, **options))
    assert np.array_equal(picture.pixels, RGB)
    assert (picture.format, picture.width, picture.height, picture.warnings) == (kind, 32, 24, ())


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF", "GIF"])
def test_formats_with_loss_come_close(kind: str) -> None:
    smooth = np.add.outer(np.arange(24) * 5, np.arange(32) * 3)[..., None] // np.array([1, 2, 3])
    picture = read_picture(encode(Image.fromarray(smooth.astype(np.uint8)), kind))
    assert np.abs(picture.pixels.astype(int) - smooth).mean() < 6


def test_modes_of_few_bits() -> None:
    assert np.array_equal(read_picture(encode(Image.fromarray(GRAY))).pixels, gray_as_rgb(GRAY))
    bits = Image.fromarray(GRAY > 128)
    assert np.array_equal(read_picture(encode(bits)).pixels, gray_as_rgb((GRAY > 128) * 255))
    palette = Image.fromarray(RGB).quantize(16)
    assert np.array_equal(read_picture(encode(palette)).pixels, np.asarray(palette.convert("RGB")))


def test_sixteen_bits_are_scaled_and_not_clipped() -> None:
    deep = np.linspace(0, 65535, 24 * 32).reshape(24, 32).astype(np.uint16)
    for kind in ("PNG", "TIFF"):
        data = encode(Image.fromarray(deep), kind)
        assert np.array_equal(read_picture(data).pixels, gray_as_rgb(np.rint(deep / 257)))
        assert codes(data) == ["scaled_to_8_bits"]
    floats = np.linspace(-2, 3, 24 * 32).reshape(24, 32).astype(np.float32)
    picture = read_picture(encode(Image.fromarray(floats), "TIFF"))
    assert (picture.pixels.min(), picture.pixels.max()) == (0, 255)


def test_cmyk_is_converted_and_said() -> None:
    data = encode(Image.fromarray(RGB).convert("CMYK"), "TIFF")
    assert codes(data) == ["colours_converted"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photograph_stands_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright: Any = RGB
    # How the camera's sensor saw what stands upright in RGB, by the meaning of each value in Exif 2.32.
    seen = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright),
        7: np.rot90(upright, 2).transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    data = encode(Image.fromarray(np.ascontiguousarray(seen)), "PNG", exif=exif)
    assert np.array_equal(read_picture(data).pixels, upright)
    assert codes(data) == ([] if orientation == 1 else ["turned_upright"])


def test_transparency_is_laid_on_white() -> None:
    alpha = RNG.integers(0, 256, (24, 32, 1), np.uint8)
    data = encode(Image.fromarray(np.concatenate([RGB, alpha], axis=2)))
    share = alpha / 255
    expected = np.floor(RGB * share + 255 * (1 - share) + 0.5)
    assert np.abs(read_picture(data).pixels - expected).max() <= 1
    assert codes(data) == ["transparency_filled"]
    opaque = encode(Image.fromarray(RGB).convert("RGBA"))
    assert np.array_equal(read_picture(opaque).pixels, RGB)
    assert codes(opaque) == []


def test_white_ink_on_nothing_stays_visible() -> None:
    drawing = np.zeros((24, 32, 4), np.uint8)
    drawing[5:10, 5:20] = 255
    picture = read_picture(encode(Image.fromarray(drawing)))
    assert np.array_equal(picture.pixels, drawing[..., :3])
    assert "black" in picture.warnings[0].message


def test_the_first_of_several_pictures() -> None:
    frames = [Image.fromarray(np.full((8, 8), shade, np.uint8)) for shade in (10, 200)]
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        data = encode(frames[0], kind, save_all=True, append_images=frames[1:])
        assert "first_frame" in codes(data)
        assert read_picture(data).pixels.max() < 60


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_a_file_that_is_cut_off_is_an_error(kind: str, quarter: int) -> None:
    data = encode(Image.fromarray(RNG.integers(0, 256, (64, 64, 3), np.uint8)), kind)
    with pytest.raises(PictureError) as caught:
        read_picture(data[: len(data) * quarter // 4])
    assert (caught.value.status, caught.value.code) == (422, "damaged")


def header_only_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(5001, 5000), (16385, 1), (1, 16385), (2**31 - 1, 2**31 - 1)])
def test_too_many_pixels_are_refused_by_the_header(width: int, height: int) -> None:
    with pytest.raises(PictureError, match="pixels") as caught:
        read_picture(header_only_png(width, height))
    assert caught.value.status == 422


def test_the_limits_are_allowed() -> None:
    assert read_picture(encode(Image.new("1", (16384, 1)))).width == 16384
    assert read_picture(encode(Image.new("1", (1, 1)))).pixels.shape == (1, 1, 3)
    data = encode(Image.new("1", (10, 10)))
    read_picture(data, Limits(max_bytes=len(data)))
    with pytest.raises(PictureError) as caught:
        read_picture(data, Limits(max_bytes=len(data) - 1))
    assert caught.value.status == 413


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), "HEIC"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(20), "a video"),
        (b"<?xml version='1.0'?><svg xmlns='x'/>", "an SVG drawing"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"PK\x03\x04" + bytes(30), "a ZIP archive"),
        (b"8BPS" + bytes(30), "a Photoshop file"),
        (b"just some words", "text"),
        (bytes(range(128, 256)), "no picture"),
    ],
)
def test_another_kind_of_file_is_named(data: bytes, name: str) -> None:
    with pytest.raises(PictureError, match=f"This looks like {name}.*Please use PNG") as caught:
        read_picture(data)
    assert caught.value.status == 415


@given(st.binary(max_size=300), st.sampled_from(["", "PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"]), st.data())
def test_whatever_comes_it_is_a_picture_or_a_plain_error(noise: bytes, kind: str, data: st.DataObject) -> None:
    if kind:
        file = bytearray(FILES[kind])
        for byte in noise[:8]:
            file[data.draw(st.integers(0, len(file) - 1))] = byte
        noise = bytes(file)
    try:
        picture = read_picture(noise)
    except PictureError as error:
        assert error.status in (415, 422)
        assert "0x" not in error.message and "PIL" not in error.message
    else:
        assert picture.pixels.dtype == np.uint8 and picture.pixels.ndim == 3


FILES = {kind: encode(Image.fromarray(RGB), kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")}
