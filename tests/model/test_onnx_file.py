"""ONNX files: exact round trips, agreement with ONNX Runtime, files of other programs, and refusals."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw

from model import load
from model.catalog import ZOO
from model.graph import Graph, Stage
from model.layers import (
    Add,
    AveragePool,
    BatchNorm,
    Concat,
    Conv2d,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    Relu,
    Softmax,
)
from model.onnx_file import NotSupported, read, write
from model.tensor import Array

Attributes = dict[str, Any]


def chain(shape: tuple[int, ...], layers: list[tuple[str, Layer]]) -> Graph:
    before = ["input", *(name for name, _ in layers)]
    return Graph(shape, tuple(Stage(name, layer, (before[i],)) for i, (name, layer) in enumerate(layers)))


def runtime_values(data: bytes, x: Array) -> dict[str, Array]:
    """Every node's output, as ONNX Runtime computes it: the file with all of them made outputs."""
    proto = onnx.load_model_from_string(data)
    names = [node.output[0] for node in proto.graph.node if node.op_type != "Constant"]
    del proto.graph.output[:]
    proto.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return dict(zip(names, session.run(names, {proto.graph.input[0].name: x}), strict=True))


def assert_same_graph(a: Graph, b: Graph) -> None:
    assert a.input_shape == b.input_shape
    assert [(s.name, s.inputs, type(s.layer)) for s in a.stages] == [
        (s.name, s.inputs, type(s.layer)) for s in b.stages
    ]
    for ours, theirs in zip(a.stages, b.stages, strict=True):
        assert ours.layer.attributes == theirs.layer.attributes, ours.name
        for name, array in ours.layer.parameters.items():
            np.testing.assert_array_equal(array, theirs.layer.parameters[name], strict=True)


# Random graphs


def draw_window(data: st.DataObject, rows: int, columns: int, pool: bool) -> dict[str, Any]:
    """A window that fits a map of rows x columns, and for a pool has cells of the map at every position."""

    def pair(most: int) -> tuple[int, int]:
        return data.draw(st.tuples(st.integers(1, most), st.integers(1, most)))

    kernel = pair(3)
    dilation = (1, 1) if pool and min(rows, columns) == 1 else pair(2)
    extent = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    most = [size - 1 if pool else 2 for size in kernel] * 2
    padding = data.draw(st.tuples(*(st.integers(0, limit) for limit in most)))
    assume(extent[0] <= rows + padding[0] + padding[2] and extent[1] <= columns + padding[1] + padding[3])
    return {"kernel": kernel, "stride": pair(3), "padding": padding, "dilation": dilation}


def draw_graph(data: st.DataObject) -> tuple[Graph, np.random.Generator]:
    """A random network of maps, with branches, that ends in classes."""
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    shape = data.draw(st.tuples(st.integers(1, 4), st.integers(1, 9), st.integers(1, 9)))
    shapes: dict[str, tuple[int, ...]] = {"input": shape}
    stages: list[Stage] = []

    def append(layer: Layer, *inputs: str) -> str:
        name = f"{layer.op.lower()}{len(stages)}"
        stages.append(Stage(name, layer, inputs))
        shapes[name] = layer.output_shape(*(shapes[source] for source in inputs))
        return name

    def normal(*size: int) -> Array:
        return rng.standard_normal(size).astype(np.float32)

    last = "input"
    for _ in range(data.draw(st.integers(1, 5))):
        channels, rows, columns = shapes[last]
        kind = data.draw(st.sampled_from(["conv", "relu", "max", "average", "norm", "add", "concat"]))
        if kind == "conv":
            groups = data.draw(st.sampled_from([g for g in (1, 2, 3, 4) if channels % g == 0]))
            window = draw_window(data, rows, columns, pool=False)
            kernels = groups * data.draw(st.integers(1, 3))
            weight = normal(kernels, channels // groups, *window.pop("kernel"))
            last = append(Conv2d(weight, normal(kernels), **window, groups=groups), last)
        elif kind == "relu":
            last = append(Relu(), last)
        elif kind == "max":
            last = append(MaxPool(**draw_window(data, rows, columns, pool=True)), last)
        elif kind == "average":
            window = draw_window(data, rows, columns, pool=True)
            last = append(AveragePool(**window, count_padding=data.draw(st.booleans())), last)
        elif kind == "norm":
            variance = np.abs(normal(channels)) + np.float32(0.1)
            norm = BatchNorm(normal(channels), normal(channels), normal(channels), variance, epsilon=1e-3)
            last = append(norm, last)
        else:
            other = data.draw(st.sampled_from([name for name in shapes if shapes[name] == shapes[last]]))
            last = append(Add() if kind == "add" else Concat(), other, last)
    if data.draw(st.booleans()):
        last = append(GlobalAveragePool(), last)
    last = append(Flatten(), last)
    last = append(Dense(normal(3, shapes[last][0]), normal(3)), last)
    last = append(Softmax(), last)
    # Only what the answer depends on is a network; a branch that leads nowhere is no part of a file.
    return Graph(shape, tuple(stages)), rng


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_random_graphs_come_back_exactly_and_agree_with_onnx_runtime(data: st.DataObject) -> None:
    graph, rng = draw_graph(data)
    file = write(graph, {"classes": ["a", "b", "c"]})
    onnx.checker.check_model(onnx.load_model_from_string(file), full_check=True)
    again, metadata = read(file)
    assert_same_graph(graph, again)
    assert metadata == {"classes": ["a", "b", "c"]}
    assert write(again, metadata) == file
    x = rng.standard_normal((2, *graph.input_shape)).astype(np.float32)
    trace = again.run(x)
    for name, expected in runtime_values(file, x).items():
        np.testing.assert_allclose(trace.values[name], expected, rtol=1e-5, atol=1e-5 * max(1, np.abs(expected).max()))


def test_the_shipped_model_agrees_with_onnx_runtime() -> None:
    model = load("digits")
    file = (ZOO / "digits.onnx").read_bytes()
    x = np.stack([model.run(picture).prepared.input for picture in drawings()])
    trace = model.graph.run(x)
    expected = runtime_values(file, x)
    assert list(expected) == [stage.name for stage in model.graph.stages]
    for name, values in expected.items():
        np.testing.assert_allclose(trace.values[name], values, rtol=1e-5, atol=1e-5)


def drawings() -> Iterator[Array]:
    """Twenty pictures like those of people: black strokes on white, of every size, place and thickness."""
    rng = np.random.default_rng(7)
    for _ in range(20):
        picture = Image.new("L", (160, 200), 255)
        points = [tuple(point) for point in rng.integers(20, 140, (int(rng.integers(2, 6)), 2)).tolist()]
        ImageDraw.Draw(picture).line(points, fill=int(rng.integers(0, 90)), width=int(rng.integers(4, 24)))
        yield np.asarray(picture)


def test_metadata_comes_back_as_it_went() -> None:
    graph = chain((1, 2, 2), [("flatten", Flatten()), ("softmax", Softmax())])
    metadata = {"title": "Ziffern – 数字", "card": {"accuracy": 0.9941, "seed": 0}, "classes": ["[]", "1"]}
    assert read(write(graph, metadata))[1] == metadata


def test_what_training_needs_alone_is_not_written() -> None:
    ones = np.ones(1, np.float32)
    graph = chain((1, 2, 2), [("norm", BatchNorm(ones, ones, ones, ones, training=True))])
    with pytest.raises(ValueError, match="training mode"):
        write(graph, {})


# Files of other programs


def foreign(
    nodes: list[onnx.NodeProto],
    arrays: dict[str, Array] | None = None,
    shape: tuple[Any, ...] = ("batch", 1, 4, 4),
    opset: int = 17,
    **changes: Any,
) -> bytes:
    """A file as another program writes it, the image `x` in and `y` out."""
    graph = helper.make_graph(
        nodes,
        "main",
        [helper.make_tensor_value_info("x", changes.get("kind", TensorProto.FLOAT), shape)],
        [helper.make_empty_tensor_value_info(name) for name in changes.get("outputs", ["y"])],
        [numpy_helper.from_array(array, name) for name, array in (arrays or {}).items()],
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    return proto.SerializeToString()


def assert_agrees(data: bytes, names: list[str]) -> Graph:
    """Reads a foreign file and compares every stage with ONNX Runtime; `names` are those of the stages."""
    graph, _ = read(data)
    assert [stage.name for stage in graph.stages] == names
    x = np.random.default_rng(1).standard_normal((3, *graph.input_shape)).astype(np.float32)
    trace = graph.run(x)
    for name, expected in zip(names, runtime_values(data, x).values(), strict=True):
        np.testing.assert_allclose(trace.values[name], expected, rtol=1e-5, atol=1e-5)
    return graph


def random(*shape: int) -> Array:
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def test_unnamed_nodes_are_called_by_their_op() -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Conv", ["b", "v"], ["c"]),
        helper.make_node("Flatten", ["c"], ["d"]),
        helper.make_node("Gemm", ["d", "m"], ["y"]),
    ]
    arrays = {"w": random(2, 1, 3, 3), "v": random(3, 2, 2, 2), "m": random(3, 5)}
    graph = assert_agrees(foreign(nodes, arrays), ["conv1", "relu1", "conv2", "flatten1", "dense1"])
    assert graph.input == "input"
    assert graph["conv1"].layer.parameters["bias"].tolist() == [0, 0]


def test_names_are_made_plain_and_unique() -> None:
    names = ["/features/conv1/Conv", "relu", "/relu/Relu", "input", "späte Stufe", "/Relu_3"]
    outputs = ["a", "b", "c", "d", "e", "y"]
    nodes = [
        helper.make_node("Relu" if i else "Conv", ["x", "w"] if not i else [outputs[i - 1]], [outputs[i]], name=name)
        for i, name in enumerate(names)
    ]
    assert_agrees(
        foreign(nodes, {"w": random(1, 1, 1, 1)}),
        ["features_conv1", "relu", "relu_2", "input_2", "sp_te_Stufe", "Relu_3"],
    )


@pytest.mark.parametrize("attributes", [{}, {"transB": 1, "alpha": 0.5, "beta": -2.0}, {"transB": 0, "beta": 0.0}])
@pytest.mark.parametrize("bias", [(), (1,), (3,), (1, 3)])
def test_gemm_in_all_its_forms(attributes: Attributes, bias: tuple[int, ...]) -> None:
    weight = random(3, 16) if attributes.get("transB") else random(16, 3)
    nodes = [
        helper.make_node("Flatten", ["x"], ["f"], axis=-3),
        helper.make_node("Gemm", ["f", "w", "b"], ["y"], **attributes),
    ]
    assert_agrees(foreign(nodes, {"w": weight, "b": np.asarray(random(*bias))}), ["flatten1", "dense1"])


@pytest.mark.parametrize("auto_pad", ["VALID", "SAME_UPPER", "SAME_LOWER", "NOTSET"])
@pytest.mark.parametrize("op", ["Conv", "MaxPool", "AveragePool"])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_auto_pad(auto_pad: str, op: str, stride: int) -> None:
    inputs = ["x", "w"] if op == "Conv" else ["x"]
    attributes: dict[str, Any] = {"auto_pad": auto_pad, "strides": [stride, 1], "kernel_shape": [2, 3]}
    node = helper.make_node(op, inputs, ["y"], **attributes)
    data = foreign([node], {"w": random(2, 1, 2, 3)} if op == "Conv" else {}, shape=(1, 1, 7, 6))
    graph, _ = read(data)
    x = random(1, 1, 7, 6)
    np.testing.assert_allclose(graph.run(x).values[graph.output], runtime_values(data, x)["y"], rtol=1e-5, atol=1e-5)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["MaxPool", "AveragePool"]),
    st.tuples(st.integers(3, 9), st.integers(3, 9)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.data(),
)
def test_sizes_rounded_up(
    op: str, size: tuple[int, int], kernel: tuple[int, int], stride: tuple[int, int], data: st.DataObject
) -> None:
    pads = [data.draw(st.integers(0, kernel[i % 2] - 1)) for i in range(4)]
    node = helper.make_node(op, ["x"], ["y"], kernel_shape=kernel, strides=stride, pads=pads, ceil_mode=1)
    file = foreign([node], shape=("N", 1, *size))
    graph, _ = read(file)
    x = random(2, 1, *size)
    np.testing.assert_allclose(graph.run(x).values[graph.output], runtime_values(file, x)["y"], rtol=1e-5, atol=1e-5)


def test_a_concat_an_add_and_a_constant() -> None:
    constant = helper.make_node("Constant", [], ["w"], value=numpy_helper.from_array(random(1, 1, 1, 1)))
    nodes = [
        constant,
        helper.make_node("Conv", ["x", "w"], ["a"], name="mix"),
        helper.make_node("Add", ["a", "x"], ["b"], name="sum"),
        helper.make_node("Concat", ["b", "x", "a"], ["y"], axis=-3, name="all"),
    ]
    assert_agrees(foreign(nodes), ["mix", "sum", "all"])


def test_nodes_that_lead_nowhere_are_left_out() -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["y"], name="kept"),
        helper.make_node("Erf", ["x"], ["z"], name="aside"),
    ]
    assert [stage.name for stage in read(foreign(nodes))[0].stages] == ["kept"]


def test_old_files_list_their_arrays_among_the_inputs() -> None:
    proto = onnx.load_model_from_string(
        foreign([helper.make_node("Conv", ["x", "w"], ["y"])], {"w": random(1, 1, 3, 3)}, opset=7)
    )
    proto.graph.input.append(helper.make_tensor_value_info("w", TensorProto.FLOAT, (1, 1, 3, 3)))
    assert read(proto.SerializeToString())[0].input_shape == (1, 4, 4)


def test_foreign_metadata_stays_text() -> None:
    proto = onnx.load_model_from_string(foreign([helper.make_node("Relu", ["x"], ["y"])]))
    helper.set_model_props(proto, {"author": "Ada {", "classes": '["0"]'})
    assert read(proto.SerializeToString())[1] == {"author": "Ada {", "classes": ["0"]}


# What other programs write in more or other nodes than it takes

OPSETS = (9, 11, 13, 17, 18, 21)


def axes_of(op: str, opset: int, axes: list[int], source: str, result: str, **attributes: Any) -> onnx.NodeProto:
    """Squeeze and ReduceMean, with their axes where the operator set has them; `axes` is then an array of the file."""
    if opset < {"Squeeze": 13, "ReduceMean": 18}[op]:
        return helper.make_node(op, [source], [result], axes=axes, **attributes)
    return helper.make_node(op, [source, "axes"], [result], **attributes)


def assert_alike(nodes: list[onnx.NodeProto], arrays: dict[str, Array], opset: int, expected: dict[str, str]) -> Graph:
    """The file runs, with these stages by name and op, and ends in what ONNX Runtime has for `y`."""
    file = foreign(nodes, arrays, opset=opset)
    graph, _ = read(file)
    assert {stage.name: stage.layer.op for stage in graph.stages} == expected
    x = np.random.default_rng(1).standard_normal((1, *graph.input_shape)).astype(np.float32)
    np.testing.assert_allclose(graph.run(x).values[graph.output], runtime_values(file, x)["y"], rtol=1e-5, atol=1e-5)
    again, _ = read(write(graph, {}))
    assert_same_graph(graph, again)
    return graph


@pytest.mark.parametrize("opset", OPSETS)
def test_nodes_that_change_nothing_are_left_out(opset: int) -> None:
    inputs = ["a"]
    arrays: dict[str, Array] = {"w": random(2, 1, 3, 3)}
    if opset >= 12:
        inputs += ["ratio", "training"]
        arrays |= {"ratio": np.array(0.5, np.float32), "training": np.array(False)}
    nodes = [
        helper.make_node("Identity", ["w"], ["shared"]),
        helper.make_node("Identity", ["x"], ["i"]),
        helper.make_node("Conv", ["i", "shared"], ["a"], name="/first/Conv"),
        helper.make_node("Dropout", inputs, ["b", "mask"]),
        helper.make_node("Relu", ["b"], ["c"], name="second"),
        helper.make_node("Add", ["c", "b"], ["d"]),
        helper.make_node("Identity", ["d"], ["y"]),
    ]
    graph = assert_alike(nodes, arrays, opset, {"first": "Conv", "second": "Relu", "add1": "Add"})
    assert graph["add1"].inputs == ("second", "first")


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize("target", [(0, -1), (-1, 32), (1, -1), (1, 32), (0, 32)])
def test_a_reshape_into_a_row_is_a_flatten(opset: int, target: tuple[int, ...]) -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], pads=[1, 1, 1, 1]),
        helper.make_node("Reshape", ["a", "shape"], ["y"], name="/head/Reshape"),
    ]
    arrays = {"w": random(2, 1, 3, 3), "shape": np.array(target, np.int64)}
    assert_alike(nodes, arrays, opset, {"conv1": "Conv", "head": "Flatten"})


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize("axes", [[2, 3], [-1, -2]])
def test_the_mean_over_rows_and_columns_is_a_global_average_pool(opset: int, axes: list[int]) -> None:
    stored = {"w": random(2, 1, 3, 3), "axes": np.array(axes, np.int64)}
    conv = helper.make_node("Conv", ["x", "w"], ["a"])
    kept = [
        conv,
        axes_of("ReduceMean", opset, axes, "a", "b", keepdims=1, name="mean"),
        axes_of("Squeeze", opset, axes, "b", "y"),
    ]
    assert_alike(kept, stored, opset, {"conv1": "Conv", "mean": "GlobalAveragePool", "flatten1": "Flatten"})
    dropped = [conv, axes_of("ReduceMean", opset, axes, "a", "y", keepdims=0, name="mean")]
    assert_alike(dropped, stored, opset, {"conv1": "Conv", "mean": "GlobalAveragePool", "mean_flatten": "Flatten"})


@pytest.mark.parametrize("opset", OPSETS)
def test_a_product_and_its_bias_are_one_dense_layer(opset: int) -> None:
    nodes = [
        helper.make_node("Flatten", ["x"], ["f"]),
        helper.make_node("MatMul", ["f", "v"], ["a"], name="/one/MatMul"),
        helper.make_node("Add", ["bias", "a"], ["b"], name="/one/Add"),
        helper.make_node("MatMul", ["b", "w"], ["c"], name="two"),
        helper.make_node("Add", ["c", "c"], ["y"], name="twice"),
    ]
    arrays = {"v": random(16, 3), "bias": random(3), "w": random(3, 2)}
    graph = assert_alike(nodes, arrays, opset, {"flatten1": "Flatten", "one": "Gemm", "two": "Gemm", "twice": "Add"})
    assert graph["two"].layer.parameters["bias"].tolist() == [0, 0]


def test_a_product_that_is_the_output_too_keeps_its_value() -> None:
    nodes = [
        helper.make_node("Flatten", ["x"], ["f"]),
        helper.make_node("MatMul", ["f", "v"], ["y"]),
        helper.make_node("Add", ["y", "bias"], ["aside"]),
    ]
    assert_alike(nodes, {"v": random(16, 3), "bias": random(3)}, 17, {"flatten1": "Flatten", "dense1": "Gemm"})


@pytest.mark.parametrize("opset", OPSETS)
def test_a_clip_from_0_up_is_a_relu(opset: int) -> None:
    for largest in (None, np.finfo(np.float32).max, np.inf):
        inputs, arrays = ["a", "low"], {"w": random(2, 1, 3, 3), "low": np.array(0, np.float32)}
        attributes: Attributes = {}
        if opset < 11:
            inputs, attributes = ["a"], {"min": 0.0}
        elif largest is not None:
            inputs, arrays = [*inputs, "high"], arrays | {"high": np.array(largest, np.float32)}
        nodes = [helper.make_node("Conv", ["x", "w"], ["a"]), helper.make_node("Clip", inputs, ["y"], **attributes)]
        assert_alike(nodes, arrays, opset, {"conv1": "Conv", "clip1": "Relu"})


@pytest.mark.parametrize("opset", OPSETS)
def test_activations(opset: int) -> None:
    bounds: dict[str, Array] = {"low": np.array(0, np.float32), "high": np.array(0.6, np.float32)}
    clip = (
        helper.make_node("Clip", ["b"], ["c"], min=0.0, max=0.6)
        if opset < 11
        else helper.make_node("Clip", ["b", "low", "high"], ["c"])
    )
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"]),
        helper.make_node("LeakyRelu", ["a"], ["b"], alpha=0.1),
        clip,
        helper.make_node("Sigmoid", ["b"], ["d"]),
        helper.make_node("Tanh", ["b"], ["e"]),
        helper.make_node("Concat", ["b", "c", "d", "e"], ["y"], axis=1),
    ]
    ops = {"conv1": "Conv", "relu1": "LeakyRelu", "clip1": "Clip", "sigmoid1": "Sigmoid", "tanh1": "Tanh"}
    graph = assert_alike(nodes, {"w": random(2, 1, 3, 3)} | bounds, opset, ops | {"concat1": "Concat"})
    assert graph["relu1"].layer.attributes == {"alpha": 0.1}
    assert graph["clip1"].layer.attributes == {"minimum": 0.0, "maximum": 0.6}


@pytest.mark.parametrize(
    ("op", "inputs", "attributes", "arrays", "words"),
    [
        ("Dropout", ["x", "", "yes"], {}, {"yes": np.array(True)}, "export in evaluation mode"),
        ("Dropout", ["x", "", "x"], {}, {}, "export in evaluation mode"),
        ("Clip", ["x", "low"], {}, {"low": np.array(-1, np.float32)}, "two finite numbers, or 0 and nothing"),
        ("Clip", ["x", "", "low"], {}, {"low": np.array(6, np.float32)}, "0 and nothing, which is Relu"),
        (
            "Clip",
            ["x", "high", "low"],
            {},
            {"high": np.array(2, np.float32), "low": np.array(1, np.float32)},
            "2 and 1",
        ),
        ("Clip", ["x", "x"], {}, {}, "one number stored in the file"),
        ("Reshape", ["x", "shape"], {}, {"shape": np.array([0, 2, 8], np.int64)}, "(0, 16) or (0, -1)"),
        ("Reshape", ["x", "shape"], {}, {"shape": np.array([2, -1], np.int64)}, "(0, 16) or (0, -1)"),
        ("Reshape", ["x", "shape"], {}, {"shape": np.array([-1, -1], np.int64)}, "(0, 16) or (0, -1)"),
        ("Reshape", ["x", "x"], {}, {}, "whole numbers stored in the file"),
        ("Reshape", ["x"], {}, {}, "missing"),
        ("Squeeze", ["x", "axes"], {}, {"axes": np.array([2, 3], np.int64)}, "of maps of 1 x 1 cell"),
        ("Squeeze", ["x"], {}, {}, "missing"),
        ("ReduceMean", ["x"], {"axes": [1, 2]}, {}, "(2, 3), rows and columns of maps"),
        ("ReduceMean", ["x"], {"axes": [2, 7]}, {}, "(2, 3), rows and columns of maps"),
        ("ReduceMean", ["x"], {"axes": [2.0, 3.0]}, {}, "(2, 3), rows and columns of maps"),
        ("ReduceMean", ["x"], {"keepdims": 0}, {}, "missing"),
        ("MatMul", ["x", "v"], {}, {"v": random(4, 4)}, "flatten maps first"),
        ("MatMul", ["x", "x"], {}, {}, "weight = `x`"),
        ("Identity", [""], {}, {}, "inputs"),
    ],
)
def test_what_does_more_than_the_layer_that_it_is_read_as_is_refused(
    op: str, inputs: list[str], attributes: Attributes, arrays: dict[str, Array], words: str
) -> None:
    nodes = [helper.make_node(op, inputs, ["a"], **attributes), helper.make_node("Relu", ["a"], ["y"])]
    assert words in str(refusal(foreign(nodes, arrays)))


def test_a_network_of_nothing_but_identities_is_refused() -> None:
    assert "no stage" in str(refusal(foreign([helper.make_node("Identity", ["x"], ["y"])])))


# Refusals


def refusal(data: bytes) -> NotSupported:
    with pytest.raises(NotSupported) as caught:
        read(data)
    return caught.value


@pytest.mark.parametrize(
    ("op", "attributes", "attribute", "value"),
    [
        ("Conv", {"auto_pad": "OTHER"}, "auto_pad", b"OTHER"),
        ("Conv", {"auto_pad": "VALID", "pads": [1, 1, 1, 1]}, "pads", [1, 1, 1, 1]),
        ("Conv", {"kernel_shape": [5, 5]}, "kernel_shape", (5, 5)),
        ("Conv", {"strides": [1]}, "strides", [1]),
        ("Conv", {"group": 2.0}, "group", 2.0),
        ("Conv", {"invented": 1}, "invented", 1),
        ("MaxPool", {}, "kernel_shape", "missing"),
        ("MaxPool", {"kernel_shape": [2, 2], "storage_order": 1}, "storage_order", 1),
        ("MaxPool", {"kernel_shape": [2, 2], "pads": [2, 0, 0, 0]}, "pads", [2, 0, 0, 0]),
        ("MaxPool", {"kernel_shape": [2, 2], "ceil_mode": 2}, "ceil_mode", 2),
        (
            "AveragePool",
            {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1, "count_include_pad": 1},
            "ceil_mode",
            1,
        ),
        ("Gemm", {"transA": 1}, "transA", 1),
        ("Softmax", {"axis": 2}, "axis", 2),
        ("Flatten", {"axis": 0}, "axis", 0),
        ("Concat", {"axis": 2}, "axis", 2),
        ("BatchNormalization", {"training_mode": 1}, "training_mode", 1),
    ],
)
def test_attributes_that_the_engine_does_not_run(
    op: str, attributes: Attributes, attribute: str, value: object
) -> None:
    one = np.ones(1, np.float32)
    arrays = {"w": random(1, 1, 3, 3), "m": random(16, 2), "c": one}
    inputs = {"Conv": ["x", "w"], "Gemm": ["f", "m"], "BatchNormalization": ["x", "c", "c", "c", "c"]}
    nodes = [helper.make_node("Flatten", ["x"], ["f"], name="flat")] if op in ("Gemm", "Softmax") else []
    source = ["f"] if op == "Softmax" else ["x"]
    nodes.append(helper.make_node(op, inputs.get(op, source), ["y"], name="culprit", **attributes))
    error = refusal(foreign(nodes, arrays))
    assert (error.stage, error.op, error.attribute, error.value) == ("culprit", op, attribute, value)
    assert error.accepted
    for part in ("culprit", op, attribute, str(value), error.accepted):
        assert part in str(error)


def test_an_unknown_operator_is_answered_with_the_known_ones() -> None:
    error = refusal(foreign([helper.make_node("LSTM", ["x"], ["y"], name="memory")]))
    assert (error.stage, error.op) == ("memory", "LSTM")
    for op in ("Conv", "Relu", "MaxPool", "Gemm", "Softmax", "BatchNormalization", "Concat", "Reshape", "MatMul"):
        assert op in str(error)


def test_an_operator_of_another_domain_is_unknown() -> None:
    error = refusal(foreign([helper.make_node("Relu", ["x"], ["y"], domain="com.example")]))
    assert error.op == "com.example.Relu"


def store_outside(proto: onnx.ModelProto) -> None:
    proto.graph.initializer[0].data_location = TensorProto.EXTERNAL
    entry = proto.graph.initializer[0].external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"


def cut_short(proto: onnx.ModelProto) -> None:
    proto.graph.initializer[0].raw_data = b"\0" * 5


def make_sparse(proto: onnx.ModelProto) -> None:
    proto.graph.sparse_initializer.add()


def make_infinite(proto: onnx.ModelProto) -> None:
    proto.graph.initializer[0].raw_data = np.full(9, np.inf, np.float32).tobytes()


def make_whole(proto: onnx.ModelProto) -> None:
    proto.graph.initializer[0].CopyFrom(numpy_helper.from_array(np.ones((1, 1, 3, 3), np.int64), "w"))


def drop_array(proto: onnx.ModelProto) -> None:
    del proto.graph.initializer[:]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (store_outside, "outside the file"),
        (cut_short, "damaged"),
        (make_sparse, "sparse"),
        (make_infinite, "infinite"),
        (make_whole, "int64"),
        (drop_array, "stored in the file"),
    ],
)
def test_arrays_have_to_be_whole_finite_and_inside(damage: Callable[[onnx.ModelProto], None], words: str) -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"])
    proto = onnx.load_model_from_string(foreign([node], {"w": random(1, 1, 3, 3)}))
    damage(proto)
    assert words in str(refusal(proto.SerializeToString()))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shape": ("N", 1, "height", "width")}, "fixed numbers"),
        ({"shape": ("N", 16)}, "(images, channels, rows, columns)"),
        ({"shape": ("N", 1, 0, 4)}, "fixed numbers"),
        ({"kind": TensorProto.UINT8}, "UINT8"),
        ({"opset": 6}, "7 to"),
        ({"outputs": ["y", "x"]}, "2 outputs"),
        ({"outputs": []}, "0 outputs"),
        ({"outputs": ["elsewhere"]}, "no stage"),
    ],
)
def test_networks_that_the_engine_does_not_run(changes: dict[str, Any], words: str) -> None:
    assert words in str(refusal(foreign([helper.make_node("Relu", ["x"], ["y"])], **changes)))


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x08\x08", bytes(range(256))])
def test_what_is_no_onnx_file(data: bytes) -> None:
    assert "ONNX" in str(refusal(data))


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], pads=[1, 1, 1, 1]),
        helper.make_node("MaxPool", ["a"], ["b"], kernel_shape=[2, 2]),
        helper.make_node("Flatten", ["b"], ["y"]),
    ]
    file = bytearray(foreign(nodes, {"w": random(1, 1, 3, 3)}))
    for _ in range(data.draw(st.integers(1, 3))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(NotSupported):
        read(bytes(file))


def test_names_have_to_be_text() -> None:
    file = foreign([helper.make_node("Relu", ["x"], ["y"], name="stage")])
    assert "UTF-8" in str(refusal(file.replace(b"stage", b"st\xffge")))


def test_two_stages_may_not_make_one_value() -> None:
    nodes = [helper.make_node("Relu", ["x"], ["y"], name="one"), helper.make_node("Relu", ["x"], ["y"], name="two")]
    assert refusal(foreign(nodes)).stage == "two"


@pytest.mark.parametrize("outputs", [["y", "places"], ["", "y"]])
def test_the_places_of_the_winners_are_not_given(outputs: list[str]) -> None:
    error = refusal(foreign([helper.make_node("MaxPool", ["x"], outputs, kernel_shape=[2, 2])]))
    assert (error.op, error.attribute) == ("MaxPool", "outputs")


def test_factors_have_to_be_finite() -> None:
    nodes = [
        helper.make_node("Flatten", ["x"], ["f"]),
        helper.make_node("Gemm", ["f", "w"], ["y"], name="last", alpha=float("nan")),
    ]
    error = refusal(foreign(nodes, {"w": random(16, 2)}))
    assert (error.stage, error.attribute) == ("last", "alpha")


@pytest.mark.parametrize("text", ["NaN", '{"accuracy": Infinity}', "[" * 100_000])
def test_metadata_that_is_no_json_stays_text(text: str) -> None:
    proto = onnx.load_model_from_string(foreign([helper.make_node("Relu", ["x"], ["y"])]))
    helper.set_model_props(proto, {"card": text})
    assert read(proto.SerializeToString())[1] == {"card": text}


def test_pieces_that_do_not_fit_are_refused_with_their_stage() -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"], name="wide")
    error = refusal(foreign([node], {"w": random(1, 3, 3, 3)}))
    assert error.stage == "wide"
    assert "3 channels" in str(error)


def test_a_stage_that_reads_two_values_that_do_not_exist_yet() -> None:
    nodes = [helper.make_node("Add", ["x", "b"], ["y"], name="sum"), helper.make_node("Relu", ["x"], ["b"])]
    assert "sum" in str(refusal(foreign(nodes)))
