"""What a person does on the page, and reads from it."""

from __future__ import annotations

import io
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import httpx
import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

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


def choose(page: Page, data: bytes, name: str = "picture.png") -> None:
    """Gives the page a file, and waits for nothing."""
    page.locator("#file").set_input_files({"name": name, "mimeType": "image/png", "buffer": data})


def give(page: Page, data: bytes, query: str = "") -> None:
    """Gives the page a file, and waits until the run of that very picture is shown, whatever was under way before."""
    choose(page, data)
    wait_for_the_run_of(page, data, query)


def wait_for_the_run_of(page: Page, picture: bytes, query: str = "") -> dict[str, Any]:
    """Until the page shows what the API makes of this picture with the model in the address; what that is.

    Not the next run that comes: that may be one of a sample that was under way when the picture was given. The server
    gives the same run for the same picture, so it can be asked which one it has to be.
    """
    base = where(page).split("?")[0]
    model = in_address(page, "model") or "digits"
    answer = page.request.post(
        f"{base}api/v1/models/{model}/runs{query}", data=picture, headers={"content-type": "image/png"}
    )
    assert answer.ok, answer.text()
    run: dict[str, Any] = answer.json()
    page.wait_for_function(
        "run => new URLSearchParams(location.search).get('run') === run"
        " && document.body.matches('.ready:not(.waiting, .stale)')",
        arg=run["id"],
    )
    return run


def where(page: Page) -> str:
    """The address of the page, as the page itself has it: Playwright hears of a change a moment later."""
    address: str = page.evaluate("location.href")
    return address


def in_address(page: Page, name: str) -> str | None:
    value: str | None = page.evaluate("name => new URLSearchParams(location.search).get(name)", name)
    return value


def wait_for_frames(page: Page) -> None:
    """Until what waited for the next frame has come about: the last moves of the pointer, and what is painted then."""
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
    )


LAYOUT_STAYS = """() => new Promise(done => {
    const all = 'network-view, network-view .stage, button.map, button.map canvas, section, dialog, training-slider';
    const boxes = () => JSON.stringify([innerWidth, document.documentElement.scrollWidth,
        ...[...document.querySelectorAll(all)].map(each => each.getBoundingClientRect().toJSON())]);
    let [before, same] = ['', 0];
    const look = () => {
        const now = boxes();
        same = now === before ? same + 1 : 0;
        before = now;
        if (same === 3) done();
        else requestAnimationFrame(look);
    };
    look();
})"""


def wait_for_the_layout(page: Page) -> None:
    """Until everything has kept its place for three frames: what follows a new size comes a frame later."""
    page.evaluate(LAYOUT_STAYS)


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
    wait_for_frames(page)
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
    """Chooses a map, and waits for its ledger."""
    page.locator(f".stage[data-stage={stage}] button.map").nth(channel).click()
    expect(page.locator(f"stage-inspector[data-stage={stage}]")).to_be_visible()
    wait_for_the_ledger(page)


LEDGER_IS_SHOWN = """() => {
    const query = new URLSearchParams(location.search);
    const [stage, ...place] = ['stage', 'channel', 'row', 'column'].map(name => query.get(name));
    const names = [`${stage} [${place.join(', ')}]`, `${stage} [${place[0]}]`];
    const run = query.get(query.get('side') === 'kept' ? 'with' : 'run');
    const ledger = document.querySelector('cell-ledger');
    return ledger.checkVisibility() && document.body.matches('.ready:not(.waiting, .stale)')
        && names.includes(ledger.querySelector('.trail [aria-current]')?.textContent)
        && ledger.querySelector('a[download="run.npz"]').getAttribute('href').includes(run);
}"""


def wait_for_the_ledger(page: Page) -> None:
    """Until the ledger that is shown is that of the cell and of the run in the address.

    What is drawn of a ledger is drawn at once, and only a person changes it then: figures that are read afterwards
    belong to one cell of one run.
    """
    # By the clock and not by frames, since some tests stop those.
    page.wait_for_function(LEDGER_IS_SHOWN, polling=20)


def number(text: str) -> Decimal:
    """A figure as it is printed, with its true minus sign."""
    return Decimal(text.strip().replace("−", "-"))


def total(ledger: Locator, key: str) -> Decimal:
    return number(ledger.locator(f"[data-total={key}]").inner_text())


def go_to_another_cell(page: Page, rng: np.random.Generator) -> None:
    """Clicks somewhere on the map of the result, and waits for the ledger of that cell."""
    box = page.locator("figure.result big-map").bounding_box()
    assert box is not None
    page.mouse.click(
        box["x"] + float(rng.uniform(0.02, 0.98)) * box["width"],
        box["y"] + float(rng.uniform(0.02, 0.98)) * box["height"],
    )
    wait_for_the_ledger(page)


READ_LEDGER = """ledger => {
    const text = (row, name) => row.querySelector(`[data-${name}]`)?.textContent ?? '';
    return {
        cell: ledger.querySelector('.trail [aria-current]').textContent,
        digits: Number(ledger.querySelector('select').value),
        result: Number(ledger.querySelector('output[data-result]').dataset.result),
        code: ledger.querySelector('details.numpy code').textContent,
        terms: [...ledger.querySelectorAll('table.terms tr')].map(row => ({
            channel: row.closest('details[data-channel]')?.dataset.channel ?? '',
            operand: row.querySelector('th').textContent,
            value: text(row, 'value'), weight: text(row, 'weight'), product: text(row, 'product'),
            last: row.lastElementChild.textContent, rest: row.classList.contains('rest'),
        })),
        subtotals: [...ledger.querySelectorAll('details[data-channel]')].map(each =>
            [each.dataset.channel, each.querySelector('summary .number').textContent]),
        totals: [...ledger.querySelectorAll('[data-total]')].map(cell =>
            [cell.dataset.total, cell.closest('tr').querySelector('th').textContent, cell.textContent]),
    };
}"""


def read_ledger(page: Page) -> dict[str, Any]:
    """All that the ledger prints, folded away or not, read at one moment."""
    wait_for_the_ledger(page)
    ledger: dict[str, Any] = page.locator("cell-ledger").evaluate(READ_LEDGER)
    return ledger


def check_products(page: Page) -> int:
    """Adds up the printed ledger of a sum of products, with a calculator's arithmetic; how many lines it has."""
    ledger = read_ledger(page)
    terms, unit = ledger["terms"], Decimal(1).scaleb(-ledger["digits"])
    for term in terms:
        if term["value"]:
            product = number(term["value"]) * number(term["weight"])
            assert product.quantize(unit, ROUND_HALF_UP) == number(term["product"])
    for channel, subtotal in ledger["subtotals"]:
        own = [number(term["product"]) for term in terms if term["channel"] == channel]
        assert sum(own) == number(subtotal)
    totals = {key: number(text) for key, _, text in ledger["totals"]}
    assert sum(number(term["product"]) for term in terms) == totals["sum"]
    assert totals["sum"] + totals["bias"] + totals["rounding"] == totals["result"]
    assert abs(float(totals["result"]) - ledger["result"]) <= 0.5 * float(unit) + 1e-12
    # What rounding takes is no more than half a unit of the last digit for each figure and each product.
    figures = [term[name] for term in terms for name in ("value", "weight") if term[name]]
    size = max((abs(number(text)) for text in figures), default=Decimal(0))
    assert abs(totals["rounding"]) <= (len(terms) + 800) * (1 + size) * unit
    return len(terms)


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
    run = in_address(page, "run")
    assert run, where(page)
    answer = httpx.get(
        f"{where(page).split('?')[0]}api/v1/runs/{run}/stages/{stage}", headers={"accept": "application/x-npy"}
    ).raise_for_status()
    return np.load(io.BytesIO(answer.content))
