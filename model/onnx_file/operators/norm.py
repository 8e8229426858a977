"""BatchNormalization, version 7 and later, with its stored statistics."""

from __future__ import annotations

from model.layers import BatchNorm
from model.onnx_file.node import FileNode, decimal_of
from model.onnx_file.operators.operator import Operator, Reading, Writing


def _read(node: FileNode) -> Reading:
    node.expect("training_mode", 0, (0,))
    node.expect("spatial", 1, (1,))
    node.attribute("momentum", 0.9)  # of use in training alone
    scale, bias = node.constant(1, "scale"), node.constant(2, "bias")
    mean, variance = node.constant(3, "mean"), node.constant(4, "variance")
    epsilon = decimal_of(node.attribute("epsilon", 1e-5))
    if variance.size and variance.min() + epsilon <= 0:
        raise node.refuse("variance", variance.min(), "numbers above 0, epsilon included")
    return Reading(BatchNorm(scale, bias, mean, variance, epsilon), (node.source(0),))


def _write(layer: BatchNorm) -> Writing:
    if layer.training:
        raise ValueError("A batch normalisation in training mode has no place in a file; fold it first.")
    arrays = {"scale": layer.scale, "bias": layer.bias, "mean": layer.mean, "variance": layer.variance}
    return Writing({"epsilon": layer.epsilon}, arrays)


BATCH_NORMALIZATION = Operator(BatchNorm, "norm", _read, _write)
