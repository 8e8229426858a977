"""The loss: how far the network's scores are from the right answers, and its gradient."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from model.tensor import Array


class Loss(NamedTuple):
    """The mean loss of a batch, and its gradient with respect to the logits (N, K)."""

    value: float
    grad: Array


def cross_entropy(logits: Array, labels: Array, smoothing: float = 0.0) -> Loss:
    """L = - mean over n of sum over k of t[n, k] * log softmax(logits)[n, k].

    The target t gives the right class 1 - smoothing and spreads the rest evenly over all K classes, so that
    the network is not driven to be infinitely sure. The gradient is (softmax(logits) - t) / N.

    Shapes: logits (N, K), labels (N,) in 0 .. K - 1. Source: Szegedy et al., Rethinking the Inception
    Architecture for Computer Vision, 2016, section 7.
    """
    count, classes = logits.shape
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_shares = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    targets = np.full_like(logits, smoothing / classes)
    targets[np.arange(count), labels] += 1 - smoothing
    value = -float((targets * log_shares).sum()) / count
    return Loss(value, (np.exp(log_shares) - targets) / count)
