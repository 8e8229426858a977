"""Bends the corpus's files without end, led by coverage, and reads each: a picture or a plain refusal, never more.

`python -m tests.fuzz.decoder SECONDS` (atheris). A file that breaks the rule is kept in .cache/fuzz as `crash-...`,
and `python -m tests.fuzz.decoder FILE` reads it again.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import atheris
import numpy as np

# Atheris never frees what comes of a comparison that it traces: nothing for a number, megabytes for an array.
ARRAYS = ["model.pictures.colour", "model.pictures.deep", "model.pictures.pixels"]
with atheris.instrument_imports(include=["model.pictures", "PIL"], exclude=ARRAYS):
    from model.pictures import Limits, PictureError, read_picture
    from tests.pictures.corpus import good
    from tests.pictures.hostile import bad

KEPT = Path(__file__).parents[2] / ".cache" / "fuzz"
LIMITS = Limits(max_bytes=64 * 1024, max_pixels=1_000_000, max_side=4096)
SLOW = 10
"""Seconds of computing that no file of 64 kB may take."""

SECRETS = ("0x", "PIL", "object at", "Traceback", ".py", "Error(")


def read(data: bytes) -> None:
    """An AssertionError, or whatever else comes, where a file is answered in another way than it should be."""
    start = time.process_time()
    try:
        picture = read_picture(data, LIMITS)
    except PictureError as error:
        assert error.status in (413, 415, 422), error.status
        assert error.message.endswith("."), error.message
        assert not any(secret in error.message for secret in SECRETS), error.message
    else:
        rows, columns, channels = picture.pixels.shape
        assert picture.pixels.dtype == np.uint8 and channels == 3
        assert picture.pixels.flags["C_CONTIGUOUS"]
        assert 1 <= rows <= LIMITS.max_side and 1 <= columns <= LIMITS.max_side
        assert rows * columns <= LIMITS.max_pixels
        assert all(notice.message.endswith(".") for notice in picture.warnings)
    took = time.process_time() - start
    assert took < SLOW, f"The file took {took:.1f} s."


def main(argument: str) -> None:
    if not argument.isdigit():
        read(Path(argument).read_bytes())
        return
    seeds = KEPT / "seeds"
    seeds.mkdir(parents=True, exist_ok=True)
    files = [file.data for file in good()] + [file.data for file in bad()]
    for number, data in enumerate(files):
        if len(data) <= 8 * 1024:
            (seeds / f"{number:03}").write_bytes(data)
    options = [f"-max_total_time={argument}", f"-artifact_prefix={KEPT}/", "-max_len=16384", "-rss_limit_mb=2048"]
    atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", str(seeds)], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "300")
