"""Comparing: a kept run beside the one that is there now, with their difference, on one scale."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.driving import in_address, number, open_map, pixels, wait_for_the_layout, wait_for_the_ledger, where

pytestmark = pytest.mark.browser


def show(page: Page, side: str) -> None:
    page.locator("compare-control").get_by_role("radio", name=side, exact=True).check()


def go_to_another_run(page: Page, press: str) -> None:
    run = in_address(page, "run")
    page.get_by_role("button", name=press).click()
    page.wait_for_function("run => new URLSearchParams(location.search).get('run') !== run", arg=run)
    expect(page.locator("body.waiting, body.stale")).to_have_count(0)


def figures(page: Page) -> dict[str, Decimal]:
    names = ("kept", "now", "difference")
    figure = page.locator("compare-panel").locator
    return {name: number(figure(f"[data-figure={name}]").inner_text().lstrip("+")) for name in names}


def values(page: Page, run: str | None, stage: str) -> list[list[list[float]]]:
    answer: list[list[list[float]]] = page.request.get(
        f"{page.url.split('?')[0]}api/v1/runs/{run}/stages/{stage}"
    ).json()["values"]
    return answer


@pytest.fixture
def compared(home: Page) -> Page:
    """The 2 was kept; now there is a 7."""
    home.get_by_role("button", name="Compare", exact=True).click()
    go_to_another_run(home, "Draw a 7")
    return home


def test_the_figures_of_a_cell_are_those_of_both_runs_and_add_up(compared: Page) -> None:
    kept, now = in_address(compared, "with"), in_address(compared, "run")
    assert kept and kept != now
    open_map(compared, "conv2", 3)
    place = [int(in_address(compared, name) or 0) for name in ("channel", "row", "column")]
    shown = figures(compared)
    assert shown["kept"] + shown["difference"] == shown["now"]
    for name, run in (("kept", kept), ("now", now)):
        channel, row, column = place
        assert float(shown[name]) == pytest.approx(values(compared, run, "conv2")[channel][row][column], abs=5e-5)
    # Under the pointer, the same.
    box = compared.locator("compare-panel figure.difference big-map").bounding_box()
    assert box is not None
    compared.mouse.move(box["x"] + box["width"] * 0.52, box["y"] + box["height"] * 0.52)
    expect(compared.locator("compare-panel .title")).to_contain_text("conv2 [3, 7, 7]")
    shown = figures(compared)
    assert shown["kept"] + shown["difference"] == shown["now"]
    assert float(shown["kept"]) == pytest.approx(values(compared, kept, "conv2")[3][7][7], abs=5e-5)


def test_the_network_shows_each_side_and_the_difference(compared: Page) -> None:
    now = pixels(compared, "relu1")
    show(compared, "Kept")
    kept = pixels(compared, "relu1")
    show(compared, "Difference")
    difference = pixels(compared, "relu1")
    assert len({now, kept, difference}) == 3
    expect(compared.locator("button.share:has(.class:text-is('7')) .percent")).to_have_text(re.compile(r"^\+\d"))
    expect(compared.locator("button.share:has(.class:text-is('2')) .percent")).to_have_text(re.compile(r"^−\d"))
    show(compared, "Now")
    assert pixels(compared, "relu1") == now
    # The same picture has no difference: every cell has the colour of zero.
    go_to_another_run(compared, "Draw a 2")
    show(compared, "Difference")
    for stage in ("input", "conv1", "relu3"):
        colours = compared.eval_on_selector_all(
            f".stage[data-stage={stage}] canvas",
            "all => [...new Set(all.flatMap(canvas => [...new Uint32Array("
            "canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer)]))]",
        )
        assert len(colours) == 1


def test_both_runs_have_one_scale(compared: Page) -> None:
    compared.locator(".stage[data-stage=conv1] button.map").first.hover()
    expect(compared.locator("colour-legend .range")).to_contain_text("conv1")
    ends = {}
    for side in ("Kept", "Now", "Difference"):
        show(compared, side)
        ends[side] = compared.locator("colour-legend > span").all_inner_texts()[:2]
    assert ends["Kept"] == ends["Now"] == ends["Difference"]
    runs = [values(compared, in_address(compared, name), "conv1") for name in ("with", "run")]
    flat = [[value for plane in run for row in plane for value in row] for run in runs]
    changes = [b - a for a, b in zip(*flat, strict=True)]
    limit = max(abs(value) for each in (*flat, changes) for value in each)
    assert float(number(ends["Now"][1])) == pytest.approx(limit, abs=0.006)


def test_the_inspector_is_of_the_side_that_is_shown(compared: Page) -> None:
    open_map(compared, "conv1", 2)
    result = compared.locator("cell-ledger output[data-result]")
    now = result.get_attribute("data-result") or ""
    show(compared, "Kept")
    wait_for_the_ledger(compared)
    expect(result).not_to_have_attribute("data-result", now)
    expect(compared.locator("compare-panel [data-figure=kept]")).to_have_text(
        re.compile(re.escape(f"{float(result.get_attribute('data-result') or 'nan'):.4f}".replace("-", "−")))
    )


def test_a_link_and_back_give_the_comparison_again(compared: Page) -> None:
    show(compared, "Difference")
    expect(compared).to_have_url(re.compile("side=difference"))
    address, maps = where(compared), pixels(compared, "conv2")
    compared.reload()
    compared.wait_for_selector("body.ready")
    expect(compared.locator("compare-panel")).to_be_visible()
    assert where(compared) == address and pixels(compared, "conv2") == maps
    compared.get_by_role("button", name="End comparing").click()
    expect(compared.locator("compare-panel")).to_be_hidden()
    assert in_address(compared, "with") is None
    compared.go_back()
    expect(compared.locator("compare-panel")).to_be_visible()
    expect(compared).to_have_url(address)
    assert pixels(compared, "conv2") == maps
    compared.go_forward()
    expect(compared.locator("compare-panel")).to_be_hidden()


def test_two_points_of_training_side_by_side(home: Page) -> None:
    home.get_by_role("button", name="Compare", exact=True).click()
    home.get_by_role("slider", name="Point of training").press("Home")
    expect(home).to_have_url(re.compile("checkpoint=0"))
    expect(home.locator("compare-panel figure.kept figcaption")).to_contain_text("trained")
    expect(home.locator("compare-panel figure.now figcaption")).to_contain_text("epoch 0")
    rows = home.locator(".compared-classes tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    assert len(rows) == 10
    show(home, "Difference")
    changes = home.locator("button.share .percent").all_inner_texts()
    for (_, kept, _, now, change), shown in zip(rows, changes, strict=True):
        assert change == shown
        assert number(kept) + number(change.lstrip("+")) == number(now)


def test_another_model_ends_comparing_and_says_so(compared: Page) -> None:
    links = compared.get_by_role("navigation", name="Models").get_by_role("link")
    expect(links.first).to_be_visible()
    if links.count() < 2:
        pytest.skip("There is one model.")
    links.nth(1).click()
    expect(compared.locator("#notice")).to_contain_text("The comparison has ended")
    expect(compared.locator("compare-panel")).to_be_hidden()
    assert in_address(compared, "with") is None
    compared.get_by_role("button", name="Close the notice").click()
    expect(compared.locator("#notice")).to_be_hidden()


def test_a_kept_run_that_is_gone_is_said(home: Page, watch: Watch) -> None:
    watch.allow("status of 404")
    home.goto(f"{where(home)}&with={'0' * 32}")
    home.wait_for_selector("body.ready")
    expect(home.locator("#notice")).to_contain_text("The comparison has ended")
    expect(home.locator("compare-panel")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_it_fits(compared: Page, width: int) -> None:
    compared.set_viewport_size({"width": width, "height": 900})
    wait_for_the_layout(compared)
    assert compared.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for box in compared.locator("compare-control :is(label, button):visible").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().toJSON())"
    ):
        assert box["width"] >= 24 and box["height"] >= 24
