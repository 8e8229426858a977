"""The ledger of any cell: finds who can explain the op, and adds what is the same for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from model.graph import Span, receptive_field
from model.layers import (
    Add,
    AveragePool,
    BatchNorm,
    Clip,
    Concat,
    Conv2d,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    LeakyRelu,
    MaxPool,
    Relu,
    Sigmoid,
    Softmax,
    Tanh,
)
from model.ledger.activation import (
    explain_clip,
    explain_leaky_relu,
    explain_relu,
    explain_sigmoid,
    explain_softmax,
    explain_tanh,
)
from model.ledger.conv import explain_conv
from model.ledger.dense import explain_dense
from model.ledger.input import explain_input
from model.ledger.ledger import Cell, Ledger, Term
from model.ledger.merge import explain_add, explain_concat
from model.ledger.norm import explain_batch_norm
from model.ledger.pool import explain_average_pool, explain_global_average_pool, explain_max_pool
from model.ledger.shape import explain_flatten
from model.ledger.site import Site, Working
from model.run import Run
from model.tensor import Shape

EXPLAINERS: Mapping[type[Layer], Callable[..., Working]] = {
    Add: explain_add,
    AveragePool: explain_average_pool,
    BatchNorm: explain_batch_norm,
    Clip: explain_clip,
    Concat: explain_concat,
    Conv2d: explain_conv,
    Dense: explain_dense,
    Flatten: explain_flatten,
    GlobalAveragePool: explain_global_average_pool,
    LeakyRelu: explain_leaky_relu,
    MaxPool: explain_max_pool,
    Relu: explain_relu,
    Sigmoid: explain_sigmoid,
    Softmax: explain_softmax,
    Tanh: explain_tanh,
}
"""Who explains a cell of a layer: a function from the `Site` and the layer to its `Working`."""


class CellNotFound(LookupError):
    """There is no such stage, or no such cell in it; the message says which there are."""


def explain_cell(run: Run, stage: str, channel: int, row: int = 0, column: int = 0) -> Ledger:
    """How one cell of `run` came to be. Value k of a vector stage is channel k, row 0, column 0.

    CellNotFound, saying what there is, for an unknown stage or a place outside it.
    """
    graph = run.model.graph
    if stage not in graph.shapes:
        raise CellNotFound(f"There is no stage `{stage}` in this model; its stages are: {', '.join(graph.shapes)}.")
    cell = Cell(stage, channel, row, column)
    _expect_inside(cell, graph.shapes[stage])
    if stage == graph.input:
        site = Site(run, cell, inputs=())
        op, working = "Input", explain_input(site)
    else:
        layer = graph[stage].layer
        site = Site(run, cell, graph[stage].inputs)
        op, working = layer.op, EXPLAINERS[type(layer)](site, layer)
    return Ledger(
        cell,
        op,
        result=site.value(cell),
        receptive_field=_receptive_field(run, cell, working.terms),
        **working._asdict(),
    )


def _expect_inside(cell: Cell, shape: Shape) -> None:
    sizes = (*shape, 1, 1)[:3]  # a vector is so many channels of one cell
    places = (cell.channel, cell.row, cell.column)
    if all(0 <= place < size for place, size in zip(places, sizes, strict=True)):
        return
    ranges = ", ".join(
        f"{name} 0" + (f" to {size - 1}" if size > 1 else "")
        for name, size in zip(("channel", "row", "column"), sizes, strict=True)
    )
    raise CellNotFound(
        f"`{cell.stage}` has no cell at channel {cell.channel}, row {cell.row}, column {cell.column}; it has {ranges}."
    )


def _receptive_field(run: Run, cell: Cell, terms: tuple[Term, ...]) -> Span:
    """What of the input the cell can see.

    A cell with one operand sees what that operand sees: this is how a value of a flattened stage, or a
    channel of a concatenation, sees less than its whole stage does.
    """
    if len(terms) == 1 and terms[0].source:
        source = terms[0].source
        return explain_cell(run, source.stage, source.channel, source.row, source.column).receptive_field
    return receptive_field(run.model.graph, cell.stage, cell.row, cell.column)
