"""Drawing is live: what the page says of itself while a stroke makes many runs a second."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.driving import THREE, draw, open_map, wait_for_the_last_stroke

pytestmark = pytest.mark.browser

NOTE_RUNS = """() => {
    window.made = [];
    const ask = window.fetch.bind(window);
    window.fetch = async (address, options) => {
        const answer = await ask(address, options);
        if (options?.method === 'POST') window.made.push((await answer.clone().json()).id);
        return answer;
    };
}"""
RUN_IN_ADDRESS = "new URLSearchParams(location.search).get('run')"


@pytest.fixture
def still(page: Page, address: str, watch: Watch) -> Page:
    """The page with a drawing on it that made several runs, while its clock stands: nothing that waits comes about."""
    page.clock.install()
    page.add_init_script(f"({NOTE_RUNS})()")
    page.goto(address)
    page.wait_for_selector("body.ready:not(.waiting)")
    page.clock.run_for(1000)
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))
    draw(page, THREE[:3])
    for point in THREE[3:6]:
        made = page.evaluate("window.made.length")
        draw(page, [point])
        page.wait_for_function("made => window.made.length > made", arg=made, polling=50)
        page.wait_for_selector("body.ready:not(.waiting)")
    page.mouse.up()
    page.wait_for_selector("body.ready:not(.waiting)")
    assert page.evaluate("window.made.length") >= 4
    assert page.evaluate(f"window.made.at(-1) !== {RUN_IN_ADDRESS}"), "not every run of a stroke is written down"
    return page


@pytest.mark.parametrize("leave", ["blur", "pagehide"])
def test_whoever_leaves_the_page_finds_the_address_of_what_is_shown(still: Page, leave: str) -> None:
    still.evaluate("name => window.dispatchEvent(new Event(name))", leave)
    assert still.evaluate(RUN_IN_ADDRESS) == still.evaluate("window.made.at(-1)")


def test_after_a_while_the_address_is_that_of_what_is_shown(still: Page) -> None:
    entries = still.evaluate("history.length")
    still.clock.run_for(1000)
    assert still.evaluate(RUN_IN_ADDRESS) == still.evaluate("window.made.at(-1)")
    assert still.evaluate("history.length") == entries, "a stroke is no step that Back goes over"


def test_back_comes_to_the_last_of_quick_runs(still: Page) -> None:
    last = still.evaluate("window.made.at(-1)")
    open_map(still, "conv1", 2)
    still.go_back()
    expect(still.locator("stage-inspector")).to_be_hidden()
    assert still.evaluate(RUN_IN_ADDRESS) == last


def test_what_waits_to_be_written_down_is_not_written_into_another_entry(still: Page) -> None:
    open_map(still, "conv1", 2)
    still.keyboard.press("Escape")
    before = still.evaluate("window.made.length")
    still.locator("#clear").click()
    draw(still, THREE[:2])
    draw(still, THREE[1:4])
    still.mouse.up()
    still.wait_for_function("before => window.made.length > before", arg=before, polling=50)
    still.wait_for_selector("body.ready:not(.waiting)")
    still.go_back()
    still.wait_for_selector("body.ready:not(.waiting)")
    shown = still.evaluate(RUN_IN_ADDRESS)
    still.clock.run_for(1000)
    assert still.evaluate(RUN_IN_ADDRESS) == shown


def test_what_is_shown_pales_only_where_the_next_run_takes_its_time(still: Page) -> None:
    strength = "getComputedStyle(document.querySelector('.stage[data-stage=conv1] canvas')).opacity"
    # A route that is not handled waits until it is taken away.
    still.route("**/models/digits/runs", lambda route: None)
    draw(still, THREE[5:7])
    still.mouse.up()
    expect(still.locator("body.waiting")).to_have_count(1)
    assert still.evaluate(strength) == "1"
    still.clock.run_for(1000)
    assert still.evaluate(strength) == "0.4"
    still.unroute("**/models/digits/runs")
    expect(still.locator("body.waiting")).to_have_count(0)
    assert still.evaluate(strength) == "1"


def test_a_drawing_that_nobody_needs_is_not_encoded(home: Page) -> None:
    """While a run is under way only the newest drawing waits: those before it cost nothing."""
    home.route("**/models/digits/runs", lambda route: None)
    home.evaluate(
        "() => { window.encoded = 0; const encode = HTMLCanvasElement.prototype.toDataURL;"
        " HTMLCanvasElement.prototype.toDataURL = function (...how) { window.encoded += 1;"
        " return encode.apply(this, how); }; }"
    )
    home.locator("#clear").click()
    draw(home, THREE)
    home.mouse.up()
    assert home.evaluate("window.encoded") == 1
    home.unroute("**/models/digits/runs")
    wait_for_the_last_stroke(home)
