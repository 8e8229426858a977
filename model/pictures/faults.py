"""What can be wrong with a picture's file: an HTTP status, a code for programs, a sentence for people."""

from __future__ import annotations

from PIL import features

MEBIBYTE = 1024 * 1024
ACCEPTED = "PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF" if features.check("avif") else "PNG, JPEG, WebP, GIF, BMP or TIFF"


class PictureError(Exception):
    """Bytes that are no picture we read: an HTTP status, a code for programs, a sentence for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def damaged() -> PictureError:
    """A file of a kind we read, with contents that cannot be read."""
    return PictureError(422, "damaged", "The picture is damaged or cut off. Please try another copy of it.")


def another_kind(kind: str) -> PictureError:
    """A file that is no picture, or a picture of a kind we do not read."""
    return PictureError(415, "unsupported_kind", f"This looks like {kind}. Please use {ACCEPTED}.")


def another_form(what: str) -> PictureError:
    """A picture of a kind we read, in one of the kind's forms that we do not: `what` is a clause about it."""
    return PictureError(415, "unsupported_kind", f"{what}. Please save it as PNG.")


def too_large(length: int, limit: int) -> PictureError:
    """More bytes than are taken."""
    told = f"The file is {length / MEBIBYTE:.1f} MB; the limit is {limit / MEBIBYTE:.3g} MB."
    return PictureError(413, "too_large", told)


def too_many_pixels(width: int, height: int, pixels: int, side: int) -> PictureError:
    """A picture whose header announces more than is decoded."""
    return PictureError(
        422,
        "too_many_pixels",
        f"The picture is {width} x {height} pixels; the limits are {pixels / 1e6:g} million pixels and {side} on a "
        "side. Please make it smaller.",
    )
