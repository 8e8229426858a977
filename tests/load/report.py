"""The tables of `make load`, and their place in docs/operation.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.load.client import Outcome, quantile

PAGE = Path(__file__).parents[2] / "docs" / "operation.md"
BEGIN, END = "<!-- load: begin -->", "<!-- load: end -->"
REFUSED = (429, 503)


@dataclass(frozen=True)
class Case:
    """One kind of request: as many as are answered at best, and what came of more."""

    name: str
    best: Outcome
    flows: Sequence[Outcome]

    def lines(self) -> list[str]:
        """Rows of the table."""
        rows = [_row(self.name, "at best", self.best)]
        peak = self.best.rate(201)
        for flow in self.flows:
            rows.append(_row("", f"{flow.offered / peak:.0f} times", flow))
        return rows


@dataclass(frozen=True)
class Memory:
    """Bytes that the server held before and after so many requests."""

    requests: int
    before: int
    after: int


def report(cases: Sequence[Case], memory: Memory | None, machine: str, shared: bool) -> str:
    """All of it as Markdown."""
    where = "which the visitors share, so that figures are too low" if shared else "with the visitors on another"
    lines = [
        f"Measured on {machine}: one server process on one core, {where}.",
        "",
        "| request | load | asked a second | answered a second | p50 | p99 | refused a second | p50 | p99 |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(line for case in cases for line in case.lines()),
    ]
    strange = sorted({status for case in cases for flow in (case.best, *case.flows) for status in flow.strange()})
    lines += ["", f"Other answers: {', '.join(map(str, strange)) if strange else 'none'}."]
    if memory is not None:
        lines.append(
            f"Memory: {memory.before / 1e6:.0f} MB before {memory.requests:,} requests (runs, readings as JSON and as "
            f"archives, refusals), {memory.after / 1e6:.0f} MB after them: {memory.after / memory.before - 1:+.1%}."
        )
    return "\n".join(lines)


def write(text: str) -> None:
    """Puts the text on the page, between the two comments that name the place."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def _row(name: str, load: str, outcome: Outcome) -> str:
    answered, refused = outcome.times(201), outcome.times(*REFUSED)
    cells = [
        name,
        load,
        f"{len(outcome.answers) / outcome.seconds:.0f}",
        f"{outcome.rate(201):.0f}",
        *(_time(quantile(answered, share)) for share in (0.5, 0.99)),
        f"{outcome.rate(*REFUSED):.0f}",
        *(_time(quantile(refused, share)) for share in (0.5, 0.99)),
    ]
    return f"| {' | '.join(cells)} |"


def _time(seconds: float | None) -> str:
    return "" if seconds is None else f"{1000 * seconds:.0f} ms"
