"""Whether a view is whole and true: all that can be seen belongs to the one run in the address."""

from __future__ import annotations

import base64
import io
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from app.colours import colour, gray
from tests.browser.driving import percent, where
from tests.browser.printed import named

SHOWN = """() => {
    const seen = each => each.checkVisibility() && each.getBoundingClientRect().width > 0;
    const text = name => document.querySelector(name)?.textContent ?? '';
    const letters = bytes => Array.from(bytes, byte => String.fromCharCode(byte)).join('');
    const pixels = canvas => canvas && {width: canvas.width, height: canvas.height,
        data: btoa(letters(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data))};
    return {
        model: document.querySelector('model-chooser [aria-current]')?.getAttribute('href') ?? '',
        answer: text('#answer'), certainty: text('#certainty'), legend: text('colour-legend .range'),
        failure: seen(document.querySelector('#failure')), body: [...document.body.classList],
        steps: [...document.querySelectorAll('preprocessing-steps img')].map(each => each.getAttribute('src')),
        dialogs: document.querySelectorAll('dialog[open]').length,
        sheet: pixels([...document.querySelectorAll('draw-pad canvas, photo-sheet canvas')].find(seen)),
        stages: [...document.querySelectorAll('.stage')].map(stage => ({
            name: stage.dataset.stage, kind: stage.dataset.kind,
            maps: [...stage.querySelectorAll('button.map')].map(button => ({channel: Number(button.dataset.channel),
                label: button.getAttribute('aria-label'), pixels: pixels(button.querySelector('canvas'))})),
        })),
        point: seen(document.querySelector('#point')) ? text('#point-text') : '',
        inspector: seen(document.querySelector('stage-inspector'))
            ? {stage: document.querySelector('stage-inspector').dataset.stage,
               cell: text('cell-ledger .trail [aria-current]'),
               result: Number(document.querySelector('cell-ledger output[data-result]').dataset.result),
               caption: text('figure.result figcaption')} : null,
    };
}"""


def wait_until_quiet(page: Page) -> None:
    """Until nothing plays, nothing is asked for and nothing has been for a while."""
    for name in ("Pause", "Stop the training"):
        for button in page.get_by_role("button", name=name, exact=True).all():
            if button.is_visible():
                button.click()
    quiet = 0
    for _ in range(200):
        page.wait_for_timeout(50)
        quiet = 0 if page.evaluate("window.underWay") else quiet + 1
        if quiet == 8:
            return
    raise AssertionError("The page still asks the server for something.")


def check_view(page: Page) -> dict[str, Any]:
    """Every part of the page against the run in the address, as the server knows it. What was shown."""
    here = urlsplit(where(page))
    base = f"{here.scheme}://{here.netloc}"
    address = {name: values[0] for name, values in parse_qs(here.query).items()}
    shown: dict[str, Any] = page.evaluate(SHOWN)
    assert not shown["failure"] and shown["dialogs"] == 0
    assert "ready" in shown["body"] and not {"waiting", "stale"} & set(shown["body"])
    run = page.request.get(f"{base}/api/v1/runs/{address['run']}").json()
    with np.load(io.BytesIO(page.request.get(f"{base}/api/v1/runs/{address['run']}.npz").body())) as archive:
        arrays = {name: archive[name] for name in archive.files}
    assert run["model"] == address["model"] == parse_qs(urlsplit(shown["model"]).query)["model"][0]
    assert address.get("checkpoint") == (None if run["checkpoint"] is None else str(run["checkpoint"]))
    assert bool(shown["point"]) == (run["checkpoint"] is not None)
    best = run["predictions"][0]
    assert shown["answer"] == best["class"]
    assert abs(percent(page, best["class"]) / 100 - best["probability"]) < 0.0011
    # At another point of training the same pictures stay, which may be those of the run before: look at their bytes.
    told = [step["picture"] for step in run["preprocessing"]]
    assert len(shown["steps"]) == len(told)
    for have, want in zip(shown["steps"], told, strict=True):
        assert have == want or _body(page, base + have) == _body(page, base + want), (have, want)
    _check_sheet(page, base, run, shown["sheet"])
    _check_maps(run, arrays, address.get("scale", "stage"), shown["stages"])
    _check_legend(run, arrays, address, shown["legend"])
    _check_inspector(arrays, address, shown["inspector"])
    return shown


def _body(page: Page, address: str) -> bytes:
    return page.request.get(address).body()


def _check_sheet(page: Page, base: str, run: Any, sheet: Any) -> None:
    """The pad, or the sheet for photos, has the picture that the network was given."""
    picture = Image.open(io.BytesIO(page.request.get(f"{base}{run['preprocessing'][0]['picture']}").body()))
    width, height = sheet["width"], sheet["height"]
    scale = min(width / picture.width, height / picture.height)
    size = round(picture.width * scale), round(picture.height * scale)
    want = np.asarray(picture.convert("RGB").resize(size, Image.Resampling.BOX), np.float64)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    have = _pixels(sheet).astype(np.float64)[top : top + size[1], left : left + size[0], :3]
    assert np.abs(want - have).mean() < 8, "another picture is on the sheet"


def _pixels(canvas: Any) -> Any:
    """(rows, columns, 4)"""
    data = np.frombuffer(base64.b64decode(canvas["data"]), np.uint8)
    return data.reshape(canvas["height"], canvas["width"], 4)


def _check_maps(run: Any, arrays: Any, scale: str, shown: Any) -> None:
    """Every canvas has the pixels of its map, painted anew."""
    assert [stage["name"] for stage in shown] == [stage["name"] for stage in run["stages"]]
    inner = [stage for stage in run["stages"] if stage["op"] not in ("Input", "Softmax")]
    whole = max(max(abs(stage["minimum"]), abs(stage["maximum"])) for stage in inner)
    for stage, told in zip(shown, run["stages"], strict=True):
        values = arrays[stage["name"]]
        for button in stage["maps"] if stage["kind"] != "shares" else ():
            pixels, channel = button["pixels"], button["channel"]
            have = _pixels(pixels)
            if stage["kind"] == "strip":
                down, across = pixels["height"], pixels["width"]
                cells = np.zeros(down * across, np.float32)
                cells[: len(values)] = values
                cells = cells.reshape(across, down).T
                used = (np.arange(down * across) < len(values)).reshape(across, down).T
            else:
                cells = np.atleast_2d(values[channel])
                used = np.ones_like(cells, bool)
            over = values if scale != "map" or values.ndim == 1 else cells
            limit = whole if scale == "network" else float(np.abs(over).max())
            if told["op"] == "Input":
                want = gray(cells, max(1.0, float(np.abs(values).max())))
            else:
                want = colour(cells, limit)
            assert have.shape[:2] == want.shape[:2]
            assert np.array_equal(have[..., :3][used], want[used]), f"{button['label']} is not as it was computed"


def _check_legend(run: Any, arrays: Any, address: dict[str, str], text: str) -> None:
    """With nothing under the pointer: the range of what is inspected, or of the first stage."""
    name = address.get("stage", run["stages"][1]["name"])
    values, scale = arrays[name], address.get("scale", "stage")
    channel = int(address.get("channel", 0)) if "stage" in address else 0
    if scale == "network":
        inner = [stage for stage in run["stages"] if stage["op"] not in ("Input", "Softmax")]
        low, high = min(stage["minimum"] for stage in inner), max(stage["maximum"] for stage in inner)
    else:
        over = values[channel] if scale == "map" and values.ndim == 3 else values
        low, high = float(over.min()), float(over.max())
    assert text.endswith(f": {low:.2f} to {high:.2f}".replace("-", "−")), (text, name, scale)


def _check_inspector(arrays: Any, address: dict[str, str], inspector: Any) -> None:
    assert (inspector is not None) == ("stage" in address)
    if inspector is None:
        return
    values = arrays[address["stage"]]
    place = [int(address[name]) for name in ("channel", "row", "column")][: values.ndim]
    assert inspector["stage"] == address["stage"]
    assert inspector["cell"] == named(address["stage"], place)
    assert inspector["result"] == float(values[tuple(place)])
    assert inspector["caption"].startswith(inspector["cell"])


HEAR = """seed => {
    let state = seed;
    const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
    const ask = window.fetch.bind(window);
    const wait = window.setTimeout.bind(window);
    window.underWay = 0;
    window.fetch = async (address, options) => {
        window.underWay += 1;
        try {
            const answer = await ask(address, options);
            if (seed === null) return answer;
            const late = random() < 0.3 ? 600 * random() : 60 * random();
            await new Promise((done, fail) => {
                wait(done, late);
                options?.signal?.addEventListener('abort', () => fail(new DOMException('', 'AbortError')));
            });
            return answer;
        } finally {
            window.underWay -= 1;
        }
    };
}"""


def count_answers(page: Page | BrowserContext, late: int | None = None) -> None:
    """From the next load on, `window.underWay` is how many answers the page waits for.

    With a seed in `late`, each comes late by a time of its own, so that they overtake one another. Not by Playwright's
    routes: they would wait one after the other, and keep the test from clicking meanwhile."""
    page.add_init_script(f"({HEAR})({json.dumps(late)})")


def settle_pointer(page: Page) -> None:
    """Nothing is under the pointer, and nothing has the focus."""
    page.mouse.move(2, 2)
    page.evaluate("document.activeElement?.blur()")
    expect(page.locator("dialog[open]")).to_have_count(0)
