"""The numbers of a map: zoomed until cells show them, as a table, copied and saved, all exactly those of the API."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from app.colours import colour
from tests.browser.conftest import Watch
from tests.browser.driving import (
    cell_of,
    in_address,
    number,
    open_map,
    wait_for_frames,
    wait_for_the_ledger,
    where,
)

pytestmark = pytest.mark.browser

# What is written in the cells, kept from the canvas.
LISTEN = """
window.written = [];
const fill = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    const { e, f } = this.getTransform();
    if (this.canvas.closest('zoom-map'))
        window.written.push({ text, x: x + e, y: y + f, size: parseFloat(this.font), inside: e > 0 || f > 0 });
    return fill.call(this, text, x, y);
};
const clear = CanvasRenderingContext2D.prototype.clearRect;
CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    if (this.canvas.closest('zoom-map')) window.written = [];
    return clear.apply(this, box);
};
"""


@pytest.fixture
def numbers(page: Page, address: str, watch: Watch) -> Iterator[Page]:
    """The page at the sample 2; what its map sheet writes is listened to."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.set_default_timeout(20_000)
    page.add_init_script(LISTEN)
    page.goto(address)
    page.wait_for_selector("body.ready")
    yield page


def values(page: Page, stage: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A stage's values, as the API has them."""
    run = page.evaluate("new URLSearchParams(location.search).get('run')")
    answer = page.request.get(
        f"{page.url.split('?')[0]}api/v1/runs/{run}/stages/{stage}", headers={"accept": "application/x-npy"}
    )
    array: np.ndarray[Any, np.dtype[np.float32]] = np.load(io.BytesIO(answer.body()))
    return array


def open_sheet(page: Page, stage: str, channel: int = 0) -> Locator:
    open_map(page, stage, channel)
    page.locator("stage-inspector .result").get_by_role("button", name="Numbers").click()
    sheet = page.locator("map-sheet dialog")
    expect(sheet).to_be_visible()
    return sheet


def written(page: Page) -> list[dict[str, Any]]:
    wait_for_frames(page)
    texts: list[dict[str, Any]] = page.evaluate("window.written")
    return [text for text in texts if "." in text["text"]]


def download(page: Page, sheet: Locator, name: str) -> tuple[str, bytes]:
    with page.expect_download() as started:
        sheet.get_by_role("button", name=name, exact=True).click()
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()


def copied(page: Page, sheet: Locator, name: str) -> str:
    sheet.get_by_role("button", name=name, exact=True).click()
    # It says so when it is done, of each kind in its own words.
    kind = re.search("CSV|JSON|NumPy", name)
    assert kind
    expect(sheet.locator(".said")).to_have_text(re.compile(rf"^Copied .* as {kind[0]}\.$"))
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_the_wheel_zooms_until_the_cells_show_their_values(numbers: Page) -> None:
    sheet = open_sheet(numbers, "conv1", 3)
    expect(sheet.get_by_role("heading")).to_have_text("conv1, map 3 of 8")
    assert written(numbers) == []
    box = numbers.locator("zoom-map").bounding_box()
    assert box is not None
    numbers.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    sentence = sheet.locator("output.sentence")
    wait_for_frames(numbers)
    pointed = sentence.inner_text()
    for _ in range(12):
        numbers.mouse.wheel(0, -100)
    numbers.wait_for_selector("zoom-map[data-values=true]")
    expect(sentence).to_have_text(pointed)
    texts = written(numbers)
    assert 50 < len(texts) < 700, "only the cells in sight are drawn"
    assert min(text["size"] for text in texts) >= 12
    shown = {f"{value:.4f}".replace("-", "−") for value in values(numbers, "conv1")[3].ravel().tolist()}
    assert {text["text"] for text in texts} <= shown


def test_a_cell_shows_its_own_value_and_opens_its_ledger(numbers: Page) -> None:
    sheet = open_sheet(numbers, "conv2", 5)
    sheet.get_by_role("button", name="Show values").click()
    one = written(numbers)[25]
    box = numbers.locator("zoom-map").bounding_box()
    assert box is not None
    numbers.mouse.move(box["x"] + one["x"], box["y"] + one["y"])
    wait_for_frames(numbers)
    found = re.match(r"conv2 \[5, (\d+), (\d+)\] = (.+)", sheet.locator("output.sentence").inner_text())
    assert found
    value = values(numbers, "conv2")[5, int(found[1]), int(found[2])]
    assert np.float32(found[3].replace("−", "-")) == value
    assert one["text"] == f"{value:.4f}".replace("-", "−")
    numbers.mouse.down()
    numbers.mouse.up()
    expect(sheet).to_be_hidden()
    expect(numbers.locator("cell-ledger .trail [aria-current]")).to_have_text(f"conv2 [5, {found[1]}, {found[2]}]")


def test_dragging_moves_the_map_and_opens_nothing(numbers: Page) -> None:
    sheet = open_sheet(numbers, "relu1", 3)
    sheet.get_by_role("button", name="Show values").click()
    sentence = sheet.locator("output.sentence")
    box = numbers.locator("zoom-map").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    numbers.mouse.move(x, y)
    wait_for_frames(numbers)
    before = sentence.inner_text()
    numbers.mouse.down()
    numbers.mouse.move(x - 50, y + 40, steps=5)
    numbers.mouse.up()
    expect(sheet).to_be_visible()
    numbers.mouse.move(x - 49, y + 40)
    expect(sentence).to_have_text(before)


def test_two_fingers_zoom(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("body.ready")
    page.keyboard.press("n")
    expect(page.locator("map-sheet dialog")).to_be_visible()
    box = page.locator("zoom-map").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = context.new_cdp_session(page)

    def touch(kind: str, *spread: float) -> None:
        points = [{"x": x + each, "y": y, "id": index} for index, each in enumerate(spread)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", -20, 20)
    for spread in range(25, 140, 5):
        touch("touchMove", -spread, spread)
    touch("touchEnd")
    page.wait_for_selector("zoom-map[data-values=true]")
    expect(page.locator("map-sheet dialog")).to_be_visible()
    context.close()


def test_all_is_done_by_keyboard_alone(numbers: Page) -> None:
    numbers.locator(".stage[data-stage=conv1] button.map").nth(2).focus()
    numbers.keyboard.press("n")
    sheet = numbers.locator("map-sheet dialog")
    expect(sheet.get_by_role("heading")).to_have_text("conv1, map 2 of 8")
    expect(numbers.locator("zoom-map")).to_be_focused()
    numbers.keyboard.press("PageDown")
    expect(sheet.get_by_role("heading")).to_have_text("conv1, map 3 of 8")
    for _ in range(8):
        numbers.keyboard.press("+")
    numbers.wait_for_selector("zoom-map[data-values=true]")
    for key in ("ArrowDown", "Home", "ArrowRight", "ArrowRight"):
        numbers.keyboard.press(key)
    found = re.match(r"conv1 \[3, (\d+), 2\] = ", sheet.locator("output.sentence").inner_text())
    assert found
    numbers.keyboard.press("t")
    expect(sheet.get_by_role("table")).to_be_visible()
    numbers.keyboard.press("t")
    numbers.keyboard.press("Enter")
    expect(sheet).to_be_hidden()
    wait_for_the_ledger(numbers)
    assert cell_of(numbers) == f"conv1 [3, {found[1]}, 2]"
    numbers.keyboard.press("n")
    numbers.keyboard.press("0")
    numbers.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(numbers.locator("stage-inspector")).to_be_visible()


def test_the_table_has_every_number_with_its_row_and_column(numbers: Page) -> None:
    sheet = open_sheet(numbers, "conv3", 7)
    sheet.get_by_role("button", name="Table").click()
    table = sheet.get_by_role("table", name="conv3, map 7 of 16")
    array = values(numbers, "conv3")[7]
    expect(table.locator("tbody tr")).to_have_count(array.shape[0])
    assert table.locator("thead th[scope=col]").all_inner_texts() == [str(each) for each in range(array.shape[1])]
    assert table.locator("tbody th[scope=row]").all_inner_texts() == [str(each) for each in range(array.shape[0])]
    rows: list[list[str]] = table.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"
    )
    shown = np.array([[float(number(text)) for text in row] for row in rows])
    assert np.abs(shown - array).max() <= 0.5e-4 + 1e-9
    sheet.get_by_label("Digits").select_option("2")
    expect(table.locator("td").nth(1)).to_have_text(re.compile(r"^−?\d+\.\d\d$"))
    table.locator("tbody tr").nth(4).locator("td").nth(6).click()
    expect(numbers.locator("cell-ledger .trail [aria-current]")).to_have_text("conv3 [7, 4, 6]")


@pytest.mark.parametrize(("stage", "channel"), [("relu2", 4), ("input", 0), ("softmax", 0), ("flatten", 0)])
def test_what_is_copied_and_saved_gives_back_the_same_numbers(numbers: Page, stage: str, channel: int) -> None:
    numbers.keyboard.press("n")
    sheet = numbers.locator("map-sheet dialog")
    sheet.get_by_label("Stage").select_option(stage)
    for _ in range(channel):
        sheet.get_by_role("button", name="The next map").click()
    array = values(numbers, stage)
    expected = array[channel] if array.ndim == 3 else array
    text = copied(numbers, sheet, "Copy as a NumPy array")
    same(eval(text, {"np": np}), expected)
    same(np.array(json.loads(copied(numbers, sheet, "Copy as JSON")), dtype=np.float32), expected)
    csv = np.loadtxt(io.StringIO(copied(numbers, sheet, "Copy as CSV")), delimiter=",", dtype=np.float32)
    same(csv, expected)
    name, file = download(numbers, sheet, "Save as a NumPy file, .npy")
    assert name == (f"digits-{stage}-{channel}.npy" if array.ndim == 3 else f"digits-{stage}.npy")
    same(np.load(io.BytesIO(file)), expected)


def same(given: Any, expected: np.ndarray[Any, np.dtype[np.float32]]) -> None:
    assert given.dtype == np.float32 and given.shape == expected.shape
    assert given.tobytes() == expected.tobytes()


def test_a_saved_picture_has_the_colours_of_the_page(numbers: Page) -> None:
    sheet = open_sheet(numbers, "conv1", 6)
    array = values(numbers, "conv1")
    colours = colour(array[6], float(np.abs(array).max()))
    name, file = download(numbers, sheet, "Save as a PNG picture")
    image = np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))
    scale = image.shape[0] // 28
    assert name == "digits-conv1-6.png" and scale > 8
    assert (image == colours.repeat(scale, 0).repeat(scale, 1)).all()
    name, file = download(numbers, sheet, "Save as an SVG picture, with the values")
    fills = re.findall(r'fill="#([0-9a-f]{6})"/>', file.decode())
    assert name == "digits-conv1-6.svg" and bytes.fromhex("".join(fills)) == colours.tobytes()
    texts = [float(number(text)) for text in re.findall(r'fill="#[0f]{3}">([^<]+)</text>', file.decode())]
    assert np.abs(np.array(texts) - array[6].ravel()).max() <= 0.5e-4 + 1e-9


def test_a_new_run_is_shown_in_the_sheet_too(numbers: Page) -> None:
    sheet = open_sheet(numbers, "softmax", 0)
    sheet.get_by_role("button", name="Table").click()
    assert values(numbers, "softmax").argmax() == 2
    # As another run comes while the sheet is open: the training slider goes on playing, for one.
    numbers.evaluate("document.querySelector('sample-strip button:nth-child(5)').click()")
    expect(numbers.locator("#answer")).to_have_text("4")
    expect(sheet.locator("tbody tr").nth(4).locator("td")).to_have_text(re.compile(r"^(1\.0|0\.9)"))


def test_the_keys_are_listed_and_letters_can_be_switched_off(numbers: Page) -> None:
    numbers.keyboard.press("?")
    keys = numbers.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    expect(keys.locator("dt:has(kbd:text-is('n')) + dd")).to_have_text("Show the numbers of the map that is looked at")
    keys.get_by_role("checkbox").uncheck()
    numbers.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    for page_is_new in (False, True):
        if page_is_new:
            numbers.reload()
            numbers.wait_for_selector("body.ready")
        numbers.keyboard.press("?")
        numbers.keyboard.press("n")
        expect(numbers.locator("dialog[open]")).to_have_count(0)
    numbers.get_by_role("button", name="Keys").click()
    expect(keys).to_be_visible()


def test_keys_that_are_typed_into_fields_do_nothing(numbers: Page) -> None:
    numbers.locator("#theme").focus()
    numbers.keyboard.press("n")
    numbers.keyboard.press("Control+n")
    expect(numbers.locator("dialog[open]")).to_have_count(0)


SVG = "{http://www.w3.org/2000/svg}"


def save_network(page: Page, kind: str) -> tuple[str, bytes]:
    page.get_by_role("button", name="Save the network…").click()
    return download(page, page.get_by_role("group", name="Save the network as"), kind)


def test_the_network_is_saved_as_it_is_seen(home: Page) -> None:
    name, file = save_network(home, "SVG sharp at any size, words stay words")
    run = home.evaluate("new URLSearchParams(location.search).get('run')")
    assert name == f"digits-{run[:8]}.svg"
    picture = ElementTree.fromstring(file)
    words = [text.text for text in picture.iter(f"{SVG}text")]
    for stage in ("input", "conv1", "relu3", "softmax", "8×28×28", "Gemm"):
        assert stage in words
    for part in ("button.share .percent", "button.share .logit", "colour-legend .range"):
        assert set(home.locator(part).all_inner_texts()) <= set(words)
    maps = [decoded(image) for image in picture.iter(f"{SVG}image")]
    assert len(maps) == home.locator("network-view canvas, colour-legend canvas").count()
    hairlines = [rect for rect in picture.iter(f"{SVG}rect") if rect.get("stroke-width") == "1"]
    assert len(hairlines) >= home.locator(".map canvas").count()
    assert len({rect.get("stroke") for rect in hairlines}) == 1
    array = values(home, "conv2")
    colours = colour(array, float(np.abs(array).max()))
    for channel in colours:
        assert any(shows(each, channel) for each in maps)
    links = [path for path in picture.iter(f"{SVG}path") if path.get("d")]
    assert len(links) >= 11 and all(float(path.get("stroke-opacity", "0")) > 0 for path in links)


def decoded(image: ElementTree.Element) -> np.ndarray[Any, np.dtype[np.uint8]]:
    data = base64.b64decode((image.get("href") or "").removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def shows(picture: np.ndarray[Any, np.dtype[np.uint8]], cells: np.ndarray[Any, np.dtype[np.uint8]]) -> bool:
    """Whether it is the map, each cell a square of some pixels."""
    scale = picture.shape[0] // cells.shape[0]
    return np.array_equal(picture, cells.repeat(scale, 0).repeat(scale, 1))


def test_the_network_is_saved_as_pixels_too(home: Page) -> None:
    home.locator("#theme").select_option("dark")
    name, file = save_network(home, "PNG pixels, twice the size of the page")
    assert name.endswith(".png")
    image = Image.open(io.BytesIO(file)).convert("RGB")
    box = home.locator("network-view").bounding_box()
    assert box is not None
    assert image.width == 2 * (round(box["width"]) + 32)
    assert max(image.getpixel((3, 3))) < 60  # type: ignore[arg-type]
    assert len(image.getcolors(1_000_000) or []) > 200


def test_a_link_opens_the_same_sheet(numbers: Page) -> None:
    sheet = open_sheet(numbers, "conv2", 5)
    sheet.get_by_role("button", name="The next map").click()
    assert in_address(numbers, "sheet") == "conv2.6"
    numbers.reload()
    expect(sheet.get_by_role("heading")).to_have_text("conv2, map 6 of 16")
    numbers.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(numbers).not_to_have_url(re.compile("sheet"))
    for wrong in ("conv2.16", "nothing.0", "conv2"):
        numbers.goto(f"{where(numbers)}&sheet={wrong}")
        numbers.wait_for_selector("body.ready")
        expect(numbers).not_to_have_url(re.compile("sheet"))
        expect(sheet).to_be_hidden()


def test_the_numbers_of_a_comparison_are_those_of_what_is_shown(numbers: Page) -> None:
    two = values(numbers, "conv1")[3]
    numbers.locator("compare-control").get_by_role("button", name="Compare").click()
    numbers.get_by_role("button", name="Draw a 4").click()
    expect(numbers.locator("#answer")).to_have_text("4", timeout=20_000)
    four = values(numbers, "conv1")[3]
    for side, expected in (("Difference", four - two), ("Kept", two), ("Now", four)):
        numbers.locator("compare-control").get_by_role("radio", name=side, exact=True).check()
        numbers.locator(".stage[data-stage=conv1] button.map").nth(3).focus()
        numbers.keyboard.press("n")
        sheet = numbers.locator("map-sheet dialog")
        expect(sheet.locator("header .note")).to_contain_text(side.lower())
        same(eval(copied(numbers, sheet, "Copy as a NumPy array"), {"np": np}), expected)
        numbers.keyboard.press("Escape")
