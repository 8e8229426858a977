"""Ledgers of convolutions: every weight times the value it is laid on, over all channels, plus the bias."""

from __future__ import annotations

from model.layers import Conv2d
from model.ledger.ledger import Cell, Subtotal, Term
from model.ledger.site import Site, Working, add_up, array, stretch


def explain_conv(site: Site, layer: Conv2d) -> Working:
    kernel, (source,), values = site.cell.channel, site.inputs, site.values
    channels = _channels(layer, kernel)
    _, rows, columns = values.shape
    covered = list(layer.window.cells(site.cell.row, site.cell.column))
    terms = []
    for k, channel in enumerate(channels):
        for i, j, row, column in covered:
            inside = 0 <= row < rows and 0 <= column < columns
            value = float(values[channel, row, column]) if inside else 0.0
            weight = float(layer.weight[kernel, k, i, j])
            terms.append(
                Term(
                    source=Cell(source, channel, row, column) if inside else None,
                    value=value,
                    weight=weight,
                    product=weight * value + 0.0,  # of two float32, so exact; -0.0 + 0.0 is plain 0.0
                    kernel=(i, j),
                )
            )
    products = [term.product or 0.0 for term in terms]
    size = len(covered)
    return Working(
        terms=tuple(terms),
        sum=add_up(products),
        subtotals=tuple(
            Subtotal(channel, add_up(products[k * size : (k + 1) * size])) for k, channel in enumerate(channels)
        ),
        bias=float(layer.bias[kernel]),
        formula=_formula(layer, kernel),
        numpy=_numpy(site, layer),
    )


def _channels(layer: Conv2d, kernel: int) -> range:
    """The channels of the input that kernel number `kernel` sees: those of its group."""
    size = layer.weight.shape[1]
    first = kernel // (len(layer.weight) // layer.groups) * size
    return range(first, first + size)


def _formula(layer: Conv2d, kernel: int) -> str:
    channels, (rows, columns) = _channels(layer, kernel), layer.window.kernel
    where = f"the {len(channels)} channels" if len(channels) > 1 else "1 channel"
    if layer.groups > 1:
        where += f" of its group ({stretch(channels)})"
    padding = ", where padding is 0" if any(layer.padding) else ""
    return f"result = bias + sum of weight * value over {where} and the {rows} x {columns} window{padding}"


def _numpy(site: Site, layer: Conv2d) -> tuple[str, ...]:
    kernel, (source,) = site.cell.channel, site.inputs
    _, rows, columns = site.values.shape
    top, left, bottom, right = layer.padding
    covered = list(layer.window.cells(site.cell.row, site.cell.column))
    window_rows, window_columns = [row for _, _, row, _ in covered], [column for _, _, _, column in covered]
    lines, maps = [], array(source)
    if min(window_rows + window_columns) < 0 or max(window_rows) >= rows or max(window_columns) >= columns:
        lines.append(f"padded = numpy.pad({maps}, ((0, 0), ({top}, {bottom}), ({left}, {right})))")
        maps = "padded"
        window_rows = [row + top for row in window_rows]
        window_columns = [column + left for column in window_columns]
    channels = ":" if layer.groups == 1 else stretch(_channels(layer, kernel))
    lines.append(f"window = {maps}[{channels}, {stretch(window_rows)}, {stretch(window_columns)}]")
    lines.append(f"(window * {site.parameter('weight')}[{kernel}]).sum() + {site.parameter('bias')}[{kernel}]")
    return tuple(lines)
