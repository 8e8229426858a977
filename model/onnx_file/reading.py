"""Reading an ONNX file, from bytes alone, into a graph; whatever this engine does not run is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import onnx
from onnx import TensorProto, helper, numpy_helper

from model.graph import Graph, Stage
from model.onnx_file.names import INPUT, name_stages
from model.onnx_file.node import FileNode
from model.onnx_file.operators import operator_named
from model.onnx_file.refusal import NotSupported
from model.onnx_file.simplify import is_standard, simplify
from model.tensor import Array, Shape

OLDEST_OPSET = 7  # before it Add, Gemm and BatchNormalization meant something else


def read(data: bytes) -> tuple[Graph, dict[str, Any]]:
    """The graph and the metadata of an ONNX file.

    Stages are named as the nodes are, made plain; unnamed ones by their op (`conv1`, `relu1`). NotSupported,
    saying what and where, for anything that this engine would not run exactly as the file means it.
    """
    proto = _parse(data)
    opset = _opset(proto)
    image, input_shape = _image(proto.graph)
    arrays = _Arrays(proto.graph)
    output = proto.graph.output[0].name if proto.graph.output else ""
    nodes = simplify(_needed(proto.graph), output, arrays)
    if not nodes:
        raise NotSupported("The network hands its input on: no stage of it changes anything.")
    named = {image: INPUT}  # the file's name of a value -> the stage that makes it
    shapes = {image: input_shape}
    stages: list[Stage] = []
    for node, name in zip(nodes, name_stages([(node.name, node.op_type) for node in nodes]), strict=True):
        if node.output[0] in named:
            raise NotSupported(f"Stage `{name}`: something before it is named `{node.output[0]}` too.", stage=name)
        operator = operator_named(node.op_type if is_standard(node) else f"{node.domain}.{node.op_type}", name)
        file_node = FileNode(
            name,
            node.op_type,
            tuple(node.input),
            tuple(node.output),
            _attributes(node, name),
            shapes,
            arrays,
            opset,
        )
        try:
            layer, sources = operator.read(file_node)
            shapes[node.output[0]] = layer.output_shape(*(shapes[source] for source in sources))
        except NotSupported:
            raise
        except ValueError as error:
            raise NotSupported(f"Stage `{name}` ({node.op_type}): {error}", stage=name, op=node.op_type) from error
        file_node.refuse_rest()
        stages.append(Stage(name, layer, tuple(named[source] for source in sources)))
        named[node.output[0]] = name
    return Graph(input_shape, tuple(stages), INPUT), _metadata(proto)


def _attributes(node: onnx.NodeProto, stage: str) -> dict[str, Any]:
    try:
        return {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    except ValueError as error:
        raise NotSupported(
            f"Stage `{stage}` ({node.op_type}) has an attribute of an unknown kind.", stage=stage, op=node.op_type
        ) from error


def _parse(data: bytes) -> onnx.ModelProto:
    try:
        proto = onnx.load_model_from_string(data)
    except Exception as error:  # protobuf raises a class of its own, which has no types
        raise NotSupported("The file is not an ONNX file, or it is damaged. Export the model again.") from error
    if not proto.ir_version or not proto.graph.node:
        raise NotSupported("The file holds no network. It should be an ONNX file with at least one stage.")
    if not all(isinstance(text, str) for text in _texts(proto)):
        raise NotSupported("The file is damaged: a name in it is not UTF-8 text. Export the model again.")
    return proto


def _texts(message: Any) -> Iterator[str | bytes]:
    """Every text of a protobuf message and of those inside it; one that is not UTF-8 comes as bytes."""
    for field, value in message.ListFields():
        if field.type == field.TYPE_STRING:
            yield from [value] if isinstance(value, (str, bytes)) else value
        elif field.type == field.TYPE_MESSAGE:
            for inner in [value] if hasattr(value, "ListFields") else value:
                yield from _texts(inner)


def _opset(proto: onnx.ModelProto) -> int:
    newest = onnx.defs.onnx_opset_version()
    versions = [entry.version for entry in proto.opset_import if entry.domain in ("", "ai.onnx")]
    if len(versions) != 1 or not OLDEST_OPSET <= versions[0] <= newest:
        raise NotSupported(
            f"The file is written for ONNX operator set {', '.join(map(str, versions)) or 'unknown'}; this "
            f"engine reads {OLDEST_OPSET} to {newest}. Export the model again for one of those.",
            attribute="opset",
            value=versions,
            accepted=f"{OLDEST_OPSET} to {newest}",
        )
    return int(versions[0])


def _image(graph: onnx.GraphProto) -> tuple[str, Shape]:
    """The file's name of the network's input, and its shape (channels, rows, columns)."""
    stored = {tensor.name for tensor in graph.initializer}  # old files list these among the inputs
    inputs = [value for value in graph.input if value.name not in stored]
    if len(inputs) != 1:
        raise NotSupported(
            f"The network has {len(inputs)} inputs ({', '.join(value.name for value in inputs)}); "
            "this engine runs networks with one, the image."
        )
    tensor = inputs[0].type.tensor_type
    if tensor.elem_type != TensorProto.FLOAT:
        names = {number: name for name, number in TensorProto.DataType.items()}
        kind = names.get(tensor.elem_type, "of an unknown type")
        if not inputs[0].type.HasField("tensor_type"):
            kind = "no array"
        raise NotSupported(f"The network's input `{inputs[0].name}` is {kind}; this engine runs networks on FLOAT.")
    sizes = [axis.dim_value if axis.HasField("dim_value") else axis.dim_param or "?" for axis in tensor.shape.dim]
    fixed = tuple(size for size in sizes[1:] if isinstance(size, int) and size > 0)
    if len(sizes) != 4 or len(fixed) != 3:
        raise NotSupported(
            f"The network's input `{inputs[0].name}` has the shape ({', '.join(map(str, sizes))}); it has "
            "to be (images, channels, rows, columns) with fixed numbers of channels, rows and columns. "
            "Export the model for one size of image."
        )
    return inputs[0].name, fixed


def _needed(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """The nodes that the output depends on, in the file's order, without the Constants."""
    if len(graph.output) != 1:
        raise NotSupported(
            f"The network has {len(graph.output)} outputs "
            f"({', '.join(value.name for value in graph.output)}); this engine runs networks with one. "
            "Export the model with the classes as its only output."
        )
    wanted = {graph.output[0].name}
    needed: list[onnx.NodeProto] = []
    for node in reversed(graph.node):
        if node.op_type == "Constant" or not wanted.intersection(node.output):
            continue
        mask_unread = node.op_type == "Dropout" and not wanted.intersection(node.output[1:])
        if not node.output[0] or (any(node.output[1:]) and not mask_unread):
            used = [name for name in node.output if name]
            raise NotSupported(
                f"Node `{node.name or node.op_type}` ({node.op_type}) has the outputs {', '.join(used)}; "
                "this engine runs stages with one, the first.",
                op=node.op_type,
                attribute="outputs",
                value=used,
                accepted="one output",
            )
        wanted.update(node.input)
        needed.append(node)
    if not needed:
        raise NotSupported(f"The network's output `{graph.output[0].name}` is made by no stage of the file.")
    return needed[::-1]


class _Arrays(Mapping[str, Array]):
    """The arrays stored in a file, initializers and Constants, by name; unpacked when asked for."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        if graph.sparse_initializer:
            raise NotSupported("The file stores sparse arrays; this engine reads dense ones. Export dense weights.")
        self._tensors = {tensor.name: tensor for tensor in graph.initializer}
        for node in graph.node:
            names = [attribute.name for attribute in node.attribute]
            if node.op_type == "Constant" and names == ["value"] and node.output:
                self._tensors[node.output[0]] = node.attribute[0].t

    def __getitem__(self, name: str) -> Array:
        tensor = self._tensors[name]
        if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
            raise NotSupported(
                f"The array `{name}` is stored outside the file; this engine reads files that hold all "
                "their arrays. Export the model without external data."
            )
        try:
            return numpy_helper.to_array(tensor)
        except (ValueError, TypeError) as error:
            raise NotSupported(
                f"The array `{name}` is damaged: its numbers do not fill its shape {tuple(tensor.dims)}."
            ) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)


def _metadata(proto: onnx.ModelProto) -> dict[str, Any]:
    """The file's metadata; a value that is not JSON, as other programs write it, is kept as its text."""
    metadata: dict[str, Any] = {}
    for entry in proto.metadata_props:
        try:
            metadata[entry.key] = json.loads(entry.value, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            metadata[entry.key] = entry.value
    return metadata


def _refuse_constant(name: str) -> None:
    """JSON has no NaN and no Infinity, though Python would read them."""
    raise ValueError(name)
