"""Ledgers of layers that move values: where the value was before."""

from __future__ import annotations

import numpy as np

from model.layers import Flatten
from model.ledger.ledger import Cell, Term
from model.ledger.site import Site, Working, array


def explain_flatten(site: Site, layer: Flatten) -> Working:
    (source,), k = site.inputs, site.cell.channel
    place = [int(index) for index in np.unravel_index(k, site.values.shape)]
    cell = Cell(source, *place) if len(place) == 3 else Cell(source, k, 0, 0)
    return Working(
        terms=(Term(cell, site.value(cell)),),
        formula="result = the value at place (channel * rows + row) * columns + column",
        numpy=(f"{array(source)}.reshape(-1)[{k}]",),
    )
