"""What a stage of a plan is: a function that writes its output where it is told, for one image or for a batch.

Arrays have no batch axis in front. Those of a batch have the images as their last axis, (C, H, W, N): the N cells
at one place are neighbours in memory, so that whatever is done to a row of one image is done to a row that is N
times as long, by the same code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Step = Callable[..., None]
"""`step(out, *inputs)`: all C-ordered."""


Images = tuple[()] | tuple[int]
"""The last axis of a batch's arrays; of one image's, none."""


class Prepared(Protocol):
    """A layer made ready for one shape of input: shared by all threads, never changed."""

    def bind(self, images: Images) -> Step:
        """The step with memory of its own to work in: one thread's."""


@dataclass(frozen=True)
class ByBatch:
    """One way for a single image, another for a batch."""

    one: Prepared
    batch: Prepared

    def bind(self, images: Images) -> Step:
        return (self.batch if images else self.one).bind(images)
