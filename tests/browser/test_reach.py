"""A pixel of the image lights the cells that it can reach; the theme is in the address; the page prints."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import open_map, stage_names, wait_for_the_layout, where

pytestmark = pytest.mark.browser


def lit(page: Page, stage: str) -> tuple[float, ...]:
    """Top, left, height and width of what is lit in the stage's first map, in cells."""
    shares: list[float] = page.locator(f".stage[data-stage={stage}].reached").evaluate(
        """section => {
            const canvas = section.querySelector('.map canvas');
            const style = getComputedStyle(section);
            return [['top', canvas.height], ['left', canvas.width], ['height', canvas.height], ['width', canvas.width]]
                .map(([name, cells]) => parseFloat(style.getPropertyValue(`--reached-${name}`)) * cells / 100);
        }"""
    )
    return tuple(round(share, 2) for share in shares)


def test_a_pixel_under_the_pointer_lights_the_cells_that_it_reaches(home: Page) -> None:
    box = home.locator(".stage[data-stage=input] canvas").bounding_box()
    assert box is not None
    home.mouse.move(box["x"] + box["width"] * 10.5 / 28, box["y"] + box["height"] * 8.5 / 28)
    expect(home.locator("#look")).to_contain_text("input [0, 8, 10]")
    # Worked out by hand: 3 x 3 kernels with a padding of 1, and 2 x 2 pooling.
    assert lit(home, "conv1") == (7, 9, 3, 3)
    assert lit(home, "relu1") == (7, 9, 3, 3)
    assert lit(home, "pool1") == (3, 4, 2, 2)
    assert lit(home, "conv2") == (2, 3, 4, 4)
    assert lit(home, "pool2") == (1, 1, 2, 3)
    assert lit(home, "conv3") == (0, 0, 4, 5)
    expect(home.locator(".stage[data-stage=flatten] .lit-values")).to_have_count(1)
    for stage in ("dense", "softmax"):
        expect(home.locator(f".stage[data-stage={stage}] .all-reached")).to_have_count(1)
    home.mouse.move(box["x"], box["y"] - 60)
    expect(home.locator(".reached, .lit-values, .all-reached")).to_have_count(0)


def test_a_point_of_the_picture_lights_what_its_pixel_reaches(home: Page) -> None:
    box = home.locator("draw-pad canvas").bounding_box()
    assert box is not None
    home.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(home.locator("#look")).to_contain_text("input [0, ")
    expect(home.locator(".stage.reached")).to_have_count(8)
    home.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] + 200)
    expect(home.locator(".stage.reached")).to_have_count(0)


def test_the_keyboard_walks_over_the_pixels(home: Page) -> None:
    open_map(home, "input", 0)
    home.mouse.move(2, 2)
    walked = home.locator("stage-inspector .result big-map")
    walked.press("Home")
    walked.press("PageUp")
    expect(home).to_have_url(re.compile("stage=input&channel=0&row=0&column=0"))
    assert lit(home, "conv1") == (0, 0, 2, 2)
    walked.press("ArrowRight")
    walked.press("ArrowDown")
    expect(home).to_have_url(re.compile("row=1&column=1"))
    assert lit(home, "conv1") == (0, 0, 3, 3)


def test_the_theme_is_in_the_address_and_remembered(home: Page) -> None:
    plain = where(home)
    home.locator("#theme").select_option("dark")
    expect(home).to_have_url(f"{plain}&theme=dark")
    home.goto(plain)
    home.wait_for_selector("body.ready")
    expect(home.locator("html[data-theme=dark]")).to_have_count(1)
    # A link's own theme goes before.
    home.goto(f"{plain}&theme=light")
    home.wait_for_selector("body.ready")
    expect(home.locator("html[data-theme=light]")).to_have_count(1)
    expect(home.locator("#theme")).to_have_value("light")


def test_without_storage_the_theme_can_still_be_chosen(page: Page, address: str, watch: object) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }})"
    )
    page.goto(address)
    page.wait_for_selector("body.ready")
    page.locator("#theme").select_option("dark")
    expect(page.locator("html[data-theme=dark]")).to_have_count(1)


def test_on_paper_the_whole_network_is_on_white(home: Page) -> None:
    home.locator("#theme").select_option("dark")
    open_map(home, "conv1", 2)
    home.emulate_media(media="print")
    home.set_viewport_size({"width": 1047, "height": 718})
    home.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    wait_for_the_layout(home)
    assert len(stage_names(home)) == 12
    for name in ("#theme", "training-slider", "network-options", "#clear"):
        expect(home.locator(name)).to_be_hidden()
    light = "rgb(251, 251, 250)"
    assert home.evaluate("getComputedStyle(document.documentElement).backgroundColor") == light
    for map_box in home.locator("button.map").evaluate_all("all => all.map(e => e.getBoundingClientRect().toJSON())"):
        assert map_box["left"] >= 0 and map_box["right"] <= 1047
    expect(home.locator("cell-ledger [data-total=result]")).to_be_visible()
    home.evaluate("window.dispatchEvent(new Event('afterprint'))")
    home.emulate_media(media="screen")
    expect(home.locator("training-slider")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390])
def test_the_slider_leaves_the_phone_to_the_maps(home: Page, width: int) -> None:
    home.set_viewport_size({"width": width, "height": 844})
    wait_for_the_layout(home)
    box = home.locator("training-slider").bounding_box()
    assert box is not None and box["height"] <= 60
    for target in home.locator("training-slider :is(button, input)").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().toJSON())"
    ):
        assert target["width"] >= 24 and target["height"] >= 24
