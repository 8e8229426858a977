"""The network on the page: whole, crisp, true, and live while someone draws."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watch
from tests.browser.driving import (
    THREE,
    draw,
    open_map,
    pixels,
    stage_names,
    wait_for_the_last_stroke,
    wait_for_the_layout,
    wait_for_the_ledger,
    where,
)

pytestmark = pytest.mark.browser


def test_the_first_look_is_the_whole_network(home: Page) -> None:
    assert stage_names(home) == [
        *("input", "conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "conv3", "relu3"),
        *("flatten", "dense", "softmax"),
    ]
    expect(home.locator("#answer")).to_have_text("2")
    for stage, maps in (("conv1", 8), ("relu2", 16), ("flatten", 1), ("dense", 10), ("softmax", 10)):
        expect(home.locator(f".stage[data-stage={stage}] button.map")).to_have_count(maps)
    box = home.locator("network-view").bounding_box()
    assert box is not None
    for map_box in home.locator("button.map").evaluate_all("all => all.map(e => e.getBoundingClientRect().toJSON())"):
        assert map_box["left"] >= box["x"] and map_box["right"] <= box["x"] + box["width"] + 1
        assert map_box["top"] >= box["y"] and map_box["bottom"] <= box["y"] + box["height"] + 1


@pytest.mark.parametrize("model", ["digits", "objects", "pets"])
def test_each_shipped_network_is_whole_on_one_screen(page: Page, address: str, watch: Watch, model: str) -> None:
    """At 1440 x 900 nothing of it is below or beside what is in sight, and nothing has to be scrolled for."""
    page.goto(f"{address}/?model={model}")
    page.wait_for_selector("body.ready", timeout=60_000)
    boxes = page.locator("network-view .stage, network-view button.map, network-view .about").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().toJSON()).filter(box => box.width > 0)"
    )
    assert len(boxes) > 90
    for box in boxes:
        assert box["left"] >= 0 and box["right"] <= 1440 and box["top"] >= 0 and box["bottom"] <= 900
    assert page.locator("network-view").evaluate("each => each.scrollWidth <= each.clientWidth")


SPILLS = """() => {
    const boxes = selector => [...document.querySelectorAll(selector)]
        .filter(each => each.checkVisibility({visibilityProperty: true}))
        .map(each => [each.textContent, each.getBoundingClientRect()]).filter(([, box]) => box.width > 0);
    const view = document.querySelector('network-view');
    const {left, top, right, bottom} = view.getBoundingClientRect();
    const beyond = boxes('network-view button, network-view canvas, .stage header span, .about span').filter(
        ([, box]) => box.left < left - 1.5 || box.right > right + 1.5 || box.top < top - 1 || box.bottom > bottom + 1);
    const words = boxes('.stage header > span, .names > span, .shapes > span, .unit, .pager');
    const over = words.flatMap(([a, one], place) => words.slice(place + 1).filter(([, other]) =>
        Math.min(one.right, other.right) - Math.max(one.left, other.left) > 0.5 &&
        Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1.5).map(([b]) => `${a} over ${b}`));
    const fonts = [...view.querySelectorAll('span, .pager')].map(each => parseFloat(getComputedStyle(each).fontSize));
    return {scrolls: view.scrollWidth > view.clientWidth || view.scrollHeight > view.clientHeight,
        beyond: beyond.map(([text]) => text), over, legible: Math.min(...fonts) >= 12};
}"""
WHOLE = {"scrolls": False, "beyond": [], "over": [], "legible": True}


@pytest.mark.parametrize("model", ["digits", "objects", "pets"])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1280, 800), (1366, 768), (1536, 864)])
def test_on_a_small_laptop_the_network_is_whole_with_and_without_an_inspector(
    page: Page, address: str, watch: Watch, model: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{address}/?model={model}")
    page.wait_for_selector("body.ready", timeout=60_000)
    assert page.evaluate(SPILLS) == WHOLE
    cells = page.locator(".stage[data-kind=maps] canvas").evaluate_all("all => all.map(c => c.clientWidth / c.width)")
    assert len(cells) > 90 and all(cell >= 1 and cell == int(cell) for cell in cells)
    sides = page.locator(".stage[data-stage=conv3] canvas").evaluate_all("all => all.map(c => c.clientWidth)")
    assert min(sides) >= 24
    open_map(page, "conv2", 0)
    assert page.evaluate(SPILLS) == WHOLE
    # Its heading and the controls in it stay in sight.
    assert page.evaluate("[scrollY, document.querySelector('.content').scrollTop]") == [0, 0]
    view, heading = page.locator("network-view").bounding_box(), page.locator(".network .heading").bounding_box()
    assert (
        view is not None and heading is not None and 52 <= heading["y"] < heading["y"] + heading["height"] <= view["y"]
    )
    assert page.locator(".share").count() == page.locator(".stage[data-stage=dense] .map").count()


def test_on_a_tablet_the_digits_are_whole_and_their_maps_not_tiny(home: Page) -> None:
    home.set_viewport_size({"width": 1024, "height": 768})
    home.wait_for_selector("network-view.compact")
    assert home.evaluate(SPILLS) == WHOLE
    sides = home.locator(".stage[data-stage=pool2] canvas").evaluate_all("all => all.map(c => c.clientWidth)")
    assert min(sides) >= 20


@pytest.mark.parametrize("width", [320, 390, 768, 900, 1280, 1440, 2560])
def test_every_width_has_its_layout(home: Page, width: int) -> None:
    home.set_viewport_size({"width": width, "height": 900})
    wait_for_the_layout(home)
    assert home.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    sizes = home.locator(".stage canvas").evaluate_all(
        "all => all.map(c => [c.width, c.height, c.clientWidth, c.clientHeight, c.closest('.listed') !== null])"
    )
    for columns, rows, shown_width, shown_height, listed in sizes:
        if not listed:
            assert shown_width % columns == 0 and shown_height % rows == 0, "a cell is a whole number of pixels"
    boxes = home.locator("button.map").evaluate_all("all => all.map(e => e.getBoundingClientRect().toJSON())")
    for index, a in enumerate(boxes):
        for b in boxes[index + 1 :]:
            apart = a["right"] <= b["left"] + 0.5 or b["right"] <= a["left"] + 0.5
            assert apart or a["bottom"] <= b["top"] + 0.5 or b["bottom"] <= a["top"] + 0.5


def test_drawing_a_three_changes_the_maps_while_the_stroke_is_drawn(home: Page) -> None:
    before = {stage: pixels(home, stage) for stage in ("input", "conv1", "pool2")}
    home.locator("#clear").click()
    draw(home, THREE[:6])
    home.wait_for_function(
        "text => document.querySelector('.stage[data-stage=conv1] canvas').toDataURL() !== text", arg=""
    )
    for stage, old in before.items():
        home.wait_for_function(
            "([stage, old]) => [...document.querySelectorAll(`.stage[data-stage=${stage}] canvas`)]"
            ".map(canvas => canvas.toDataURL()).join() !== old",
            arg=[stage, old],
        )
    middle = pixels(home, "conv1")
    draw(home, THREE[5:])
    expect(home.locator("#answer")).to_have_text("3")
    home.mouse.up()
    # The page ends on the last stroke: the run that is shown is the run of what is on the pad.
    wait_for_the_last_stroke(home)
    assert pixels(home, "conv1") != middle


def test_a_map_is_one_layer_of_the_screen_not_two(home: Page) -> None:
    """What a browser puts together anew with every frame: lines drawn over the maps would be layers of their own."""
    session = home.context.new_cdp_session(home)
    counts: list[int] = []
    session.on("LayerTree.layerTreeDidChange", lambda event: counts.append(len(event.get("layers", []))))
    session.send("LayerTree.enable")
    home.locator(".stage[data-stage=conv1] button.map").first.hover()
    home.wait_for_timeout(300)
    maps = home.locator("network-view canvas").count()
    assert maps > 100 and maps <= max(counts) < 1.5 * maps


def test_each_sample_is_recognised(home: Page) -> None:
    for digit in range(10):
        home.get_by_role("button", name=f"Draw a {digit}").click()
        expect(home.locator("#answer")).to_have_text(str(digit))


def test_a_map_has_the_pixels_that_the_api_paints(home: Page) -> None:
    run = home.evaluate("new URLSearchParams(location.search).get('run')")
    for stage, channel in (("input", 0), ("conv1", 3), ("relu2", 7), ("conv3", 15), ("dense", 2)):
        canvas = home.locator(f".stage[data-stage={stage}] canvas").nth(channel)
        shown = canvas.evaluate(
            "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 < 3)"
        )
        answer = home.request.get(f"{home.url.split('?')[0]}api/v1/runs/{run}/stages/{stage}/maps/{channel}.png")
        assert list(Image.open(io.BytesIO(answer.body())).convert("RGB").tobytes()) == shown


def test_the_legend_says_the_range_of_what_is_drawn(home: Page) -> None:
    for name in ("1", "7", "4"):
        home.get_by_role("button", name=f"Draw a {name}").click()
        expect(home.locator("#answer")).to_have_text(name)
        run = home.evaluate("new URLSearchParams(location.search).get('run')")
        answer = home.request.get(f"{home.url.split('?')[0]}api/v1/runs/{run}")
        stages = {stage["name"]: stage for stage in answer.json()["stages"]}
        for stage in ("conv2", "relu1"):
            home.locator(f".stage[data-stage={stage}] button.map").first.hover()
            low, high = stages[stage]["minimum"], stages[stage]["maximum"]
            expect(home.locator("colour-legend .range")).to_have_text(
                f"{stage}: {low:.2f} to {high:.2f}".replace("-", "−")
            )


def shares_of(page: Page) -> dict[str, Any]:
    """The shares of the maps of the run in the address, by stage, as the server tells them."""
    run = page.evaluate("new URLSearchParams(location.search).get('run')")
    answer = page.request.get(f"{page.url.split('?')[0]}api/v1/runs/{run}/shares").json()
    return answer | {stage["stage"]: stage["shares"] for stage in answer["stages"]}


def channels(page: Page, stage: str) -> list[int]:
    """The channels of a stage's maps, in the order in which they are shown."""
    maps = page.locator(f".stage[data-stage={stage}] button.map")
    return [int(each) for each in maps.evaluate_all("all => all.map(each => each.dataset.channel)")]


def expect_sorted_by_share(page: Page, stages: tuple[str, ...]) -> dict[str, Any]:
    """Waits until the maps of the run that is shown tell their shares, and compares their order with the server's."""
    told = page.locator(".stage[data-stage=conv1] button.map").first
    expect(told).to_have_attribute("aria-label", re.compile("share in"))
    shares = shares_of(page)
    for stage in stages:
        order = [shares[stage][channel] for channel in channels(page, stage)]
        assert order == sorted(order, reverse=True) and len(order) == len(shares[stage])
    return shares


def test_maps_are_sorted_by_their_share_in_the_answer_and_say_it(home: Page) -> None:
    home.get_by_role("combobox", name="Maps").select_option("share")
    shares = expect_sorted_by_share(home, ("pool1", "pool2", "relu3"))
    assert shares["class"] == "2"
    # A block is sorted by its last stage, and each map tells its own share.
    assert channels(home, "conv2") == channels(home, "pool2")
    channel = channels(home, "conv2")[3]
    button = home.locator(".stage[data-stage=conv2] button.map").nth(3)
    words = f"{shares['conv2'][channel]:.4f} of {shares['logit']:.4f}".replace("-", "−")
    expect(button).to_have_attribute("aria-label", f"conv2, map {channel} of 16, share in “2”: {words}")
    expect(button).to_have_attribute("title", f"conv2, map {channel} of 16, share in “2”: {words}")
    button.hover()
    words = f"share {shares['conv2'][channel]:.2f} of {shares['logit']:.2f}".replace("-", "−")
    expect(home.locator("#look")).to_contain_text(words)
    # Classes and values stay in their order.
    assert channels(home, "dense") == channels(home, "softmax") == list(range(10))


def test_the_order_by_share_follows_the_picture_and_stays_in_the_address_and_across_models(home: Page) -> None:
    home.get_by_role("combobox", name="Maps").select_option("share")
    first = expect_sorted_by_share(home, ("pool2",))
    home.get_by_role("button", name="Draw a 7").click()
    expect(home.locator("#answer")).to_have_text("7")
    expect(home.locator(".stage[data-stage=conv1] button.map").first).to_have_attribute(
        "title", re.compile("share in “7”")
    )
    assert expect_sorted_by_share(home, ("pool2",))["pool2"] != first["pool2"]
    home.reload()
    home.wait_for_selector("body.ready")
    expect(home.get_by_role("combobox", name="Maps")).to_have_value("share")
    assert expect_sorted_by_share(home, ("pool2",))["class"] == "7"
    home.get_by_role("link", name="Ten everyday things").click()
    home.wait_for_selector(".stage[data-stage=conv8]")
    expect(home).to_have_url(re.compile("model=objects.*order=share"))
    home.wait_for_selector("body.ready")
    button = home.locator(".stage[data-stage=conv8] button.map").first
    expect(button).to_have_attribute("title", re.compile("share in"), timeout=20_000)
    shares = shares_of(home)["average"]
    shown = [shares[channel] for channel in channels(home, "conv8")]
    assert shown == sorted(shares, reverse=True)[: len(shown)]
    pager = home.locator(".block:has([data-stage=conv8]) .pager")
    title = f"{len(shown)} of 48 maps, the largest shares first. The next ones: Page Down"
    expect(pager).to_have_attribute("title", title)


def test_where_there_are_no_shares_the_page_says_so_and_goes_back_to_the_usual_order(home: Page, watch: Watch) -> None:
    watch.allow("422")
    why = "The maps of this run have no shares: stage `conv1` has values that are not finite numbers."
    home.route("**/shares", lambda route: route.fulfill(status=422, json={"detail": why}))
    home.get_by_role("combobox", name="Maps").select_option("share")
    expect(home.locator("#notice-text")).to_have_text(f"The maps cannot be sorted by their share. {why}")
    expect(home.get_by_role("combobox", name="Maps")).to_have_value("channel")
    assert channels(home, "conv2") == list(range(16))


def test_the_network_is_walked_by_keyboard(home: Page) -> None:
    home.locator(".stage[data-stage=conv1] button.map").first.focus()
    home.keyboard.press("ArrowDown")
    home.keyboard.press("ArrowRight")
    focused = "document.activeElement.getAttribute('aria-label')"
    assert home.evaluate(focused) == "relu1, map 1 of 8"
    home.keyboard.press("Enter")
    home.wait_for_selector("stage-inspector[data-stage=relu1]:visible")
    home.keyboard.press("Escape")
    expect(home.locator("stage-inspector")).to_be_hidden()
    assert home.evaluate(focused) == "relu1, map 1 of 8"


def test_dark_and_light_can_be_chosen(home: Page, browser: Browser, address: str) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = home.evaluate(ground)
    home.locator("#theme").select_option("dark")
    assert home.evaluate(ground) != light
    context = browser.new_context(color_scheme="dark")
    other = context.new_page()
    other.goto(address)
    assert other.evaluate(ground) == home.evaluate(ground)
    context.close()


def test_a_link_gives_the_same_view_and_back_works(home: Page) -> None:
    open_map(home, "conv2", 5)
    conv = where(home)
    cell = home.locator("cell-ledger .trail [aria-current]").inner_text()
    open_map(home, "pool1", 2)
    home.go_back()
    wait_for_the_ledger(home)
    assert where(home) == conv
    home.reload()
    wait_for_the_ledger(home)
    expect(home.locator("cell-ledger .trail [aria-current]")).to_have_text(cell)
    expect(home.locator("#answer")).to_have_text("2")
