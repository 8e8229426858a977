"""A ledger as it stands on the page, and the same cell worked out anew from the run's arrays, in decimals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.driving import number, read_ledger

Arrays = Mapping[str, Any]
PLACE = re.compile(r"^([\w.]+) \[(\d+)(?:, (\d+), (\d+))?\]$")
DIGITS = range(2, 8)
WHOLE = ("count", "pixel", "divisor")


@dataclass(frozen=True)
class Term:
    """A line of the ledger: the words for its operand, and its figures as they are printed."""

    channel: str
    operand: str
    value: str
    weight: str
    product: str
    last: str
    rest: bool


@dataclass(frozen=True)
class Printed:
    """A whole ledger, as it is printed; `result` is the number behind the printed result."""

    cell: str
    digits: int
    result: float
    code: str
    terms: Sequence[Term]
    subtotals: Mapping[str, Decimal]
    totals: Mapping[str, Decimal]
    figures: Mapping[str, Decimal]

    def rounded(self, exact: Decimal) -> Decimal:
        """A number as it has to be printed here: half away from zero."""
        return exact.quantize(Decimal(1).scaleb(-self.digits), ROUND_HALF_UP)


def go_to(page: Page, cell: str) -> None:
    """Opens a cell by its address, as Back and Forward do: without loading the page anew."""
    stage, *places = place_of(cell)
    page.evaluate(
        """places => {
            const address = new URL(location.href);
            for (const [name, value] of Object.entries(places)) address.searchParams.set(name, value);
            history.pushState(null, '', address);
            dispatchEvent(new PopStateEvent('popstate'));
        }""",
        {"stage": stage, **dict(zip(("channel", "row", "column"), (*places, 0, 0), strict=False))},
    )
    expect(page.locator("cell-ledger .trail [aria-current]")).to_have_text(cell)


def read(page: Page, digits: int) -> Printed:
    """The ledger that is open, with so many digits, and with every operand listed."""
    ledger = page.locator("cell-ledger")
    ledger.locator("select").select_option(str(digits))
    expect(ledger.locator("[data-total=result]")).to_have_text(re.compile(rf"\.\d{{{digits}}}$"))
    rest = ledger.locator("tr.rest button")
    if rest.count():
        rest.click()
        expect(rest).to_have_count(0)
    found = read_ledger(page)
    totals: list[list[str]] = found.pop("totals")
    return Printed(
        **found
        | {
            "terms": [Term(**term) for term in found["terms"]],
            "subtotals": {channel: number(text) for channel, text in found["subtotals"]},
            "totals": {key: number(text) for key, _, text in totals if key != "figure"},
            "figures": {name: number(text) for key, name, text in totals if key == "figure"},
        }
    )


def place_of(cell: str) -> tuple[Any, ...]:
    """`conv1 [3, 4, 5]` as stage, channel, row, column; `dense [7]` as stage and channel."""
    match = PLACE.match(cell)
    assert match, f"`{cell}` is no cell's name."
    return (match[1], *(int(text) for text in match.groups()[1:] if text is not None))


def value_of(arrays: Arrays, cell: str) -> Decimal:
    """The cell's value in the run's arrays, exactly: every float32 is a decimal with an end."""
    stage, *place = place_of(cell)
    return Decimal(float(arrays[stage][tuple(place)]))


def check(printed: Printed, arrays: Arrays, op: str) -> int:
    """Works the printed lines out anew: each operand from the run's arrays, the rest from the lines above. How many
    lines of operands there are."""
    assert printed.result == value_of(arrays, printed.cell)
    assert printed.totals["result"] == printed.rounded(Decimal(printed.result))
    for term in printed.terms:
        if term.value and term.operand != "padding":
            assert number(term.value) == printed.rounded(value_of(arrays, term.operand)), term
    for name, shown in printed.figures.items():
        assert name not in WHOLE or shown == shown.to_integral_value()
    CHECKS[op](printed, arrays)
    return len(printed.terms)


def _products(printed: Printed, arrays: Arrays) -> None:
    stage, kernel, *_ = place_of(printed.cell)
    weights = arrays[f"{stage}.weight"][kernel]
    assert len(printed.terms) == weights.size, "every weight of the kernel has its line"
    order = [int(term.channel) for term in printed.terms if term.channel]
    # Largest channels first: the weights in the order of the lines.
    flat = weights.ravel() if not order else weights[list(dict.fromkeys(order))].ravel()
    exact, scale = Decimal(0), Decimal(0)
    for term, weight in zip(printed.terms, flat.tolist(), strict=True):
        assert number(term.weight) == printed.rounded(Decimal(weight)), term
        assert number(term.product) == printed.rounded(number(term.value) * number(term.weight)), term
        value = Decimal(0) if term.operand == "padding" else value_of(arrays, term.operand)
        assert term.operand != "padding" or number(term.value) == 0
        exact += value * Decimal(weight)
        scale += abs(value * Decimal(weight))
    assert len({term.operand for term in printed.terms if term.operand != "padding"}) == sum(
        term.operand != "padding" for term in printed.terms
    ), "no operand is counted twice"
    for channel, subtotal in printed.subtotals.items():
        assert subtotal == sum(number(term.product) for term in printed.terms if term.channel == channel)
    totals = printed.totals
    bias = Decimal(float(arrays[f"{stage}.bias"][kernel]))
    assert totals["bias"] == printed.rounded(bias)
    assert totals["sum"] == sum(number(term.product) for term in printed.terms)
    assert totals["sum"] + totals["bias"] + totals["rounding"] == totals["result"]
    # And it is the network's own sum, as close as float32 adds up.
    assert abs(exact + bias - Decimal(printed.result)) <= Decimal(2) ** -20 * (scale + abs(bias))


def _relu(printed: Printed, arrays: Arrays) -> None:
    (term,) = printed.terms
    assert printed.totals["result"] == max(Decimal(0), number(term.value))
    _same_place(printed, term)


def _same_place(printed: Printed, term: Term) -> None:
    assert place_of(term.operand)[1:] == place_of(printed.cell)[1:]


def _largest(printed: Printed, arrays: Arrays) -> None:
    values = [number(term.value) for term in printed.terms if term.operand != "padding"]
    assert printed.totals["result"] == max(values)
    (winner,) = [term for term in printed.terms if term.last == "largest"]
    assert number(winner.value) == max(values)
    assert printed.figures["count"] == len(values)


def _mean(printed: Printed, arrays: Arrays) -> None:
    values = [number(term.value) for term in printed.terms]
    totals, count = printed.totals, printed.figures["count"]
    assert totals["sum"] == sum(values) and count == len(values)
    assert printed.rounded(totals["sum"] / count) + totals["rounding"] == totals["result"]


def _moved(printed: Printed, arrays: Arrays) -> None:
    (term,) = printed.terms
    assert number(term.value) == printed.totals["result"]
    source, *place = place_of(term.operand)
    (index,) = place_of(printed.cell)[1:]
    assert np.ravel_multi_index(place, arrays[source].shape) == index


def _share(printed: Printed, arrays: Arrays) -> None:
    stage, channel = place_of(printed.cell)
    logits = [value_of(arrays, term.operand) for term in printed.terms]
    assert len(logits) == len(arrays[stage])
    exponentials = [number(term.last.removeprefix("exp ")) for term in printed.terms]
    for logit, exponential in zip(logits, exponentials, strict=True):
        assert exponential == printed.rounded((logit - max(logits)).exp())
    totals, figures = printed.totals, printed.figures
    assert figures["maximum"] == printed.rounded(max(logits))
    assert figures["exponential"] == exponentials[channel]
    assert totals["sum"] == sum(exponentials)
    assert printed.rounded(exponentials[channel] / totals["sum"]) + totals["rounding"] == totals["result"]


def _pixel(printed: Printed, arrays: Arrays) -> None:
    figures = printed.figures
    if figures:
        share = figures["pixel"] / figures["divisor"]
        assert printed.totals["result"] == printed.rounded(Decimal(float(np.float32(share))))
    assert not printed.terms


CHECKS = {
    "Input": _pixel,
    "Conv": _products,
    "Gemm": _products,
    "Relu": _relu,
    "MaxPool": _largest,
    "GlobalAveragePool": _mean,
    "Flatten": _moved,
    "Softmax": _share,
}


def run_lines(code: str, archive: str) -> float:
    """What the page's lines of NumPy give for the archive at this path."""
    *lines, last = code.replace("run.npz", archive).splitlines()
    names: dict[str, Any] = {}
    exec("\n".join(lines), names)
    try:
        return float(eval(last, names))
    finally:
        names["run"].close()


def named(stage: str, place: Sequence[int]) -> str:
    """A cell as the page names it."""
    return f"{stage} [{', '.join(map(str, place))}]"
