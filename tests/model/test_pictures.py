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

from model.pictures import Limits, PictureError, read_picture

# As in the application, which hears none of Pillow's warnings.
pytestmark = pytest.mark.filterwarnings("ignore:::PIL.*")

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


@pytest.mark.parametrize("order", [">", "<"])
def test_sixteen_bits_of_either_byte_order(order: str) -> None:
    deep = np.linspace(0, 65535, 24 * 32).reshape(24, 32).astype(f"{order}u2")
    tags = [(256, 32), (257, 24), (258, 16), (259, 1), (262, 1), (273, 8), (277, 1), (278, 24), (279, deep.nbytes)]
    mark = b"MM\x00*" if order == ">" else b"II*\x00"
    entries = b"".join(struct.pack(f"{order}HHII", tag, 4, 1, value) for tag, value in tags)
    directory = struct.pack(f"{order}H", len(tags)) + entries + bytes(4)
    data = mark + struct.pack(f"{order}I", 8 + deep.nbytes) + deep.tobytes() + directory
    assert np.array_equal(read_picture(data).pixels, gray_as_rgb(np.rint(deep / 257)))


def test_whole_numbers_and_fractions_are_scaled_by_their_own_range() -> None:
    whole = np.array([[-70000, 0], [30000, 130000]], np.int32)
    assert read_picture(encode(Image.fromarray(whole), "TIFF")).pixels[..., 0].tolist() == [[0, 89], [128, 255]]
    broken = np.array([[np.nan, 0.5], [np.inf, 1.0]], np.float32)
    assert read_picture(encode(Image.fromarray(broken), "TIFF")).pixels[..., 0].tolist() == [[0, 128], [0, 255]]
    assert not read_picture(encode(Image.fromarray(np.full((2, 2), 7.0, np.float32)), "TIFF")).pixels.any()


@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_cmyk_is_converted_and_said(kind: str) -> None:
    # Two plain areas, so that JPEG keeps them: half cyan, and a tenth of black.
    ink = np.zeros((32, 32, 4), np.uint8)
    ink[:16, :, 0], ink[16:, :, 3] = 128, 26
    data = encode(Image.fromarray(ink, "CMYK"), kind)
    pixels = read_picture(data).pixels.astype(int)
    assert codes(data) == ["colours_converted"]
    assert np.abs(pixels[2:14] - [127, 255, 255]).max() <= 3
    assert np.abs(pixels[18:30] - [229, 229, 229]).max() <= 3


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


def test_transparency_without_an_alpha_channel_for_each_pixel() -> None:
    gray, alpha = GRAY // 2, np.where(GRAY > 99, 255, 0).astype(np.uint8)
    both = Image.merge("LA", (Image.fromarray(gray), Image.fromarray(alpha)))
    expected = gray_as_rgb(np.where(alpha > 0, gray, 255))
    assert np.array_equal(read_picture(encode(both)).pixels, expected)
    assert np.array_equal(read_picture(encode(both.convert("RGBA"), "TIFF")).pixels, expected)
    keyed = Image.fromarray(gray)  # one shade counts as transparent
    assert np.array_equal(
        read_picture(encode(keyed, transparency=50)).pixels, gray_as_rgb(np.where(gray == 50, 255, gray))
    )
    palette = Image.fromarray(RGB).quantize(8)
    indices = np.asarray(palette)
    colours = np.where((indices == 3)[..., None], 255, np.asarray(palette.convert("RGB")))
    for kind in ("PNG", "GIF"):
        assert np.array_equal(read_picture(encode(palette, kind, transparency=3)).pixels, colours)
    shares = bytes([255, 255, 255, 0, 255, 255, 255, 255])
    assert np.array_equal(read_picture(encode(palette, transparency=shares)).pixels, colours)


def test_dark_ink_on_nothing_lies_on_white() -> None:
    drawing = np.zeros((24, 32, 4), np.uint8)
    drawing[5:10, 5:20, 3] = 255
    picture = read_picture(encode(Image.fromarray(drawing)))
    assert np.array_equal(picture.pixels, gray_as_rgb(255 - drawing[..., 3]))
    assert "white" in picture.warnings[0].message


def test_nothing_at_all_is_white() -> None:
    assert read_picture(encode(Image.fromarray(np.zeros((4, 4, 4), np.uint8)))).pixels.min() == 255


def test_white_ink_on_nothing_stays_visible() -> None:
    drawing = np.zeros((24, 32, 4), np.uint8)
    drawing[5:10, 5:20] = 255
    drawing[4, 5:20, 3] = 40  # a soft edge of a colour that nobody sees
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


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_a_file_that_lost_its_last_bytes_is_whole_or_an_error(kind: str) -> None:
    data = encode(Image.fromarray(RNG.integers(0, 256, (64, 64, 3), np.uint8)), kind)
    whole = read_picture(data).pixels
    for lost in (1, 2, 3, 5, 8, 12, 20, 40):
        try:
            assert np.array_equal(read_picture(data[:-lost]).pixels, whole)
        except PictureError as error:
            assert error.code == "damaged"


def test_a_phone_s_jpeg_of_two_pictures_is_its_first() -> None:
    first, second = Image.new("RGB", (32, 24), (200, 100, 50)), Image.new("RGB", (16, 12), (0, 0, 0))
    picture = read_picture(encode(first, "MPO", save_all=True, append_images=[second]))
    assert (picture.format, picture.width, picture.height, picture.warnings) == ("JPEG", 32, 24, ())
    assert np.abs(picture.pixels.astype(int) - [200, 100, 50]).max() <= 3


@pytest.mark.parametrize("notes", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0"])
def test_damaged_notes_do_not_make_a_damaged_picture(notes: bytes) -> None:
    picture = read_picture(encode(Image.fromarray(RGB), "JPEG", exif=notes))
    assert picture.pixels.shape == RGB.shape and picture.warnings == ()


def test_an_orientation_that_is_none_turns_nothing() -> None:
    exif = Image.Exif()
    exif[0x0112] = 77
    assert read_picture(encode(Image.fromarray(RGB), "PNG", exif=exif)).warnings == ()


def test_a_jpeg_of_endless_passes_or_notes_is_refused_at_once() -> None:
    data = encode(Image.fromarray(GRAY), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    read_picture(data)
    with pytest.raises(PictureError, match="passes over the picture"):
        read_picture(data[:last] + data[last:-2] * 100 + data[-2:])
    with pytest.raises(PictureError, match="notes"):
        read_picture(data[:2] + b"\xff\xe1\x00\x09Exif\0\0a" * 2000 + data[2:])


def test_an_empty_file_is_called_empty() -> None:
    with pytest.raises(PictureError, match="The file is empty") as caught:
        read_picture(b"")
    assert (caught.value.status, caught.value.code) == (422, "empty_picture")


def test_the_message_shows_nothing_of_the_libraries() -> None:
    for data in (b"\x89PNG\r\n\x1a\n" + bytes(50), encode(Image.fromarray(RGB))[:60], b"BM" + bytes(60)):
        with pytest.raises(PictureError) as caught:
            read_picture(data)
        assert caught.value.message == "The picture is damaged or cut off. Please try another copy of it."


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
