"""Ledgers of activations: those of a value by itself, and the shares of softmax."""

from __future__ import annotations

from math import exp

from model.layers import Clip, LeakyRelu, Relu, Sigmoid, Softmax, Tanh
from model.ledger.ledger import Cell, Figure, Term
from model.ledger.site import Site, Working, add_up, array


def explain_relu(site: Site, layer: Relu) -> Working:
    return _by_itself(site, "the value where it is above 0, else 0", "numpy.maximum({x}, 0)")


def explain_leaky_relu(site: Site, layer: LeakyRelu) -> Working:
    formula = f"the value where it is above 0, else {layer.alpha:g} times the value"
    return _by_itself(site, formula, f"numpy.where({{x}} > 0, {{x}}, {layer.alpha!r} * {{x}})", alpha=layer.alpha)


def explain_clip(site: Site, layer: Clip) -> Working:
    formula = f"the value, but {layer.minimum:g} at the least and {layer.maximum:g} at the most"
    line = f"numpy.minimum(numpy.maximum({{x}}, {layer.minimum!r}), {layer.maximum!r})"
    return _by_itself(site, formula, line, minimum=layer.minimum, maximum=layer.maximum)


def explain_sigmoid(site: Site, layer: Sigmoid) -> Working:
    # In float64, where exp(-value) overflows for no value that a network has.
    return _by_itself(site, "1 / (1 + exp(-value))", "1 / (1 + numpy.exp(-numpy.float64({x})))")


def explain_tanh(site: Site, layer: Tanh) -> Working:
    return _by_itself(site, "tanh(value)", "numpy.tanh({x})")


def _by_itself(site: Site, formula: str, line: str, **figures: float) -> Working:
    """The working of a value made from the one at the same place before; `line` has {x} where that stands."""
    cell = site.same_place(site.inputs[0])
    return Working(
        terms=(Term(cell, site.value(cell)),),
        formula=f"result = {formula}",
        numpy=(f"x = {site.written(cell)}", line.format(x="x"))
        if line.count("{x}") > 1
        else (line.format(x=site.written(cell)),),
        figures=tuple(Figure(name, value) for name, value in figures.items()),
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
