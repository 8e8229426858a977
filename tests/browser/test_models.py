"""Choosing a model: the picture goes along, the address says which, Back works, and no view is of two models."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.driving import (
    THREE,
    draw,
    give,
    in_address,
    open_map,
    photo,
    stage_names,
    wait_for_the_last_stroke,
    wait_for_the_ledger,
    where,
)
from tests.browser.views import wait_until_quiet

pytestmark = pytest.mark.browser

CREDIT = "By nobody, made for this test."


def choose_model(page: Page, title: str) -> None:
    page.get_by_role("navigation", name="Models").get_by_role("link", name=title).click()


def model_of_run(page: Page) -> str:
    """The model of the run in the address, as the server knows it."""
    model: str = page.request.get(f"{page.url.split('?')[0]}api/v1/runs/{in_address(page, 'run')}").json()["model"]
    return model


def test_a_photo_goes_through_each_model_that_is_chosen(photo_home: Page) -> None:
    expect(photo_home.locator("draw-pad")).to_be_hidden()
    expect(photo_home.locator("#clear")).to_be_hidden()
    assert model_of_run(photo_home) == "animals"
    assert len(stage_names(photo_home)) == 22
    choose_model(photo_home, "Ten things")
    expect(photo_home.locator("button.share")).to_have_count(10)
    assert in_address(photo_home, "model") == model_of_run(photo_home) == "things"
    expect(photo_home.locator("preprocessing-steps .size").first).to_have_text("240×160")
    choose_model(photo_home, "Handwritten digits")
    expect(photo_home.locator("draw-pad")).to_be_visible()
    expect(photo_home.locator("photo-sheet")).to_be_hidden()
    assert in_address(photo_home, "model") == model_of_run(photo_home) == "digits"
    # The file itself went through, not a copy of what was shown.
    expect(photo_home.locator("preprocessing-steps .size").first).to_have_text("240×160")


def test_the_chosen_model_is_in_sight_on_a_phone(photo_home: Page) -> None:
    photo_home.set_viewport_size({"width": 390, "height": 844})
    photo_home.reload()
    photo_home.wait_for_selector("body.ready")
    for name in photo_home.locator("model-chooser a").all_inner_texts():
        photo_home.locator("model-chooser").get_by_role("link", name=name).click()
        link = photo_home.locator("model-chooser [aria-current]")
        expect(link).to_have_text(name)
        left, right = link.evaluate("each => [each.getBoundingClientRect().left, each.getBoundingClientRect().right]")
        assert left >= 0 and right <= 390


def test_back_and_forward_go_through_the_models(photo_home: Page) -> None:
    animals = where(photo_home)
    choose_model(photo_home, "Ten things")
    expect(photo_home.locator("button.share")).to_have_count(10)
    things = where(photo_home)
    open_map(photo_home, "conv1", 2)
    photo_home.go_back()
    expect(photo_home.locator("stage-inspector")).to_be_hidden()
    expect(photo_home).to_have_url(things)
    photo_home.go_back()
    expect(photo_home.locator("button.share")).to_have_count(2)
    expect(photo_home).to_have_url(animals)
    expect(photo_home.locator("model-chooser [aria-current]")).to_have_text("Cat or dog")
    photo_home.go_forward()
    expect(photo_home.locator("button.share")).to_have_count(10)
    expect(photo_home).to_have_url(things)
    # After Back the picture is still the file that was given.
    choose_model(photo_home, "Handwritten digits")
    expect(photo_home.locator("draw-pad")).to_be_visible()
    expect(photo_home.locator("preprocessing-steps .size").first).to_have_text("240×160")


def test_a_link_to_a_run_of_a_photo_gives_the_same_view(photo_home: Page) -> None:
    open_map(photo_home, "pool2", 1)
    before = where(photo_home), photo_home.locator("cell-ledger .trail [aria-current]").inner_text()
    answer = photo_home.locator("#answer").inner_text()
    photo_home.reload()
    wait_for_the_ledger(photo_home)
    assert (where(photo_home), photo_home.locator("cell-ledger .trail [aria-current]").inner_text()) == before
    expect(photo_home.locator("#answer")).to_have_text(answer)
    expect(photo_home.locator("photo-sheet[data-empty]")).to_have_count(0)


def test_a_drawing_goes_to_a_photo_model_and_comes_back(page: Page, photo_address: str, photo_watch: Watch) -> None:
    page.route("**/api/v1/samples", lambda route: route.fulfill(json={"samples": []}))
    page.goto(photo_address)
    page.wait_for_selector("body.ready")
    page.locator("#clear").click()
    draw(page, THREE)
    page.mouse.up()
    expect(page.locator("#answer")).to_have_text("3")
    wait_for_the_last_stroke(page)
    run = in_address(page, "run")
    choose_model(page, "Cat or dog")
    expect(page.locator("button.share")).to_have_count(2)
    expect(page.locator("preprocessing-steps .size").first).to_have_text("280×280")
    choose_model(page, "Handwritten digits")
    expect(page.locator("#answer")).to_have_text("3")
    assert in_address(page, "run") == run


def test_photos_to_try_are_offered_where_they_suit(page: Page, photo_address: str, photo_watch: Watch) -> None:
    samples = [
        {"id": "a", "title": "A", "credit": CREDIT, "models": ["animals"], "url": "/api/v1/samples/a.png"},
        {"id": "b", "title": "B", "credit": CREDIT, "models": ["things"], "url": "/api/v1/samples/b.png"},
        {"id": "c", "title": "C", "credit": CREDIT, "models": ["animals"], "url": "/api/v1/samples/c.png"},
    ]
    page.route("**/api/v1/samples", lambda route: route.fulfill(json={"samples": samples}))
    sizes = {"a": (90, 90), "b": (91, 91), "c": (92, 70)}
    page.route(
        "**/api/v1/samples/*.png",
        lambda route: route.fulfill(body=photo(sizes[route.request.url[-5]]), content_type="image/png"),
    )
    page.goto(photo_address)
    page.wait_for_selector("body.ready")
    expect(page.locator("photo-samples")).to_be_hidden()
    # The drawing at the start is not the person's: a model for photos begins with a photo.
    choose_model(page, "Cat or dog")
    expect(page.locator("preprocessing-steps .size").first).to_have_text("90×90")
    expect(page.locator("photo-samples button")).to_have_count(2)
    assert CREDIT in (page.locator("photo-samples button").first.get_attribute("title") or "")
    page.get_by_role("button", name="Try: C").click()
    expect(page.locator("preprocessing-steps .size").first).to_have_text("92×70")
    choose_model(page, "Ten things")
    expect(page.locator("preprocessing-steps .size").first).to_have_text("91×91")
    choose_model(page, "Handwritten digits")
    expect(page.locator("#answer")).to_have_text("2")


def test_a_sample_that_comes_late_does_not_take_the_place_of_a_file(
    page: Page, photo_address: str, photo_watch: Watch
) -> None:
    sample = {"id": "a", "title": "A", "credit": CREDIT, "models": ["animals"], "url": "/api/v1/samples/a.png"}
    page.route("**/api/v1/samples", lambda route: route.fulfill(json={"samples": [sample]}))
    held: list[Route] = []
    page.route("**/api/v1/samples/a.png", lambda route: held.append(route))
    with page.expect_request("**/api/v1/samples/a.png"):
        page.goto(f"{photo_address}/?model=animals")
    give(page, photo())
    held[0].fulfill(body=photo((90, 90)), content_type="image/png")
    wait_until_quiet(page)
    expect(page.locator("preprocessing-steps .size").first).to_have_text("240×160")


def test_without_photos_to_try_there_is_a_place_to_drop_one(page: Page, photo_address: str) -> None:
    # As with a server that has no photos to offer.
    page.route("**/api/v1/samples", lambda route: route.fulfill(status=404, json={"detail": "There is nothing here."}))
    page.goto(f"{photo_address}/?model=animals")
    expect(page.locator("photo-sheet .hint")).to_be_visible()
    expect(page.locator("photo-samples button")).to_have_count(0)
    expect(page.locator("#failure")).to_be_hidden()
    assert len(stage_names(page)) == 22
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Choose a photo").click()
    chosen.value.set_files({"name": "photo.png", "mimeType": "image/png", "buffer": photo()})
    expect(page.locator("photo-sheet .hint")).to_be_hidden()
    page.wait_for_selector("body.ready")


def test_the_last_of_quick_choices_is_what_is_shown(photo_home: Page) -> None:
    delays = iter([0.5, 0.3, 0.0, 0.2])

    def slowly(route: Route) -> None:
        time.sleep(next(delays, 0.0))
        route.continue_()

    photo_home.route("**/models/*/runs", slowly)
    for title in ("Ten things", "Handwritten digits", "Cat or dog", "Ten things"):
        choose_model(photo_home, title)
    expect(photo_home.locator("button.share")).to_have_count(10)
    wait_until_quiet(photo_home)
    expect(photo_home.locator("model-chooser [aria-current]")).to_have_text("Ten things")
    assert model_of_run(photo_home) == in_address(photo_home, "model") == "things"
    expect(photo_home.locator("button.share")).to_have_count(10)
    expect(photo_home.locator("#failure")).to_be_hidden()


def test_a_model_that_fails_leaves_the_old_view_marked_as_old(photo_home: Page, photo_watch: Watch) -> None:
    photo_watch.allow("ERR_FAILED")
    photo_home.route("**/models/things/runs", lambda route: route.abort())
    choose_model(photo_home, "Ten things")
    expect(photo_home.locator("#failure")).to_contain_text("The server does not answer")
    expect(photo_home.locator("body.stale")).to_have_count(1)
    photo_home.unroute("**/models/things/runs")
    photo_home.get_by_role("button", name="Try again").click()
    expect(photo_home.locator("button.share")).to_have_count(10)
    expect(photo_home.locator("body.stale")).to_have_count(0)


def test_an_unknown_model_is_told(page: Page, photo_address: str, photo_watch: Watch) -> None:
    photo_watch.allow("status of 404")
    page.goto(f"{photo_address}/?model=nothing")
    expect(page.locator("#notice")).to_contain_text("There is no model `nothing`; there are: animals, digits, things")
    expect(page.locator("#answer")).to_have_text("2")
    expect(page.locator("#failure")).to_be_hidden()
