"""How a photo is fitted, and which part of it is taken: with the pointer, by keyboard, and after a reload."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import choose, wait_for_the_run_of
from tests.browser.states import PICTURE, a_photo, ready

pytestmark = pytest.mark.browser


def expect_run(page: Page, query: str = "") -> None:
    """The page shows the run that the API makes of the same file in this way."""
    expect(page).to_have_url(re.compile("model=pets"))
    run = wait_for_the_run_of(page, PICTURE, query)
    expect(page.locator("#answer")).to_have_text(run["predictions"][0]["class"])


def expect_sides(page: Page, *sides: int) -> None:
    """The box in the fields: they follow a run when it is shown."""
    for name, side in zip(("Left", "Top", "Width", "Height"), sides, strict=True):
        expect(page.get_by_label(name, exact=True)).to_have_value(str(side))


def type_side(page: Page, side: str, value: str) -> None:
    page.get_by_label(side, exact=True).fill(value)
    page.get_by_label(side, exact=True).press("Enter")


def outlined(page: Page) -> list[float]:
    """What is not shaded on the sheet, in pixels of the picture: left, top, width and height."""
    path = page.locator("sheet-frames .unseen").get_attribute("d") or ""
    left, top, width, height = re.findall(r"[-\d.]+", path.split("Z")[1])[:4]
    return [float(each) for each in (left, top, width, height)]


def test_each_way_to_fit_a_photo_is_the_run_that_the_api_makes(home: Page) -> None:
    a_photo(home)
    expect(home.get_by_label("Fit")).to_have_value("stretch")
    expect_run(home)
    for way in ("crop", "pad", "stretch"):
        home.get_by_label("Fit").select_option(way)
        expect_run(home, f"?fit={way}")
        expect(home.get_by_label("Fit")).to_have_value(way)


def test_a_box_that_is_drawn_is_what_the_network_sees(home: Page) -> None:
    a_photo(home)
    home.get_by_role("button", name="Crop…").click()
    box = home.locator("crop-box").bounding_box()
    assert box is not None
    # The photo of 240 x 160 pixels fills the width of the sheet, in its middle.
    pixel = box["width"] / 240
    top = box["y"] + (box["height"] - 160 * pixel) / 2
    home.mouse.move(box["x"] + 180.5 * pixel, top + 120.5 * pixel)
    home.mouse.down()
    home.mouse.move(box["x"] + 60.5 * pixel, top - 30, steps=5)
    home.mouse.up()
    expect(home.locator("preprocessing-steps")).to_contain_text("121×121")
    expect_sides(home, 60, 0, 121, 121)
    expect_run(home, "?crop=60,0,121,121")
    assert outlined(home) == [60, 0, 121, 121]
    # A click is no box.
    home.mouse.click(box["x"] + 9, box["y"] + box["height"] / 2)
    expect_sides(home, 60, 0, 121, 121)
    home.go_back()
    expect_run(home)
    expect_sides(home, 0, 0, 240, 160)
    home.go_forward()
    expect_run(home, "?crop=60,0,121,121")
    expect_sides(home, 60, 0, 121, 121)


def test_a_part_is_chosen_by_keyboard_and_never_lies_outside(home: Page) -> None:
    a_photo(home)
    home.get_by_role("button", name="Crop…").press("Enter")
    type_side(home, "Left", "200")  # what is to the right of it goes with it
    expect_run(home, "?crop=200,0,40,160")
    type_side(home, "Top", "-7")
    type_side(home, "Height", "3.6")
    expect_run(home, "?crop=200,0,40,4")
    type_side(home, "Width", "0")
    expect_run(home, "?crop=200,0,1,4")
    expect_sides(home, 200, 0, 1, 4)
    home.get_by_role("button", name="Whole photo").press("Enter")
    expect_run(home)
    expect(home.get_by_role("button", name="Whole photo")).to_be_disabled()


def test_what_is_being_typed_stays_when_the_run_before_arrives(home: Page) -> None:
    a_photo(home)
    home.get_by_role("button", name="Crop…").click()
    # A route that is not handled waits until it is taken away.
    home.route("**/models/pets/runs*", lambda route: None)
    with home.expect_request("**/models/pets/runs*"):
        type_side(home, "Left", "140")
    home.get_by_label("Height", exact=True).fill("40")
    home.unroute("**/models/pets/runs*")
    expect_run(home, "?crop=140,0,100,160")
    expect_sides(home, 140, 0, 100, 40)
    home.get_by_label("Height", exact=True).press("Enter")
    expect_run(home, "?crop=140,0,100,40")
    expect_sides(home, 140, 0, 100, 40)


def test_after_a_reload_the_part_that_was_taken_is_the_picture(home: Page) -> None:
    a_photo(home)
    home.get_by_role("button", name="Crop…").click()
    type_side(home, "Left", "140")
    expect_run(home, "?crop=140,0,100,160")
    home.reload()
    expect_run(home, "?crop=140,0,100,160")
    assert outlined(home) == [140, 0, 100, 160]
    assert home.locator("sheet-frames svg").get_attribute("viewBox") == "140 0 100 160"
    home.get_by_role("button", name="Crop…").click()
    expect_sides(home, 0, 0, 100, 160)


def test_the_part_stays_for_other_models_that_take_photos_and_goes_with_another_photo(home: Page) -> None:
    a_photo(home)
    home.get_by_role("button", name="Crop…").click()
    type_side(home, "Left", "140")
    expect_run(home, "?crop=140,0,100,160")
    home.locator("model-chooser a[href*=objects]").click()
    expect(home.locator(".stage[data-stage=input]")).to_contain_text("3×32×32")
    ready(home)
    expect_sides(home, 140, 0, 100, 160)
    home.locator("model-chooser a[href*=digits]").click()
    expect(home.locator("photo-fitting")).to_be_hidden()
    expect(home.locator("crop-box")).to_be_hidden()
    home.locator("model-chooser a[href*=pets]").click()
    expect_run(home, "?crop=140,0,100,160")
    choose(home, PICTURE)
    expect_run(home)
    expect_sides(home, 0, 0, 240, 160)
