"""Links: each is drawn as wide as what its source adds to the map, for every op, with the pointer and the keyboard."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page

from model.tensor import Array
from tests.browser.driving import values_of
from tests.browser.op_models import network

pytestmark = pytest.mark.browser

WIDEST = 3
LINKS = """all => all.map(each => [each.dataset.source, each.dataset.reader,
    Number(each.getAttribute('stroke-width')), each.style.stroke])"""


def links(page: Page) -> dict[tuple[str, str], tuple[float, str]]:
    """(source, reader), such as ("conv1 3", "norm 3"): width and colour; once the weights are known."""
    page.wait_for_function(
        """() => { const all = [...document.querySelectorAll('.looked-at path')];
        return all.length > 0 && all.every(each => each.style.stroke !== ''); }"""
    )
    found = page.locator(".looked-at path").evaluate_all(LINKS)
    return {(source, reader): (width, colour) for source, reader, width, colour in found}


def added(run: dict[str, Array], stage: str, place: int, channel: int, to: int) -> Array:
    """What one channel of an input adds to one of `stage`: with all others zero, less with all zero."""
    own = network()[stage]
    zeros = [np.zeros_like(run[name])[None] for name in own.inputs]
    alone = [each.copy() for each in zeros]
    alone[place][0, channel] = run[own.inputs[place]][channel]
    difference: Array = own.layer.forward(*alone)[0, to] - own.layer.forward(*zeros)[0, to]
    return difference


def expect_links_to(page: Page, run: dict[str, Array], stage: str, to: int) -> int:
    """Compares the links to a map with what the engine's own layer makes of each source; how many there are."""
    own = network()[stage]
    sizes, signs = {}, {}
    for place, name in enumerate(own.inputs):
        for channel in range(len(run[name])):
            cells = added(run, stage, place, channel, to)
            if np.any(cells) or name != own.inputs[0]:
                sizes[f"{name} {channel}"] = float(np.abs(cells).mean())
                signs[f"{name} {channel}"] = float(cells.mean())
    drawn = {source: each for (source, reader), each in links(page).items() if reader == f"{stage} {to}"}
    largest = max(sizes.values(), default=0) or 1
    for source, (width, _) in drawn.items():
        assert width == pytest.approx(WIDEST * sizes.get(source, 0) / largest, abs=0.006), (stage, source)
    assert {source for source, size in sizes.items() if size > 0} <= set(drawn)
    for sign in (1, -1):
        # One colour for what speaks for the map, one for what speaks against it.
        assert len({colour for source, (_, colour) in drawn.items() if sign * signs.get(source, 0) > 0}) <= 1
    return len(drawn)


def map_of(page: Page, stage: str, channel: int) -> Locator:
    return page.locator(f".stage[data-stage={stage}] button.map[data-channel='{channel}']")


@pytest.fixture
def run(ops_home: Page) -> dict[str, Any]:
    """The values of every stage, of the photo that was given."""
    return {name: values_of(ops_home, name) for name in network().shapes}


def test_links_are_as_wide_as_what_is_added_for_every_op(ops_home: Page, run: dict[str, Any]) -> None:
    """Dilated and grouped convolutions, normalisation, means, a sum of two sources, joined channels, dense values."""
    for stage, to, count in (
        ("conv1", 2, 3),
        ("norm", 5, 1),
        ("relu1", int(run["relu1"].sum(axis=(1, 2)).argmax()), 1),
        ("depthwise", 3, 1),
        ("mean1", 3, 1),
        ("add", 1, 2),
        ("join", 2, 1),
        ("join", 11, 1),
        ("average", 9, 1),
        ("flatten", 13, 1),
        ("dense", 1, 16),
    ):
        ops_home.locator("h1").hover()
        map_of(ops_home, stage, to).hover()
        assert expect_links_to(ops_home, run, stage, to) == count, stage


def test_joined_channels_come_from_the_right_source(ops_home: Page, run: dict[str, Any]) -> None:
    map_of(ops_home, "join", 11).hover()
    assert [source for source, reader in links(ops_home) if reader == "join 11"] == ["mean1 3"]
    ops_home.locator("h1").hover()
    map_of(ops_home, "mean1", 3).hover()
    readers = [reader for source, reader in links(ops_home) if source == "mean1 3"]
    assert sorted(readers) == ["add 3", "join 11"]


def test_links_to_a_probability_are_the_exponentials_in_its_sum(ops_home: Page, run: dict[str, Any]) -> None:
    ops_home.locator("button.share").nth(0).hover()
    drawn = {source: each for (source, _), each in links(ops_home).items()}
    exponentials = np.exp(run["dense"] - run["dense"].max())
    for channel, value in enumerate(exponentials):
        assert drawn[f"dense {channel}"][0] == pytest.approx(WIDEST * value / exponentials.max(), abs=0.006)
    # Its own speaks for it, the others against it.
    assert drawn["dense 0"][1] != drawn["dense 1"][1] == drawn["dense 2"][1]


def test_the_keyboard_has_the_links_too(ops_home: Page, run: dict[str, Any]) -> None:
    map_of(ops_home, "add", 4).focus()
    assert expect_links_to(ops_home, run, "add", 4) == 2
    ops_home.keyboard.press("ArrowRight")
    stage, to = ops_home.evaluate(
        "() => [document.activeElement.closest('.stage').dataset.stage, Number(document.activeElement.dataset.channel)]"
    )
    assert stage == "join" and expect_links_to(ops_home, run, stage, to) == 1


def test_a_value_of_a_strip_links_to_its_map_and_to_what_it_adds_to_each_class(home: Page) -> None:
    """The pointer is at one value of the 784, the keyboard at all of them."""
    strip = home.locator(".stage[data-stage=flatten] canvas")
    box = strip.bounding_box()
    assert box is not None
    down, across = strip.evaluate("each => [each.height, each.width]")
    index = int(np.abs(values_of(home, "flatten")).argmax())
    x = box["x"] + (index // down + 0.5) * box["width"] / across
    home.mouse.move(x, box["y"] + (index % down + 0.5) * box["height"] / down)
    drawn = links(home)
    assert ("relu3 " + str(index // 49), "flatten " + str(index)) in drawn
    base = home.url.split("/?")[0]
    answer = home.request.get(f"{base}/api/v1/models/digits/stages/dense/parameters")
    weight = np.array(answer.json()["parameters"]["weight"])[:, index]
    for channel, each in enumerate(weight):
        width, _ = drawn[(f"flatten {index}", f"dense {channel}")]
        assert width == pytest.approx(WIDEST * abs(each) / np.abs(weight).max(), abs=0.006)
    home.locator("h1").hover()
    home.locator(".stage[data-stage=flatten] button.map").focus()
    drawn = links(home)
    sizes = np.abs(values_of(home, "relu3")).mean(axis=(1, 2))
    for channel, size in enumerate(sizes):
        width, _ = drawn[(f"relu3 {channel}", "flatten")]
        assert width == pytest.approx(WIDEST * size / sizes.max(), abs=0.006)
