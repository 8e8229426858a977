"""What every layer is: frozen, pure, forward and backward side by side.

A layer holds its parameters and its attributes and nothing of any image that went through it, so that any
number of threads may share it. What `backward` needs (the output and the inputs of `forward`) is handed to it
by whoever kept them: the trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from model.tensor import Array, Shape, Window


class Gradients(NamedTuple):
    """What `backward` returns, each of the shape of what it belongs to."""

    inputs: tuple[Array, ...]
    parameters: Mapping[str, Array]


class Layer:
    """The base of all layers; a subclass is a frozen dataclass whose array fields are its parameters.

    A subclass defines

    - `op`: its ONNX operator name;
    - `forward(*inputs) -> y`: batched arrays in, a batched array out, in the inputs' dtype;
    - `backward(grad, y, *inputs) -> Gradients`: from the gradient of some scalar with respect to `y`, those
      with respect to each input and each trained parameter;
    - `output_shape(*shapes) -> shape`: the same without arrays and without the batch axis; ValueError where
      the inputs do not fit.
    """

    op: ClassVar[str]
    forward: Callable[..., Array]
    backward: Callable[..., Gradients]
    output_shape: Callable[..., Shape]

    @property
    def parameters(self) -> dict[str, Array]:
        """The arrays of the layer by name (`weight`, `bias`, ...)."""
        return {name: value for name, value in self._fields() if isinstance(value, np.ndarray)}

    @property
    def attributes(self) -> dict[str, Any]:
        """What is not an array: `stride`, `padding`, `groups`, ..."""
        return {name: value for name, value in self._fields() if not isinstance(value, np.ndarray)}

    @property
    def window(self) -> Window | None:
        """The window that slides over the inputs, for a layer that has one."""
        return None

    def multiply_adds(self, *shapes: Shape) -> int:
        """Products that are added up for one image whose inputs have `shapes`; 0 without weights."""
        return 0

    def with_parameters(self, parameters: Mapping[str, Array]) -> Self:
        """The same layer with some of its arrays replaced."""
        return replace(self, **parameters)  # type: ignore[type-var]

    def _fields(self) -> list[tuple[str, Any]]:
        return [(field.name, getattr(self, field.name)) for field in fields(self)]  # type: ignore[arg-type]
