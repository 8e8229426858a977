"""Optimisers: from gradients to the next parameters, as pure functions over named arrays.

Weight decay pulls the weights towards 0 and leaves biases and the scales of batch normalisation alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from model.tensor import Array

Arrays = Mapping[str, Array]


class State(NamedTuple):
    """What an optimiser remembers from step to step: how many there were, and its running means."""

    step: int
    moments: tuple[Arrays, ...]


class Optimiser(Protocol):
    """`start` gives the state before the first step; `update` takes one step of length `rate`.

    Parameters without a gradient (the running statistics of batch normalisation) stay as they are.
    """

    def start(self, parameters: Arrays) -> State: ...

    def update(self, parameters: Arrays, grads: Arrays, state: State, rate: float) -> tuple[Arrays, State]: ...


@dataclass(frozen=True)
class Sgd:
    """v <- momentum * v + grad + decay * p; p <- p - rate * v.

    A ball that rolls downhill: it keeps most of its velocity, so that steps add up where the gradients agree.

    Source: Sutskever et al., On the Importance of Initialization and Momentum in Deep Learning, 2013.
    """

    momentum: float = 0.9
    weight_decay: float = 0.0

    def start(self, parameters: Arrays) -> State:
        return State(0, (_zeros(parameters),))

    def update(self, parameters: Arrays, grads: Arrays, state: State, rate: float) -> tuple[Arrays, State]:
        (velocity,) = (dict(moment) for moment in state.moments)
        updated = dict(parameters)
        for name, grad in grads.items():
            grad = grad + _decay(name, self.weight_decay) * parameters[name]
            velocity[name] = self.momentum * velocity[name] + grad
            updated[name] = parameters[name] - rate * velocity[name]
        return updated, State(state.step + 1, (velocity,))


@dataclass(frozen=True)
class AdamW:
    """m <- b1 m + (1 - b1) grad; v <- b2 v + (1 - b2) grad^2;
    p <- p - rate * (m' / (sqrt(v') + epsilon) + decay * p), with m' = m / (1 - b1^t), v' = v / (1 - b2^t).

    Each parameter's step is measured by the size that its own gradients usually have.

    Source: Kingma and Ba, Adam, 2015; Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019.
    """

    mean_decay: float = 0.9
    square_decay: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0

    def start(self, parameters: Arrays) -> State:
        return State(0, (_zeros(parameters), _zeros(parameters)))

    def update(self, parameters: Arrays, grads: Arrays, state: State, rate: float) -> tuple[Arrays, State]:
        step = state.step + 1
        means, squares = (dict(moment) for moment in state.moments)
        updated = dict(parameters)
        for name, grad in grads.items():
            means[name] = self.mean_decay * means[name] + (1 - self.mean_decay) * grad
            squares[name] = self.square_decay * squares[name] + (1 - self.square_decay) * grad**2
            mean = means[name] / (1 - self.mean_decay**step)
            square = squares[name] / (1 - self.square_decay**step)
            direction = mean / (np.sqrt(square) + self.epsilon)
            direction = direction + _decay(name, self.weight_decay) * parameters[name]
            updated[name] = parameters[name] - rate * direction
        return updated, State(step, (means, squares))


def _zeros(parameters: Arrays) -> Arrays:
    return {name: np.zeros_like(array) for name, array in parameters.items()}


def _decay(name: str, weight_decay: float) -> float:
    return weight_decay if name.endswith(".weight") else 0.0
