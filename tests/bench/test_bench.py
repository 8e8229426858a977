"""The measuring measures what it says: contenders agree, rounds pair up, and the page has a place for the tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib.util import find_spec

import numpy as np
import pytest

from tests.bench.__main__ import Worker, cases, measure
from tests.bench.contenders import CONTENDERS, PACKAGES, error
from tests.bench.loading import SIDES
from tests.bench.networks import NETWORKS, pictures
from tests.bench.report import ANSWERS, MUST, PAGE, Measured, report
from tests.bench.service import Send, all_as_bytes, all_as_json, in_process, over_socket


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


def test_a_share_is_of_what_both_take() -> None:
    measured = Measured("recipe digits", {"plan": [3, 30, 3, 8], "loader": [1, 10, 1, 2]}, {})
    assert measured.share("loader") == 0.25


def test_the_report_tells_what_was_reached_and_what_was_missed() -> None:
    """The plan takes 1 s where another takes 2 s; an answer takes 3 s, and a forward pass 1 s."""
    seconds = {"plan": 1, "pass": 1}
    results = [
        Measured(
            case,
            {who: [3 if case in ANSWERS and who == "plan" else seconds.get(who, 2)] * 2 for who in able},
            {"plan": 1e-6},
        )
        for case, able in cases()
        if case.split()[1] in (*"ac", "digits") or case.startswith("service")
    ]
    lines = {line.split(" | ")[0]: line for line in report(results, {}, "a core", 1.0, 2, 0.1).splitlines()}
    assert lines["| a, 1"].count("holds") == 1 and lines["| a, 1"].count("missed") == 1  # of 0.45 and 0.85
    assert lines["| c"].count("holds") == 1  # of 1.05
    assert "67 %" in lines["| digits"]
    json, raw = (ANSWERS[f"service {form}"][0] for form in ("json", "bytes"))
    assert "| 3.00 (3.00-3.00) | 20.00 holds |" in lines[f"| {json}"]
    assert "| 3.00 (3.00-3.00) | 1.00 **missed** |" in lines[f"| {raw}"]


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
    assert {case for case, _ in cases()} >= MUST.keys() | ANSWERS.keys()


@pytest.mark.parametrize("contender", SIDES)
def test_a_batch_of_a_recipe_is_made_ready_and_learned_from(contender: str) -> None:
    work = SIDES[contender]("digits")
    work()
    work()


@pytest.mark.parametrize("transport", [in_process, over_socket])
def test_both_ways_to_all_values_give_them(transport: Callable[[], AbstractContextManager[Send]]) -> None:
    with transport() as send:
        stages = json.loads(all_as_json(send)())["stages"]
        as_bytes = np.frombuffer(all_as_bytes(send)(), "<f4")
    assert np.array_equal(np.concatenate([np.ravel(stage["values"]) for stage in stages]).astype("f4"), as_bytes)


def test_the_page_has_a_place_for_each_table() -> None:
    text = PAGE.read_text()
    for place in ("measured", "ideas", "page"):
        assert text.count(f"<!-- {place}: begin -->") == text.count(f"<!-- {place}: end -->") == 1
