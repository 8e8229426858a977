"""Operators that are read as a layer of another name, where they do what it does.

Reshape and Squeeze into a row are Flatten; ReduceMean over rows and columns is
GlobalAveragePool.
"""

from __future__ import annotations

from math import prod

from model.layers import Flatten, GlobalAveragePool
from model.onnx_file.node import FileNode
from model.onnx_file.operators.operator import Operator, Reading
from model.onnx_file.operators.pool import GLOBAL_AVERAGE_POOL
from model.onnx_file.operators.shape import FLATTEN


def _read_reshape(node: FileNode) -> Reading:
    node.expect("allowzero", 0, (0,))
    target, count = _whole_numbers(node, "shape"), prod(node.shape())
    # One picture at a time: a fixed 1 in front is the images axis of a file that was exported for one.
    if len(target) != 2 or target[0] not in (-1, 0, 1) or target[1] not in (-1, count) or target == (-1, -1):
        raise node.refuse("shape", target, f"(0, {count}) or (0, -1), which is Flatten")
    return Reading(Flatten(), (node.source(0),))


def _read_squeeze(node: FileNode) -> Reading:
    shape, axes = node.shape(), _whole_numbers(node, "axes")
    if not _are_rows_and_columns(axes) or len(shape) != 3 or shape[1:] != (1, 1):
        raise node.refuse("axes", axes, "(2, 3), rows and columns, of maps of 1 x 1 cell, which is Flatten")
    return Reading(Flatten(), (node.source(0),))


def _read_reduce_mean(node: FileNode) -> Reading:
    node.expect("keepdims", 1, (1,))
    node.expect("noop_with_empty_axes", 0, (0, 1))
    axes = _whole_numbers(node, "axes")
    if not _are_rows_and_columns(axes) or len(node.shape()) != 3:
        raise node.refuse("axes", axes, "(2, 3), rows and columns of maps, which is GlobalAveragePool")
    return Reading(GlobalAveragePool(), (node.source(0),))


def _are_rows_and_columns(axes: tuple[int, ...]) -> bool:
    return sorted(axis % 4 for axis in axes) == [2, 3] and all(-4 <= axis < 4 for axis in axes)


def _whole_numbers(node: FileNode, what: str) -> tuple[int, ...]:
    """A list of whole numbers: an attribute, as old operator sets have it, or the array of input 1."""
    if what in node.attributes:
        stated = node.attribute(what, [0])
        return tuple(stated) if all(isinstance(each, int) for each in stated) else ()
    name = node.inputs[1] if len(node.inputs) > 1 else ""
    if name not in node.constants or node.constants[name].dtype.kind != "i":
        raise node.refuse(what, f"`{name}`" if name else "missing", "whole numbers stored in the file")
    return tuple(int(each) for each in node.constants[name].reshape(-1))


ALIKE = {
    "ReduceMean": Operator(GlobalAveragePool, GLOBAL_AVERAGE_POOL.stem, _read_reduce_mean, GLOBAL_AVERAGE_POOL.write),
    "Reshape": Operator(Flatten, FLATTEN.stem, _read_reshape, FLATTEN.write),
    "Squeeze": Operator(Flatten, FLATTEN.stem, _read_squeeze, FLATTEN.write),
}
"""By the name in the file; written, each has the name of its layer."""
