"""What a person does on the page, and reads from it."""

from __future__ import annotations

import io
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import httpx
import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page

Stroke = list[tuple[float, float]]
"""Points in the unit square of the pad."""

THREE: Stroke = [
    (0.32, 0.24),
    (0.45, 0.16),
    (0.62, 0.2),
    (0.66, 0.33),
    (0.58, 0.44),
    (0.46, 0.48),
    (0.62, 0.53),
    (0.7, 0.66),
    (0.62, 0.79),
    (0.45, 0.84),
    (0.3, 0.76),
]


def photo(size: tuple[int, int] = (240, 160), seed: int = 0) -> bytes:
    """A picture in colours, with soft and hard edges, as a PNG file."""
    rng = np.random.default_rng(seed)
    blobs = rng.integers(0, 256, (9, 12, 3), dtype=np.uint8)
    image = Image.fromarray(blobs).resize(size, Image.Resampling.BICUBIC)
    image.paste((230, 120, 20), (size[0] // 3, size[1] // 3, size[0] // 2, size[1] // 2))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def draw(page: Page, points: Stroke) -> None:
    """Draws on the pad with the mouse, and keeps the button down at the end."""
    box = page.locator("draw-pad canvas").bounding_box()
    assert box is not None
    place = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*place[0])
    page.mouse.down()
    for x, y in place[1:]:
        page.mouse.move(x, y, steps=4)


SHOWS_THE_PAD = """async query => {
    const blob = await new Promise(done => document.querySelector('draw-pad canvas').toBlob(done));
    const answer = await fetch('/api/v1/models/digits/runs' + query, {method: 'POST', body: blob,
        headers: {'content-type': 'image/png'}});
    return (await answer.json()).id === new URLSearchParams(location.search).get('run');
}"""


def wait_for_the_last_stroke(page: Page, query: str = "") -> None:
    """Until the run that is shown is the run of what is on the pad, as the server itself says.

    Asked again and again from here: `wait_for_function` takes the promise of an answer for the answer.
    """
    # The last moves of the pointer come with the next frames.
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
    )
    for _ in range(100):
        if page.evaluate(SHOWS_THE_PAD, query):
            return
        page.wait_for_timeout(100)
    raise AssertionError("The run that is shown is not that of what is on the pad.")


def pixels(page: Page, stage: str) -> str:
    """All the pixels of a stage's maps, as one text to compare."""
    text: str = page.eval_on_selector_all(
        f".stage[data-stage={stage}] canvas", "all => all.map(canvas => canvas.toDataURL()).join()"
    )
    return text


def open_map(page: Page, stage: str, channel: int) -> None:
    """Chooses a map, and waits for its inspector."""
    page.locator(f".stage[data-stage={stage}] button.map").nth(channel).click()
    page.wait_for_selector(f"stage-inspector[data-stage={stage}]:visible")


def number(text: str) -> Decimal:
    """A figure as it is printed, with its true minus sign."""
    return Decimal(text.strip().replace("−", "-"))


def total(ledger: Locator, key: str) -> Decimal:
    return number(ledger.locator(f"[data-total={key}]").inner_text())


def check_products(page: Page) -> int:
    """Adds up the printed ledger of a sum of products, with a calculator's arithmetic; how many lines it has."""
    ledger = page.locator("cell-ledger")
    ledger.locator("details[data-channel]").evaluate_all("all => all.forEach(each => { each.open = true; })")
    rows = ledger.locator("table.terms tr")
    texts: list[list[str]] = rows.evaluate_all(
        "rows => rows.map(row => ['value', 'weight', 'product'].map("
        "name => row.querySelector(`[data-${name}]`)?.textContent ?? ''))"
    )
    products = []
    for value, weight, product in texts:
        products.append(number(product))
        if value:
            unit = Decimal(1).scaleb(-len(product.partition(".")[2]))
            assert (number(value) * number(weight)).quantize(unit, ROUND_HALF_UP) == number(product)
    groups: list[list[str]] = ledger.locator("details[data-channel]").evaluate_all(
        "all => all.map(each => [each.querySelector('summary .number').textContent,"
        " ...[...each.querySelectorAll('[data-product]')].map(cell => cell.textContent)])"
    )
    for subtotal, *terms in groups:
        assert sum(map(number, terms)) == number(subtotal)
    assert sum(products) == total(ledger, "sum")
    assert total(ledger, "sum") + total(ledger, "bias") + total(ledger, "rounding") == total(ledger, "result")
    result = float(ledger.locator("output[data-result]").get_attribute("data-result") or "nan")
    assert abs(float(total(ledger, "result")) - result) <= 0.5 * 10.0 ** -digits(page) + 1e-12
    # What rounding takes is no more than half a unit of the last digit for each figure and each product.
    size = max(abs(number(text)) for row in texts for text in row[:2] if text) if texts else Decimal(0)
    assert abs(total(ledger, "rounding")) <= (len(texts) + 800) * (1 + size) * Decimal(10) ** -digits(page)
    return len(products)


def digits(page: Page) -> int:
    return int(page.locator("cell-ledger select").input_value())


def cell_of(page: Page) -> str:
    """The cell whose ledger is open, such as `conv1 [3, 4, 5]`."""
    return page.locator("cell-ledger .trail [aria-current]").inner_text()


def stage_names(page: Page) -> list[str]:
    return [name or "" for name in page.locator(".stage").evaluate_all("all => all.map(e => e.dataset.stage)")]


def percent(page: Page, name: str) -> float:
    text = page.locator(f"button.share:has(.class:text-is('{name}')) .percent").inner_text()
    return float(re.sub(r"[^\d.]", "", text))


def channel_of(page: Page) -> int:
    return int(re.findall(r"\d+", cell_of(page).split("[")[1])[0])


def values_of(page: Page, stage: str) -> Any:
    """A stage's values of the run that is shown, from the API."""
    run = re.search(r"[?&]run=([0-9a-f]+)", page.url)
    assert run, page.url
    base = page.url.split("/?")[0]
    answer = httpx.get(
        f"{base}/api/v1/runs/{run[1]}/stages/{stage}", headers={"accept": "application/x-npy"}
    ).raise_for_status()
    return np.load(io.BytesIO(answer.content))
