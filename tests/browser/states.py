"""The main states of the page, and how each is reached from its first view; found by what no language changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page, expect

from tests.browser.driving import THREE, choose, draw, give, in_address, open_map, photo, wait_for_the_last_stroke

PICTURE = photo()


class State(NamedTuple):
    reach: Callable[[Page], None]
    part: str = "html"
    """What is another than in the first view."""


def ready(page: Page) -> None:
    page.wait_for_selector("body.ready:not(.waiting)")


def empty(page: Page) -> None:
    page.locator("#clear").click()
    expect(page.locator("draw-pad[data-empty]")).to_be_visible()


def drawing(page: Page) -> None:
    empty(page)
    page.locator("draw-pad").scroll_into_view_if_needed()
    draw(page, THREE[:5])
    page.mouse.up()
    wait_for_the_last_stroke(page)


def inspected(page: Page) -> None:
    open_map(page, "conv2", 2)


def about(page: Page) -> None:
    inspected(page)
    page.locator("stage-inspector .fold").click()
    expect(page.locator("stage-about")).to_be_visible()


def numbers(page: Page) -> None:
    page.locator("body").press("n")
    expect(page.locator("map-sheet dialog")).to_be_visible()
    page.keyboard.press("ArrowDown")


def table(page: Page) -> None:
    numbers(page)
    page.keyboard.press("t")
    expect(page.locator("number-table td").first).to_be_visible()


def keys(page: Page) -> None:
    page.locator("body").press("?")
    expect(page.locator("key-sheet dialog")).to_be_visible()


def card(page: Page) -> None:
    page.locator("model-card > button").click()
    expect(page.locator("model-card dialog")).to_be_visible()


def saving(page: Page) -> None:
    page.locator("save-picture > button").click()
    expect(page.locator("save-picture [popover]")).to_be_visible()


def at_a_checkpoint(page: Page) -> None:
    page.locator("training-slider input").fill("1")
    expect(page.locator("#point")).to_be_visible()
    ready(page)


def comparing(page: Page) -> None:
    page.locator("compare-control button").first.click()
    expect(page.locator("compare-panel")).to_be_visible()
    kept = in_address(page, "run")
    page.locator("sample-strip button").nth(7).click()
    expect(page).not_to_have_url(re.compile(rf"[?&]run={kept}"))
    ready(page)
    page.locator("compare-control input[value=difference]").check(force=True)
    expect(page.locator("compare-panel output").first).not_to_be_empty()


def ended(page: Page) -> None:
    comparing(page)
    page.locator("model-chooser a[href*=pets]").click()
    expect(page.locator("#notice")).to_be_visible()
    ready(page)


def a_photo(page: Page) -> None:
    page.locator("model-chooser a[href*=pets]").click()
    page.wait_for_selector("photo-sheet:visible")
    give(page, PICTURE)


def cropping(page: Page) -> None:
    a_photo(page)
    page.get_by_role("button", name="Crop…").click()
    page.get_by_label("Width").fill("100")
    page.get_by_label("Width").press("Enter")
    expect(page.locator("preprocessing-steps")).to_contain_text("100×160")
    ready(page)


def no_photo(page: Page) -> None:
    page.route("**/api/v1/samples", lambda route: route.fulfill(json={"samples": []}))
    page.goto(f"{page.url.split('?')[0]}?model=pets")
    expect(page.locator("photo-sheet[data-empty]")).to_be_visible()
    expect(page.locator("network-view .stage").first).to_be_visible()


def waiting(page: Page) -> None:
    """A new picture is under way; what is shown is the one before."""
    page.route("**/runs", lambda route: None)
    choose(page, PICTURE)
    expect(page.locator("body.waiting")).to_have_count(1)


def failing(page: Page) -> None:
    page.route("**/runs", lambda route: route.abort())
    choose(page, PICTURE)
    expect(page.locator("body.stale")).to_have_count(1)
    expect(page.locator("#failure")).to_be_visible()


DIALOG = "dialog[open]"

STATES = {
    "start": State(ready),
    "empty": State(empty, ".picture"),
    "drawing": State(drawing),
    "checkpoint": State(at_a_checkpoint),
    "about": State(about, "stage-inspector"),
    "numbers": State(numbers, DIALOG),
    "table": State(table, DIALOG),
    "keys": State(keys, DIALOG),
    "card": State(card, DIALOG),
    "saving": State(saving, "save-picture"),
    "comparing": State(comparing, "#network"),
    "ended": State(ended),
    "photo": State(a_photo),
    "cropping": State(cropping, ".picture"),
    "no photo": State(no_photo),
    "waiting": State(waiting),
    "failing": State(failing),
}
"""Each is reached from the first view."""
