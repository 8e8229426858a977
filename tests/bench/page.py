"""The page's budget, measured in a real Chromium: `python -m tests.bench.page` prints the table and writes it into
docs/performance.md (`--print` only prints).

Medians; a task counts as long from 50 ms on, as the browser itself says. Other work on the machine shows.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page, Response, sync_playwright

from app.compression import smaller
from tests.app.servers import free_port
from tests.bench.report import write
from tests.browser.chromium import find_or_install
from tests.browser.conftest import FLAGS, serve
from tests.browser.driving import open_map, photo

STROKE = 3.0
"""Seconds of drawing."""

WATCH_TASKS = """() => {
    window.longTasks = [];
    new PerformanceObserver(list => window.longTasks.push(...list.getEntries().map(({duration}) => duration)))
        .observe({entryTypes: ['longtask']});
}"""
COUNT_UPDATES = """() => {
    // The frames in which a map has other pixels than in the frame before: what a person sees change.
    const seen = document.querySelector('.stage[data-stage=conv1] canvas');
    const put = CanvasRenderingContext2D.prototype.putImageData;
    let [before, other] = ['', false];
    window.counted = {updates: 0, frames: 0};
    CanvasRenderingContext2D.prototype.putImageData = function (image, ...place) {
        if (this.canvas === seen) {
            const pixels = String(new Uint32Array(image.data.buffer));
            other ||= pixels !== before;
            before = pixels;
        }
        return put.call(this, image, ...place);
    };
    const look = () => {
        window.counted.frames += 1;
        window.counted.updates += other;
        other = false;
        window.counted.next = requestAnimationFrame(look);
    };
    look();
    window.endCounting = () => {
        cancelAnimationFrame(window.counted.next);
        CanvasRenderingContext2D.prototype.putImageData = put;
        return window.counted;
    };
}"""
COLOUR = """() => {
    const network = document.querySelector('network-view');
    const times = Array.from({length: 60}, () => {
        const start = performance.now();
        network.scale = 'stage';
        return performance.now() - start;
    });
    return times.sort((a, b) => a - b)[30];
}"""
GIVE = """async bytes => {
    const run = () => new URLSearchParams(location.search).get('run');
    const before = run();
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(bytes)], 'photo.png', {type: 'image/png'}));
    const start = performance.now();
    document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
    while (run() === before) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now() - start;
}"""


class Row(NamedTuple):
    """A line of the table: what, what it may be at most (or at the least), what it is, and in which unit."""

    name: str
    value: float
    must: float | None
    unit: str
    least: bool = False

    def __str__(self) -> str:
        must = "" if self.must is None else f"{'at least' if self.least else 'below'} {self.must:g} {self.unit}"
        holds = self.must is None or (self.value >= self.must if self.least else self.value <= self.must)
        return f"| {self.name} | {self.value:.3g} {self.unit} | {must} | {'' if holds else '**missed**'} |"


def first_view(page: Page, address: str) -> Row:
    """All that the first look loads, but for the answers of the API."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer) if "/api/" not in answer.url else None)
    page.goto(address)
    page.wait_for_selector("body.ready")
    # As it crosses a network; on this machine nothing is compressed.
    size = sum(len(smaller(answer.body(), answer.headers)) for answer in answers if answer.status == 200)
    return Row("first view, compressed, without the run's data", size / 1000, 150, "kB")


def longest_task(page: Page, name: str, do: Callable[[Page], None]) -> Row:
    page.evaluate("window.longTasks.length = 0")
    do(page)
    page.wait_for_timeout(200)
    tasks: list[float] = page.evaluate("window.longTasks")
    return Row(f"longest task over 50 ms: {name}", max(tasks, default=0), 50, "ms")


def hover(page: Page) -> None:
    for box in page.locator("button.map").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().toJSON()).filter((_, place) => place % 3 === 0)"
    ):
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=2)


def animate(page: Page) -> None:
    open_map(page, "conv2", 1)
    page.get_by_label("Speed").select_option(index=2)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(2000)
    page.get_by_role("button", name="Pause", exact=True).click()


def slide(page: Page) -> None:
    box = page.get_by_label("Point of training").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 4, box["y"] + box["height"] / 2, steps=40)
    page.mouse.up()


def scribble(page: Page, port: int) -> dict[str, int]:
    """One stroke, round and round; how many updates, frames of the screen and moves of the pen there were."""
    box = page.locator("draw-pad canvas").bounding_box()
    assert box is not None
    place = [str(box[name]) for name in ("x", "y", "width")]
    page.evaluate(COUNT_UPDATES)
    command = [sys.executable, "-m", "tests.bench.pointer", str(port), page.url, str(STROKE), *place]
    moves = int(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout)
    counted: dict[str, int] = page.evaluate("window.endCounting()")
    return counted | {"moves": moves}


def heap(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return used / 1e6


USE = """async turn => {
    const until = async condition => { while (!condition()) await new Promise(done => setTimeout(done, 5)); };
    const run = () => new URLSearchParams(location.search).get('run');
    const before = run();
    document.querySelectorAll('sample-strip button')[turn % 10].click();
    await until(() => run() !== before && document.body.matches('.ready:not(.waiting)'));
    const [stage, channel] = [`conv${1 + turn % 3}`, turn % 8];
    document.querySelectorAll(`.stage[data-stage=${stage}] button.map`)[channel].click();
    const ledger = document.querySelector('cell-ledger');
    await until(() => ledger.querySelector('.trail [aria-current]')?.textContent.startsWith(`${stage} [${channel},`));
    await new Promise(requestAnimationFrame);
}"""


def use(page: Page, times: int) -> None:
    """So many images, and as many openings of maps, each of them until it is shown."""
    for turn in range(times):
        page.evaluate(USE, turn)
    page.wait_for_timeout(300)


def measure(page: Page, address: str, port: int) -> list[Row]:
    page.add_init_script(f"({WATCH_TASKS})()")
    rows = [first_view(page, address)]
    rows.append(longest_task(page, "hover", hover))
    rows.append(longest_task(page, "animation", animate))
    page.keyboard.press("Escape")
    rows.append(longest_task(page, "dragging the training slider", slide))
    page.goto(address)
    page.wait_for_selector("body.ready")
    page.locator("#clear").click()
    counted: dict[str, int] = {}
    rows.append(longest_task(page, "drawing", lambda page: counted.update(scribble(page, port))))
    rows.append(Row("updates while drawing", counted["updates"] / STROKE, 20, "a second", least=True))
    rows.append(Row("moves of the pointer while drawing", counted["moves"] / STROKE, None, "a second"))
    rows.append(Row("colouring a frame of digits", page.evaluate(COLOUR), 4, "ms"))
    times = [page.evaluate(GIVE, list(photo(seed=seed))) for seed in range(9)]
    rows.append(Row("from a file to the network drawn, digits", statistics.median(times), None, "ms"))
    use(page, 20)
    before = heap(page)
    use(page, 100)
    rows.append(Row("growth of the heap over 100 images and 100 openings", heap(page) - before, 1, "MB"))
    for model in ("pets", "objects"):
        page.goto(f"{address}/?model={model}")
        page.wait_for_selector("body.ready")
        rows.append(Row(f"colouring a frame of {model}", page.evaluate(COLOUR), 4, "ms"))
        times = [page.evaluate(GIVE, list(photo(seed=seed))) for seed in range(9)]
        rows.append(Row(f"from a file to the network drawn, {model}", statistics.median(times), None, "ms"))
    return rows


def main() -> None:
    load = os.getloadavg()[0]
    with sync_playwright() as playwright:
        port = free_port()
        flags = [*FLAGS, f"--remote-debugging-port={port}"]
        browser = playwright.chromium.launch(executable_path=find_or_install(), args=flags)
        for address in serve(["-m", "app"]):
            rows = measure(browser.new_page(viewport={"width": 1440, "height": 900}), address, port)
        version = browser.version
        browser.close()
    text = "\n".join(
        [
            f"In Chromium {version}, 1440 x 900, on {os.cpu_count()} cores with a load average of {load:.1f} before.",
            "",
            "| what | is | must be | |",
            "| --- | ---: | ---: | --- |",
            *map(str, rows),
        ]
    )
    print(text)
    if "--print" not in sys.argv:
        write("page", text)


if __name__ == "__main__":
    main()
