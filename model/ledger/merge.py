"""Ledgers of layers with several inputs: cells added up, and channels set side by side."""

from __future__ import annotations

from model.layers import Add, Concat
from model.ledger.ledger import Cell, Term
from model.ledger.site import Site, Working, add_up, array


def explain_add(site: Site, layer: Add) -> Working:
    cells = [site.same_place(source) for source in site.inputs]
    terms = tuple(Term(cell, site.value(cell)) for cell in cells)
    return Working(
        terms,
        formula="result = the value of " + " + the value of ".join(f"`{cell.stage}`" for cell in cells),
        numpy=(" + ".join(map(site.written, cells)),),
        sum=add_up(term.value or 0.0 for term in terms),
    )


def explain_concat(site: Site, layer: Concat) -> Working:
    channel = site.cell.channel
    for source in site.inputs:
        if channel < len(site.run[source]):
            break
        channel -= len(site.run[source])
    cell = Cell(source, channel, site.cell.row, site.cell.column)
    joined = f"numpy.concatenate([{', '.join(map(array, site.inputs))}])"
    return Working(
        terms=(Term(cell, site.value(cell)),),
        formula=f"result = the value in channel {channel} of `{source}`, which is {site.cell.channel} here",
        numpy=(site.written(site.cell).replace(array(site.cell.stage), joined),),
    )
