"""The attributes that Conv and the pools share: where their windows stand."""

from __future__ import annotations

from typing import Any

from model.onnx_file.node import FileNode
from model.tensor import Window

Padding = tuple[int, int, int, int]


def read_window(node: FileNode, kernel: tuple[int, int]) -> Window:
    """The window of a node whose kernel is known; `auto_pad` is turned into the padding that it means."""
    stride = _pair(node.integers("strides", 2, 1))
    dilation = _pair(node.integers("dilations", 2, 1))
    pads = node.integers("pads", 4, None)
    auto_pad = node.expect("auto_pad", b"NOTSET", (b"NOTSET", b"VALID", b"SAME_UPPER", b"SAME_LOWER"))
    if auto_pad != b"NOTSET" and pads is not None and any(pads):
        raise node.refuse("pads", list(pads), f"none beside auto_pad = {auto_pad.decode()}")
    padding: Padding = (0, 0, 0, 0) if pads is None else (pads[0], pads[1], pads[2], pads[3])
    window = Window(kernel, stride, padding, dilation)
    if auto_pad in (b"SAME_UPPER", b"SAME_LOWER"):
        return Window(kernel, stride, _same_padding(node, window, upper=auto_pad == b"SAME_UPPER"), dilation)
    return window


def write_window(window: Window) -> dict[str, Any]:
    """The same as attributes."""
    return {
        "kernel_shape": list(window.kernel),
        "strides": list(window.stride),
        "pads": list(window.padding),
        "dilations": list(window.dilation),
    }


def map_size(node: FileNode) -> tuple[int, int]:
    """Rows and columns of the node's input."""
    shape = node.shape()
    if len(shape) != 3:
        raise node.refuse("input of shape", shape, "maps (channels, rows, columns)")
    return shape[1], shape[2]


def _same_padding(node: FileNode, window: Window, upper: bool) -> Padding:
    """Padding that gives ceil(size / stride) output cells; an odd cell goes after (upper) or before."""
    before, after = [], []
    for size, stride, extent in zip(map_size(node), window.stride, window.extent, strict=True):
        total = max((-(-size // stride) - 1) * stride + extent - size, 0)
        small, large = total // 2, total - total // 2
        before.append(small if upper else large)
        after.append(large if upper else small)
    return before[0], before[1], after[0], after[1]


def _pair(numbers: tuple[int, ...] | None) -> tuple[int, int]:
    assert numbers is not None
    return numbers[0], numbers[1]
