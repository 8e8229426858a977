"""Nothing that axe finds, in any state of the page, light and dark, wide and narrow; and what a screen reader is told.

The outlines in `snapshots/` are Playwright's accessibility trees, with the figures taken out. Where one is meant to
change, write it anew and read the difference: `WRITE_SNAPSHOTS=1 .venv/bin/python -m pytest -k outline tests/browser`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Watch
from tests.browser.driving import open_map
from tests.browser.states import STATES, ready
from tests.browser.test_random_cells import open_run
from tests.browser.views import wait_until_quiet

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SNAPSHOTS = Path(__file__).parent / "snapshots"
RUN = """async ([part, rules]) => {
    const only = rules ? {runOnly: {type: 'rule', values: rules}} : {};
    const found = await axe.run(part, {...only, resultTypes: ['violations'], elementRef: false, preload: false});
    return found.violations.map(({id, help, nodes}) =>
        `${id}: ${help}: ${nodes.slice(0, 3).map(({target, failureSummary}) =>
            `${target.join(' ')} (${failureSummary.replace(/\\s+/g, ' ')})`).join('; ')} (${nodes.length} in all)`);
}"""
OUTLINED = {
    "card": "model-card dialog",
    "keys": "key-sheet dialog",
    "numbers": "map-sheet dialog",
    "table": "map-sheet dialog",
    "about": "stage-inspector",
    "saving": "save-picture",
    "checkpoint": "body",
    "comparing": "#network",
    "ended": ".content",
    "photo": "main",
    "failing": ".content",
    "empty": ".picture",
}
"""States whose outlines are kept, and the part that is another than in the first view."""
SIZES = {"wide": (1440, 900), "narrow": (390, 844)}


def violations(page: Page, state: str, part: str = "html") -> list[str]:
    """What axe finds in a part of the page: by all of its rules in the light, and in the dark by those on colours."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"() => {{ {AXE.read_text(encoding='utf-8')} }}")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.evaluate("Promise.allSettled(document.getAnimations().map(each => each.finished))")
    found = [f"{state}: {text}" for text in page.evaluate(RUN, [part, None])]
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = page.evaluate(RUN, [part, ["color-contrast", "link-in-text-block"]])
    return found + [f"{state}, dark: {text}" for text in dark]


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_in_the_states_of_the_page(page: Page, address: str, watch: Watch, size: str) -> None:
    watch.allow("ERR_FAILED")
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    found: list[str] = []
    for name, state in STATES.items():
        page.unroute_all()
        page.goto(address)
        ready(page)
        state.reach(page)
        found += violations(page, name, state.part)
    page.unroute_all()
    page.goto(f"{address}/docs/api")
    found += violations(page, "docs")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_in_the_inspector_of_any_op(page: Page, address: str, watch: Watch, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    found: list[str] = []
    for model, ops in (("pets", ("Conv", "GlobalAveragePool")), ("digits", None)):
        run = open_run(page, address, model)
        found += violations(page, f"{model}, with a photo")
        stages = {stage["op"]: stage["name"] for stage in run["stages"]}
        for op in ops or stages:
            open_map(page, stages[op], 0)
            page.locator("details.numpy").evaluate("each => { each.open = true; }")
            # The rest of the page is as it was before.
            found += violations(page, f"{model}, {op}", "stage-inspector")
    assert not found, "\n".join(found)


def outline(page: Page, part: str = "body") -> str:
    """The accessibility tree, without what another run, another font or another training would change."""
    text = page.locator(part).aria_snapshot()
    text = re.sub(r"(?<![\w=])[<>−+-]?\d[\d,]*(\.\d+)?(?![\w])", "N", text)
    text = re.sub(r"N(( [×→·] |, |×| %|\.\.)*N)+", "N", text)
    kept: list[str] = []
    for line in text.splitlines():
        kept.append(re.sub(r"/url: .*", "/url", line))
        # Of rows of the like, the first one stands for all.
        for size in range(1, 9):
            if kept[-size:] == kept[-2 * size : -size]:
                del kept[-size:]
    return "\n".join(kept) + "\n"


def check_outline(page: Page, name: str, part: str = "body") -> None:
    file = SNAPSHOTS / f"{name}.yml"
    wait_until_quiet(page)
    text = outline(page, part)
    if os.environ.get("WRITE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), f"write {file.name} anew if this is meant: see this module"


def test_the_outline_of_the_network_and_its_stages(home: Page) -> None:
    check_outline(home, "start")
    for stage in ("conv2", "softmax"):
        open_map(home, stage, 2)
        check_outline(home, stage)
    # What the keyboard is at is told, not what happens to come to lie under the pointer.
    home.mouse.move(0, 0)
    home.set_viewport_size({"width": 390, "height": 844})
    expect(home.locator("network-view.stacked")).to_be_visible()
    home.keyboard.press("Escape")
    expect(home.locator("#look")).to_contain_text("softmax")
    check_outline(home, "phone", "main")


@pytest.mark.parametrize("name", OUTLINED)
def test_the_outline_of_the_other_states(home: Page, watch: Watch, name: str) -> None:
    watch.allow("ERR_FAILED")
    STATES[name].reach(home)
    check_outline(home, name, OUTLINED[name])
