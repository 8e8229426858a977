"""Pictures from people: files, paste, drop; bad ones; slow and lost answers. Never a picture over another's run."""

from __future__ import annotations

import base64
import io
import time

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.driving import choose, draw, wait_for_the_last_stroke
from tests.browser.views import wait_until_quiet

pytestmark = pytest.mark.browser

SEVEN = [(70, 60), (210, 60), (120, 230)]
ONE = [(140, 40), (140, 240)]


def picture(points: list[tuple[int, int]], size: tuple[int, int] = (280, 280)) -> bytes:
    image = Image.new("RGB", (280, 280), "white")
    ImageDraw.Draw(image).line(points, fill="black", width=24, joint="curve")
    file = io.BytesIO()
    image.resize(size).save(file, "PNG")
    return file.getvalue()


def test_a_file_goes_through_the_network_and_is_shown_as_it_was_read(home: Page) -> None:
    choose(home, picture(SEVEN, (64, 40)))
    expect(home.locator("#answer")).to_have_text("7")
    expect(home.locator("preprocessing-steps .pictures li")).to_have_count(6)
    expect(home.locator("preprocessing-steps .size").first).to_have_text("64×40")
    # The pad shows the picture of the run, not the drawing that was there before: its middle row is white at
    # the left, where the 2 was not, and its top is empty, since the picture is wide.
    assert home.evaluate("document.querySelector('draw-pad').empty") is False


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_picture_can_be_pasted_and_dropped(home: Page, way: str) -> None:
    home.evaluate(
        """([way, text]) => {
            const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], 'seven.png', {type: 'image/png'}));
            const event = way === 'paste'
                ? new ClipboardEvent('paste', {clipboardData: data, bubbles: true})
                : new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true});
            document.body.dispatchEvent(event);
        }""",
        [way, base64.b64encode(picture(SEVEN)).decode()],
    )
    expect(home.locator("#answer")).to_have_text("7")


def test_a_bad_file_is_told_and_the_old_run_is_marked_as_old(home: Page, watch: Watch) -> None:
    watch.allow("status of 415")
    choose(home, b"This is no picture at all.")
    expect(home.locator("#failure")).to_contain_text("This looks like text")
    expect(home.get_by_role("button", name="Try again")).to_be_hidden()
    expect(home.locator("body.stale")).to_have_count(1)
    choose(home, picture(ONE))
    expect(home.locator("#answer")).to_have_text("1")
    expect(home.locator("#failure")).to_be_hidden()
    expect(home.locator("body.stale")).to_have_count(0)


def test_a_lost_server_is_told_and_can_be_tried_again(home: Page, watch: Watch) -> None:
    watch.allow("ERR_FAILED")
    home.route("**/runs", lambda route: route.abort())
    choose(home, picture(ONE))
    expect(home.locator("#failure")).to_contain_text("The server does not answer")
    home.unroute("**/runs")
    home.get_by_role("button", name="Try again").click()
    expect(home.locator("#answer")).to_have_text("1")
    expect(home.locator("#failure")).to_be_hidden()


def test_a_busy_server_is_asked_again(home: Page, watch: Watch) -> None:
    watch.allow("status of 503")
    refusals = iter([503, 503])

    def busy(route: Route) -> None:
        status = next(refusals, 0)
        if status:
            route.fulfill(status=status, headers={"Retry-After": "0"}, body="{}")
        else:
            route.continue_()

    home.route("**/models/digits/runs", busy)
    choose(home, picture(ONE))
    expect(home.locator("#answer")).to_have_text("1")
    expect(home.locator("#failure")).to_be_hidden()


def test_a_stroke_lets_go_of_a_file_that_is_still_under_way(home: Page) -> None:
    def slowly(route: Route) -> None:
        time.sleep(0.3)
        route.continue_()

    home.route("**/preprocessing/0.png", slowly)
    choose(home, picture(SEVEN))
    expect(home.locator("#answer")).to_have_text("7")
    home.locator("#clear").click()
    draw(home, [(0.5, 0.15), (0.5, 0.5), (0.49, 0.85)])
    home.mouse.up()
    expect(home.locator("#answer")).to_have_text("1")
    wait_for_the_last_stroke(home)


def test_a_late_answer_never_overwrites_a_newer_one(home: Page) -> None:
    delays = iter([0.8, 0.0, 0.0])

    def slowly(route: Route) -> None:
        time.sleep(next(delays, 0.0))
        route.continue_()

    home.route("**/models/digits/runs", slowly)
    choose(home, picture(SEVEN))
    home.get_by_role("button", name="Draw a 1").click()
    expect(home.locator("#answer")).to_have_text("1")
    wait_until_quiet(home)
    expect(home.locator("#answer")).to_have_text("1")


def test_an_empty_pad_says_what_to_do(home: Page) -> None:
    home.locator("#clear").click()
    expect(home.locator("draw-pad + .hint")).to_be_visible()


def test_a_picture_without_ink_is_warned_about(home: Page) -> None:
    file = io.BytesIO()
    Image.new("RGB", (100, 100), "white").save(file, "PNG")
    choose(home, file.getvalue())
    expect(home.locator("#warnings li")).to_have_count(1)
