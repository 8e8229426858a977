"""Back and Forward go through the views that a person came to, each whole; the theme stays."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import (
    THREE,
    cell_of,
    draw,
    in_address,
    open_map,
    wait_for_the_last_stroke,
    wait_for_the_ledger,
    where,
)

pytestmark = pytest.mark.browser


def ready(page: Page) -> None:
    page.wait_for_selector("body.ready:not(.waiting)")


def go_back(page: Page, address: str) -> None:
    page.go_back()
    expect(page).to_have_url(address)
    ready(page)


def go_forward(page: Page, address: str) -> None:
    page.go_forward()
    expect(page).to_have_url(address)
    ready(page)


def another(page: Page, act: Locator) -> str:
    """Clicks on something that leads to another run; the address of it."""
    before = in_address(page, "run")
    assert before
    act.click()
    expect(page).not_to_have_url(re.compile(before))
    ready(page)
    return where(page)


def test_back_and_forward_go_through_every_kind_of_view(home: Page) -> None:
    two, answer = where(home), home.locator("#answer").inner_text()
    seven = another(home, home.locator("sample-strip button").nth(7))
    assert home.locator("#answer").inner_text() != answer
    open_map(home, "conv2", 5)
    opened, cell = where(home), cell_of(home)
    home.locator("cell-ledger button.operand:visible").first.click()
    expect(home.locator("stage-inspector[data-stage=pool1]")).to_be_visible()
    wait_for_the_ledger(home)
    followed, operand = where(home), cell_of(home)
    home.locator("figure.result button.numbers").click()
    sheet = home.locator("map-sheet dialog")
    expect(sheet).to_be_visible()
    numbers = where(home)
    home.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    # A dialog is out of sight before it tells that it was closed: that is a step, too, to the same address.
    expect(home).to_have_url(followed)
    assert len({two, seven, opened, followed, numbers}) == 5
    home.get_by_role("button", name="Compare", exact=True).click()
    expect(home.locator("compare-panel")).to_be_visible()
    kept = where(home)
    home.locator("model-chooser a[href*=pets]").click()
    expect(home).to_have_url(re.compile("model=pets"))
    ready(home)
    pets = where(home)

    go_back(home, kept)
    expect(home.locator("compare-panel")).to_be_visible()
    go_back(home, followed)
    expect(home.locator("compare-panel")).to_be_hidden()
    go_back(home, numbers)
    expect(sheet).to_be_visible()
    go_back(home, followed)
    expect(sheet).to_be_hidden()
    wait_for_the_ledger(home)
    assert cell_of(home) == operand
    go_back(home, opened)
    expect(home.locator("cell-ledger .trail [aria-current]")).to_have_text(cell)
    go_back(home, seven)
    expect(home.locator("stage-inspector")).to_be_hidden()
    go_back(home, two)
    expect(home.locator("#answer")).to_have_text(answer)

    for address in (seven, opened, followed, numbers, followed, kept, pets):
        go_forward(home, address)
    expect(home.locator("photo-sheet")).to_be_visible()


def test_a_drawing_is_one_step_and_back_brings_the_picture_before(home: Page) -> None:
    two, answer = where(home), home.locator("#answer").inner_text()
    entries = home.evaluate("history.length")
    home.locator("#clear").click()
    for part in (THREE[:6], THREE[5:]):
        draw(home, part)
        home.mouse.up()
        wait_for_the_last_stroke(home)
    assert home.evaluate("history.length") == entries + 1
    drawn, drawn_answer = where(home), home.locator("#answer").inner_text()
    go_back(home, two)
    expect(home.locator("#answer")).to_have_text(answer)
    expect(home.locator("draw-pad")).not_to_have_attribute("data-empty", "")
    go_forward(home, drawn)
    expect(home.locator("#answer")).to_have_text(drawn_answer)


def test_the_theme_stays_and_is_no_step(home: Page) -> None:
    open_map(home, "conv1", 3)
    opened = where(home)
    open_map(home, "pool1", 2)
    home.get_by_label("Theme").select_option("dark")
    expect(home).to_have_url(re.compile("theme=dark"))
    later = where(home)
    home.go_back()
    expect(home.locator("stage-inspector[data-stage=conv1]")).to_be_visible()
    expect(home.locator("html")).to_have_attribute("data-theme", "dark")
    expect(home).to_have_url(f"{opened}&theme=dark")
    go_forward(home, later)
    expect(home.locator("stage-inspector[data-stage=pool1]")).to_be_visible()
