"""The measuring measures what it says: contenders agree, rounds pair up, and the page has a place for the tables."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from tests.bench.__main__ import Worker, cases, measure
from tests.bench.contenders import CONTENDERS, PACKAGES, error
from tests.bench.networks import NETWORKS, pictures
from tests.bench.report import MUST, PAGE, Measured


@pytest.mark.parametrize("contender", CONTENDERS)
def test_every_contender_runs_the_same_network(contender: str) -> None:
    if contender in PACKAGES and find_spec(PACKAGES[contender]) is None:
        pytest.skip(f"{PACKAGES[contender]} is not installed.")
    graph = NETWORKS["b"]()
    x = pictures(graph, 2)
    right = graph.run(x).values
    found = CONTENDERS[contender](graph)(x)()
    assert found.keys() >= right.keys() - {graph.input}
    assert error(found, right) < 2e-5
    assert error({name: values * 1.001 for name, values in right.items()}, right) > 5e-4


def test_a_ratio_is_taken_within_a_round() -> None:
    """A round in which the machine was ten times as slow for both weighs no more than any other."""
    slow = Measured("network b 1", {"plan": [1, 10, 2, 2], "layers": [2, 20, 4, 4]}, {})
    assert slow.ratio("layers") == (0.5, 0.5, 0.5)
    assert slow.ratio("torch") is None


def test_workers_measure_and_end() -> None:
    workers = [Worker("plan"), Worker("layers")]
    try:
        measured = measure("network b 1", workers, rounds=2, seconds=0.001)
    finally:
        for worker in workers:
            worker.close()
    assert all(0 < seconds < 1 for times in measured.times.values() for seconds in times)
    assert measured.errors["plan"] < 2e-5


def test_every_case_that_must_reach_something_is_measured() -> None:
    assert {case for case, _ in cases()} >= MUST.keys()


def test_the_page_has_a_place_for_each_table() -> None:
    text = PAGE.read_text()
    for place in ("measured", "ideas", "page"):
        assert text.count(f"<!-- {place}: begin -->") == text.count(f"<!-- {place}: end -->") == 1
