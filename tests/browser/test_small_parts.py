"""More classes than there is room for, and maps of one cell: all of them can be found, and hit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from model.onnx_file import write
from tests.browser.conftest import SERVE_A_MODEL_MORE, Watch, serve
from tests.browser.driving import open_map, photo
from tests.browser.photo_models import network

pytestmark = pytest.mark.browser

BOXES = "all => all.map(each => each.getBoundingClientRect().toJSON())"
CLASSES = {"thousand": 1000, "three": 3}


@pytest.fixture(scope="module")
def own_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server listens that has a model with a thousand classes and one with three, besides those that ship."""
    folder = tmp_path_factory.mktemp("models")
    paths: list[Path] = []
    for name, classes in CLASSES.items():
        metadata = {
            "title": name,
            "classes": [f"c{number}" for number in range(classes)],
            "preprocessing": [
                {"step": "rgb"},
                {"step": "fit", "rows": 32, "columns": 32, "how": "crop"},
                {"step": "resize", "rows": 32, "columns": 32},
            ],
        }
        paths.append(folder / f"{name}.onnx")
        paths[-1].write_bytes(write(network(32, ((8,), (8,)), classes), metadata))
    yield from serve(["-c", SERVE_A_MODEL_MORE, ",".join(map(str, paths))])


@pytest.fixture
def own(page: Page, own_address: str) -> Iterator[Page]:
    watch = Watch(page, own_address)
    page.goto(own_address)
    page.wait_for_selector("body.ready")
    yield page
    assert watch.wrong == []


def choose(page: Page, model: str) -> None:
    """A model with one picture, and no sample of its own before it."""
    page.route("**/api/v1/samples", lambda route: route.fulfill(json={"samples": []}))
    page.locator(f"model-chooser a[href*={model}]").click()
    page.wait_for_selector("photo-sheet[data-empty]:visible")
    page.locator("#file").set_input_files({"name": "photo.png", "mimeType": "image/png", "buffer": photo()})
    page.wait_for_selector("body.ready:not(.waiting) .share.best")
    expect(page.locator("#answer")).to_have_text(page.locator(".share.best .class").inner_text())


def shown(page: Page) -> list[int]:
    channels: list[str] = page.locator(".share").evaluate_all("all => all.map(each => each.dataset.channel)")
    return [int(channel) for channel in channels]


@pytest.mark.parametrize(("width", "height", "inspected"), [(1440, 900, False), (1366, 768, True), (390, 844, False)])
def test_of_a_thousand_classes_the_likeliest_come_first_and_all_can_be_seen(
    own: Page, width: int, height: int, inspected: bool
) -> None:
    own.set_viewport_size({"width": width, "height": height})
    choose(own, "thousand")
    if inspected:
        open_map(own, "conv1", 0)
    run = own.evaluate("new URLSearchParams(location.search).get('run')")
    predictions = own.request.get(f"{own.url.split('?')[0]}api/v1/runs/{run}").json()["predictions"]
    first = shown(own)
    assert 10 <= len(first) <= 32
    assert [f"c{channel}" for channel in first] == [each["class"] for each in predictions[: len(first)]]
    assert own.locator(".share").first.evaluate("each => each.classList.contains('best')")
    name = own.locator(".share.best .class")
    assert name.evaluate("each => each.scrollWidth <= each.clientWidth"), "the winner's name is whole"
    if width > 900:
        view = own.locator("network-view").bounding_box()
        assert view is not None
        boxes = own.locator(".share").evaluate_all(BOXES)
        assert all(view["y"] <= box["top"] and box["bottom"] <= view["y"] + view["height"] + 0.5 for box in boxes)
        assert all(above["bottom"] <= below["top"] + 0.5 for above, below in pairwise(boxes))
    pager = own.locator(".block:has([data-stage=softmax]) .pager")
    expect(pager).to_contain_text(f"{len(first)} of 1000")
    assert "classes" in (pager.get_attribute("aria-label") or "")
    pager.click()
    second = shown(own)
    assert [f"c{channel}" for channel in second] == [each["class"] for each in predictions[len(first) : 2 * len(first)]]


def test_the_chosen_class_of_a_link_is_in_sight(own: Page) -> None:
    choose(own, "thousand")
    hidden = next(channel for channel in range(1000) if channel not in shown(own))
    own.goto(f"{own.url}&stage=softmax&channel={hidden}&row=0&column=0")
    own.wait_for_selector("stage-inspector[data-stage=softmax]:visible")
    expect(own.locator(".share.chosen")).to_have_attribute("data-channel", str(hidden))


@pytest.mark.parametrize("width", [390, 1024, 1366])
def test_maps_of_one_cell_are_large_enough_to_be_hit(own: Page, width: int) -> None:
    own.set_viewport_size({"width": width, "height": 768})
    choose(own, "three")
    boxes = own.locator(".stage[data-stage=average] button.map").evaluate_all(BOXES)
    assert len(boxes) > 1 and all(box["width"] >= 24 and box["height"] >= 24 for box in boxes)
