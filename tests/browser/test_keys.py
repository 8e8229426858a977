"""Each row of the table of keys does what it says, with each of its keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watch
from tests.browser.driving import cell_of, open_map, wait_for_frames, wait_for_the_layout

pytestmark = pytest.mark.browser

TABLE = """async () => {
    const main = document.querySelector('script[type=module]').src;
    return (await import(main.replace('main.js', 'core/keys.js'))).KEYS;
}"""
PLACE = "each => { const {x, y} = each.getBoundingClientRect(); return [x, y]; }"
CELL = r"\[(\d+), (\d+), (\d+)\]"
Rows = list[dict[str, Any]]


def place_of(text: str) -> tuple[int, int]:
    found = re.search(CELL, text)
    assert found, text
    return int(found[2]), int(found[3])


def moved(place: tuple[int, int], by: list[int], size: tuple[int, int]) -> tuple[int, int]:
    row, column = (max(0, min(cells - 1, at + step)) for at, step, cells in zip(place, by, size, strict=True))
    return row, column


def start(page: Page, address: str, query: str = "") -> None:
    page.goto(f"{address}/{query}")
    page.wait_for_selector("body.ready")


def keys(page: Page, key: str, by: Any) -> None:
    page.keyboard.press(key)
    expect(page.locator("key-sheet dialog")).to_be_visible()
    page.keyboard.press("Escape")


def numbers(page: Page, key: str, by: Any) -> None:
    page.keyboard.press(key)
    expect(page.locator("map-sheet dialog")).to_be_visible()
    page.keyboard.press("Escape")


def close(page: Page, key: str, by: Any) -> None:
    open_map(page, "conv1", 1)
    page.keyboard.press(key)
    expect(page.locator("stage-inspector")).to_be_hidden()


def go_on(page: Page, key: str, by: Any) -> None:
    page.get_by_role("button", name="Choose a file").focus()
    page.keyboard.press(key)
    expect(page.locator("sample-strip button").first).to_be_focused()
    page.keyboard.press(f"Shift+{key}")
    expect(page.get_by_role("button", name="Choose a file")).to_be_focused()


def from_map(page: Page, key: str, by: Any) -> None:
    wait_for_the_layout(page)
    first = page.locator(".stage[data-stage=conv2] button.map").nth(3)
    first.focus()
    before = first.evaluate(PLACE)
    page.keyboard.press(key)
    after = page.locator("button.map:focus").evaluate(PLACE)
    ahead = (after[0] - before[0]) * by[1] + (after[1] - before[1]) * by[0]
    assert ahead > 0, (key, before, after)


def turn(page: Page, key: str, by: Any) -> None:
    block = page.locator(".block.paged").first
    shown = block.locator("button.map").first
    shown.focus()
    before = shown.get_attribute("data-channel")
    page.keyboard.press(key)
    expect(shown).not_to_have_attribute("data-channel", before or "")
    page.keyboard.press({"PageDown": "PageUp", "PageUp": "PageDown"}[key])
    expect(shown).to_have_attribute("data-channel", before or "")


def open_it(page: Page, key: str, by: Any) -> None:
    page.locator(".stage[data-stage=pool1] button.map").nth(2).focus()
    page.keyboard.press(key)
    expect(page.locator("stage-inspector[data-stage=pool1]")).to_be_visible()
    page.keyboard.press("Escape")


def move_window(page: Page, key: str, by: Any) -> None:
    open_map(page, "conv2", 1)
    page.locator("figure.result big-map").focus()
    size = shape(page, "conv2")
    before = place_of(cell_of(page))
    page.keyboard.press(key)
    row, column = moved(before, by, size)
    trail = page.locator("cell-ledger .trail [aria-current]")
    expect(trail).to_have_text(re.compile(rf", {row}, {column}\]$"))
    page.keyboard.press("Escape")


def shape(page: Page, stage: str) -> tuple[int, int]:
    text = page.locator(f".stage[data-stage={stage}] .shape").text_content() or ""
    _, rows, columns = map(int, text.split("×"))
    return rows, columns


def sheet(page: Page) -> Locator:
    page.locator(".stage[data-stage=conv1] button.map").nth(2).hover()
    page.keyboard.press("n")
    expect(page.locator("zoom-map")).to_be_focused()
    # The first press frames the cell in the middle, the second one moves on from it.
    page.keyboard.press("ArrowRight")
    return page.locator("map-sheet output.sentence")


def from_cell(page: Page, key: str, by: Any) -> None:
    sentence = sheet(page)
    row, column = moved(place_of(sentence.inner_text()), by, shape(page, "conv1"))
    page.keyboard.press(key)
    expect(sentence).to_contain_text(f", {row}, {column}]")
    page.keyboard.press("Escape")


def ask(page: Page, key: str, by: Any) -> None:
    place = place_of(sheet(page).inner_text())
    page.keyboard.press(key)
    expect(page.locator("map-sheet dialog")).to_be_hidden()
    expect(page.locator("cell-ledger .trail [aria-current]")).to_have_text(f"conv1 [2, {place[0]}, {place[1]}]")
    page.keyboard.press("Escape")


SCALED = "() => document.querySelector('zoom-map canvas').toDataURL()"


def settled(page: Page) -> str:
    wait_for_frames(page)
    picture: str = page.evaluate(SCALED)
    return picture


def zoom(page: Page, key: str, by: Any) -> None:
    sheet(page)
    page.keyboard.press("v")
    page.keyboard.press("+")
    page.keyboard.press("-")
    before = settled(page)
    page.keyboard.press(key)
    assert settled(page) != before
    page.keyboard.press("Escape")


def read(page: Page, key: str, by: Any) -> None:
    sheet(page)
    page.keyboard.press("0")
    expect(page.locator("zoom-map")).to_have_attribute("data-values", "false")
    page.keyboard.press(key)
    expect(page.locator("zoom-map")).to_have_attribute("data-values", "true")
    page.keyboard.press("Escape")


def whole(page: Page, key: str, by: Any) -> None:
    sheet(page)
    page.keyboard.press("v")
    page.keyboard.press(key)
    expect(page.get_by_role("button", name="The whole map")).to_be_disabled()
    page.keyboard.press("Escape")


def another_map(page: Page, key: str, by: Any) -> None:
    sheet(page)
    page.keyboard.press(key)
    expect(page.locator("map-sheet .channel")).to_have_text(re.compile(rf"^{2 + by} of"))
    page.keyboard.press("Escape")


def table(page: Page, key: str, by: Any) -> None:
    sheet(page)
    page.keyboard.press(key)
    expect(page.locator("number-table table")).to_be_visible()
    page.keyboard.press(key)
    expect(page.locator("zoom-map")).to_be_visible()
    page.keyboard.press("Escape")


def slider(page: Page) -> Locator:
    open_map(page, "conv2", 1)
    place = page.get_by_label("Place of the window")
    place.fill("40")
    place.focus()
    return place


def step(page: Page, key: str, by: Any) -> None:
    place = slider(page)
    page.keyboard.press(key)
    expect(place).to_have_value({"ArrowLeft": "39", "ArrowRight": "41"}[key])
    page.keyboard.press("Escape")


def ends(page: Page, key: str, by: Any) -> None:
    place = slider(page)
    last = place.get_attribute("max") or ""
    page.keyboard.press(key)
    expect(place).to_have_value({"Home": "0", "End": last}[key])
    page.keyboard.press("Escape")


CHECKS: dict[tuple[str, str], Callable[[Page, str, Any], None]] = {
    ("anywhere", "keys"): keys,
    ("anywhere", "numbers"): numbers,
    ("anywhere", "close"): close,
    ("anywhere", "next"): go_on,
    ("network", "fromMap"): from_map,
    ("network", "turn"): turn,
    ("network", "open"): open_it,
    ("result", "moveWindow"): move_window,
    ("result", "columnEnds"): move_window,
    ("result", "rowEnds"): move_window,
    ("numbers", "fromCell"): from_cell,
    ("numbers", "columnEnds"): from_cell,
    ("numbers", "ask"): ask,
    ("numbers", "zoom"): zoom,
    ("numbers", "read"): read,
    ("numbers", "whole"): whole,
    ("numbers", "anotherMap"): another_map,
    ("numbers", "table"): table,
    ("slider", "step"): step,
    ("slider", "ends"): ends,
}


def test_each_row_of_the_table_does_what_it_says(page: Page, address: str, watch: Watch) -> None:
    start(page, address)
    rows: dict[str, Rows] = page.evaluate(TABLE)
    found = {(where, row["action"]): row for where, all_rows in rows.items() for row in all_rows}
    assert found.keys() == CHECKS.keys()
    for (where, action), check in CHECKS.items():
        start(page, address, "?model=objects" if action == "turn" else "")
        for key, by in found[where, action]["press"].items():
            check(page, key, by)


def test_the_sheet_lists_each_row(home: Page) -> None:
    rows: dict[str, Rows] = home.evaluate(TABLE)
    home.keyboard.press("?")
    sections = home.locator("key-sheet section")
    expect(sections).to_have_count(len(rows))
    for section, part in zip(sections.all(), rows.values(), strict=True):
        expect(section.locator("dd")).to_have_count(len(part))
        listed = [sum(key not in row.get("unlisted", ()) for key in row["press"]) for row in part]
        shown = section.locator("dt").evaluate_all("all => all.map(each => each.querySelectorAll('kbd').length)")
        assert shown == listed
