"""MaxPool, AveragePool and GlobalAveragePool over rows and columns."""

from __future__ import annotations

from model.layers import AveragePool, GlobalAveragePool, MaxPool
from model.onnx_file.node import FileNode
from model.onnx_file.operators.operator import Operator, Reading, Writing
from model.onnx_file.operators.window import map_size, read_window, write_window
from model.tensor import Window


def _read_max(node: FileNode) -> Reading:
    window = _read_pool_window(node, padding_counts=False)
    node.expect("storage_order", 0, (0,))
    return Reading(MaxPool(window.kernel, window.stride, window.padding, window.dilation), node.sources())


def _write_max(layer: MaxPool) -> Writing:
    return Writing(write_window(layer.window), {})


def _read_average(node: FileNode) -> Reading:
    count_padding = bool(node.expect("count_include_pad", 0, (0, 1)))
    window = _read_pool_window(node, padding_counts=count_padding)
    layer = AveragePool(window.kernel, window.stride, window.padding, window.dilation, count_padding)
    return Reading(layer, node.sources())


def _write_average(layer: AveragePool) -> Writing:
    return Writing({**write_window(layer.window), "count_include_pad": int(layer.count_padding)}, {})


def _read_global_average(node: FileNode) -> Reading:
    return Reading(GlobalAveragePool(), node.sources())


def _write_global_average(layer: GlobalAveragePool) -> Writing:
    return Writing({}, {})


def _read_pool_window(node: FileNode, padding_counts: bool) -> Window:
    kernel = node.integers("kernel_shape", 2, None)
    if kernel is None:
        raise node.refuse("kernel_shape", "missing", "2 numbers (rows and columns)")
    window = read_window(node, (kernel[0], kernel[1]))
    top, left, bottom, right = window.padding
    # A window without a single cell of the map has no largest one and no mean: it must not come to that.
    if any(gap > cells for gap, cells in zip(window.dilation, map_size(node), strict=True)):
        raise node.refuse("dilations", list(window.dilation), "at most the rows and columns of the map")
    if max(top, bottom) >= window.extent[0] or max(left, right) >= window.extent[1]:
        raise node.refuse("pads", list(window.padding), "less than the kernel's extent on each side")
    if not node.expect("ceil_mode", 0, (0, 1)):
        return window
    # A last window that sticks out over the end is the same as some more padding there, which never wins and,
    # in a mean over real cells, does not count.
    size, before, after = map_size(node), (top, left), (bottom, right)
    axes = zip(size, window.stride, window.extent, before, after, strict=True)
    below, beside = (_overhang(*axis) for axis in axes)
    if padding_counts and (below or beside):
        raise node.refuse("ceil_mode", 1, "0 together with count_include_pad = 1, unless the windows end with the map")
    return Window(window.kernel, window.stride, (top, left, bottom + below, right + beside), window.dilation)


def _overhang(size: int, stride: int, extent: int, before: int, after: int) -> int:
    """How many cells beyond the padding the last window covers when sizes are rounded up.

    A window that would start past the end of the map and its front padding is left out (ONNX, version 19).
    """
    free = size + before + after - extent
    positions = -(-free // stride) + 1
    if (positions - 1) * stride >= size + before:
        positions -= 1
    return max(0, (positions - 1) * stride - free)


MAX_POOL = Operator(MaxPool, "pool", _read_max, _write_max)
AVERAGE_POOL = Operator(AveragePool, "pool", _read_average, _write_average)
GLOBAL_AVERAGE_POOL = Operator(GlobalAveragePool, "pool", _read_global_average, _write_global_average)
