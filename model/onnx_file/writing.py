"""Writing a graph as an ONNX file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from model.graph import Graph
from model.onnx_file.operators import operator_of
from model.tensor import Shape

OPSET = 19  # the first in which average pooling may be dilated
IR_VERSION = 9  # the format of that time, which every reader of opset 19 knows


def write(graph: Graph, metadata: Mapping[str, Any]) -> bytes:
    """The bytes of an ONNX file: each stage a node, named as the stage; `metadata` as JSON in metadata_props.

    The batch axis is the symbol N. Arrays are stored as float32.
    """
    nodes: list[onnx.NodeProto] = []
    arrays: list[TensorProto] = []
    for stage in graph.stages:
        attributes, parameters = operator_of(stage.layer).write(stage.layer)
        names = {name: f"{stage.name}.{name}" for name in parameters}
        nodes.append(
            helper.make_node(
                stage.layer.op, [*stage.inputs, *names.values()], [stage.name], name=stage.name, **attributes
            )
        )
        for name, array in parameters.items():
            arrays.append(numpy_helper.from_array(np.asarray(array, np.float32, order="C"), names[name]))
    values = {name: _value(name, shape) for name, shape in graph.shapes.items()}
    first, last = values.pop(graph.input), values.pop(graph.output)
    proto = helper.make_model(
        helper.make_graph(nodes, "network", [first], [last], arrays, value_info=list(values.values())),
        producer_name="cnn-visualizer",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    helper.set_model_props(proto, {name: json.dumps(value, ensure_ascii=False) for name, value in metadata.items()})
    return proto.SerializeToString(deterministic=True)


def _value(name: str, shape: Shape) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape])
