"""Ledgers of photo models: three colours, dozens of channels, means and few classes; every printed figure adds up."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import cell_of, check_products, digits, go_to_another_cell, number, open_map, total
from tests.browser.ledgers import check_numpy_lines, check_softmax, walk_to_the_input

pytestmark = pytest.mark.browser


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
    if model == "things":
        photo_home.get_by_role("link", name="Ten things").click()
        expect(photo_home.locator("button.share")).to_have_count(10)
    classes = photo_home.locator("button.share").count()
    for channel in range(classes):
        open_map(photo_home, "dense", channel)
        assert check_products(photo_home) == 48
    for channel in (0, classes - 1):
        assert check_softmax(photo_home, channel) == classes


def test_the_way_from_a_probability_to_a_colour_of_a_pixel_by_keyboard_alone(photo_home: Page) -> None:
    way = walk_to_the_input(photo_home)
    assert len(way) == 22
    stages = [cell.split(" ")[0] for cell in way]
    assert stages[:5] == ["softmax", "dense", "flatten", "average", "relu7"] and stages[-2:] == ["conv1", "input"]
    expect(photo_home.locator("figure.result figcaption")).to_contain_text("input [")


def test_the_numpy_lines_give_the_value(photo_home: Page, tmp_path: Path) -> None:
    for stage in ("input", "conv1", "conv5", "average", "dense"):
        check_numpy_lines(photo_home, stage, 1, tmp_path)
