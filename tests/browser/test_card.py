"""The model's card: a dialog with the figures of the model's own card, for keyboard, phone and models without one."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import open_map, wait_for_the_layout

pytestmark = pytest.mark.browser


def open_card(page: Page) -> Locator:
    page.get_by_role("button", name="About this model").click()
    card = page.get_by_role("dialog")
    expect(card).to_be_visible()
    return card


def model_of(page: Page, name: str) -> dict[str, Any]:
    model: dict[str, Any] = page.request.get(f"{page.url.split('?')[0]}api/v1/models/{name}").json()
    return model


def fact(card: Locator, name: str) -> Locator:
    return card.locator(f"dt:text-is('{name}') + dd")


def test_the_card_says_the_figures_of_the_test(home: Page) -> None:
    model = model_of(home, "digits")
    test = model["card"]["test"]
    card = open_card(home)
    low, high = test["interval"]
    expect(fact(card, "Accuracy")).to_have_text(
        f"{100 * test['accuracy']:.2f} % of the {test['images']:,} test images: {test['correct']:,} right; "
        f"95 % interval {100 * low:.2f} % to {100 * high:.2f} %"
    )
    expect(fact(card, "Reliability error")).to_contain_text(f"{100 * test['calibration_error']:.2f} %")
    expect(fact(card, "Limits")).to_have_text(model["card"]["limits"])
    expect(fact(card, "Size")).to_have_text("11,418 parameters, 402,976 multiply-adds a picture")
    expect(fact(card, "Trained on")).to_have_text(model["card"]["data"])
    expect(fact(card, "Time")).to_contain_text("min")
    rows = card.locator(".confusion tbody tr")
    expect(rows).to_have_count(10)
    for name, row, counts in zip(model["classes"], rows.all(), test["confusion"], strict=True):
        expect(row.locator("td")).to_have_text(
            [f"{count:,}" for count in counts] + [f"{100 * test['recall'][name]:.2f} %"]
        )


def test_escape_closes_the_card_alone_and_the_focus_comes_back(home: Page) -> None:
    open_map(home, "conv1", 2)
    card = open_card(home)
    assert home.evaluate("document.activeElement.closest('dialog') !== null")
    home.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(home.get_by_role("button", name="About this model")).to_be_focused()
    expect(home.locator("stage-inspector")).to_be_visible()
    open_card(home).get_by_role("button", name="Close").click()
    expect(card).to_be_hidden()
    open_card(home)
    home.mouse.click(4, 400)
    expect(card).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390])
def test_the_card_fits_a_phone(home: Page, width: int) -> None:
    home.set_viewport_size({"width": width, "height": 700})
    card = open_card(home)
    wait_for_the_layout(home)
    assert card.evaluate("card => card.scrollWidth <= card.clientWidth")
    assert home.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    expect(card.get_by_role("button", name="Close")).to_be_in_viewport(ratio=1)


def test_a_model_without_a_card_has_what_is_known(photo_home: Page) -> None:
    card = open_card(photo_home)
    expect(card.get_by_role("heading", name="Cat or dog")).to_be_visible()
    expect(card).to_contain_text("This model came without a card")
    expect(fact(card, "Size")).to_contain_text("parameters")
    expect(card.locator(".confusion")).to_have_count(0)
    expect(card.locator("dt")).to_have_text(["Size"])


def test_figures_of_the_validation_images_are_called_that(home: Page) -> None:
    model = model_of(home, "digits")
    model["card"] |= {"measured_on": "validation"}
    del model["card"]["test"]
    home.route("**/api/v1/models/digits", lambda route: route.fulfill(json=model))
    home.reload()
    home.wait_for_selector("body.ready")
    card = open_card(home)
    expect(fact(card, "Accuracy")).to_contain_text("validation images, which also chose its best epoch")
    expect(card.get_by_role("heading", level=3)).to_have_text("What it takes for what, of the validation images")
