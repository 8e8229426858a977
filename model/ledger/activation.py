"""Ledgers of activations: ReLU, and the shares of softmax."""

from __future__ import annotations

from math import exp

from model.layers import Relu, Softmax
from model.ledger.ledger import Cell, Figure, Term
from model.ledger.site import Site, Working, add_up, array


def explain_relu(site: Site, layer: Relu) -> Working:
    cell = site.same_place(site.inputs[0])
    return Working(
        terms=(Term(cell, site.value(cell)),),
        formula="result = the value where it is above 0, else 0",
        numpy=(f"numpy.maximum({site.written(cell)}, 0)",),
    )


def explain_softmax(site: Site, layer: Softmax) -> Working:
    (source,), k = site.inputs, site.cell.channel
    logits = site.values.tolist()
    maximum = max(logits)
    shifted = [logit - maximum for logit in logits]
    exponentials = [exp(difference) for difference in shifted]
    return Working(
        terms=tuple(
            Term(Cell(source, j, 0, 0), logit, shifted=difference, exponential=exponential)
            for j, (logit, difference, exponential) in enumerate(zip(logits, shifted, exponentials, strict=True))
        ),
        formula="result = exponential / sum of all exponentials, with exponential = exp(value - maximum)",
        numpy=(
            f"logits = {array(source)}",
            "exponentials = numpy.exp(logits - logits.max())",
            f"exponentials[{k}] / exponentials.sum()",
        ),
        sum=add_up(exponentials),
        figures=(Figure("maximum", maximum), Figure("exponential", exponentials[k])),
    )
