"""Long networks with many maps: a page of each block, crisp, sorted, counted, with true ranges and true links."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.driving import give, in_address, open_map, photo, wait_for_the_layout, where

pytestmark = pytest.mark.browser

BOXES = "all => all.map(each => each.getBoundingClientRect().toJSON())"


def stages_of(page: Page) -> dict[str, Any]:
    """The run in the address, by stage, as the server tells it."""
    run = page.evaluate("new URLSearchParams(location.search).get('run')")
    answer = page.request.get(f"{page.url.split('?')[0]}api/v1/runs/{run}?include=values").json()
    return {stage["name"]: stage | {"values": np.array(stage["values"])} for stage in answer["stages"]}


def channels(page: Page, stage: str) -> list[int]:
    """The channels that are shown of a stage, in the order in which they are shown."""
    return [
        int(channel)
        for channel in page.locator(f".stage[data-stage={stage}] button.map").evaluate_all(
            "all => all.map(each => each.dataset.channel)"
        )
    ]


def test_the_whole_network_is_on_one_screen(photo_home: Page) -> None:
    view = photo_home.locator("network-view")
    box = view.bounding_box()
    assert box is not None
    assert view.evaluate("each => each.scrollWidth <= each.clientWidth")
    boxes = photo_home.locator("button.map").evaluate_all(BOXES)
    for each in boxes:
        assert each["left"] >= box["x"] - 0.5 and each["right"] <= box["x"] + box["width"] + 0.5
        assert each["top"] >= box["y"] and each["bottom"] <= box["y"] + box["height"] + 0.5
    for index, a in enumerate(boxes):
        for b in boxes[index + 1 :]:
            beside = a["right"] <= b["left"] + 0.5 or b["right"] <= a["left"] + 0.5
            assert beside or a["bottom"] <= b["top"] + 0.5 or b["bottom"] <= a["top"] + 0.5
    words = photo_home.locator(".about .names, .about .shapes").evaluate_all(BOXES)
    for index, a in enumerate(words):
        for b in words[index + 1 :]:
            beside = a["right"] <= b["left"] + 0.5 or b["right"] <= a["left"] + 0.5
            assert beside or a["bottom"] <= b["top"] + 0.5 or b["bottom"] <= a["top"] + 0.5, "words over words"
    fonts = photo_home.locator(".about *, .share *").evaluate_all(
        "all => all.map(each => parseFloat(getComputedStyle(each).fontSize))"
    )
    assert min(fonts) >= 12


def test_nothing_is_cut_off_over_the_open_inspector(photo_home: Page) -> None:
    photo_home.set_viewport_size({"width": 1440, "height": 860})  # too low for the picture and its three planes
    open_map(photo_home, "conv3", 0)
    expect(photo_home.locator("canvas.whole")).to_be_hidden()
    wait_for_the_layout(photo_home)
    bottom = photo_home.locator("network-view").evaluate("each => each.getBoundingClientRect().bottom")
    boxes = photo_home.locator(".stage canvas:visible").evaluate_all(BOXES)
    assert len(boxes) > 50 and max(each["bottom"] for each in boxes) <= bottom + 0.5
    # The planes are what the network reads; the picture in its colours goes first.
    assert channels(photo_home, "input") == [0, 1, 2]
    photo_home.keyboard.press("Escape")
    expect(photo_home.locator("canvas.whole")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "height"), [(320, 700), (390, 844), (900, 800), (1100, 700), (1440, 900), (2560, 1300)]
)
def test_every_cell_is_a_whole_number_of_pixels(photo_home: Page, width: int, height: int) -> None:
    photo_home.set_viewport_size({"width": width, "height": height})
    wait_for_the_layout(photo_home)
    assert photo_home.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    sizes = photo_home.locator(".stage[data-kind=maps] canvas, .stage[data-kind=strip] canvas").evaluate_all(
        "all => all.map(each => [each.width, each.height, each.clientWidth, each.clientHeight])"
    )
    for columns, rows, shown_width, shown_height in sizes:
        assert shown_width % columns == 0 and shown_height % rows == 0


def test_labels_say_the_true_shapes_and_counts(photo_home: Page) -> None:
    stages = stages_of(photo_home)
    block = photo_home.locator(".block:has([data-stage=conv5])")
    assert stages["conv5"]["shape"] == [48, 16, 16] and stages["pool3"]["shape"] == [48, 8, 8]
    expect(block.locator(".shapes")).to_have_text("48×16×16 → 8×8")
    shown = channels(photo_home, "conv5")
    expect(block.locator(".pager")).to_have_text(f"{len(shown)} of 48 ›")
    assert channels(photo_home, "relu5") == channels(photo_home, "pool3") == shown


def test_the_maps_are_those_of_their_labels_in_every_order(photo_home: Page, photo_watch: Watch) -> None:
    photo_watch.allow("willReadFrequently")
    base = photo_home.url.split("?")[0]
    run = photo_home.evaluate("new URLSearchParams(location.search).get('run')")
    stages = stages_of(photo_home)
    for order in ("strength", "channel"):
        photo_home.get_by_role("combobox", name="Maps").select_option(order)
        strengths = np.abs(stages["pool2"]["values"]).mean(axis=(1, 2))
        shown = channels(photo_home, "pool2")
        if order == "channel":
            assert shown == list(range(len(shown)))
        else:
            assert np.all(np.diff(strengths[shown]) <= 1e-6) and set(shown) == set(np.argsort(-strengths)[: len(shown)])
        for stage, slot in (("input", 1), ("conv1", 2), ("pool2", 4), ("relu7", 0)):
            button = photo_home.locator(f".stage[data-stage={stage}] button.map").nth(slot)
            pixels = button.locator("canvas").evaluate(
                "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 < 3)"
            )
            channel = channels(photo_home, stage)[slot]
            label = "input, G" if stage == "input" else f"{stage}, map {channel} of {len(stages[stage]['values'])}"
            expect(button).to_have_attribute("aria-label", label)
            answer = photo_home.request.get(f"{base}api/v1/runs/{run}/stages/{stage}/maps/{channel}.png")
            assert list(Image.open(io.BytesIO(answer.body())).convert("RGB").tobytes()) == pixels
    assert in_address(photo_home, "order") == "channel"


def test_the_picture_is_shown_in_the_colours_that_the_network_saw(photo_home: Page) -> None:
    pixels = photo_home.locator(".stage[data-stage=input] canvas.whole").evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 < 3)"
    )
    expect(photo_home.locator("preprocessing-steps .size").first).to_have_text("240×160")
    address = photo_home.locator("preprocessing-steps img").last.get_attribute("src")
    seen = photo_home.request.get(f"{photo_home.url.split('/?')[0]}{address}")
    assert list(Image.open(io.BytesIO(seen.body())).convert("RGB").tobytes()) == pixels


def test_every_map_can_be_reached_by_turning_pages(photo_home: Page) -> None:
    block = photo_home.locator(".block:has([data-stage=conv6])")
    seen: set[int] = set()
    size = len(channels(photo_home, "conv6"))
    for _ in range(-(-48 // size)):
        seen |= set(channels(photo_home, "conv6"))
        block.locator(".pager").click()
    assert seen == set(range(48))
    expect(block.locator(".pager")).to_have_text(f"{size} of 48 ›")
    photo_home.locator("[data-stage=conv6] button.map").first.focus()
    first = channels(photo_home, "conv6")
    photo_home.keyboard.press("PageDown")
    assert not set(first) & set(channels(photo_home, "conv6")[:3])
    photo_home.keyboard.press("PageUp")
    assert channels(photo_home, "conv6") == first


def test_the_selected_map_is_in_sight(photo_home: Page) -> None:
    shown = channels(photo_home, "conv4")
    hidden = next(channel for channel in range(48) if channel not in shown)
    photo_home.goto(f"{where(photo_home)}&stage=conv4&channel={hidden}&row=3&column=3")
    photo_home.wait_for_selector("stage-inspector[data-stage=conv4]:visible")
    expect(photo_home.locator(".stage[data-stage=conv4] button.chosen")).to_have_attribute("data-channel", str(hidden))


def test_the_legend_says_the_range_of_each_scale(photo_home: Page) -> None:
    stages = stages_of(photo_home)
    legend = photo_home.locator("colour-legend .range")
    button = photo_home.locator(".stage[data-stage=conv4] button.map").nth(3)

    def words(name: str, values: Any) -> str:
        return f"{name}: {values.min():.2f} to {values.max():.2f}".replace("-", "−")

    channel = channels(photo_home, "conv4")[3]
    values = stages["conv4"]["values"]
    inner = [stage["values"].ravel() for stage in stages.values() if stage["op"] not in ("Input", "Softmax")]
    for scale, text in (
        ("stage", words("conv4", values)),
        ("map", words(f"conv4, map {channel} of 48", values[channel])),
        ("network", words("whole network", np.concatenate(inner))),
    ):
        photo_home.get_by_label("One scale for").select_option(scale)
        button.hover()
        expect(legend).to_have_text(text)
        photo_home.locator("h1").hover()
    photo_home.get_by_label("One scale for").select_option("map")
    # On the scale of its own, a map's strongest value has the strongest colour.
    base, run = photo_home.url.split("?")[0], photo_home.evaluate("new URLSearchParams(location.search).get('run')")
    pixels = button.locator("canvas").evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 < 3)"
    )
    answer = photo_home.request.get(f"{base}api/v1/runs/{run}/stages/conv4/maps/{channel}.png?scale=map")
    assert list(Image.open(io.BytesIO(answer.body())).convert("RGB").tobytes()) == pixels
    photo_home.reload()
    expect(photo_home.get_by_label("One scale for")).to_have_value("map")


def test_the_pointer_tells_the_cell_its_value_and_what_it_sees(photo_home: Page) -> None:
    stages = stages_of(photo_home)
    canvas = photo_home.locator(".stage[data-stage=conv4] button.map canvas").nth(2)
    channel = channels(photo_home, "conv4")[2]
    box = canvas.bounding_box()
    assert box is not None
    row, column = 9, 5
    photo_home.mouse.move(box["x"] + (column + 0.5) * box["width"] / 16, box["y"] + (row + 0.5) * box["height"] / 16)
    value = stages["conv4"]["values"][channel, row, column]
    place = f"conv4 [{channel}, {row}, {column}] = "
    expect(photo_home.locator("#look")).to_have_text(re.compile(rf"^{re.escape(place)}−?\d+\.\d{{4}} · Conv 48×16×16$"))
    text = photo_home.locator("#look").inner_text().removeprefix(place).split(" ")[0].replace("−", "-")
    assert abs(float(text) - value) <= 0.00005
    run = photo_home.evaluate("new URLSearchParams(location.search).get('run')")
    ledger = photo_home.request.get(
        f"{photo_home.url.split('?')[0]}api/v1/runs/{run}/stages/conv4/cells/{channel}/{row}/{column}"
    ).json()
    field = ledger["receptive_field"]
    # The picture of 240 x 160 pixels was cropped to the 160 x 160 in its middle and shrunk to 64 x 64.
    frame = photo_home.locator("sheet-frames rect.field-frame")
    shown = [float(frame.get_attribute(name) or "nan") for name in ("x", "y", "width", "height")]
    top, left = max(0, field["top"]), max(0, field["left"])
    expected = [
        40 + left * 2.5,
        top * 2.5,
        (min(63, field["right"]) - left + 1) * 2.5,
        (min(63, field["bottom"]) - top + 1) * 2.5,
    ]
    assert shown == pytest.approx(expected)
    photo_home.locator("h1").hover()
    expect(frame).to_have_count(0)


def test_links_are_as_wide_as_what_the_maps_add(photo_home: Page) -> None:
    photo_home.get_by_role("combobox", name="Maps").select_option("channel")
    shown = channels(photo_home, "conv2"), channels(photo_home, "pool1")
    with photo_home.expect_response("**/stages/conv2/parameters") as response:
        photo_home.locator(".stage[data-stage=conv2] button.map").nth(1).hover()
    kernels = np.array(response.value.json()["parameters"]["weight"])
    source = np.pad(stages_of(photo_home)["pool1"]["values"], ((0, 0), (1, 1), (1, 1)))
    sums = sum(kernels[1, :, i, j, None, None] * source[:, i : i + 32, j : j + 32] for i in range(3) for j in range(3))
    sizes = np.abs(sums).mean(axis=(1, 2))[shown[1]]
    photo_home.wait_for_function("document.querySelectorAll('.looked-at path[style]').length > 0")
    widths = photo_home.locator(".looked-at path").evaluate_all(
        "all => all.map(each => Number(each.getAttribute('stroke-width')))"
    )
    assert widths[: len(sizes)] == pytest.approx(list(3 * sizes / sizes.max()), abs=0.006)


def test_the_bars_have_probabilities_and_logits(photo_home: Page) -> None:
    stages = stages_of(photo_home)
    for channel, name in enumerate(("cat", "dog")):
        bar = photo_home.locator("button.share").nth(channel)
        expect(bar.locator(".class")).to_have_text(name)
        expect(bar.locator(".percent")).to_have_text(f"{stages['softmax']['values'][channel] * 100:.1f} %")
        logit = f"{stages['dense']['values'][channel]:.2f}".replace("-", "−")
        expect(bar.locator(".logit")).to_have_text(logit)


def test_another_photo_changes_order_maps_and_ranges_together(photo_home: Page) -> None:
    before = stages_of(photo_home)["conv1"]
    give(photo_home, photo((100, 100), seed=3))
    expect(photo_home.locator("preprocessing-steps .size").first).to_have_text("100×100")
    after = stages_of(photo_home)["conv1"]
    assert after["maximum"] != before["maximum"]
    expect(photo_home.locator("colour-legend .range")).to_have_text(
        f"conv1: {after['minimum']:.2f} to {after['maximum']:.2f}".replace("-", "−")
    )
    strengths = np.abs(stages_of(photo_home)["pool1"]["values"]).mean(axis=(1, 2))
    assert np.all(np.diff(strengths[channels(photo_home, "conv1")]) <= 1e-6)


def test_on_a_phone_each_stage_shows_two_rows_and_says_how_many_there_are(photo_home: Page) -> None:
    photo_home.set_viewport_size({"width": 390, "height": 844})
    expect(photo_home.locator("network-view.stacked")).to_be_visible()
    wait_for_the_layout(photo_home)
    expect(photo_home.locator(".block:has([data-stage=conv6]) .pager")).to_be_visible()
    size = len(channels(photo_home, "conv6"))
    assert 8 <= size < 48
    open_map(photo_home, "conv6", 1)
    expect(photo_home.locator("stage-inspector")).to_be_in_viewport()
