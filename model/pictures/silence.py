"""Libtiff's own words about damaged files, which it prints on standard error: unheard, as Pillow's are."""

from __future__ import annotations

import ctypes
from pathlib import Path

MAPS = Path("/proc/self/maps")


def silence_libtiff() -> bool:
    """Whether the libtiff that Pillow has loaded could be told to print nothing (Linux).

    A log of one JSON object a line would have its lines in between, and the file's sender is told in our words anyway.
    """
    try:
        loaded = {line.split()[-1] for line in MAPS.read_text().splitlines() if "libtiff" in line}
        for library in loaded:
            for setter in ("TIFFSetErrorHandler", "TIFFSetWarningHandler"):
                getattr(ctypes.CDLL(library), setter)(None)
    except (OSError, AttributeError):
        return False
    return bool(loaded)
