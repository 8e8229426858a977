"""Conv, version 1 and later, over rows and columns."""

from __future__ import annotations

import numpy as np

from model.layers import Conv2d
from model.onnx_file.node import FileNode
from model.onnx_file.operators.operator import Operator, Reading, Writing
from model.onnx_file.operators.window import read_window, write_window


def _read(node: FileNode) -> Reading:
    weight = node.constant(1, "weight")
    if weight.ndim != 4:
        raise node.refuse("weight of shape", weight.shape, "(kernels, channels / group, rows, columns)")
    bias = node.optional_constant(2, "bias")
    kernel = (weight.shape[2], weight.shape[3])
    stated = node.integers("kernel_shape", 2, None)
    if stated not in (None, kernel):
        raise node.refuse("kernel_shape", stated, f"{kernel}, the size of its weights, or nothing")
    window = read_window(node, kernel)
    layer = Conv2d(
        weight,
        np.zeros(len(weight), weight.dtype) if bias is None else bias,
        window.stride,
        window.padding,
        window.dilation,
        node.attribute("group", 1),
    )
    return Reading(layer, (node.source(0),))


def _write(layer: Conv2d) -> Writing:
    return Writing({**write_window(layer.window), "group": layer.groups}, {"weight": layer.weight, "bias": layer.bias})


CONV = Operator(Conv2d, "conv", _read, _write)
