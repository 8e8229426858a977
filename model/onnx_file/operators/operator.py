"""What an operator's place in the registry holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from model.layers import Layer
from model.onnx_file.node import FileNode
from model.tensor import Array


class Reading(NamedTuple):
    """A node read: its layer, and the names (in the file) of the stages it reads."""

    layer: Layer
    sources: tuple[str, ...]


class Writing(NamedTuple):
    """A layer written: the node's attributes, and the arrays that follow its inputs, in ONNX's order."""

    attributes: Mapping[str, Any]
    arrays: Mapping[str, Array]


@dataclass(frozen=True)
class Operator:
    """One ONNX operator: its layer, the stem of its stages' names (`conv1`, `conv2`), reading, writing."""

    layer: type[Layer]
    stem: str
    read: Callable[[FileNode], Reading]
    write: Callable[[Any], Writing]  # Any: each takes its own layer, which the registry looks up by its op
