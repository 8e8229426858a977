"""The checksums of the shipped files, in the form that `sha256sum --check` reads."""

from __future__ import annotations

import hashlib
from pathlib import Path

LIST = "SHA256SUMS"


def sha256(data: bytes) -> str:
    """The SHA-256 of `data`, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read_checksums(folder: Path) -> dict[str, str]:
    """File name -> SHA-256, as the folder's list says; empty without a list."""
    path = folder / LIST
    if not path.exists():
        return {}
    pairs = (line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return {name.strip(): digest for digest, name in pairs}


def write_checksums(folder: Path, changed: dict[str, bytes]) -> None:
    """Enters files that were just written into the folder's list."""
    sums = read_checksums(folder) | {name: sha256(data) for name, data in changed.items()}
    lines = [f"{digest}  {name}\n" for name, digest in sorted(sums.items())]
    (folder / LIST).write_text("".join(lines), encoding="utf-8")
