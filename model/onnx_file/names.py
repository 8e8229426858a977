"""Stage names: from whatever a file calls its nodes to short, plain and unique names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from model.onnx_file.operators import READERS

INPUT = "input"


def name_stages(nodes: Iterable[tuple[str, str]]) -> list[str]:
    """A name for each (node name, op): letters, digits, `_` and `-` only, since names stand in addresses.

    `/features/conv1/Conv`, as exporters write it, becomes `features_conv1`; a node without a name is called
    by its op, and numbered: `conv1`, `relu1`, `conv2`.
    """
    taken = {INPUT}
    names: list[str] = []
    for node_name, op in nodes:
        plain = plain_name(node_name, op)
        stem = READERS[op].stem if op in READERS else op.lower()
        if not plain:
            name = _numbered(stem, taken, 1)
        else:
            name = plain if plain not in taken else _numbered(f"{plain}_", taken, 2)
        taken.add(name)
        names.append(name)
    return names


def plain_name(name: str, op: str) -> str:
    """`name` without its path's empty parts, without the op at its end, and with `_` for other characters."""
    parts = [part for part in re.split(r"[/.:]+", name) if part]
    if len(parts) > 1 and re.fullmatch(rf"{re.escape(op)}(_\d+)?", parts[-1]):
        parts.pop()
    return re.sub(r"[^A-Za-z0-9_-]+", "_", "_".join(parts)).strip("_")[:60]


def _numbered(stem: str, taken: set[str], first: int) -> str:
    number = first
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"
