"""The training slider: the visitor's own picture through the network as it was at each point of its training."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from model.catalog import known
from tests.browser.conftest import Watch
from tests.browser.driving import (
    THREE,
    draw,
    give,
    in_address,
    open_map,
    percent,
    photo,
    pixels,
    wait_for_the_last_stroke,
    wait_for_the_layout,
    where,
)

pytestmark = pytest.mark.browser


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Point of training")


def run_of(page: Page) -> dict[str, object]:
    """The run in the address, as the server knows it."""
    run: dict[str, object] = page.request.get(
        f"{where(page).split('?')[0]}api/v1/runs/{in_address(page, 'run')}"
    ).json()
    return run


def expect_point(page: Page, checkpoint: int | None) -> None:
    """Until the page shows a run of that point of training: by its answer's note, its address and the server."""
    pattern = rf"[?&]checkpoint={checkpoint}(&|$)" if checkpoint is not None else r"^(?!.*checkpoint=)"
    expect(page).to_have_url(re.compile(pattern), timeout=20_000)
    expect(page.locator("body.waiting, body.stale")).to_have_count(0, timeout=20_000)
    expect(page.locator("#point")).to_be_visible(visible=checkpoint is not None)
    assert run_of(page)["checkpoint"] == checkpoint


def go_to(page: Page, key: str, checkpoint: int | None) -> None:
    slider(page).press(key)
    expect_point(page, checkpoint)


@pytest.fixture
def cat(page: Page, address: str, watch: Watch) -> Page:
    """The page with scikit-image's cat, which went through `pets`."""
    if "pets" not in known():
        pytest.skip("The model `pets` is not here.")
    samples = page.request.get(f"{address}/api/v1/samples").json()["samples"]
    if not any(sample["id"] == "chelsea" for sample in samples):
        pytest.skip("There are no photos to try: the extra `photos` is not installed.")
    page.goto(f"{address}/?model=pets")
    page.get_by_role("button", name=re.compile("^Try: A cat")).click()
    expect(page.locator("#answer")).to_have_text("cat", timeout=20_000)
    expect_point(page, None)
    return page


def test_a_photo_of_a_cat_becomes_a_cat(cat: Page) -> None:
    assert percent(cat, "cat") > 90
    trained = in_address(cat, "run")
    go_to(cat, "Home", 0)
    assert in_address(cat, "run") != trained and percent(cat, "cat") < 90
    go_to(cat, "End", None)
    assert in_address(cat, "run") == trained and percent(cat, "cat") > 90


def test_before_its_training_a_cat_is_a_cat_by_about_one_half(cat: Page) -> None:
    go_to(cat, "Home", 0)
    assert 35 < percent(cat, "cat") < 65


@pytest.fixture
def drawn(home: Page) -> Page:
    """The page with a 3 that was drawn by hand."""
    home.locator("#clear").click()
    draw(home, THREE)
    home.mouse.up()
    expect(home.locator("#answer")).to_have_text("3")
    wait_for_the_last_stroke(home)
    return home


def test_before_its_training_the_network_knows_nothing_and_at_the_end_it_answers_as_before(drawn: Page) -> None:
    trained = in_address(drawn, "run"), drawn.locator("#certainty").inner_text()
    maps, seen = pixels(drawn, "conv1"), pixels(drawn, "input")
    go_to(drawn, "Home", 0)
    expect(drawn.locator("#point")).to_contain_text("As it was before its training.")
    shares = [percent(drawn, str(digit)) for digit in range(10)]
    assert sum(shares) == pytest.approx(100, abs=1)
    assert min(shares) > 1 and max(shares) < 30, "about a tenth each"
    # The same picture, other kernels.
    assert pixels(drawn, "input") == seen and pixels(drawn, "conv1") != maps
    go_to(drawn, "End", None)
    expect(drawn.locator("#answer")).to_have_text("3")
    assert (in_address(drawn, "run"), drawn.locator("#certainty").inner_text()) == trained
    assert pixels(drawn, "conv1") == maps


def test_the_slider_says_in_words_where_it_stands(home: Page) -> None:
    model = home.request.get(f"{home.url.split('?')[0]}api/v1/models/digits").json()
    points = model["checkpoints"]
    expect(slider(home)).to_have_attribute("max", str(len(points) - 1))
    expect(slider(home)).to_have_attribute(
        "aria-valuetext",
        f"epoch {model['card']['best_epoch']}, accuracy {100 * model['card']['validation']['accuracy']:.2f} %, "
        f"loss {model['card']['validation']['loss']:.4f}",
    )
    go_to(home, "Home", 0)
    for number in (1, 2, 3):
        go_to(home, "ArrowRight", number)
        share = f"{100 * points[number]['accuracy']:.2f} %"
        words = f"epoch {points[number]['epoch']:g}, accuracy {share}, loss {points[number]['loss']:.4f}"
        expect(slider(home)).to_have_attribute("aria-valuetext", words)
        assert home.locator("training-curves title").nth(number).text_content() == words
        expect(home.locator("training-slider .figures")).to_contain_text(share)
    expect(home.locator("#point")).to_contain_text("As it was after 0.3 epochs of training.")
    assert home.locator("training-slider tr").count() == len(points) + 1
    box = slider(home).bounding_box()
    assert box is not None and box["height"] >= 24


def test_one_click_goes_back_to_the_trained_network(home: Page) -> None:
    trained = in_address(home, "run")
    go_to(home, "Home", 0)
    home.get_by_role("button", name="Show the trained network").click()
    expect_point(home, None)
    assert in_address(home, "run") == trained
    expect(slider(home)).to_have_value("13")


def test_back_and_a_reload_keep_the_point(home: Page) -> None:
    trained = where(home)
    open_map(home, "conv2", 5)
    opened = where(home)
    go_to(home, "Home", 0)
    first = where(home)
    expect(home.locator("stage-inspector[data-stage=conv2]")).to_be_visible()
    go_to(home, "ArrowRight", 1)
    home.go_back()
    expect_point(home, 0)
    expect(home).to_have_url(first)
    expect(slider(home)).to_have_value("0")
    answer = home.locator("#answer").inner_text(), home.locator("#certainty").inner_text()
    home.reload()
    home.wait_for_selector("body.ready")
    expect_point(home, 0)
    expect(home).to_have_url(first)
    expect(slider(home)).to_have_value("0")
    assert (home.locator("#answer").inner_text(), home.locator("#certainty").inner_text()) == answer
    expect(home.locator("stage-inspector[data-stage=conv2]")).to_be_visible()
    home.go_back()
    expect_point(home, None)
    expect(home).to_have_url(opened)
    home.go_back()
    expect(home.locator("stage-inspector")).to_be_hidden()
    expect(home).to_have_url(trained)


def test_after_a_reload_the_picture_is_still_the_same_one(drawn: Page) -> None:
    go_to(drawn, "Home", 0)
    drawn.go_back()
    expect_point(drawn, None)
    trained = in_address(drawn, "run")
    go_to(drawn, "Home", 0)
    drawn.reload()
    drawn.wait_for_selector("body.ready")
    go_to(drawn, "End", None)
    assert in_address(drawn, "run") == trained
    expect(drawn.locator("#answer")).to_have_text("3")


def test_a_link_without_a_run_begins_at_its_point(page: Page, address: str, watch: Watch) -> None:
    page.goto(f"{address}/?model=digits&checkpoint=3")
    page.wait_for_selector("body.ready")
    expect_point(page, 3)
    expect(slider(page)).to_have_value("3")
    expect(page.locator("#answer")).to_have_text("2")


def test_drawing_goes_on_at_the_point_that_is_shown(home: Page) -> None:
    go_to(home, "Home", 0)
    run = in_address(home, "run")
    home.get_by_role("button", name="Draw a 7").click()
    home.wait_for_function("run => new URLSearchParams(location.search).get('run') !== run", arg=run)
    expect_point(home, 0)
    home.locator("#clear").click()
    draw(home, THREE)
    home.mouse.up()
    wait_for_the_last_stroke(home, "?checkpoint=0")
    expect_point(home, 0)
    go_to(home, "End", None)
    expect(home.locator("#answer")).to_have_text("3")


@pytest.fixture
def slow(home: Page) -> Page:
    """Runs at other points come late, the first ones the latest."""
    home.evaluate(
        """() => {
            const waits = [900, 700, 500, 300];
            const real = window.fetch;
            window.asked = [];
            window.underWay = window.most = 0;
            window.fetch = async (address, options = {}) => {
                if (!String(address).includes('/again')) return real(address, options);
                window.asked.push(String(address));
                window.most = Math.max(window.most, ++window.underWay);
                try {
                    await new Promise((done, fail) => {
                        setTimeout(done, waits.shift() ?? 50);
                        options.signal?.addEventListener('abort',
                            () => fail(new DOMException('aborted', 'AbortError')));
                    });
                    return await real(address, options);
                } finally {
                    window.underWay -= 1;
                }
            };
        }"""
    )
    return home


def test_quick_moves_end_on_the_last_point_one_request_at_a_time(slow: Page) -> None:
    # As keys that are pressed in no time, however slow the machine is.
    slider(slow).evaluate(
        """slider => { for (const place of [0, 1, 2, 3, 4, 5, 6, 5, 4, 3]) {
            slider.value = place;
            for (const name of ['input', 'change']) slider.dispatchEvent(new Event(name, {bubbles: true}));
        } }"""
    )
    expect(slider(slow)).to_have_value("3")
    expect_point(slow, 3)
    asked = slow.evaluate("window.asked")
    assert len(asked) < 10 and asked[-1].endswith("checkpoint=3")
    assert slow.evaluate("window.most") == 1
    expect(slider(slow)).to_have_value("3")
    # What was asked for once is at hand.
    go_to(slow, "End", None)
    go_to(slow, "Home", 0)
    before = slow.evaluate("window.asked.length")
    go_to(slow, "End", None)
    go_to(slow, "Home", 0)
    assert slow.evaluate("window.asked.length") == before


def test_a_drag_is_one_entry_of_the_history(home: Page) -> None:
    entries = home.evaluate("history.length")
    box = slider(home).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    home.mouse.move(box["x"] + box["width"] - 8, y)
    home.mouse.down()
    for place in (10, 7, 4, 0):
        home.mouse.move(box["x"] + 8 + (box["width"] - 16) * place / 13, y, steps=3)
        expect(slider(home)).to_have_value(str(place))
        expect_point(home, place)
    home.mouse.up()
    assert home.evaluate("history.length") == entries + 1
    home.go_back()
    expect_point(home, None)


def test_the_old_view_is_marked_while_a_point_fails_and_can_be_asked_for_again(home: Page, watch: Watch) -> None:
    watch.allow("ERR_FAILED")
    home.route("**/again*", lambda route: route.abort())
    slider(home).press("Home")
    expect(home.locator("#failure")).to_contain_text("Below is still the picture before.")
    expect(home.locator("body.stale")).to_have_count(1)
    expect(home.locator("#point")).to_be_hidden()
    assert in_address(home, "checkpoint") is None
    home.unroute("**/again*")
    home.get_by_role("button", name="Try again").click()
    expect_point(home, 0)


def test_a_run_that_the_server_forgot_is_made_again_from_the_picture(home: Page, watch: Watch) -> None:
    watch.allow("status of 404")
    problem = {"status": 404, "code": "run_not_found", "detail": "Run `x` is not kept here (any more)."}
    home.route("**/again*", lambda route: route.fulfill(status=404, json=problem))
    go_to(home, "Home", 0)
    expect(home.locator("#failure")).to_be_hidden()


def test_it_plays_from_random_to_trained_and_can_be_paused(home: Page) -> None:
    home.get_by_role("button", name="Watch the training").click()
    expect(slider(home)).to_have_value("1", timeout=20_000)
    home.get_by_role("button", name="Stop the training").click()
    stopped = slider(home).input_value()
    expect_point(home, int(stopped))
    expect(home.get_by_role("button", name="Watch the training")).to_be_visible()
    go_to(home, "End", None)
    go_to(home, "ArrowLeft", 12)
    home.get_by_role("button", name="Watch the training").click()
    expect_point(home, None)
    expect(home.get_by_role("button", name="Watch the training")).to_be_visible()


def test_a_model_without_checkpoints_has_no_slider(photo_home: Page) -> None:
    expect(photo_home.locator("training-slider")).to_be_hidden()
    photo_home.get_by_role("navigation", name="Models").get_by_role("link", name="Handwritten digits").click()
    expect(photo_home.locator("training-slider")).to_be_visible()
    go_to(photo_home, "Home", 0)
    # Another model is shown as it was trained, and so is this one when it comes back.
    photo_home.get_by_role("navigation", name="Models").get_by_role("link", name="Cat or dog").click()
    expect(photo_home.locator("training-slider")).to_be_hidden()
    expect_point(photo_home, None)
    photo_home.go_back()
    expect_point(photo_home, 0)


def test_a_photo_is_shown_whole_after_a_link_at_any_point(page: Page, photo_address: str, photo_watch: Watch) -> None:
    page.goto(photo_address)
    page.wait_for_selector("body.ready")
    give(page, photo((600, 440)))
    expect(page.locator("preprocessing-steps .size").first).to_have_text("600×440")
    trained = in_address(page, "run")
    go_to(page, "Home", 0)
    page.reload()
    page.wait_for_selector("body.ready")
    # The server's own copy of the picture is smaller than this; the input that it prepared is what goes on.
    go_to(page, "End", None)
    assert in_address(page, "run") == trained
    expect(page.locator("preprocessing-steps .size").first).to_have_text("600×440")


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_the_slider_is_on_the_first_screen(home: Page, width: int) -> None:
    home.set_viewport_size({"width": width, "height": 900})
    if width < 900:
        # Below the maps, wherever among them one is.
        home.locator(".stage[data-stage=conv2] button.map").first.scroll_into_view_if_needed()
    expect(slider(home)).to_be_in_viewport(ratio=1)
    wait_for_the_layout(home)
    assert home.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
