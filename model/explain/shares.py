"""The share of each map in a class: how much of the class's logit comes through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from model.graph import Trace
from model.run import Run
from model.tensor import Array


class ClassNotFound(LookupError):
    """The model has no such class; the message says which there are."""


class SharesUndefined(ValueError):
    """The run has no shares, because a value or a gradient is no finite number; the message says where."""


@dataclass(frozen=True, eq=False)
class StageShares:
    """What the maps of one stage add to a logit: `shares` (channels,) in float64, in the logit's own unit.

    The logit is `shares.sum() + rest`: the rest comes from the biases after the stage, and from what reaches the logit
    past it, through a shortcut.
    """

    shares: Array
    rest: float


@dataclass(frozen=True, eq=False)
class Shares:
    """The shares in one class: its name, its logit, and by stage those of the maps, from the input to the logits.

    What comes after the logits, the softmax, is not among the stages: it is made from them.
    """

    class_: str
    logit: float
    stages: Mapping[str, StageShares]


def map_shares(run: Run, class_: str | None = None, between: Callable[[], None] = lambda: None) -> Shares:
    """The share of every map of `run` in the logit of a class, the predicted one where none is named.

        share[k] = sum over row r, column c of x[k, r, c] * d logit / d x[k, r, c]

    Each value times the gradient of the logit there, summed over the map: above zero it speaks for the class, below
    against. From the last bend of the network on (ReLU, max pooling) this is exact: without the map the logit would be
    lower by just its share. Before, it holds for small changes, and the shares and the rest still add up to the logit.
    The values are those of the run, the arithmetic is float64.

    `between` is called before each stage of the way back: what it raises ends the work. ClassNotFound for a class that
    the model does not have; SharesUndefined where a number is not finite.

    Source: gradient times input: Shrikumar et al., Not Just a Black Box, 2016; Ancona et al., Towards better
    understanding of gradient-based attribution methods, 2018. Summed over a map, as what a map is worth: the Taylor
    criterion of Molchanov et al., Pruning Convolutional Neural Networks for Resource Efficient Inference, 2017.

    >>> import numpy as np
    >>> from model import load
    >>> from model.explain import map_shares
    >>> picture = np.zeros((28, 28), np.uint8)
    >>> picture[4:24, 13:16] = 255  # an upright stroke
    >>> shares = map_shares(load("digits").run(picture))
    >>> shares.class_, shares.stages["conv1"].shares.shape
    ('1', (8,))
    """
    classes = run.model.classes
    name = run.predictions[0].class_ if class_ is None else class_
    if name not in classes:
        raise ClassNotFound(f"There is no class `{name}` in this model; its classes are: {', '.join(classes)}.")
    start = run.model.logits_stage
    values = {stage: array.astype(np.float64) for stage, array in run.trace.values.items()}
    grad = np.zeros_like(values[start])
    grad[0, classes.index(name)] = 1
    logit = float(values[start][0, classes.index(name)])
    # What overflows is found below, and told in words.
    with np.errstate(all="ignore"):
        found = run.model.graph.astype(np.float64).backward(Trace(values), start, grad, between)
        products = {stage: values[stage][0] * array[0] for stage, array in found.stages.items()}
        shares = {stage: product.reshape(len(product), -1).sum(axis=1) for stage, product in products.items()}
    _expect_finite(values, shares)
    # A stage that the logits are not made from has no gradient: it adds nothing.
    order = list(values)
    return Shares(
        name,
        logit,
        {
            stage: StageShares(own, logit - float(own.sum()))
            for stage in order[: order.index(start) + 1]
            for own in [shares.get(stage, np.zeros(len(values[stage][0])))]
        },
    )


def _expect_finite(values: Mapping[str, Array], shares: Mapping[str, Array]) -> None:
    """SharesUndefined, naming the first stage where the forward pass or the way back left the finite numbers."""
    for stage, array in values.items():
        if not np.isfinite(array).all():
            raise SharesUndefined(
                f"The maps of this run have no shares: stage `{stage}` has values that are not finite numbers."
            )
    for stage, array in shares.items():
        if not np.isfinite(array).all():
            raise SharesUndefined(
                f"The maps of this run have no shares: the gradient at stage `{stage}` is too large for a number."
            )
