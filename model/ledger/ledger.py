"""What a ledger is: plain frozen data, made of numbers, strings and tuples, ready to become JSON."""

from __future__ import annotations

from dataclasses import dataclass

from model.graph import Span


@dataclass(frozen=True, slots=True)
class Cell:
    """One value's place in a run. Value k of a vector (flatten, dense) is channel k, row 0, column 0."""

    stage: str
    channel: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Term:
    """One operand of a cell, and what became of it.

    `source` is where it stands, to be asked in turn; None is padding. `value` is its number; None for padding
    that takes no part (of a MaxPool, or of an AveragePool that counts real cells alone). `kernel` is its
    (row, column) inside the window. `weight` and `product` belong to sums of products, `wins` to MaxPool
    (True for one term), `shifted` (the value less the maximum) and `exponential` to softmax; None elsewhere.
    """

    source: Cell | None
    value: float | None
    weight: float | None = None
    product: float | None = None
    kernel: tuple[int, int] | None = None
    wins: bool | None = None
    shifted: float | None = None
    exponential: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A further number of a ledger, by name: `count`, `maximum`, `mean`, `variance`, `pixel`, ..."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Subtotal:
    """What one channel of a convolution's input adds to the sum."""

    channel: int
    sum: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """How one cell came to be.

    `result` is the cell itself, as the network computed it in float32. `terms`, `sum` (of the products of
    Conv and Gemm, of the exponentials of Softmax, of the values of Add and the average pools; None
    elsewhere), `bias` and `figures` are worked out here in float64 from the float32 operands, so that they
    meet `result` up to float32 rounding. The terms of Conv are in order of channel, kernel row, kernel
    column, and `subtotals` adds them up by channel. `formula` says it in words. `numpy` are lines that give
    the cell from the run's arrays, opened as `run = numpy.load("run.npz")`; the last one is an expression.
    `receptive_field` is what the cell can see of the network's input; it can reach over the edge, into
    padding.
    """

    cell: Cell
    op: str
    terms: tuple[Term, ...]
    sum: float | None
    subtotals: tuple[Subtotal, ...]
    bias: float | None
    figures: tuple[Figure, ...]
    result: float
    formula: str
    numpy: tuple[str, ...]
    receptive_field: Span
