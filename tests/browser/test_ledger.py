"""Every number can be asked where it came from: the ledgers on the page add up."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import (
    THREE,
    cell_of,
    check_products,
    draw,
    go_to_another_cell,
    number,
    open_map,
    total,
    wait_for_the_last_stroke,
    wait_for_the_ledger,
)
from tests.browser.ledgers import check_numpy_lines, check_softmax, walk_to_the_input

pytestmark = pytest.mark.browser


def test_a_drawn_three_explains_a_cell_of_a_convolution(home: Page) -> None:
    home.locator("#clear").click()
    draw(home, THREE)
    home.mouse.up()
    expect(home.locator("#answer")).to_have_text("3")
    wait_for_the_last_stroke(home)
    open_map(home, "conv2", 4)
    assert check_products(home) == 8 * 9
    open_map(home, "conv1", 0)
    assert check_products(home) == 9


@pytest.mark.parametrize("precision", ["2", "4", "7"])
@pytest.mark.parametrize("stage", ["conv1", "conv2", "conv3", "dense"])
def test_sums_of_products_add_up_at_every_precision(home: Page, stage: str, precision: str) -> None:
    rng = np.random.default_rng(len(stage) + int(precision))
    channel = int(rng.integers(8))
    open_map(home, stage, channel)
    home.locator("cell-ledger select").select_option(precision)
    expect(home.locator("cell-ledger [data-total=result]")).to_have_text(re.compile(rf"\.\d{{{precision}}}$"))
    check_products(home)
    if stage != "dense":
        for _ in range(3):
            go_to_another_cell(home, rng)
            check_products(home)


def test_a_corner_shows_its_padding(home: Page) -> None:
    open_map(home, "conv1", 1)
    home.locator("figure.result big-map").focus()
    home.keyboard.press("PageUp")
    home.keyboard.press("Home")
    expect(home.locator("cell-ledger .trail [aria-current]")).to_have_text("conv1 [1, 0, 0]")
    expect(home.locator("cell-ledger table.terms th:text-is('padding')")).to_have_count(5)
    check_products(home)


def test_relu_pooling_and_flatten_say_their_operands(home: Page) -> None:
    ledger = home.locator("cell-ledger")
    open_map(home, "relu2", 3)
    assert total(ledger, "result") == max(Decimal(0), number(ledger.locator("[data-value]").inner_text()))
    open_map(home, "pool1", 3)
    values = [number(text) for text in ledger.locator("[data-value]").all_inner_texts()]
    assert len(values) == 4 and total(ledger, "result") == max(values)
    expect(ledger.locator("tr.wins")).to_have_count(1)
    open_map(home, "flatten", 0)
    assert total(ledger, "result") == number(ledger.locator("[data-value]").inner_text())


def test_softmax_adds_up(home: Page) -> None:
    for channel in (2, 7):
        assert check_softmax(home, channel) == 10


def test_the_way_from_a_probability_to_a_pixel_by_keyboard_alone(home: Page) -> None:
    way = walk_to_the_input(home, first=2)
    stages = [cell.split(" ")[0] for cell in way]
    assert stages == [
        *("softmax", "dense", "flatten", "relu3", "conv3", "pool2", "relu2", "conv2", "pool1"),
        *("relu1", "conv1", "input"),
    ]
    trail = home.locator("cell-ledger .trail li")
    assert [text.strip() for text in trail.all_inner_texts()] == way
    expect(home.locator("cell-ledger [data-total=figure]").first).to_be_visible()
    trail.nth(4).get_by_role("button").focus()
    home.keyboard.press("Enter")
    wait_for_the_ledger(home)
    expect(home.locator("stage-inspector[data-stage=conv3]")).to_be_visible()
    expect(trail).to_have_count(5)


def test_the_numpy_lines_give_the_value(home: Page, tmp_path: Path) -> None:
    for stage in ("conv3", "pool2", "dense", "softmax"):
        check_numpy_lines(home, stage, 2, tmp_path)


def test_the_window_is_moved_by_its_controls(home: Page) -> None:
    open_map(home, "conv1", 2)
    start = cell_of(home)
    home.get_by_role("button", name="One step on").click()
    channel, row, column = (int(part) for part in start.split("[")[1].rstrip("]").split(", "))
    place = row * 28 + column + 1
    expect(home.locator("cell-ledger .trail [aria-current]")).to_have_text(
        f"conv1 [{channel}, {place // 28}, {place % 28}]"
    )
    home.get_by_label("Place of the window").fill("0")
    expect(home.locator("cell-ledger .trail [aria-current]")).to_have_text(f"conv1 [{channel}, 0, 0]")
    home.get_by_role("button", name="Play").click()
    expect(home.locator("cell-ledger .trail [aria-current]")).to_have_text(re.compile(rf"conv1 \[{channel}, 0, \d\d"))
    home.get_by_role("button", name="Pause").click()
    wait_for_the_ledger(home)
    stopped = cell_of(home)
    home.wait_for_timeout(500)
    assert cell_of(home) == stopped
