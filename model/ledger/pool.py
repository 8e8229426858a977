"""Ledgers of pooling: the cells of a window, and the largest of them or their mean."""

from __future__ import annotations

from model.layers import AveragePool, GlobalAveragePool, MaxPool
from model.ledger.ledger import Cell, Figure, Term
from model.ledger.site import Site, Working, add_up, array, stretch


def explain_max_pool(site: Site, layer: MaxPool) -> Working:
    terms = _window_terms(site, layer, padding=None)
    values = [term.value for term in terms if term.value is not None]
    winner = next((n for n, term in enumerate(terms) if term.value == max(values)), None)
    rows, columns = layer.kernel
    return Working(
        terms=tuple(
            Term(term.source, term.value, kernel=term.kernel, wins=n == winner) for n, term in enumerate(terms)
        ),
        formula=f"result = the largest value in the {rows} x {columns} window"
        + (", where padding never wins" if any(layer.padding) else ""),
        numpy=(f"{_real_window(site, terms)}.max()",),
        figures=(Figure("count", len(values)),),
    )


def explain_average_pool(site: Site, layer: AveragePool) -> Working:
    terms = _window_terms(site, layer, padding=0.0 if layer.count_padding else None)
    values = [term.value for term in terms if term.value is not None]
    rows, columns = layer.kernel
    formula = f"result = sum of the values in the {rows} x {columns} window / count"
    if any(layer.padding):
        formula += ", where padding counts as 0" if layer.count_padding else ", where padding does not count"
    if not layer.count_padding:
        numpy = f"{_real_window(site, terms)}.mean()"
    elif any(term.source for term in terms):
        numpy = f"{_real_window(site, terms)}.sum() / {len(values)}"
    else:
        numpy = "0.0"  # a window of padding alone
    return Working(terms, formula, (numpy,), sum=add_up(values), figures=(Figure("count", len(values)),))


def explain_global_average_pool(site: Site, layer: GlobalAveragePool) -> Working:
    (source,), channel = site.inputs, site.cell.channel
    plane = site.values[channel]
    rows, columns = plane.shape
    terms = tuple(
        Term(Cell(source, channel, row, column), float(plane[row, column]))
        for row in range(rows)
        for column in range(columns)
    )
    return Working(
        terms,
        formula=f"result = sum of all values of the {rows} x {columns} map / count",
        numpy=(f"{array(source)}[{channel}].mean()",),
        sum=add_up(map(float, plane.flat)),
        figures=(Figure("count", plane.size),),
    )


def _window_terms(site: Site, layer: MaxPool | AveragePool, padding: float | None) -> tuple[Term, ...]:
    """The window's cells, row by row; those outside the map have no source and the value `padding`."""
    (source,), channel = site.inputs, site.cell.channel
    plane = site.values[channel]
    rows, columns = plane.shape
    return tuple(
        Term(Cell(source, channel, row, column), float(plane[row, column]), kernel=(i, j))
        if 0 <= row < rows and 0 <= column < columns
        else Term(None, padding, kernel=(i, j))
        for i, j, row, column in layer.window.cells(site.cell.row, site.cell.column)
    )


def _real_window(site: Site, terms: tuple[Term, ...]) -> str:
    """The part of the window that lies on the map, in NumPy. Padding changes neither a maximum nor a sum."""
    cells = [term.source for term in terms if term.source]
    rows, columns = stretch(cell.row for cell in cells), stretch(cell.column for cell in cells)
    return f"{array(site.inputs[0])}[{site.cell.channel}, {rows}, {columns}]"
