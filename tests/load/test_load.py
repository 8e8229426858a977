"""The measuring of load measures what it says: visits pair with answers, and the page has a place for the tables."""

from __future__ import annotations

import pytest

from tests.app.servers import API, QUIET, RUNS, serving
from tests.load.__main__ import cases
from tests.load.client import Outcome, Visit, Visitors, quantile
from tests.load.report import BEGIN, END, PAGE, Case, Memory, report

pytestmark = pytest.mark.anyio


def outcome(offered: float, *answers: tuple[int, float]) -> Outcome:
    return Outcome(offered, 2, list(answers))


def test_a_quantile_is_a_time_that_was_measured() -> None:
    times = [k / 100 for k in range(100)]
    assert (quantile(times, 0.5), quantile(times, 0.99), quantile([], 0.5)) == (0.5, 0.99, None)


def test_the_report_tells_answers_from_refusals_and_names_what_is_neither() -> None:
    best = outcome(0, *[(201, 0.01)] * 20)
    flood = outcome(100, *[(201, 0.02)] * 18, *[(503, 0.004)] * 180, (500, 1))
    text = report([Case("digit", best, [flood])], Memory(10_000, 100_000_000, 103_000_000), "a machine", False)
    assert "| digit | at best | 10 | 10 | 10 ms | 10 ms | 0 |  |  |" in text
    assert "|  | 10 times | 100 | 9 | 20 ms | 20 ms | 90 | 4 ms | 4 ms |" in text
    assert "Other answers: 500." in text and "100 MB before 10,000 requests" in text and "+3.0%" in text


def test_the_page_has_a_place_for_the_tables() -> None:
    page = PAGE.read_text()
    assert page.count(BEGIN) == page.count(END) == 1 and page.index(BEGIN) < page.index(END)


async def test_visits_are_answered_in_a_crowd_and_in_a_flow(tmp_path_factory: pytest.TempPathFactory) -> None:
    digits = cases()["drawn digit, `digits`"]
    with (
        open(tmp_path_factory.mktemp("load") / "log", "w+b") as log,
        serving(log, COMPUTATIONS="1", QUEUE="1", **QUIET) as (_, port),
    ):
        visitors = Visitors(port)
        crowd = await visitors.crowd(digits, 2, 0.5)
        flow = await visitors.flow(digits, 40, 0.5)
        wrong = await visitors.visit(Visit.post(RUNS, b"no picture", "image/png"))
        health = await visitors.visit(Visit.get(f"{API}/limits"))
        visitors.close()
    assert crowd.answers and {status for status, _ in crowd.answers} == {201}
    assert len(flow.answers) == 20 and not flow.strange()
    assert (wrong, health) == (415, 200)
