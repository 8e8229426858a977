"""How each op's working is shown: every printed figure adds up, and what can be chosen leads where it says."""

from __future__ import annotations

import io
import re
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import cell_of, channel_of, check_products, number, open_map, total, values_of
from tests.browser.ledgers import check_numpy_lines

pytestmark = pytest.mark.browser


def figures(text: str) -> list[Decimal]:
    """The figures of a line of words, with their signs."""
    return [number(each) for each in re.findall(r"(?<![\w.])−?\d+\.\d+", text)]


def wait_for_cell(page: Page, name: str) -> None:
    expect(page.locator("cell-ledger .trail [aria-current]")).to_have_text(name)


def test_the_next_negative_cell_of_a_relu(home: Page) -> None:
    open_map(home, "relu1", 1)
    before = values_of(home, "conv1")
    place = tuple(int(each) for each in re.findall(r"\d+", cell_of(home).split("[")[1]))
    negative = np.flatnonzero(before < 0)
    note = home.locator(".working .note").first.inner_text()
    counts = [int(each.replace(",", "")) for each in re.findall(r"([\d,]+) of [\d,]+", note)]
    assert counts == [int((before[1] < 0).sum()), len(negative)]
    at = int(np.ravel_multi_index(place, before.shape))
    for _ in range(3):
        home.get_by_role("button", name="Next negative cell").click()
        at = int(negative[negative > at][0])
        wait_for_cell(home, f"relu1 [{', '.join(map(str, np.unravel_index(at, before.shape)))}]")
        expect(home.locator(".working output")).to_have_text("0.0000")
        expect(home.get_by_role("button", name="Next negative cell")).to_be_focused()


def test_what_pooling_throws_away(home: Page) -> None:
    open_map(home, "pool1", 3)
    _, row, column = (int(each) for each in re.findall(r"\d+", cell_of(home).split("[")[1]))
    source = values_of(home, "relu1")[3]
    window = source[2 * row : 2 * row + 2, 2 * column : 2 * column + 2].astype(float)
    thrown = [float(each) for each in figures(home.locator(".thrown").inner_text())]
    assert sorted(thrown) == pytest.approx(sorted(window.ravel())[:3], abs=1e-4)
    expect(home.locator(".working")).to_contain_text("28 × 28 → 14 × 14; 196 of its 784 cells")
    expect(home.locator(".working")).to_contain_text("588 are thrown away")


def test_flatten_goes_from_index_to_place_and_back(home: Page) -> None:
    open_map(home, "flatten", 0)
    home.get_by_label("index", exact=True).fill("300")
    home.keyboard.press("Enter")
    wait_for_cell(home, "flatten [300]")
    expect(home.get_by_label("channel", exact=True)).to_have_value("6")
    expect(home.locator(".working")).to_contain_text("300 / 49 = 6, remainder 6; 6 / 7 = 0, remainder 6.")
    for name, value in (("channel", "15"), ("row", "2"), ("column", "3")):
        home.get_by_label(name, exact=True).fill(value)
    home.keyboard.press("Enter")
    wait_for_cell(home, f"flatten [{15 * 49 + 2 * 7 + 3}]")
    expect(home.locator(".working output")).to_have_text("index 752")
    assert float(home.locator("[data-result]").get_attribute("data-result") or "nan") == pytest.approx(
        float(values_of(home, "relu3")[15, 2, 3])
    )


def test_what_speaks_for_a_class_and_against_it_adds_up(home: Page) -> None:
    open_map(home, "dense", 2)
    line = figures(home.locator(".working .equation").inner_text())
    for_it, against, bias, rounding, result = line
    assert for_it + against + bias + rounding == result == total(home.locator("cell-ledger"), "result")
    for caption, whole in (("most for", for_it), ("most against", against)):
        products = [
            number(text) for text in home.get_by_role("list", name=caption).locator(".number").all_inner_texts()
        ]
        assert sum(products) == whole
        assert sorted(products[:-1], key=abs, reverse=True) == products[:-1]


def test_softmax_in_columns_and_its_temperature(home: Page) -> None:
    open_map(home, "softmax", 3)
    rows = [
        [number(text) for text in row]
        for row in home.locator(".shares tbody tr").evaluate_all(
            "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"
        )
    ]
    *_, whole, shares = [number(text) for text in home.locator(".shares tfoot td").all_inner_texts()]
    assert sum(row[2] for row in rows) == whole and sum(row[3] for row in rows) == shares
    largest = max(row[0] for row in rows)
    for score, shifted, exponential, share in rows:
        assert score - largest == shifted
        assert (exponential / whole).quantize(share, ROUND_HALF_UP) == share
    ledger = home.locator("cell-ledger").inner_text()
    home.get_by_text("Play with a temperature").click()
    home.get_by_label("Temperature", exact=True).fill("3")
    scores = values_of(home, "dense").astype(float)
    expected = np.exp((scores - scores.max()) / 8)
    expected /= expected.sum()
    played = [float(text.rstrip(" %")) for text in home.locator(".temperature .number").all_inner_texts()]
    assert played == pytest.approx(list(100 * expected), abs=0.051)
    assert home.locator("cell-ledger").inner_text() == ledger
    expect(home.locator("#certainty")).to_have_text(">99.9 %")


def test_numpy_and_curl_are_copied(home: Page) -> None:
    home.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_map(home, "conv2", 1)
    for kind, title in (("NumPy", "Show me the NumPy"), ("curl", "Ask for it with curl")):
        home.get_by_text(title).click()
        home.get_by_role("button", name=f"Copy the lines of {kind}", exact=False).click()
        expect(home.locator(f"details.{kind.lower()} button")).to_have_text("Copied")
        text = home.evaluate("navigator.clipboard.readText()")
        assert text == home.locator(f"details.{kind.lower()} code").inner_text()
    address = re.findall(r"'(http[^']+)'", text)
    assert len(address) == 2
    result = float(home.locator("[data-result]").get_attribute("data-result") or "nan")
    assert httpx.get(address[0]).json()["result"] == pytest.approx(result, rel=1e-6)
    assert "conv2.weight" in np.load(io.BytesIO(httpx.get(address[1]).content))


def test_every_op_s_working_and_ledger_add_up(ops_home: Page, tmp_path: Path) -> None:
    ledger = ops_home.locator("cell-ledger")
    for stage in ("conv1", "depthwise"):
        open_map(ops_home, stage, 2)
        assert check_products(ops_home) == (27 if stage == "conv1" else 9)
        line = ops_home.locator(".working .equation").inner_text()
        written = re.fullmatch(r"sum (\S+), bias (\S+), rounding (\S+): (\S+)", " ".join(line.split()))
        assert written, line
        products, bias, rounding, result = map(number, written.groups())
        assert products + bias + rounding == result == total(ledger, "result")
    for precision in ("4", "2", "7"):
        open_map(ops_home, "norm", int(precision))
        ledger.locator("select").select_option(precision)
        expect(ledger.locator("[data-total=result]")).to_have_text(re.compile(rf"\.\d{{{precision}}}$"))
        lines = {
            key: total(ledger, key)
            for key in (
                *("mean", "centred", "variance", "epsilon", "spread", "normalised"),
                *("scale", "scaled", "bias", "rounding", "result"),
            )
        }
        value = number(ledger.locator("[data-value]").inner_text())
        unit = Decimal(1).scaleb(-int(precision))
        assert value - lines["mean"] == lines["centred"]
        assert (lines["centred"] / lines["spread"]).quantize(unit, ROUND_HALF_UP) == lines["normalised"]
        assert (lines["scale"] * lines["normalised"]).quantize(unit, ROUND_HALF_UP) == lines["scaled"]
        assert lines["scaled"] + lines["bias"] + lines["rounding"] == lines["result"]
        assert lines["epsilon"] > 0
        assert (lines["variance"] + lines["epsilon"]).sqrt().quantize(unit, ROUND_HALF_UP) == lines["spread"]
        check_equations(ops_home, unit, lines["result"])
    open_map(ops_home, "add", 3)
    operands = [number(text) for text in ops_home.locator(".operands .number").all_inner_texts()]
    assert sum(operands) == total(ledger, "sum")
    for stage in ("add", "mean1", "norm"):
        check_numpy_lines(ops_home, stage, 1, tmp_path)


EQUATIONS = {
    "less the mean": r"{} − {} = {}",
    "spread": r"√\({} \+ {}\) = {}",
    "scaled": r"{} × {} = {}",
    "plus bias": r"{}, rounding {}: {}",
    "factor": r"{} / {} = {}",
    "shift": r"{} − {} × {} = {}",
    "product": r"{} × {} = {}",
    "plus shift": r"{}, rounding {}: {}",
}
"""What the working of a batch normalisation writes out, by the words before it."""


def check_equations(page: Page, unit: Decimal, result: Decimal) -> None:
    """Works out each line of a batch normalisation's working, with what is printed and nothing else."""
    said = page.locator(".working .equation").all_inner_texts()
    figures = {}
    for words, form in EQUATIONS.items():
        (line,) = (each for each in said if each.startswith(words))
        found = re.search(form.replace("{}", r"\(?(−?[\d.]+)\)?"), line)
        assert found, line
        figures[words] = [number(text) for text in found.groups()]

    def rounded(value: Decimal) -> Decimal:
        return value.quantize(unit, ROUND_HALF_UP)

    value, mean, centred = figures["less the mean"]
    assert value - mean == centred
    variance, epsilon, spread = figures["spread"]
    assert rounded((variance + epsilon).sqrt()) == spread
    scale, normalised, scaled = figures["scaled"]
    assert rounded(centred / spread) == normalised and rounded(scale * normalised) == scaled
    bias, rounding, steps = figures["plus bias"]
    assert scaled + bias + rounding == steps == result
    assert figures["factor"] == [scale, spread, rounded(scale / spread)]
    factor = figures["factor"][2]
    assert figures["shift"] == [bias, factor, mean, bias - rounded(factor * mean)]
    shift, left, folded = figures["plus shift"]
    assert shift == figures["shift"][3]
    assert figures["product"] == [value, factor, rounded(value * factor)]
    assert figures["product"][2] + shift + left == folded == result


def test_joined_channels_come_from_the_stage_that_is_shown(ops_home: Page) -> None:
    seen = set()
    maps = ops_home.locator(".stage[data-stage=join] button.map")
    for place in range(maps.count()):
        open_map(ops_home, "join", place)
        expect(maps.nth(place)).to_have_class(re.compile("chosen"))
        channel = channel_of(ops_home)
        of, own = ("add", channel) if channel < 8 else ("mean1", channel - 8)
        expect(ops_home.locator("figure.source figcaption")).to_have_text(f"{of}, map {own} of 8")
        expect(ops_home.locator(".joined .own")).to_contain_text(f"those of {of}")
        expect(ops_home.locator(".working .equation")).to_contain_text(f"{of} [{own}, ")
        seen.add(of)
    assert seen == {"add", "mean1"}


def test_dilation_is_drawn_as_it_is(ops_home: Page) -> None:
    open_map(ops_home, "conv1", 0)
    cells = ops_home.locator("figure.source rect.cell:not(.halo)").evaluate_all(
        "all => all.map(each => [each.getAttribute('x'), each.getAttribute('y')].map(Number))"
    )
    assert len(cells) == 9
    columns = sorted({x for x, _ in cells})
    assert [b - a for a, b in pairwise(columns)] == [2, 2]
