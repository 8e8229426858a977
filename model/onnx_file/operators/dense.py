"""Gemm, version 7 and later: y = alpha * x @ B + beta * C, with B and C stored in the file."""

from __future__ import annotations

import numpy as np

from model.layers import Dense
from model.onnx_file.node import FileNode
from model.onnx_file.operators.operator import Operator, Reading, Writing


def _read(node: FileNode) -> Reading:
    node.expect("transA", 0, (0,))
    weight = node.constant(1, "weight")
    if weight.ndim != 2:
        raise node.refuse("weight of shape", weight.shape, "two axes")
    if not node.expect("transB", 0, (0, 1)):
        weight = np.ascontiguousarray(weight.T)
    alpha, beta = node.attribute("alpha", 1.0), node.attribute("beta", 1.0)
    if alpha != 1:
        weight = np.float32(alpha) * weight
    bias = node.optional_constant(2, "bias")
    if bias is None:
        bias = np.zeros(len(weight), np.float32)
    elif bias.size not in (1, len(weight)) or bias.shape[-1:] not in ((), (1,), (len(weight),)):
        raise node.refuse("bias of shape", bias.shape, f"({len(weight)},), one an output")
    bias = np.broadcast_to(np.float32(beta) * bias.reshape(-1), (len(weight),)).copy()
    return Reading(Dense(weight, bias), (node.source(0),))


def _write(layer: Dense) -> Writing:
    return Writing({"transB": 1}, {"weight": layer.weight, "bias": layer.bias})


GEMM = Operator(Dense, "dense", _read, _write)
