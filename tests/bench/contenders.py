"""What is measured against what: each contender makes, from a graph, a function that keeps every stage's values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

from model.graph import Graph
from model.layers import Add, Conv2d, Dense, Flatten, GlobalAveragePool, Layer, MaxPool, Relu, Softmax
from model.tensor import Array

Pass = Callable[[Array], Callable[[], Mapping[str, Any]]]
"""From a batch to a function that runs it: every stage's values by name."""


def plan(graph: Graph) -> Pass:
    """This project: the plan."""
    from model.plan import InferencePlan

    ready = InferencePlan(graph)
    return lambda x: lambda: ready.run(x).values


def layers(graph: Graph) -> Pass:
    """This project: the readable layers, which are the textbook's im2col in NumPy."""
    return lambda x: lambda: graph.run(x).values


def torch(graph: Graph) -> Pass:
    """PyTorch, eager, `inference_mode`, one thread."""
    import torch as pytorch

    pytorch.set_num_threads(1)
    steps = [(stage.name, torch_layer(stage.layer), stage.inputs) for stage in graph.stages]

    def bound(x: Array) -> Callable[[], Mapping[str, Any]]:
        first = pytorch.from_numpy(x)

        def run() -> Mapping[str, Any]:
            values = {graph.input: first}
            with pytorch.inference_mode():
                for name, step, inputs in steps:
                    values[name] = step(*[values[source] for source in inputs])
            return values

        return run

    return bound


def torch_layer(layer: Layer) -> Callable[..., Any]:
    """The layer in PyTorch's functions, the quickest spelling that is known."""
    import torch as pytorch
    from torch.nn import functional

    match layer:
        case Conv2d():
            weight, bias = pytorch.from_numpy(layer.weight.copy()), pytorch.from_numpy(layer.bias.copy())
            assert layer.padding[:2] == layer.padding[2:]
            geometry = layer.stride, layer.padding[:2], layer.dilation, layer.groups
            return lambda x: functional.conv2d(x, weight, bias, *geometry)
        case Relu():
            return pytorch.relu
        case MaxPool():
            assert layer.padding[:2] == layer.padding[2:]
            return lambda x: functional.max_pool2d(x, layer.kernel, layer.stride, layer.padding[:2])
        case Flatten():
            return lambda x: pytorch.flatten(x, 1)
        case Dense():
            weight, bias = pytorch.from_numpy(layer.weight.copy()), pytorch.from_numpy(layer.bias.copy())
            return lambda x: functional.linear(x, weight, bias)
        case Softmax():
            return lambda x: pytorch.softmax(x, 1)
        case Add():
            return pytorch.add
        case GlobalAveragePool():
            return lambda x: x.mean((2, 3), keepdim=True)
    raise ValueError(f"{layer.op} has no PyTorch function here.")


def onnxruntime(graph: Graph) -> Pass:
    """ONNX Runtime, one thread, every node an output."""
    import onnx
    import onnxruntime as runtime

    from model.onnx_file import write

    proto = onnx.load_from_string(write(graph, {}))
    last = {output.name for output in proto.graph.output}
    proto.graph.output.extend(info for info in proto.graph.value_info if info.name not in last)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = runtime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return lambda x: lambda: dict(zip(names, session.run(names, {graph.input: x}), strict=True))


CONTENDERS: dict[str, Callable[[Graph], Pass]] = {
    "plan": plan,
    "torch": torch,
    "onnxruntime": onnxruntime,
    "layers": layers,
}

PACKAGES = {"torch": "torch", "onnxruntime": "onnxruntime"}
"""The package that a contender needs; the others need none but the project's own."""


def versions() -> dict[str, str]:
    """The versions of what is measured; "absent" for what is not installed."""
    found = {}
    for name in ("numpy", *PACKAGES.values()):
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            found[name] = "absent"
    return found


def error(found: Mapping[str, Any], right: Mapping[str, Array]) -> float:
    """The largest difference, as a share of the largest value of its stage, over all stages."""
    worst = 0.0
    for name, values in right.items():
        if name in found:
            worst = max(worst, float(abs(np.asarray(found[name]) - values).max() / abs(values).max()))
    return worst
