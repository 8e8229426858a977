"""Links to what is not there, quick hands, and pictures without anything in them: the page still shows what it can."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Watch
from tests.browser.driving import THREE, choose, draw, in_address, wait_for_the_layout
from tests.browser.test_pictures import ONE, picture

pytestmark = pytest.mark.browser


def expect_the_sample(page: Page) -> None:
    """The first look: the sample 2 went through the trained digits."""
    expect(page.locator("#answer")).to_have_text("2")
    expect(page.locator("draw-pad")).to_be_visible()
    expect(page.locator("#failure")).to_be_hidden()
    assert in_address(page, "checkpoint") is None and in_address(page, "model") == "digits"


@pytest.mark.parametrize("run", ["f" * 32, "nothing"])
def test_a_link_to_a_run_that_is_gone_shows_the_model_and_says_so(
    page: Page, address: str, watch: Watch, run: str
) -> None:
    watch.allow("status of 4(04|22)")
    page.goto(f"{address}/?model=digits&run={run}&stage=conv1&scale=map")
    expect_the_sample(page)
    expect(page.locator("#notice")).to_contain_text("The run of this link is not kept any more")
    expect(page.locator("model-chooser [aria-current]")).to_have_text("Handwritten digits")
    assert in_address(page, "scale") == "map"
    choose(page, picture(ONE))
    expect(page.locator("#answer")).to_have_text("1")
    expect(page.locator("#notice")).to_be_hidden()


def test_a_link_to_a_point_of_training_that_is_not_there_shows_the_trained_network(
    page: Page, address: str, watch: Watch
) -> None:
    page.goto(f"{address}/?model=digits&checkpoint=99")
    expect_the_sample(page)
    expect(page.locator("#notice")).to_contain_text("no point of training 99")


def test_a_link_to_a_model_that_is_not_there_shows_the_first_one(page: Page, address: str, watch: Watch) -> None:
    watch.allow("status of 404")
    page.goto(f"{address}/?model=nothing&run={'f' * 32}")
    expect_the_sample(page)
    expect(page.locator("#notice")).to_contain_text("There is no model `nothing`; there are: digits")


def test_before_there_is_a_run_there_is_nothing_to_compare(page: Page, address: str, watch: Watch) -> None:
    watch.allow("ERR_FAILED")
    page.route("**/api/v1/models/*", lambda route: route.abort())
    page.goto(address)
    expect(page.locator("#failure")).to_contain_text("The server does not answer")
    expect(page.get_by_role("button", name="Compare", exact=True)).to_be_disabled()
    expect(page.get_by_role("radiogroup", name="Show")).to_be_hidden()
    page.unroute("**/api/v1/models/*")
    choose(page, picture(ONE))
    expect(page.locator("#answer")).to_have_text("1")


def test_a_double_click_on_compare_is_one_click(home: Page) -> None:
    """The choices come to where the button was."""
    home.set_viewport_size({"width": 1366, "height": 768})
    wait_for_the_layout(home)
    box = home.get_by_role("button", name="Compare", exact=True).bounding_box()
    assert box is not None
    # Wherever on the button the hand is.
    for share in (0.1, 0.5, 0.9):
        home.mouse.dblclick(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        expect(home.locator("compare-panel")).to_be_visible()
        expect(home.get_by_role("radio", name="Now")).to_be_checked()
        home.get_by_role("button", name="End comparing").click()
        expect(home.locator("compare-panel")).to_be_hidden()


def test_an_empty_pad_has_no_answer(home: Page) -> None:
    certainty = home.locator("#certainty").inner_text()
    home.locator("#clear").click()
    expect(home.locator("#answer")).to_be_empty()
    expect(home.locator("#certainty")).to_contain_text("the pad is empty")
    shown = home.locator(".stage[data-stage=conv1] canvas").first
    expect(shown).not_to_have_css("opacity", "1")
    draw(home, THREE)
    home.mouse.up()
    expect(home.locator("#answer")).to_have_text("3")
    # A stroke more may still be under way.
    expect(shown).to_have_css("opacity", "1")
    home.locator("#clear").click()
    home.get_by_role("button", name="Draw a 2").click()
    expect(home.locator("#certainty")).to_have_text(certainty)
    # The slider takes the picture that is shown, though it was wiped off.
    home.locator("#clear").click()
    home.get_by_role("slider", name="Point of training").press("Home")
    expect(home.locator("#answer")).not_to_be_empty()
    expect(home.locator("draw-pad[data-empty]")).to_have_count(0)


@pytest.mark.parametrize("known", [False, True])
def test_training_that_plays_stops_at_the_first_failure_and_says_so(
    home: Page, context: BrowserContext, watch: Watch, known: bool
) -> None:
    """Also where all its runs were made before, and only the links of the map that is looked at need the server."""
    watch.allow("ERR_INTERNET_DISCONNECTED")
    points = home.get_by_role("slider", name="Point of training")
    if known:
        points.press("Home")
        for place in range(1, int(points.get_attribute("max") or 0)):
            expect(home).to_have_url(re.compile(rf"checkpoint={place - 1}(&|$)"))
            points.press("ArrowRight")
        points.press("Home")
        expect(home).to_have_url(re.compile(r"checkpoint=0(&|$)"))
        home.locator(".stage[data-stage=conv2] button.map").nth(3).hover()
    failed: list[str] = []
    home.on("requestfailed", lambda request: failed.append(request.url))
    context.set_offline(True)
    home.get_by_role("button", name="Watch the training").click()
    if known:
        home.locator(".stage[data-stage=conv2] button.map").nth(3).hover()
    expect(home.locator("#failure, #notice").filter(visible=True)).to_contain_text("The server does not answer")
    expect(home.get_by_role("button", name="Watch the training")).to_be_visible()
    stopped = points.input_value()
    home.wait_for_timeout(2500)
    assert points.input_value() == stopped and len(failed) <= 4
    context.set_offline(False)
