"""Every text of the page comes from a catalogue: in a language of brackets no word stands outside of them but data.

The language of brackets is English with ⟦ ⟧ around each text: of the script's catalogue by another `texts.js`, of the
templates' by a server of its own. What the API says is data: it stays as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Response

from tests.browser.conftest import serve
from tests.browser.driving import give, open_map, photo
from tests.browser.op_models import write_every_op
from tests.browser.states import STATES, ready

pytestmark = pytest.mark.browser

SERVE_IN_BRACKETS = """
import os, sys
os.environ["MODELS"] = sys.argv[1]
import app.pages
def bracket(each):
    if isinstance(each, dict):
        return {name: bracket(value) for name, value in each.items()}
    return f"⟦{each}⟧"
language = app.pages.TEXTS["language"]
app.pages.TEXTS = bracket(app.pages.TEXTS) | {"language": language}
from app.command_line import main
sys.exit(main(sys.argv[2:]))
"""
SCRIPT_IN_BRACKETS = """
import { en } from "./texts/en.js";
const bracket = each => {
    if (typeof each === "string") return each && `⟦${each}⟧`;
    if (typeof each === "function") return (...given) => bracket(each(...given));
    if (Array.isArray(each)) return each.map(bracket);
    return Object.fromEntries(Object.entries(each).map(([name, value]) => [name, bracket(value)]));
};
export const texts = bracket(en);
"""
TOLD = """() => {
    const told = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        const code = parent.closest('script, style, noscript, pre, annotation');
        if (!code && (parent.checkVisibility() || parent.closest('svg title')) && walker.currentNode.data.trim())
            told.push(walker.currentNode.data);
    }
    for (const element of document.querySelectorAll('body *'))
        for (const name of ['aria-label', 'title', 'alt', 'placeholder', 'aria-valuetext', 'aria-description'])
            if (element.getAttribute(name)) told.push(element.getAttribute(name));
    return told;
}"""
SIGNS = {"max", "min", "exp", "tanh", "svg", "png", "csv", "json", "numpy", "npy", "npz", "run", "curl", "openapi"}
"""Names of functions, formats and files: the same in every language."""
WORD = re.compile(r"[^\W\d_]{2,}")


@pytest.fixture(scope="module")
def bracketed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:

    path = tmp_path_factory.mktemp("models") / "ops.onnx"
    write_every_op(path, activations=True)
    yield from serve(["-c", SERVE_IN_BRACKETS, str(path)])


@pytest.fixture
def said(page: Page) -> set[str]:
    """All that the API has said to the page so far."""
    texts: set[str] = set()

    def hear(response: Response) -> None:
        if "/api/" in response.url and "json" in (response.headers.get("content-type") or ""):
            texts.update(strings(json.loads(response.body())))

    page.on("response", hear)
    page.route(
        re.compile(r"/js/texts\.js$"),
        lambda route: route.fulfill(body=SCRIPT_IN_BRACKETS, content_type="text/javascript"),
    )
    return texts


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def outside(page: Page, said: set[str]) -> list[str]:
    """What is told outside of brackets and is no data."""
    told: list[str] = page.evaluate(TOLD)
    assert any("⟦" in text for text in told)
    rests = {}
    for text in told:
        rest = re.sub(r"\s+", " ", text)
        while "⟦" in rest and (shorter := re.sub(r"⟦[^⟦⟧]*⟧", " ", rest)) != rest:
            rest = shorter
        if WORD.search(rest):
            rests[text] = rest
    longest_first = sorted(said - {""}, key=len, reverse=True)
    data = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)")
    return [
        text
        for text, rest in rests.items()
        if any(word.lower() not in SIGNS for word in WORD.findall(data.sub(" ", rest)))
    ]


def test_no_word_of_the_page_is_outside_of_the_catalogues(page: Page, bracketed: str, said: set[str]) -> None:
    wrong: dict[str, list[str]] = {}

    def check(state: str) -> None:
        if found := outside(page, said):
            wrong[state] = found

    for name, state in STATES.items():
        page.goto(bracketed)
        ready(page)
        state.reach(page)
        check(name)
        page.unroute("**/runs")
    page.goto(f"{bracketed}/docs/api")
    assert "⟦" in page.locator("nav").first.get_attribute("aria-label")  # type: ignore[operator]
    assert not wrong, wrong


def test_no_word_of_any_op_is_outside_of_the_catalogues(page: Page, bracketed: str, said: set[str]) -> None:
    wrong: dict[str, list[str]] = {}
    page.goto(f"{bracketed}/?model=ops")
    give(page, photo())
    for model in ("ops", "digits"):
        if model == "digits":
            page.goto(bracketed)
            page.wait_for_selector("body.ready")
        names: list[str] = page.locator(".stage").evaluate_all("all => all.map(each => each.dataset.stage)")
        for stage in names:
            open_map(page, stage, 0)
            page.locator("stage-inspector details").evaluate_all("all => all.forEach(each => { each.open = true; })")
            if found := outside(page, said):
                wrong[f"{model}, {stage}"] = found
            page.locator("stage-inspector .fold").click()
            if found := outside(page, said):
                wrong[f"{model}, about {stage}"] = found
            page.locator("stage-inspector .fold").click()
    assert not wrong, wrong
