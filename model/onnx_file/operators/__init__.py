"""The registry: for each ONNX operator that this engine runs, the one place that reads and writes it."""

from __future__ import annotations

from model.layers import Layer
from model.onnx_file.operators.activation import CLIP, LEAKY_RELU, RELU, SIGMOID, SOFTMAX, TANH
from model.onnx_file.operators.alike import ALIKE
from model.onnx_file.operators.conv import CONV
from model.onnx_file.operators.dense import GEMM
from model.onnx_file.operators.merge import ADD, CONCAT
from model.onnx_file.operators.norm import BATCH_NORMALIZATION
from model.onnx_file.operators.operator import Operator
from model.onnx_file.operators.pool import AVERAGE_POOL, GLOBAL_AVERAGE_POOL, MAX_POOL
from model.onnx_file.operators.shape import FLATTEN
from model.onnx_file.refusal import NotSupported
from model.onnx_file.simplify import DROPPED, JOINED

_ALL: tuple[Operator, ...] = (
    ADD,
    AVERAGE_POOL,
    BATCH_NORMALIZATION,
    CLIP,
    CONCAT,
    CONV,
    FLATTEN,
    GEMM,
    GLOBAL_AVERAGE_POOL,
    LEAKY_RELU,
    MAX_POOL,
    RELU,
    SIGMOID,
    SOFTMAX,
    TANH,
)
OPERATORS = {operator.layer.op: operator for operator in _ALL}

READERS = OPERATORS | ALIKE
"""Each operator that may stand in a file, when it has been simplified, by its name there."""

KNOWN = tuple(sorted((*READERS, *DROPPED, *JOINED)))
"""Each operator that may stand in a file; Constants are its arrays."""


def operator_named(op: str, stage: str) -> Operator:
    """The operator `op`; NotSupported, listing the known ones, where there is none."""
    if op not in READERS:
        known = ", ".join(KNOWN)
        raise NotSupported(
            f"`{op}` (stage `{stage}`) is not an operator this engine runs; it runs: {known}.",
            stage=stage,
            op=op,
            accepted=known,
        )
    return READERS[op]


def operator_of(layer: Layer) -> Operator:
    """The operator that writes `layer`."""
    return OPERATORS[layer.op]


__all__ = ["KNOWN", "OPERATORS", "READERS", "Operator", "operator_named", "operator_of"]
