"""The schedule: how long a step of training is, from the first to the last."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi


@dataclass(frozen=True)
class OneCycle:
    """The rate rises to `peak` over the first `warmup` of the steps and falls to almost 0, on half cosines.

    Small steps first, while the statistics settle; large ones to travel; small ones to come to rest.

    Source: Smith and Topin, Super-Convergence, 2018.
    """

    peak: float
    warmup: float = 0.2
    first: float = 0.04
    last: float = 0.001

    def rate(self, step: int, steps: int) -> float:
        """The rate of step `step` (from 0) out of `steps`; `first` and `last` are shares of the peak."""
        done = step / max(1, steps - 1)
        if done < self.warmup:
            return self.peak * _between(self.first, 1.0, done / self.warmup)
        return self.peak * _between(1.0, self.last, (done - self.warmup) / (1 - self.warmup))


def _between(start: float, end: float, share: float) -> float:
    """From `start` to `end` along half a cosine."""
    return end + (start - end) * (1 + cos(pi * share)) / 2
