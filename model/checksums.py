"""The checksums of the shipped files, in the form that `sha256sum --check` reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

LIST = "SHA256SUMS"


def sha256(data: bytes) -> str:
    """The SHA-256 of `data`, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read_checksums(folder: Path) -> Mapping[str, str]:
    """File name -> SHA-256, as the folder's list says; empty without a list.

    A server asks at every request, so a list that has not been written since is not read again.
    """
    path = folder / LIST
    try:
        status = path.stat()
    except FileNotFoundError:
        return {}
    return _read(path, status.st_ino, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=8)
def _read(path: Path, *written: int) -> Mapping[str, str]:
    pairs = (line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return MappingProxyType({name.strip(): digest for digest, name in pairs})


def write_checksums(folder: Path, changed: dict[str, bytes]) -> None:
    """Enters files that were just written into the folder's list."""
    sums = {**read_checksums(folder)} | {name: sha256(data) for name, data in changed.items()}
    lines = [f"{digest}  {name}\n" for name, digest in sorted(sums.items())]
    (folder / LIST).write_text("".join(lines), encoding="utf-8")
    _read.cache_clear()  # a clock that ticks slowly may not tell it from the one before
