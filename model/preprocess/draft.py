"""The picture on its way to being an input: its pixels, and the part of the original picture they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from model.preprocess.prepared import Notice
from model.tensor import Array


@dataclass(frozen=True)
class Box:
    """A rectangle in the original picture, in its pixels; it may reach beyond the picture's edges."""

    left: float
    top: float
    width: float
    height: float

    def part(self, shape: tuple[int, ...], left: int, top: int, width: int, height: int) -> Box:
        """The box of a part of a picture: the picture has `shape` (rows, columns, ...) and shows this box;
        the part is given in the picture's own pixels."""
        across, down = self.width / shape[1], self.height / shape[0]
        return Box(self.left + left * across, self.top + top * down, width * across, height * down)

    def details(self) -> dict[str, float]:
        """The figures for a step's details, rounded so that they are the same on every machine."""
        return {name: round(getattr(self, name), 3) for name in ("left", "top", "width", "height")}


@dataclass(frozen=True, eq=False)
class Draft:
    """Pixels between two steps: uint8 (rows, columns) or (rows, columns, 3), and the `box` they show.

    A step that leaves 0 .. 255 behind (a normalisation) makes float32 pixels; they reach the network as they are.
    """

    pixels: Array
    box: Box

    @property
    def plane(self) -> Array:
        """The pixels of a gray picture, (rows, columns); ValueError while they are in colour."""
        if self.pixels.ndim != 2:
            raise ValueError("The picture is in colour where one brightness a pixel is needed; put `gray` first.")
        return self.pixels


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a step returns: the new draft, one sentence with the figures of what was done, and the figures."""

    draft: Draft
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[Notice, ...] = ()


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 speck", "3 specks"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
