"""However little room there is, no part of the page lies over another."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Watch
from tests.browser.driving import open_map
from tests.browser.overlaps import overlaps

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 640, 768, 850, 899, 900, 960, 1024, 1280, 1366, 1600, 1920)
HEIGHTS = (500, 1000)


@pytest.mark.parametrize(("model", "inspected"), [("digits", False), ("digits", True), ("objects", True)])
def test_no_part_lies_over_another_at_any_size(
    page: Page, address: str, watch: Watch, model: str, inspected: bool
) -> None:
    page.goto(f"{address}/?model={model}")
    page.wait_for_selector("body.ready", timeout=60_000)
    if inspected:
        open_map(page, "conv2", 3)
    wrong = {}
    for font in (100, 150, 200):
        page.evaluate("percent => { document.documentElement.style.fontSize = `${percent}%`; }", font)
        for width in WIDTHS:
            for height in HEIGHTS:
                page.set_viewport_size({"width": width, "height": height})
                # The network is laid out anew after a frame.
                page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
                if found := overlaps(page):
                    wrong[font, width, height] = found[:3]
    assert not wrong, wrong


@pytest.mark.parametrize(("width", "height"), [(960, 540), (900, 1000)])
def test_the_training_bar_stays_in_sight_while_the_page_scrolls(home: Page, width: int, height: int) -> None:
    home.set_viewport_size({"width": width, "height": height})
    home.wait_for_selector("network-view.stacked")
    for top in (0, 300):
        home.mouse.wheel(0, top)
        home.wait_for_timeout(100)
        box = home.locator("training-slider").bounding_box()
        assert box is not None and box["height"] <= 80
        assert height - 100 < box["y"] + box["height"] <= height


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1366, 768)])
def test_the_formula_of_each_step_is_whole(home: Page, width: int, height: int) -> None:
    home.set_viewport_size({"width": width, "height": height})
    for stage in ("conv2", "relu1", "pool1", "flatten", "dense", "softmax"):
        open_map(home, stage, 0)
        if home.locator("stage-about:visible").count() == 0:
            home.locator("stage-inspector .fold").click()
        formula = home.locator("stage-about math")
        assert formula.evaluate("each => each.scrollWidth <= each.clientWidth"), stage
        assert formula.evaluate("each => parseFloat(getComputedStyle(each).fontSize)") >= 12


@pytest.mark.parametrize("model", ["digits", "objects"])
def test_the_words_beside_the_heading_and_the_ways_to_fit_are_whole(
    page: Page, address: str, watch: Watch, model: str
) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{address}/?model={model}")
    page.wait_for_selector("body.ready", timeout=60_000)
    words = page.locator("#look")
    assert words.evaluate("each => each.scrollWidth <= each.clientWidth")
    assert words.get_attribute("title") == words.inner_text()
