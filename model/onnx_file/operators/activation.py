"""Relu and Softmax."""

from __future__ import annotations

from model.layers import Relu, Softmax
from model.onnx_file.node import FileNode
from model.onnx_file.operators.operator import Operator, Reading, Writing


def _read_relu(node: FileNode) -> Reading:
    return Reading(Relu(), node.sources())


def _write_relu(layer: Relu) -> Writing:
    return Writing({}, {})


def _read_softmax(node: FileNode) -> Reading:
    # Over one row of logits axis 1 and axis -1 are one; so are version 11's and version 13's reading of it.
    if len(node.shape()) == 1:
        node.expect("axis", 1 if node.opset < 13 else -1, (1, -1))
    else:
        raise node.refuse("input of shape", node.shape(), "one row of logits; flatten maps first")
    return Reading(Softmax(), node.sources())


def _write_softmax(layer: Softmax) -> Writing:
    return Writing({"axis": 1}, {})


RELU = Operator(Relu, "relu", _read_relu, _write_relu)
SOFTMAX = Operator(Softmax, "softmax", _read_softmax, _write_softmax)
