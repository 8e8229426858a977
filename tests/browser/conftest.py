"""A real server and a real Chromium for the tests of the page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, sync_playwright

from tests.app.servers import free_port
from tests.browser.chromium import find_or_install
from tests.browser.driving import give, photo
from tests.browser.op_models import write_every_op
from tests.browser.photo_models import write_zoo
from tests.browser.views import count_answers

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


LONGEST_FIRST = (
    "test_random_clicks",
    "test_peers",
    "test_accessibility",
    "test_texts",
    "test_random_cells",
    "test_keys",
    "test_large_text",
)
"""Modules whose tests take the longest: begun last, one of them would go on alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    places = [place for place, item in enumerate(items) if here in item.path.parents]

    def rank(item: pytest.Item) -> int:
        name = item.path.stem
        return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)

    for place, item in zip(places, sorted((items[place] for place in places), key=rank), strict=True):
        items[place] = item


LATE = int(os.environ["LATE_ANSWERS"]) if "LATE_ANSWERS" in os.environ else None
"""With a seed, every answer of the server comes late at random: it finds tests that read before they may."""


SERVE_OTHER_MODELS = """
import pathlib, sys
import model.catalog
model.catalog.ZOO = pathlib.Path(sys.argv[1])
from app.command_line import main
sys.exit(main(sys.argv[2:]))
"""


SERVE_A_MODEL_MORE = """
import os, sys
os.environ["MODELS"] = sys.argv[1]
from app.command_line import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where a server of ours listens, started as people start it."""
    yield from serve(["-m", "app"])


@pytest.fixture(scope="session")
def photo_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server listens that has random models for photos besides the digits."""
    folder = tmp_path_factory.mktemp("zoo")
    write_zoo(folder)
    yield from serve(["-c", SERVE_OTHER_MODELS, str(folder)])


@pytest.fixture(scope="session")
def ops_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server listens that has the model `ops` besides those that ship: ops that none of them has."""
    path = tmp_path_factory.mktemp("models") / "ops.onnx"
    write_every_op(path)
    yield from serve(["-c", SERVE_A_MODEL_MORE, str(path)])


def serve(program: list[str]) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, *program, "serve", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONWARNINGS": "default"})
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for(base, server)
        yield base
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(base: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "The server ended while it started."
        try:
            with urllib.request.urlopen(f"{base}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("The server did not answer within 30 seconds.")


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Ends with this folder: its event loop must not run under the tests that have one of their own."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=find_or_install(), args=FLAGS)
    yield browser
    browser.close()


class Watch:
    """What a page must not do: say errors, or ask other origins."""

    def __init__(self, page: Page, base: str) -> None:
        self.base = base
        self.wrong: list[str] = []
        self.expected: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("request", self._request)

    def allow(self, pattern: str) -> None:
        """A console message that the test provokes."""
        self.expected.append(pattern)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(re.search(each, message.text) for each in self.expected):
            self.wrong.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.wrong.append(f"request to {request.url}")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    count_answers(context, LATE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def watch(page: Page, address: str) -> Iterator[Watch]:
    """Watches the page of this test; at its end nothing may have gone wrong."""
    watch = Watch(page, address)
    yield watch
    assert watch.wrong == []


@pytest.fixture
def home(page: Page, address: str, watch: Watch) -> Page:
    """The page as it is at first: the sample 2 went through the network."""
    page.goto(address)
    page.wait_for_selector("body.ready")
    return page


@pytest.fixture
def photo_watch(page: Page, photo_address: str) -> Iterator[Watch]:
    """As `watch`, on the server with models for photos."""
    watch = Watch(page, photo_address)
    yield watch
    assert watch.wrong == []


@pytest.fixture
def photo_home(page: Page, photo_address: str, photo_watch: Watch) -> Page:
    """The page at the model `animals`, with a photo that went through it; there are no samples."""
    page.route("**/api/v1/samples", lambda route: route.fulfill(json={"samples": []}))
    page.goto(f"{photo_address}/?model=animals")
    page.wait_for_selector("photo-sheet[data-empty]:visible")
    give(page, photo())
    return page


@pytest.fixture
def ops_home(page: Page, ops_address: str) -> Iterator[Page]:
    """The page at a model with every op, with a photo that went through it."""
    watch = Watch(page, ops_address)
    page.goto(f"{ops_address}/?model=ops")
    page.wait_for_selector("photo-sheet:visible")
    give(page, photo())
    yield page
    assert watch.wrong == []
