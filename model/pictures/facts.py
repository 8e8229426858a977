"""What is known of a picture's file before a pixel is decoded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """What a file's own structure says; what is None is asked of Pillow once it has opened the file.

    `data` is what the decoder gets: the file, or the file without its notes. `size` is width and height; `several`
    says that it holds more than one picture; `depth` is the bits of a channel.

    What Pillow would read wrongly: `key`, the colour of a PNG that stands for transparency, in values of `depth`
    bits; `gamma`, how a PNG's values stand to light; `negative`, a TIFF in which 0 is white; `signed`, one whose
    bytes go from -128 to 127; `plain_ink`, a CMYK JPEG that is not stored inverted, as Adobe's are; `pairs`, gray and
    opacity of 16 bits each, whose four bytes a pixel are given to the decoder as four channels.
    """

    data: bytes
    size: tuple[int, int] | None = None
    depth: int | None = None
    profile: bytes | None = None
    exif: bytes | None = None
    several: bool | None = None
    gamma: float | None = None
    key: tuple[int, ...] | None = None
    negative: bool = False
    signed: bool = False
    plain_ink: bool = False
    pairs: bool = False
