"""What other programs write in more or other nodes than it takes: the same network in nodes that have a reader.

Only the nodes' names and links are looked at here; what needs shapes is read in `model.onnx_file.operators`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import onnx
from onnx import helper

from model.onnx_file.refusal import refuse_attribute
from model.tensor import Array

DROPPED = ("Dropout", "Identity")
"""Nodes that hand on what they get; a Dropout does so outside of training."""

JOINED = ("MatMul",)
"""Nodes that become a Gemm, together with the Add of a stored bias that follows."""


def simplify(nodes: Sequence[onnx.NodeProto], output: str, arrays: Mapping[str, Array]) -> list[onnx.NodeProto]:
    """The nodes, in order, without those that change nothing, and with a product and its bias as one Gemm.

    A ReduceMean that leaves its axes out becomes one that keeps them, and a Flatten. `output` is the name of the
    network's output, `arrays` are those stored in the file. NotSupported for a Dropout that stays in training.
    """
    return [part for node in _joined(_without_dropped(nodes, arrays), output, arrays) for part in _split(node)]


def is_standard(node: onnx.NodeProto) -> bool:
    """Whether the node's operator is one of ONNX's own."""
    return node.domain in ("", "ai.onnx")


def _without_dropped(nodes: Iterable[onnx.NodeProto], arrays: Mapping[str, Array]) -> list[onnx.NodeProto]:
    stands_for: dict[str, str] = {}
    kept: list[onnx.NodeProto] = []
    for node in nodes:
        node.input[:] = [stands_for.get(name, name) for name in node.input]
        if node.op_type not in DROPPED or not is_standard(node):
            kept.append(node)
            continue
        name, op = node.name or node.op_type.lower(), node.op_type
        if not node.input or not node.input[0]:
            raise refuse_attribute(name, op, "inputs", 0, "one")
        if op == "Dropout":
            _check_dropout(node, name, arrays)
        stands_for[node.output[0]] = node.input[0]
    return kept


def _check_dropout(node: onnx.NodeProto, name: str, arrays: Mapping[str, Array]) -> None:
    training = node.input[2] if len(node.input) > 2 else ""
    if training and (training not in arrays or arrays[training].any()):
        raise refuse_attribute(name, "Dropout", "training_mode", f"`{training}`", "false; export in evaluation mode")


def _joined(nodes: Sequence[onnx.NodeProto], output: str, arrays: Mapping[str, Array]) -> Iterable[onnx.NodeProto]:
    readers = Counter(name for node in nodes for name in node.input)
    readers[output] += 1
    products: dict[str, onnx.NodeProto] = {}  # by output: those that one stage alone reads
    joined: list[onnx.NodeProto] = []
    for node in nodes:
        if node.op_type == "MatMul" and is_standard(node) and len(node.input) == 2:
            name = re.sub(r"MatMul(_\d+)?$", r"Gemm\1", node.name)
            node = helper.make_node("Gemm", list(node.input), list(node.output), name=name)
            if readers[node.output[0]] == 1:
                products[node.output[0]] = node
        elif node.op_type == "Add" and is_standard(node) and len(node.input) == 2:
            source, bias = node.input if node.input[0] in products else reversed(node.input)
            if source in products and bias in arrays:
                product = products.pop(source)
                product.input.append(bias)
                product.output[0] = node.output[0]
                continue
        joined.append(node)
    return joined


def _split(node: onnx.NodeProto) -> list[onnx.NodeProto]:
    keeps = [attribute for attribute in node.attribute if attribute.name == "keepdims"]
    if node.op_type != "ReduceMean" or not is_standard(node) or not keeps or keeps[0].i != 0:
        return [node]
    result = node.output[0]
    keeps[0].CopyFrom(helper.make_attribute("keepdims", 1))
    node.output[0] = f"{result}/mean"
    flat = helper.make_node("Flatten", [node.output[0]], [result], name=node.name and f"{node.name}_flatten")
    return [node, flat]
