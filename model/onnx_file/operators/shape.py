"""Flatten, version 1 and later."""

from __future__ import annotations

from model.layers import Flatten
from model.onnx_file.node import FileNode
from model.onnx_file.operators.operator import Operator, Reading, Writing


def _read(node: FileNode) -> Reading:
    axis = 1 - (len(node.shape()) + 1)  # axis 1, counted from the end
    node.expect("axis", 1, (1, axis))
    return Reading(Flatten(), node.sources())


def _write(layer: Flatten) -> Writing:
    return Writing({"axis": 1}, {})


FLATTEN = Operator(Flatten, "flatten", _read, _write)
