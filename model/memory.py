"""Memory: the process reuses large arrays from one time to the next instead of returning them to the system."""

from __future__ import annotations

import ctypes
import sys

# The numbers of mallopt(3) in GNU's C library.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3

FOR_SERVING = 32 << 20
"""Bytes of the largest array that a server reuses: a photo of 10 million pixels. The arrays of larger ones go back
to the system at once, so that a rare picture does not hold memory for good."""


def keep_freed_memory(largest: int = 1 << 30, ahead: int = 64 << 20) -> bool:
    """Tells the C library to keep what is freed; True where it could be told (GNU/Linux).

    A training step makes and drops the same large arrays over and over, and so does a request; without this each of
    them is fetched from the system anew, page by page, which takes a third of the time. It changes no number.
    Arrays of more than `largest` bytes are fetched and given back as before; `ahead` bytes are fetched beforehand.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    settings = ((_MMAP_THRESHOLD, largest), (_TRIM_THRESHOLD, 2 * largest), (_TOP_PAD, ahead))
    told = [mallopt(option, min(value, 1 << 30)) for option, value in settings]
    return all(told)
