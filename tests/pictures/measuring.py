"""Reads every file of the corpus in this process; prints name, seconds of computing and bytes of memory as JSON.

`python -m tests.pictures.measuring`
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

from model.pictures import PictureError, read_picture
from tests.pictures.corpus import good
from tests.pictures.hostile import Bad, bad
from tests.pictures.values import Good


def peak() -> int:
    """The most memory that this process has had since `forget`, in bytes (Linux)."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def forget() -> None:
    """Lets `peak` count from now on."""
    Path("/proc/self/clear_refs").write_text("5")


def measure() -> list[tuple[str, float, int]]:
    """Of each file: name, seconds, bytes."""
    measured = []
    files: list[Good | Bad] = [*good(), *bad()]
    for file in files:
        forget()
        before, start = peak(), time.process_time()
        with suppress(PictureError):
            read_picture(file.data)
        measured.append((file.name, time.process_time() - start, peak() - before))
    return measured


if __name__ == "__main__":
    print(json.dumps(measure()))
