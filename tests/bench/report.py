"""The tables of docs/performance.md, from what was measured."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.networks import NETWORKS

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
MUST = {
    "network a 1": (0.45, 0.85),
    "network b 1": (0.60, 1.30),
    "network c 1": (0.55, 1.30),
    "network d 1": (0.90, 1.40),
    "network e 1": (1.15, 1.45),
    "network a 64": (0.50, 0.60),
    "network b 64": (0.25, 0.65),
    "network c 64": (0.50, 0.80),
    "training b": (0.50, None),
    "training c": (1.05, None),
}
"""What the plan is to reach, as a share of PyTorch's time and of ONNX Runtime's."""


@dataclass(frozen=True)
class Measured:
    """Seconds of one run, a round each, by contender; and how far each contender's outputs are off."""

    case: str
    times: Mapping[str, Sequence[float]]
    errors: Mapping[str, float]

    def median(self, contender: str) -> float:
        return statistics.median(self.times[contender])

    def ratio(self, contender: str) -> tuple[float, float, float] | None:
        """Lower quartile, median and upper quartile of the plan's time as a share of another's."""
        if contender not in self.times:
            return None
        pairs = zip(self.times["plan"], self.times[contender], strict=True)
        low, middle, high = statistics.quantiles([ours / theirs for ours, theirs in pairs], n=4)
        return low, middle, high

    def line(self) -> str:
        """One line for who waits for the table."""
        return f"{self.case:18}" + "".join(
            f"  {name} {1e3 * self.median(name):.3f} ms" + (f" ({_ratio(self.ratio(name))})" if name != "plan" else "")
            for name in self.times
        )


def report(
    results: Sequence[Measured],
    versions: Mapping[str, str],
    processor: str,
    peak: float,
    rounds: int,
    seconds: float,
) -> str:
    """All tables, as Markdown."""
    found = {result.case: result for result in results}
    by_kind = {kind: [r for r in results if r.case.startswith(kind)] for kind in ("network", "training", "service")}
    packages = ", ".join(f"{name} {number}" for name, number in versions.items())
    lines = [
        f"Measured on one core of `{processor}` with Python {platform.python_version()}, {packages}; "
        f"largest products: {peak:.0f} GFLOP/s. {rounds} rounds, blocks of {1000 * seconds:.0f} ms of CPU time. "
        "Ratios are the plan's time as a share of the other's, below 1 where the plan is quicker: "
        "median (quartiles).",
        "",
        "| network, images | plan | GFLOP/s | / PyTorch | must | / ONNX Runtime | must | / layers | error |",
        "| --- | ---: | ---: | --- | --- | --- | --- | --- | ---: |",
    ]
    for result in by_kind["network"]:
        _, name, images = result.case.split(" ")
        graph = NETWORKS[name]()
        work = 2 * int(images) * sum(graph.multiply_adds(stage) for stage in graph.stages)
        seconds_of_plan = result.median("plan")
        must = MUST.get(result.case, (None, None))
        lines.append(
            f"| {name}, {images} | {_time(seconds_of_plan)} | {work / seconds_of_plan / 1e9:.0f} "
            f"| {_ratio(result.ratio('torch'))} | {_must(must[0], result.ratio('torch'))} "
            f"| {_ratio(result.ratio('onnxruntime'))} | {_must(must[1], result.ratio('onnxruntime'))} "
            f"| {_ratio(result.ratio('layers'))} | {result.errors['plan']:.0e} |"
        )
    lines += [
        "",
        "| training step, 64 images | plan | / PyTorch | must | / layers |",
        "| --- | ---: | --- | --- | --- |",
    ]
    for result in by_kind["training"]:
        lines.append(
            f"| {result.case.removeprefix('training ')} | {_time(result.median('plan'))} "
            f"| {_ratio(result.ratio('torch'))} | {_must(MUST[result.case][0], result.ratio('torch'))} "
            f"| {_ratio(result.ratio('layers'))} |"
        )
    pass_seconds = found["service forward"].median("plan")
    titles = {
        "forward": "forward pass of network a",
        "json": "its trace by `json.dumps(values.tolist())`",
        "orjson": "its trace by orjson, on the arrays",
        "bytes": "its trace as raw float32",
        "request": "request to `digits` with all values as JSON, in-process",
        "socket": "the same over a socket, client and server together",
    }
    lines += ["", "| answers | CPU time | forward passes |", "| --- | ---: | ---: |"]
    for result in by_kind["service"]:
        middle = result.median("plan")
        lines.append(
            f"| {titles[result.case.removeprefix('service ')]} | {_time(middle)} | {middle / pass_seconds:.1f} |"
        )
    return "\n".join(lines)


def write(place: str, text: str) -> None:
    """Puts `text` on the page, between the two comments that name the place."""
    begin, end = f"<!-- {place}: begin -->", f"<!-- {place}: end -->"
    before, _, rest = PAGE.read_text().partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}")


def _ratio(ratio: tuple[float, float, float] | None) -> str:
    return "absent" if ratio is None else f"{ratio[1]:.2f} ({ratio[0]:.2f}-{ratio[2]:.2f})"


def _must(must: float | None, ratio: tuple[float, float, float] | None) -> str:
    if must is None:
        return ""
    if ratio is None:
        return f"{must:.2f}"
    return f"{must:.2f} {'holds' if ratio[1] <= must else '**missed**'}"


def _time(seconds: float) -> str:
    return f"{1e3 * seconds:.2f} ms" if seconds < 0.1 else f"{1e3 * seconds:.0f} ms"
