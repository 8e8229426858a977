"""Clip, LeakyRelu, Relu, Sigmoid, Softmax and Tanh."""

from __future__ import annotations

import numpy as np

from model.layers import Clip, LeakyRelu, Relu, Sigmoid, Softmax, Tanh
from model.onnx_file.node import FileNode, decimal_of
from model.onnx_file.operators.operator import Operator, Reading, Writing

LARGEST = float(np.finfo(np.float32).max)


def _read_relu(node: FileNode) -> Reading:
    return Reading(Relu(), node.sources())


def _write_relu(layer: Relu) -> Writing:
    return Writing({}, {})


def _read_leaky_relu(node: FileNode) -> Reading:
    return Reading(LeakyRelu(decimal_of(node.attribute("alpha", 0.01))), node.sources())


def _write_leaky_relu(layer: LeakyRelu) -> Writing:
    return Writing({"alpha": layer.alpha}, {})


def _read_clip(node: FileNode) -> Reading:
    if node.opset < 11:
        low, high = (decimal_of(node.attribute(name, limit)) for name, limit in (("min", -LARGEST), ("max", LARGEST)))
    else:
        low, high = _bound(node, 1, "min", -LARGEST), _bound(node, 2, "max", LARGEST)
    if low == 0 and high >= LARGEST:
        return Reading(Relu(), (node.source(0),))
    if low <= -LARGEST or high >= LARGEST or not low <= high:
        raise node.refuse("min and max", f"{low:g} and {high:g}", "two finite numbers, or 0 and nothing, which is Relu")
    return Reading(Clip(low, high), (node.source(0),))


def _write_clip(layer: Clip) -> Writing:
    return Writing({}, {"minimum": np.array(layer.minimum), "maximum": np.array(layer.maximum)})


def _bound(node: FileNode, place: int, what: str, default: float) -> float:
    name = node.inputs[place] if place < len(node.inputs) else ""
    if not name:
        return default
    if name not in node.constants or node.constants[name].size != 1 or node.constants[name].dtype.kind != "f":
        raise node.refuse(what, f"`{name}`", "one number stored in the file")
    return decimal_of(node.constants[name].item())


def _read_sigmoid(node: FileNode) -> Reading:
    return Reading(Sigmoid(), node.sources())


def _write_sigmoid(layer: Sigmoid) -> Writing:
    return Writing({}, {})


def _read_tanh(node: FileNode) -> Reading:
    return Reading(Tanh(), node.sources())


def _write_tanh(layer: Tanh) -> Writing:
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
CLIP = Operator(Clip, "clip", _read_clip, _write_clip)
LEAKY_RELU = Operator(LeakyRelu, "relu", _read_leaky_relu, _write_leaky_relu)
SIGMOID = Operator(Sigmoid, "sigmoid", _read_sigmoid, _write_sigmoid)
TANH = Operator(Tanh, "tanh", _read_tanh, _write_tanh)
SOFTMAX = Operator(Softmax, "softmax", _read_softmax, _write_softmax)
