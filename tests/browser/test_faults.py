"""What befalls a server and a network, really brought about: the page says so, and goes on when it is over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.app.servers import ROOT, free_port, request, serving, wait_until
from tests.browser.conftest import Watch
from tests.browser.driving import choose
from tests.browser.test_pictures import ONE, SEVEN, picture

pytestmark = pytest.mark.browser


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def open_page(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_selector("body.ready")
    return page


class Server:
    """A server at one port, which can be killed and started again there."""

    def __init__(self, folder: Path) -> None:
        self.port, self._folder = free_port(), folder
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "app", "serve", "--port", str(self.port)]
        settings = {"RUN_STORE": str(self._folder / "runs"), "LOG_REQUESTS": "0"}
        self._process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stderr=subprocess.DEVNULL)
        wait_until(self._answers, 120)

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def _answers(self) -> bool:
        try:
            return request(self.port, "GET", "/healthz").status == 200
        except OSError:
            return False


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.kill()


def test_a_server_that_was_killed_is_told_and_one_that_is_back_goes_on(page: Page, server: Server) -> None:
    home = open_page(page, f"http://127.0.0.1:{server.port}")
    server.kill()
    choose(home, picture(ONE))
    expect(home.locator("#failure")).to_contain_text("The server does not answer")
    expect(home.locator("body.stale")).to_have_count(1)  # what is still to be seen belongs to the picture before
    server.start()
    home.get_by_role("button", name="Try again").click()
    expect(home.locator("#answer")).to_have_text("1")
    expect(home.locator("#failure")).to_be_hidden()
    expect(home.locator("body.stale")).to_have_count(0)


def test_who_is_offline_is_told_and_goes_on_when_the_network_is_back(
    home: Page, context: BrowserContext, watch: Watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    context.set_offline(True)
    choose(home, picture(SEVEN))
    expect(home.locator("#failure")).to_contain_text("The server does not answer")
    expect(home.locator("body.stale")).to_have_count(1)
    context.set_offline(False)
    home.get_by_role("button", name="Try again").click()
    expect(home.locator("#answer")).to_have_text("7")
    expect(home.locator("body.stale")).to_have_count(0)


def test_a_file_that_is_too_large_is_told_with_both_sizes(home: Page, watch: Watch) -> None:
    watch.allow("status of 413")
    choose(home, picture(ONE) + bytes(12_000_000))
    expect(home.locator("#failure")).to_contain_text("The file is 11.4 MB; the limit is 10 MB.")
    expect(home.get_by_role("button", name="Try again")).to_be_hidden()  # it would be as large again
    choose(home, picture(ONE))
    expect(home.locator("#answer")).to_have_text("1")


def test_a_visitor_who_is_too_fast_is_told_and_can_go_on(page: Page, log: Path) -> None:
    with log.open("w+b") as file, serving(file, CLIENT_RUNS_PER_SECOND="1", LOG_REQUESTS="0") as (_, port):
        home = open_page(page, f"http://127.0.0.1:{port}")
        runs = f"http://127.0.0.1:{port}/api/v1/models/digits/runs"
        for _ in range(8):  # another program of the same visitor takes what it may
            home.request.post(runs, data=picture(SEVEN), headers={"Content-Type": "image/png"})
        choose(home, picture(ONE))
        expect(home.locator("#failure")).to_be_visible()
        again = home.get_by_role("button", name="Try again")
        expect(again).to_be_visible()
        home.wait_for_timeout(2500)
        again.click()
        expect(home.locator("#answer")).to_have_text("1")
        expect(home.locator("#failure")).to_be_hidden()
