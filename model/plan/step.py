"""What a stage of a plan is: a function that is told once where its input and output lie, and then works there.

Arrays have no batch axis in front. Those of a batch have the images as their last axis, (C, H, W, N): the N cells
at one place are neighbours in memory, so that whatever is done to a row of one image is done to a row that is N
times as long, by the same code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Protocol

import numpy as np
import numpy.typing as npt

from model.tensor import Array

Work = Callable[[], object]
"""Writes a stage's values, from its input's, each where the step was told that it lies."""


Step = Callable[..., Work]
"""`step(out, *inputs)` makes the work: all C-ordered, but for what `model.plan.last` says. Whatever can be known
from where the arrays lie, their views above all, is made here, once, not in each run."""


Images = tuple[()] | tuple[int]
"""The last axis of a batch's arrays; of one image's, none."""


class Scratch:
    """Memory of one thread that all its steps share, for what lives no longer than a step: so it stays in cache."""

    def __init__(self, dtype: npt.DTypeLike | None) -> None:
        self._dtype = dtype
        self._blocks: dict[str, Array] = {}

    def take(self, name: str, *shape: int) -> Array:
        """The memory of that name, uninitialised; two names never overlap."""
        count = prod(shape)
        if name not in self._blocks or self._blocks[name].size < count:
            # Who took a smaller block keeps it. Maps shrink along a network, so few do.
            self._blocks[name] = np.empty(count, self._dtype)
        return self._blocks[name][:count].reshape(shape)


class Prepared(Protocol):
    """A layer made ready for one shape of input: shared by all threads, never changed."""

    def bind(self, images: Images, scratch: Scratch) -> Step:
        """The step with memory to work in: one thread's."""


@dataclass(frozen=True)
class ByBatch:
    """One way for a single image, another for a batch."""

    one: Prepared
    batch: Prepared

    def bind(self, images: Images, scratch: Scratch) -> Step:
        return (self.batch if images else self.one).bind(images, scratch)
