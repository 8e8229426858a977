"""What holds for the ledgers of every model, to be looked at on a page that is open."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.driving import cell_of, digits, number, open_map, total, wait_for_the_ledger


def check_softmax(page: Page, channel: int) -> int:
    """The printed exponentials add up to the sum, and this class's share of it is the result; how many there are."""
    open_map(page, "softmax", channel)
    ledger = page.locator("cell-ledger")
    texts = ledger.locator("table.terms td:last-child").all_inner_texts()
    exponentials = [number(text.removeprefix("exp ")) for text in texts]
    assert sum(exponentials) == total(ledger, "sum")
    unit = Decimal(1).scaleb(-digits(page))
    share = (exponentials[channel] / total(ledger, "sum")).quantize(unit, ROUND_HALF_UP)
    assert share + total(ledger, "rounding") == total(ledger, "result")
    return len(exponentials)


def walk_to_the_input(page: Page, first: int = 0) -> list[str]:
    """From the most probable class to the input, by keyboard: operand number `first`, then always the first, which
    of a sum is the largest. The cells on the way, as the ledger names them."""
    page.locator("button.share.best").focus()
    page.keyboard.press("Enter")
    wait_for_the_ledger(page)
    way = [cell_of(page)]
    while not way[-1].startswith("input"):
        operands = page.locator("cell-ledger table.terms tr:not(.rest) button.operand:visible")
        operands.nth(first if way[-1].startswith("softmax") else 0).focus()
        page.keyboard.press("Enter")
        wait_for_the_ledger(page)
        way.append(cell_of(page))
    return way


def check_numpy_lines(page: Page, stage: str, channel: int, folder: Path) -> None:
    """The lines of NumPy, run on the `run.npz` that the page offers, give the ledger's result."""
    open_map(page, stage, channel)
    if not page.locator("details.numpy").evaluate("each => each.open"):
        page.locator("details.numpy summary").click()
    code = page.locator("details.numpy code").inner_text()
    file = folder / "run.npz"
    if not file.exists():
        with page.expect_download() as download:
            page.get_by_role("link", name="run.npz").click()
        download.value.save_as(file)
    *lines, last = code.replace("run.npz", file.as_posix()).splitlines()
    names: dict[str, Any] = {}
    exec("\n".join(lines), names)
    result = float(page.locator("cell-ledger output[data-result]").get_attribute("data-result") or "nan")
    assert float(eval(last, names)) == pytest.approx(result, rel=1e-5, abs=1e-6)
    names["run"].close()
