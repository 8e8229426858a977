"""Text at twice its size, as people set it in their browser: all of it can be read, and nothing is out of reach."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright

from tests.browser.chromium import find_or_install
from tests.browser.conftest import FLAGS
from tests.browser.states import STATES, ready

pytestmark = pytest.mark.browser

CUT_OFF = """() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const found = wide > 0 ? [`the page is ${wide} pixels too wide`] : [];
    for (const element of document.querySelectorAll('h1, h2, h3, a, button, label, p, summary, dt, dd, output')) {
        if (!element.checkVisibility() || element.closest('.visually-hidden, .skip, [aria-hidden=true]')) continue;
        const box = element.getBoundingClientRect();
        let part = element.parentElement;
        // What scrolls can be reached; what is hidden beyond an edge can not.
        while (part && getComputedStyle(part).overflowX === 'visible') part = part.parentElement;
        const edge = part?.getBoundingClientRect() ?? {left: 0, right: innerWidth};
        const hidden = part && getComputedStyle(part).overflowX === 'hidden';
        const beyond = Math.max(box.right - edge.right, edge.left - box.left);
        if (box.width > 0 && hidden && beyond > 2)
            found.push(`${element.localName} “${element.textContent.trim().slice(0, 40)}” by ${Math.round(beyond)}`);
    }
    return found;
}"""


@pytest.fixture
def large(playwright: Playwright, address: str) -> Iterator[Page]:
    """A page of a browser whose letters are twice as large as usual."""
    flags = [*FLAGS, "--blink-settings=defaultFontSize=32"]
    browser = playwright.chromium.launch(executable_path=find_or_install(), args=flags)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    ready(page)
    yield page
    browser.close()


def test_nothing_is_cut_off_where_letters_are_twice_as_large(large: Page) -> None:
    assert large.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 32
    wrong = {}
    for name in ("start", "about", "numbers", "table", "keys", "card", "comparing", "photo", "failing"):
        large.reload()
        ready(large)
        STATES[name].reach(large)
        if found := large.evaluate(CUT_OFF):
            wrong[name] = found
        large.unroute_all()
        large.goto(large.url.split("?")[0])
    assert not wrong, wrong
