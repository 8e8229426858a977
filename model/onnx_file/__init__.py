"""ONNX files: the one format in which models are stored and brought; the only place that imports onnx."""

from model.onnx_file.reading import read
from model.onnx_file.refusal import NotSupported
from model.onnx_file.writing import write

__all__ = ["NotSupported", "read", "write"]
