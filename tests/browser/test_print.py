"""On paper there is what can be read, and nothing that can only be pressed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import open_map

pytestmark = pytest.mark.browser

CONTROLS = """all => all.filter(each => each.checkVisibility() && !each.closest('network-view, cell-ledger, .working'))
    .map(each => each.outerHTML.slice(0, 80))"""


def test_no_controls_are_printed(home: Page) -> None:
    open_map(home, "conv2", 1)
    home.emulate_media(media="print")
    shown = home.locator("button, select, input, summary").evaluate_all(CONTROLS)
    assert shown == []
    for part in ("#answer", "preprocessing-steps .pictures", "network-view", "stage-inspector", "cell-ledger .totals"):
        expect(home.locator(part).first).to_be_visible()
