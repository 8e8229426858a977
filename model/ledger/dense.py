"""Ledgers of dense layers: every input times its weight, plus the bias."""

from __future__ import annotations

from model.layers import Dense
from model.ledger.ledger import Cell, Term
from model.ledger.site import Site, Working, add_up, array


def explain_dense(site: Site, layer: Dense) -> Working:
    neuron, (source,) = site.cell.channel, site.inputs
    values, weights = site.values.tolist(), layer.weight[neuron].tolist()
    terms = tuple(
        # The product of two float32 is exact in float64; adding 0.0 turns -0.0 into plain 0.0.
        Term(Cell(source, k, 0, 0), value, weight, weight * value + 0.0)
        for k, (value, weight) in enumerate(zip(values, weights, strict=True))
    )
    return Working(
        terms,
        formula=f"result = bias + sum of weight * value over all {len(terms)} inputs",
        numpy=(f"{site.parameter('weight')}[{neuron}] @ {array(source)} + {site.parameter('bias')}[{neuron}]",),
        sum=add_up(term.product or 0.0 for term in terms),
        bias=float(layer.bias[neuron]),
    )
