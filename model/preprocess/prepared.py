"""What preprocessing hands over: the input, the steps that made it, and what the person should know."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from model.tensor import Array


class ChoiceError(ValueError):
    """What a person chose, a fit or a crop box, does not go with the model or with the picture."""


@dataclass(frozen=True)
class Notice:
    """Something that the person should know of: what was changed, or what makes the answer doubtful."""

    code: str
    message: str


@dataclass(frozen=True, eq=False)
class Step:
    """One step of preprocessing: its name, one sentence of what it did here, and the picture after it.

    `picture` is uint8 (rows, columns) or (rows, columns, 3), at most 320 pixels on its longer side; `details`
    are the step's figures: `width` and `height` after the step, `box`, the part of the original picture that
    the step's picture shows (left, top, width and height in original pixels), and what is the step's own.
    """

    name: str
    message: str
    picture: Array
    details: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a run starts from: the input, float32 (channels, rows, columns), and how it was made."""

    input: Array
    steps: tuple[Step, ...]
    warnings: tuple[Notice, ...]

    def noting(self, notices: tuple[Notice, ...]) -> Prepared:
        """The same with `notices`, of what came before the first step, in front of its own warnings."""
        return replace(self, warnings=notices + self.warnings)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the input, the steps to it and the warnings: the same in every process."""
        digest = hashlib.sha256()

        def add(part: bytes) -> None:
            # Each part is preceded by its length, so that no two lists of parts make the same bytes.
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)

        def add_array(array: Array) -> None:
            little_endian = array.astype(array.dtype.newbyteorder("<"), copy=False)
            add(json.dumps([array.shape, little_endian.dtype.str]).encode())
            add(little_endian.tobytes())

        add_array(self.input)
        for step in self.steps:
            add(json.dumps([step.name, step.message, step.details], sort_keys=True).encode())
            add_array(step.picture)
        for notice in self.warnings:
            add(json.dumps([notice.code, notice.message]).encode())
        return digest.hexdigest()
