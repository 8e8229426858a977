"""Links to what is not there, quick hands, and pictures without anything in them: the page still shows what it can."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.driving import choose, in_address
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
