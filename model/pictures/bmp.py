"""A BMP's header: how its pixels are packed."""

from __future__ import annotations

from model.pictures.facts import Facts
from model.pictures.faults import another_form

RUN_LENGTHS = (1, 2)
LARGEST_RUNS = 1024 * 1024
"""Pillow unpacks run lengths a byte at a time, in Python: more than this would take seconds."""


def read_header(data: bytes) -> Facts:
    """PictureError for more run-length coded bytes than can be unpacked quickly."""
    header = int.from_bytes(data[14:18], "little")
    packing = int.from_bytes(data[30:34], "little") if header >= 40 else 0
    if packing in RUN_LENGTHS and len(data) > LARGEST_RUNS:
        raise another_form("This BMP is run-length coded and larger than 1 MB, which is not read here")
    return Facts(data, several=False)
