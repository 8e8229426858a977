"""Photos to try: free pictures that come with scikit-image, where that package is installed (the extra `photos`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple


class Sample(NamedTuple):
    """One photo: where it comes from, and its file, a PNG, in scikit-image's folder of data."""

    id: str
    title: str
    credit: str
    file: str


PHOTOS = (
    Sample("chelsea", "A cat", "Chelsea, by Stefan van der Walt, CC0", "chelsea.png"),
    Sample("astronaut", "An astronaut", "Eileen Collins, by NASA, public domain", "astronaut.png"),
    Sample("coffee", "A cup of coffee", "By Rachel Michetti, CC0", "coffee.png"),
)
"""Credits as the functions of `skimage.data` give them."""


@cache
def folder() -> Path | None:
    """Where scikit-image keeps its pictures; None without it. The package is found and not imported: it is large."""
    spec = find_spec("skimage")
    places: Sequence[str] = (spec.submodule_search_locations or []) if spec else []
    return next((Path(place) / "data" for place in places), None)


def samples() -> list[Sample]:
    """The photos that are here."""
    place = folder()
    return [each for each in PHOTOS if place and (place / each.file).is_file()]


def read(sample: Sample) -> bytes:
    """The bytes of its file."""
    place = folder()
    assert place is not None, "a sample that was listed has a folder"
    return (place / sample.file).read_bytes()
