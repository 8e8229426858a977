"""Layers of every kind with inputs that fit them, drawn at random, and the same layers as ONNX models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from hypothesis import assume
from hypothesis import strategies as st
from onnx import helper, numpy_helper

from model.layers import (
    Add,
    AveragePool,
    BatchNorm,
    Clip,
    Concat,
    Conv2d,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    LeakyRelu,
    MaxPool,
    Relu,
    Sigmoid,
    Softmax,
    Tanh,
)
from model.tensor import Array, Shape, Window

OPSET, IR_VERSION = 21, 10


@dataclass(frozen=True, eq=False)
class Case:
    """A layer in float64, and a batch of inputs for it; every array is read-only."""

    layer: Layer
    inputs: tuple[Array, ...]

    def astype(self, dtype: npt.DTypeLike) -> Case:
        parameters = {name: frozen(array.astype(dtype)) for name, array in self.layer.parameters.items()}
        return Case(self.layer.with_parameters(parameters), tuple(frozen(x.astype(dtype)) for x in self.inputs))

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The inputs' shapes without the batch axis."""
        return tuple(x.shape[1:] for x in self.inputs)

    def __repr__(self) -> str:
        parameters = {name: array.shape for name, array in self.layer.parameters.items()}
        return f"Case({self.layer.op}, {self.layer.attributes}, {parameters}, {[x.shape for x in self.inputs]})"


def frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array


def values(shape: Shape, seed: int) -> Array:
    """Distinct float64 values of either sign, none nearer to 0 than 0.1: no ReLU or MaxPool is at a kink."""
    random = np.random.default_rng(seed)
    size = int(np.prod(shape))
    magnitudes = 0.1 + random.permutation(size) / size
    return frozen((magnitudes * random.choice([-1, 1], size)).reshape(shape))


seeds = st.integers(0, 2**32 - 1)
small = st.integers(1, 3)


@st.composite
def windows(draw: st.DrawFn, pads_below_kernel: bool = False) -> tuple[Window, int, int]:
    """A window, and the rows and columns of a map that it fits into.

    onnxruntime pools only with `pads_below_kernel`; the standard asks for no such thing.
    """
    kernel = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    step = st.sampled_from([1, 1, 1, 2, 3])  # 1 is what most layers have
    stride, dilation = (draw(step), draw(step)), (draw(step), draw(step))
    most = [size - 1 if pads_below_kernel else 3 for size in kernel * 2]
    top, left, bottom, right = (draw(st.integers(0, limit)) for limit in most)
    window = Window(kernel, stride, (top, left, bottom, right), dilation)
    rows = max(1, window.extent[0] - top - bottom) + draw(st.integers(0, 4))
    columns = max(1, window.extent[1] - left - right) + draw(st.integers(0, 4))
    return window, rows, columns


@st.composite
def conv(draw: st.DrawFn) -> Case:
    window, rows, columns = draw(windows())
    groups = draw(small)
    kernels, channels = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    weight = values((kernels, channels // groups, *window.kernel), draw(seeds))
    bias = values((kernels,), draw(seeds))
    layer = Conv2d(weight, bias, window.stride, window.padding, window.dilation, groups)
    return Case(layer, (values((draw(small), channels, rows, columns), draw(seeds)),))


@st.composite
def dense(draw: st.DrawFn) -> Case:
    outputs, inputs = draw(st.integers(1, 6)), draw(st.integers(1, 12))
    layer = Dense(values((outputs, inputs), draw(seeds)), values((outputs,), draw(seeds)))
    return Case(layer, (values((draw(small), inputs), draw(seeds)),))


def maps(draw: st.DrawFn) -> Array:
    return values((draw(small), draw(small), draw(st.integers(1, 5)), draw(st.integers(1, 5))), draw(seeds))


@st.composite
def max_pool(draw: st.DrawFn, pads_below_kernel: bool = True) -> Case:
    window, rows, columns = draw(windows(pads_below_kernel))
    assume(window.counts(rows, columns).all())
    layer = MaxPool(window.kernel, window.stride, window.padding, window.dilation)
    return Case(layer, (values((draw(small), draw(small), rows, columns), draw(seeds)),))


@st.composite
def average_pool(draw: st.DrawFn, pads_below_kernel: bool = True) -> Case:
    window, rows, columns = draw(windows(pads_below_kernel))
    count_padding = draw(st.booleans())
    assume(count_padding or window.counts(rows, columns).all())
    layer = AveragePool(window.kernel, window.stride, window.padding, window.dilation, count_padding)
    return Case(layer, (values((draw(small), draw(small), rows, columns), draw(seeds)),))


@st.composite
def global_average_pool(draw: st.DrawFn) -> Case:
    return Case(GlobalAveragePool(), (maps(draw),))


@st.composite
def batch_norm(draw: st.DrawFn, training: bool = False) -> Case:
    x = maps(draw)
    assume(not training or x[:, 0].size > 1)
    scale, bias, mean, variance = (values((x.shape[1],), draw(seeds)) for _ in range(4))
    epsilon = float(np.float32(draw(st.sampled_from([1e-5, 1e-3]))))  # ONNX stores attributes in float32
    return Case(BatchNorm(scale, bias, mean, frozen(abs(variance)), epsilon, training), (x,))


@st.composite
def relu(draw: st.DrawFn) -> Case:
    x = maps(draw)
    return Case(Relu(), (x if draw(st.booleans()) else frozen(x.reshape(len(x), -1)),))


@st.composite
def leaky_relu(draw: st.DrawFn) -> Case:
    return Case(LeakyRelu(draw(st.sampled_from([0.0, 0.125, 1.5]))), (maps(draw),))


@st.composite
def clip(draw: st.DrawFn) -> Case:
    """Bounds between the values, so that none is at a kink."""
    x = maps(draw)
    middle = np.convolve(np.sort(x, axis=None), [0.5, 0.5], "valid").tolist()
    bounds = sorted(draw(st.sampled_from([*middle, -2.0, 2.0])) for _ in range(2))
    return Case(Clip(*(float(np.float32(bound)) for bound in bounds)), (x,))


@st.composite
def sigmoid(draw: st.DrawFn) -> Case:
    return Case(Sigmoid(), (maps(draw),))


@st.composite
def tanh(draw: st.DrawFn) -> Case:
    return Case(Tanh(), (maps(draw),))


@st.composite
def flatten(draw: st.DrawFn) -> Case:
    return Case(Flatten(), (maps(draw),))


@st.composite
def softmax(draw: st.DrawFn) -> Case:
    size = draw(st.sampled_from([1, 10, 1000]))  # logits of up to a thousand: no exponential may overflow
    return Case(Softmax(), (frozen(values((draw(small), draw(st.integers(1, 12))), draw(seeds)) * size),))


@st.composite
def add(draw: st.DrawFn) -> Case:
    a = maps(draw)
    return Case(Add(), (a, values(a.shape, draw(seeds))))


@st.composite
def concat(draw: st.DrawFn) -> Case:
    n, rows, columns = draw(small), draw(small), draw(small)
    channels = draw(st.lists(small, min_size=1, max_size=4))
    return Case(Concat(), tuple(values((n, c, rows, columns), draw(seeds)) for c in channels))


CASES: dict[type[Layer], Callable[[], st.SearchStrategy[Case]]] = {
    Add: add,
    AveragePool: average_pool,
    BatchNorm: batch_norm,
    Clip: clip,
    Concat: concat,
    Conv2d: conv,
    Dense: dense,
    Flatten: flatten,
    GlobalAveragePool: global_average_pool,
    LeakyRelu: leaky_relu,
    MaxPool: max_pool,
    Relu: relu,
    Sigmoid: sigmoid,
    Softmax: softmax,
    Tanh: tanh,
}


def as_onnx(case: Case) -> onnx.ModelProto:
    """The case's layer as a model of one node, written from the ONNX standard, not by the engine."""
    names = [f"x{k}" for k in range(len(case.inputs))]
    element = helper.np_dtype_to_tensor_dtype(case.inputs[0].dtype)
    arrays = case.layer.parameters
    if isinstance(case.layer, Clip):  # its numbers are inputs in ONNX
        arrays = {name: np.array(value, case.inputs[0].dtype) for name, value in case.layer.attributes.items()}
    node = helper.make_node(case.layer.op, [*names, *arrays], ["y"], **_attributes(case.layer, case.inputs[0]))
    if isinstance(case.layer, BatchNorm) and case.layer.training:
        node.output.extend(["running_mean", "running_variance"])
    graph = helper.make_graph(
        [node],
        "one_node",
        [helper.make_tensor_value_info(n, element, x.shape) for n, x in zip(names, case.inputs, strict=True)],
        [helper.make_tensor_value_info("y", element, None)],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)


def _attributes(layer: Layer, x: Array) -> dict[str, Any]:
    match layer:
        case LeakyRelu():
            return {"alpha": layer.alpha}
        case Dense():
            return {"transB": 1}
        case Flatten() | Concat() | Softmax():
            return {"axis": 1}
        case BatchNorm():
            return {"epsilon": layer.epsilon, "training_mode": int(layer.training)}
        case Conv2d() | MaxPool() | AveragePool():
            window = layer.window
            attributes: dict[str, Any] = {
                "kernel_shape": window.kernel,
                "strides": window.stride,
                "pads": window.padding,
                "dilations": window.dilation,
            }
            if isinstance(layer, Conv2d):
                attributes["group"] = layer.groups
            if isinstance(layer, AveragePool):
                attributes["count_include_pad"] = int(layer.count_padding)
            return attributes
    return {}
