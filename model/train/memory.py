"""Memory: the process reuses large arrays from step to step instead of returning them to the system."""

from __future__ import annotations

import ctypes
import sys

# The numbers of mallopt(3) in GNU's C library.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3


def keep_freed_memory() -> bool:
    """Tells the C library to keep what is freed; True where it could be told (GNU/Linux).

    A training step makes and drops the same large arrays over and over; without this each of them is fetched
    from the system anew, page by page, which takes a third of the time. It changes no number.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    settings = ((_MMAP_THRESHOLD, 1 << 30), (_TRIM_THRESHOLD, 1 << 30), (_TOP_PAD, 64 << 20))
    return all(mallopt(option, value) for option, value in settings)
