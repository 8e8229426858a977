"""Takes the pictures in docs/images from a server that runs: `python docs/take_screenshots.py http://127.0.0.1:8000`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import ViewportSize, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser.chromium import find_or_install
from tests.browser.conftest import FLAGS

FOLDER = Path(__file__).parent / "images"
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


class View(NamedTuple):
    """A state of the page: its address, the map that is opened in it, and how it is looked at."""

    query: str = ""
    opened: tuple[str, int] | None = None
    size: ViewportSize = WIDE
    dark: bool = False


VIEWS = {
    "network.png": View(),
    "convolution.png": View(opened=("conv2", 5), dark=True),
    "photo.jpg": View("?model=pets&order=share"),
    "phone.png": View(size=PHONE),
}


def main(address: str) -> None:
    """The first look, a convolution, a photo, and a phone."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_or_install(), args=FLAGS)
        for name, view in VIEWS.items():
            page = browser.new_page(viewport=view.size, color_scheme="dark" if view.dark else "light")
            page.mouse.move(0, 0)
            page.goto(f"{address}/{view.query}")
            page.wait_for_selector("body.ready")
            if view.opened:
                stage, channel = view.opened
                page.locator(f".stage[data-stage={stage}] button.map").nth(channel).click()
                page.wait_for_selector(f"stage-inspector[data-stage={stage}]:visible")
            page.wait_for_timeout(1000)
            # Photos are smaller as JPEG.
            page.screenshot(path=FOLDER / name, quality=75 if name.endswith(".jpg") else None)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
