"""A node of an ONNX file as the operators see it: names, attributes, arrays, and the shapes it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from model.onnx_file.refusal import NotSupported, refuse_attribute
from model.tensor import Array, Shape


def decimal_of(value: float) -> float:
    """The decimal that a float32 of the file stands for: 0.1, not 0.10000000149."""
    return float(str(np.float32(value)))


@dataclass(frozen=True, eq=False)
class FileNode:
    """One node while it is being read.

    `inputs` are the names in the file, "" for one left out; `shapes` and `constants` know those that are
    stages (without the batch axis) and those that are stored arrays. Every attribute has to be asked for:
    what nobody asked for is refused by `refuse_rest`.
    """

    stage: str
    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    shapes: Mapping[str, Shape]
    constants: Mapping[str, Array]
    opset: int
    asked: set[str] = field(default_factory=set)

    def attribute(self, name: str, default: Any) -> Any:
        """The value of an attribute, or what it is when left out; it has to be of the default's kind."""
        self.asked.add(name)
        value = self.attributes.get(name, default)
        if default is not None and not isinstance(value, type(default)):
            raise self.refuse(name, value, f"a value like {default}")
        if isinstance(value, float) and not np.isfinite(value):
            raise self.refuse(name, value, "a finite number")
        return value

    def integers(self, name: str, length: int, default: int | None) -> tuple[int, ...] | None:
        """A list of whole numbers; where left out, `default` fills it, or None stands for it."""
        self.asked.add(name)
        value = self.attributes.get(name)
        if value is None:
            return None if default is None else (default,) * length
        if not isinstance(value, list) or len(value) != length:
            raise self.refuse(name, value, f"{length} numbers (rows and columns)")
        return tuple(value)

    def expect(self, name: str, default: Any, accepted: tuple[Any, ...]) -> Any:
        """An attribute that may have one of a few values."""
        value = self.attribute(name, default)
        if value not in accepted:
            raise self.refuse(name, value, " or ".join(map(str, accepted)))
        return value

    def refuse_rest(self) -> None:
        """Refuses attributes that the operator's reader did not ask for."""
        for name, value in self.attributes.items():
            if name not in self.asked:
                raise self.refuse(name, value, "no such attribute")

    def refuse(self, attribute: str, value: Any, accepted: str) -> NotSupported:
        return refuse_attribute(self.stage, self.op, attribute, value, accepted)

    def sources(self, least: int = 1, most: int | None = 1) -> tuple[str, ...]:
        """The inputs that are stages, by their names in the file, when all inputs have to be such."""
        if len(self.inputs) < least or (most is not None and len(self.inputs) > most):
            raise self.refuse("inputs", len(self.inputs), f"{least}" if most == least else f"{least} or more")
        return tuple(self.source(place) for place in range(len(self.inputs)))

    def source(self, place: int) -> str:
        """Input number `place`, which has to be computed from the image."""
        name = self.inputs[place] if place < len(self.inputs) else ""
        if name not in self.shapes:
            raise self.refuse(f"input {place}", f"`{name}`", "the output of an earlier stage, or the image")
        return name

    def shape(self, place: int = 0) -> Shape:
        """The shape of input number `place`, without the batch axis."""
        return self.shapes[self.source(place)]

    def constant(self, place: int, what: str) -> Array:
        """Input number `place`, which has to be stored in the file."""
        array = self.optional_constant(place, what)
        if array is None:
            raise self.refuse(what, "missing", "an array stored in the file")
        return array

    def optional_constant(self, place: int, what: str) -> Array | None:
        """Input number `place` if it is there; it has to be stored in the file, as finite floats."""
        name = self.inputs[place] if place < len(self.inputs) else ""
        if not name:
            return None
        if name not in self.constants:
            raise self.refuse(what, f"`{name}`", "an array stored in the file (an initializer or a Constant)")
        array = self.constants[name]
        if array.dtype.kind != "f":
            raise self.refuse(what, f"of type {array.dtype}", "floats")
        if not np.isfinite(array).all():
            raise self.refuse(what, "with infinite or undefined entries", "finite numbers")
        return array.astype(np.float32)
