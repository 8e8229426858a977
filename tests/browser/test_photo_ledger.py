"""Ledgers of photo models: three colours, dozens of channels, means and few classes; every printed figure adds up."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import cell_of, check_products, digits, number, open_map, total

pytestmark = pytest.mark.browser


def go_to_another_cell(page: Page, rng: np.random.Generator) -> None:
    box = page.locator("figure.result big-map").bounding_box()
    assert box is not None
    before = cell_of(page)
    page.mouse.click(
        box["x"] + float(rng.uniform(0.02, 0.98)) * box["width"],
        box["y"] + float(rng.uniform(0.02, 0.98)) * box["height"],
    )
    page.wait_for_function(
        "text => document.querySelector('cell-ledger .trail [aria-current]').textContent !== text", arg=before
    )


def working_sums(page: Page) -> list[Decimal]:
    """What is printed beside the kernel: what each channel adds, and the rest."""
    return [number(text) for text in page.locator(".channel-sums .number").all_inner_texts()]


@pytest.mark.parametrize("precision", ["2", "4", "7"])
@pytest.mark.parametrize(("stage", "channels"), [("conv1", 3), ("conv3", 24), ("conv6", 48)])
def test_convolutions_of_many_channels_add_up(photo_home: Page, stage: str, channels: int, precision: str) -> None:
    rng = np.random.default_rng(channels + int(precision))
    open_map(photo_home, stage, int(rng.integers(4)))
    photo_home.locator("cell-ledger select").select_option(precision)
    expect(photo_home.locator("cell-ledger [data-total=result]")).to_have_text(re.compile(rf"\.\d{{{precision}}}$"))
    ledger = photo_home.locator("cell-ledger")
    for _ in range(2):
        check_products(photo_home)
        assert sum(working_sums(photo_home)) == total(ledger, "sum")
        go_to_another_cell(photo_home, rng)
    rest = ledger.locator("tr.rest button")
    if channels > 12:
        expect(rest).to_have_text(f"{channels - 12} further channels")
        # The channels that are listed are those that add most.
        listed = [abs(number(text)) for text in ledger.locator("details summary .number").all_inner_texts()]
        assert listed == sorted(listed, reverse=True)
        trail = ledger.locator(".trail li").count()
        rest.click()
        expect(rest).to_have_count(0)
        assert ledger.locator(".trail li").count() == trail
    else:
        expect(rest).to_have_count(0)
    assert check_products(photo_home) == channels * 9


def test_the_colours_of_the_picture_are_named(photo_home: Page) -> None:
    open_map(photo_home, "conv1", 0)
    expect(photo_home.locator("figure.source figcaption")).to_have_text(re.compile("^input, [RGB]$"))
    photo_home.get_by_role("button", name="channel G").click()
    expect(photo_home.locator("figure.source figcaption")).to_have_text("input, G")
    expect(photo_home.locator("cell-ledger details[open] summary")).to_contain_text("channel G")


def test_the_mean_of_a_map_adds_up(photo_home: Page) -> None:
    ledger = photo_home.locator("cell-ledger")
    open_map(photo_home, "average", 2)
    for precision in ("4", "2"):
        ledger.locator("select").select_option(precision)
        expect(ledger.locator("[data-total=result]")).to_have_text(re.compile(rf"\.\d{{{precision}}}$"))
        values = [number(text) for text in ledger.locator("[data-value]").all_inner_texts()]
        assert sum(values) == total(ledger, "sum")
        unit = Decimal(1).scaleb(-digits(photo_home))
        mean = (total(ledger, "sum") / 64).quantize(unit, ROUND_HALF_UP)
        assert mean + total(ledger, "rounding") == total(ledger, "result")
    assert ledger.locator("[data-value]").count() == 25
    ledger.locator("tr.rest button").click()
    expect(ledger.locator("[data-value]")).to_have_count(64)
    values = [number(text) for text in ledger.locator("[data-value]").all_inner_texts()]
    assert sum(values) == total(ledger, "sum")
    # The frame is around the whole of the map that the mean was taken of.
    frame = photo_home.locator("figure.source rect.cell").last
    assert [frame.get_attribute(name) for name in ("x", "y", "width", "height")] == ["0", "0", "8", "8"]


def test_each_kind_of_stage_has_its_working(photo_home: Page) -> None:
    ledger = photo_home.locator("cell-ledger")
    working = photo_home.locator(".working output").last
    for stage, place in (("relu5", 1), ("pool2", 3), ("average", 0), ("flatten", 0), ("dense", 1)):
        open_map(photo_home, stage, place)
        expect(working).to_be_visible()
        if stage == "flatten":
            expect(working).to_have_text(f"index {cell_of(photo_home).split('[')[1].rstrip(']')}")
        else:
            assert number(working.inner_text()) == total(ledger, "result")
    expect(photo_home.locator("figure.result figcaption")).to_contain_text("dense [1], dog = ")


@pytest.mark.parametrize("model", ["animals", "things"])
def test_scores_and_shares_of_every_class_add_up(photo_home: Page, model: str) -> None:
    ledger = photo_home.locator("cell-ledger")
    if model == "things":
        photo_home.get_by_role("link", name="Ten things").click()
        expect(photo_home.locator("button.share")).to_have_count(10)
    classes = photo_home.locator("button.share").count()
    for channel in range(classes):
        open_map(photo_home, "dense", channel)
        expect(ledger.locator(".trail [aria-current]")).to_have_text(f"dense [{channel}]")
        assert check_products(photo_home) == 48
    for channel in (0, classes - 1):
        open_map(photo_home, "softmax", channel)
        expect(ledger.locator(".trail [aria-current]")).to_have_text(f"softmax [{channel}]")
        texts = ledger.locator("table.terms td:last-child").all_inner_texts()
        exponentials = [number(text.removeprefix("exp ")) for text in texts]
        assert len(exponentials) == classes and sum(exponentials) == total(ledger, "sum")
        unit = Decimal(1).scaleb(-digits(photo_home))
        share = (exponentials[channel] / total(ledger, "sum")).quantize(unit, ROUND_HALF_UP)
        assert share + total(ledger, "rounding") == total(ledger, "result")


def test_the_way_from_a_probability_to_a_colour_of_a_pixel_by_keyboard_alone(photo_home: Page) -> None:
    photo_home.locator("button.share.best").focus()
    photo_home.keyboard.press("Enter")
    photo_home.wait_for_selector("stage-inspector[data-stage=softmax]:visible")
    way = [cell_of(photo_home)]
    while not way[-1].startswith("input"):
        operands = photo_home.locator("cell-ledger table.terms tr:not(.rest) button.operand:visible")
        operands.first.focus()
        photo_home.keyboard.press("Enter")
        photo_home.wait_for_function(
            "text => document.querySelector('cell-ledger .trail [aria-current]').textContent !== text", arg=way[-1]
        )
        way.append(cell_of(photo_home))
    assert len(way) == 22
    stages = [cell.split(" ")[0] for cell in way]
    assert stages[:5] == ["softmax", "dense", "flatten", "average", "relu7"] and stages[-2:] == ["conv1", "input"]
    expect(photo_home.locator("figure.result figcaption")).to_contain_text("input [")


def test_the_numpy_lines_give_the_value(photo_home: Page, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("numpy")
    for stage in ("input", "conv1", "conv5", "average", "dense"):
        open_map(photo_home, stage, 1)
        if not photo_home.locator("details.numpy").evaluate("each => each.open"):
            photo_home.locator("details.numpy summary").click()
        code = photo_home.locator("details.numpy code").inner_text()
        if not (folder / "run.npz").exists():
            with photo_home.expect_download() as download:
                photo_home.get_by_role("link", name="run.npz").click()
            download.value.save_as(folder / "run.npz")
        *lines, last = code.replace("run.npz", (folder / "run.npz").as_posix()).splitlines()
        names: dict[str, Any] = {}
        exec("\n".join(lines), names)
        result = float(photo_home.locator("cell-ledger output[data-result]").get_attribute("data-result") or "nan")
        assert float(eval(last, names)) == pytest.approx(result, rel=1e-5, abs=1e-6)
        names["run"].close()
