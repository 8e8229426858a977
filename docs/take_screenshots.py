"""Takes the pictures in docs/images from a server that runs: `python docs/take_screenshots.py http://127.0.0.1:8000`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser.chromium import find_or_install
from tests.browser.conftest import FLAGS

FOLDER = Path(__file__).parent / "images"
STAGES = {"network": None, "convolution": ("conv2", 5)}


def main(address: str) -> None:
    """The first look in light, a convolution in dark."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_or_install(), args=FLAGS)
        for name, opened in STAGES.items():
            page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="dark" if opened else "light")
            page.goto(address)
            page.wait_for_selector("body.ready")
            if opened:
                page.locator(f".stage[data-stage={opened[0]}] button.map").nth(opened[1]).click()
                page.wait_for_selector(f"stage-inspector[data-stage={opened[0]}]:visible")
            page.wait_for_timeout(500)
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
