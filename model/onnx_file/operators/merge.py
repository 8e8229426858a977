"""Add, version 7 and later, and Concat, version 4 and later: stages that read several stages."""

from __future__ import annotations

from model.layers import Add, Concat
from model.onnx_file.node import FileNode
from model.onnx_file.operators.operator import Operator, Reading, Writing


def _read_add(node: FileNode) -> Reading:
    return Reading(Add(), node.sources(2, 2))


def _write_add(layer: Add) -> Writing:
    return Writing({}, {})


def _read_concat(node: FileNode) -> Reading:
    axis = 1 - (len(node.shape()) + 1)  # axis 1, the channels, counted from the end
    node.expect("axis", None, (1, axis))
    return Reading(Concat(), node.sources(1, None))


def _write_concat(layer: Concat) -> Writing:
    return Writing({"axis": 1}, {})


ADD = Operator(Add, "add", _read_add, _write_add)
CONCAT = Operator(Concat, "concat", _read_concat, _write_concat)
