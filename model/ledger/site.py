"""Where a ledger is drawn up: one cell of one run, its operands, and how each is written in NumPy."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum, nan
from typing import NamedTuple

from model.ledger.ledger import Cell, Figure, Subtotal, Term
from model.run import Run
from model.tensor import Array


class Working(NamedTuple):
    """What an op knows of how a cell of it came to be: the fields of `Ledger` by the same names."""

    terms: tuple[Term, ...]
    formula: str
    numpy: tuple[str, ...]
    sum: float | None = None
    subtotals: tuple[Subtotal, ...] = ()
    bias: float | None = None
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, eq=False)
class Site:
    """The cell asked about, the run that computed it, and the stages that its stage reads."""

    run: Run
    cell: Cell
    inputs: tuple[str, ...]

    @property
    def values(self) -> Array:
        """The values of the stage's first input, the only one of most ops."""
        return self.run[self.inputs[0]]

    def same_place(self, source: str) -> Cell:
        """The cell of stage `source` that stands where the cell asked about stands."""
        return Cell(source, self.cell.channel, self.cell.row, self.cell.column)

    def value(self, cell: Cell) -> float:
        values = self.run[cell.stage]
        return float(values[cell.channel, cell.row, cell.column] if values.ndim == 3 else values[cell.channel])

    def written(self, cell: Cell) -> str:
        """The cell in NumPy: `run["conv1"][3, 10, 14]`, or `run["dense"][7]`."""
        vector = self.run[cell.stage].ndim == 1
        index = f"{cell.channel}" if vector else f"{cell.channel}, {cell.row}, {cell.column}"
        return f"{array(cell.stage)}[{index}]"

    def parameter(self, name: str) -> str:
        """One of the stage's own arrays in NumPy: `run["conv1.weight"]`."""
        return array(f"{self.cell.stage}.{name}")


def add_up(numbers: Iterable[float]) -> float:
    """The sum, rounded once, at its end; not a number where infinities cancel, as in NumPy."""
    try:
        return fsum(numbers)
    except ValueError:
        return nan


def array(name: str) -> str:
    """An array of the run's file in NumPy. A JSON string is a Python string too, whatever the name holds."""
    return f"run[{json.dumps(name)}]"


def stretch(places: Iterable[int]) -> str:
    """Evenly spaced places as a slice: 3, 4, 5 is `3:6`, and 3, 5, 7 is `3:8:2`."""
    ordered = sorted(set(places))
    step = ordered[1] - ordered[0] if len(ordered) > 1 else 1
    return f"{ordered[0]}:{ordered[-1] + 1}" + (f":{step}" if step > 1 else "")
