"""What the inspector tells about each step: words, formula, sizes and statistics, true to the run's own values."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import channel_of, number, open_map, values_of

pytestmark = pytest.mark.browser


BARS = 32


def explain(page: Page) -> None:
    fold = page.get_by_role("button", name="About this step")
    if fold.get_attribute("aria-expanded") == "false":
        fold.click()
    expect(page.locator("stage-about")).to_be_visible()


def work_out(text: str) -> Decimal:
    """A written sum, as a person with a calculator reads it; with brackets that round down."""
    code = text.split(" = ")[0].replace(",", "").replace("×", "*").replace("·", "*").replace("−", "-")
    assert re.fullmatch(r"[\d\s()*/+⌊⌋-]+", code), text
    return Decimal(eval(code.replace("⌊", "int(").replace("⌋", ")")))


def check_sizes(page: Page) -> int:
    """Works out every written sum; how many there are."""
    texts: list[str] = page.locator("stage-about .sizes dd").all_inner_texts()
    sums = [text for text in texts if " = " in text]
    for text in sums:
        assert work_out(text) == Decimal(text.split(" = ")[1].replace(",", "")), text
    return len(sums)


def check_statistics(page: Page, values: Any, column: int) -> None:
    """A column of the table and its histogram against NumPy."""
    rows: dict[str, str] = dict(
        page.locator(".statistics tbody tr").evaluate_all(
            "(rows, at) => rows.map(row => [row.cells[0].textContent, row.cells[1 + at].textContent])", column
        )
    )
    exact = values.astype(np.float64)
    unit = Decimal("0.0001")
    for name, expected in (("minimum", exact.min()), ("mean", exact.mean()), ("maximum", exact.max())):
        assert abs(number(rows[name]) - Decimal(float(expected)).quantize(unit, ROUND_HALF_UP)) <= unit / 100
    counts = {"values": values.size, "zero": int((values == 0).sum()), "below zero": int((values < 0).sum())}
    for name, count in counts.items():
        assert int(rows[name].split(" (")[0].replace(",", "")) == count
    bars = page.locator(".histogram").nth(column).locator("rect")
    drawn = [int(text) for text in bars.evaluate_all("all => all.map(bar => bar.dataset.count)")]
    assert len(drawn) == BARS and sum(drawn) == counts["values"] - counts["zero"]
    zero = page.locator(".histogram .zero").nth(column).get_attribute("d") or ""
    edge = int(zero.removeprefix("M").split(" ")[0])
    assert sum(drawn[:edge]) == counts["below zero"]
    low, high = page.locator(".histogram .ends").nth(column).locator("span").all_text_contents()
    width = float(number(high) - number(low)) / BARS
    edges = (np.arange(BARS + 1) - edge) * width
    expected, _ = np.histogram(exact[exact != 0], edges)
    # Ends are printed, so values near an edge may count to its neighbour.
    assert np.abs(np.cumsum(expected) - np.cumsum(drawn)).max() <= max(2, values.size // 100)


def test_every_kind_of_step_is_explained(home: Page) -> None:
    told = set()
    for stage in ("input", "conv1", "relu1", "pool1", "conv2", "dense", "softmax"):
        open_map(home, stage, 0)
        explain(home)
        about = home.locator("stage-about")
        words = about.locator(".told > p").first.inner_text()
        assert len(re.findall(r"\.(?: |$)", words)) == 3, words
        told.add(words)
        assert about.locator("math").evaluate("each => each.getBoundingClientRect().height") > 10
        assert check_sizes(home) >= (0 if stage in ("softmax", "dense") else 1)
        values = values_of(home, stage)
        maps = values.ndim == 3 and len(values) > 1
        if maps:
            check_statistics(home, values[0], 0)
        check_statistics(home, values, 1 if maps else 0)
    assert len(told) == 6  # two of the stages are convolutions


def test_sizes_are_those_of_the_model(home: Page) -> None:
    described = httpx.get(f"{home.url.split('/?')[0]}/api/v1/models/digits").json()
    for stage in described["stages"]:
        if stage["op"] in ("Conv", "Gemm"):
            open_map(home, stage["name"], 0)
            explain(home)
            sums = dict(
                home.locator(".sizes dl > div").evaluate_all(
                    "all => all.map(e => [...e.children].map(c => c.textContent))"
                )
            )
            assert work_out(sums["parameters"]) == stage["parameters"]
            assert work_out(sums["multiply-adds"]) == stage["multiply_adds"]


def test_the_step_folds_and_stays_as_it_was_left(home: Page) -> None:
    open_map(home, "conv1", 0)
    expect(home.locator("stage-about")).to_be_hidden()
    expect(home.locator(".working")).to_be_visible()
    explain(home)
    open_map(home, "relu2", 3)
    expect(home.locator("stage-about")).to_be_visible()
    assert values_of(home, "relu2")[3].max() == pytest.approx(
        float(number(home.locator(".statistics tbody tr").nth(3).locator("td").first.inner_text())), abs=1e-4
    )
    home.get_by_role("button", name="About this step").click()
    expect(home.locator("stage-about")).to_be_hidden()
    expect(home.locator(".working")).to_be_visible()


def test_every_op_is_explained_and_its_sizes_are_true(ops_home: Page) -> None:
    for stage, sums in (("conv1", 4), ("norm", 2), ("depthwise", 4), ("mean1", 2), ("add", 1), ("join", 2)):
        open_map(ops_home, stage, 1)
        explain(ops_home)
        expect(ops_home.locator("stage-about math")).to_be_visible()
        words = ops_home.locator(".told > p").first.inner_text()
        assert len(re.findall(r"\.(?: |$)", words)) == 3, words
        assert check_sizes(ops_home) == sums
        values = values_of(ops_home, stage)
        check_statistics(ops_home, values[channel_of(ops_home)], 0)
        check_statistics(ops_home, values, 1)
