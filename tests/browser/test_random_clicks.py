"""200 quick and random presses, strokes and keys, while answers come late: the view at the end is whole and true.

The seed is 0; another one is tried with `SEED=17`. It is printed with what failed, and with what was done.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Watch
from tests.browser.driving import choose, photo
from tests.browser.views import check_view, count_answers, settle_pointer, wait_until_quiet

pytestmark = pytest.mark.browser

SEED = int(os.environ.get("SEED", "0"))
ACTIONS = 200
KEYS = ("Escape", "Enter", "Tab", "Shift+Tab", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageDown", " ")

TARGETS = """() => [...document.querySelectorAll(
        'button, summary, input[type=range], big-map, draw-pad canvas, training-curves, model-chooser a')]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.matches('#choose, photo-sheet button'))
    .map(each => ({part: each.parentElement.closest('section, header, network-options, stage-inspector > *')?.className,
                   name: each.getAttribute('aria-label') || each.textContent.trim() || each.tagName,
                   box: each.getBoundingClientRect().toJSON()}))
    .filter(({box}) => box.width > 0 && box.top >= 0 && box.bottom <= innerHeight
                       && box.left >= 0 && box.right <= innerWidth)"""


def act(page: Page, rng: np.random.Generator) -> str:
    """Does one thing at random; what it was."""
    kind = rng.choice(
        ["press", "twice", "key", "stroke", "file", "back", "forward", "choose", "scroll"],
        p=[0.55, 0.08, 0.15, 0.05, 0.03, 0.04, 0.02, 0.05, 0.03],
    )
    if kind in ("press", "twice", "stroke"):
        targets = page.evaluate(TARGETS)
        # Parts of the page are equally likely, however many buttons each has.
        parts = sorted({each["part"] or "" for each in targets})
        part = str(rng.choice(parts))
        targets = [each for each in targets if (each["part"] or "") == part]
        target = targets[int(rng.integers(len(targets)))]
        box = target["box"]
        x, y = box["x"] + rng.uniform(0.1, 0.9) * box["width"], box["y"] + rng.uniform(0.1, 0.9) * box["height"]
        page.mouse.move(x, y)
        if kind == "stroke":
            page.mouse.down()
            page.mouse.move(x + rng.uniform(-60, 60), y + rng.uniform(-60, 60), steps=3)
            page.mouse.up()
        else:
            page.mouse.click(x, y, click_count=2 if kind == "twice" else 1)
        return f"{kind} {target['name']}"
    if kind == "key":
        key = str(rng.choice(KEYS))
        # Enter on a link or a button that leads away is not what is tried here.
        if not (key in ("Enter", " ") and page.evaluate("document.activeElement.matches('a, #choose, photo-sheet *')")):
            page.keyboard.press(key)
        return f"key {key}"
    if kind == "file":
        data = photo((int(rng.integers(20, 300)), int(rng.integers(20, 300))), int(rng.integers(100)))
        choose(page, data)
    elif kind in ("back", "forward"):
        page.evaluate("way => navigation[way === 'back' ? 'canGoBack' : 'canGoForward'] && history[way]()", kind)
    elif kind == "choose":
        selects = page.locator("select:visible")
        select = selects.nth(int(rng.integers(selects.count())))
        select.evaluate(
            "(each, share) => { each.selectedIndex = Math.floor(share * each.options.length);"
            " each.dispatchEvent(new Event('change', {bubbles: true})); }",
            float(rng.random()),
        )
    else:
        page.mouse.wheel(0, float(rng.uniform(-500, 500)))
    return str(kind)


def test_random_clicks_end_in_a_view_that_is_whole_and_true(page: Page, address: str, watch: Watch) -> None:
    rng = np.random.default_rng(SEED)
    count_answers(page, late=SEED + 1)
    page.goto(address)
    page.wait_for_selector("body.ready")
    done = []
    for _ in range(ACTIONS):
        done.append(act(page, rng))
    print(f"seed {SEED}:", "; ".join(done))
    page.keyboard.press("Escape")
    if page.locator("dialog[open]").count():
        page.keyboard.press("Escape")
    wait_until_quiet(page)
    # Two compared runs share one scale, which `test_compare` looks at.
    if page.get_by_role("button", name="End comparing").is_visible():
        page.get_by_role("button", name="End comparing").click()
    if not page.locator("body.ready").count():
        # The pad was wiped last, or a model has no sample: give it something to show.
        choose(page, photo())
        wait_until_quiet(page)
    settle_pointer(page)
    check_view(page)
