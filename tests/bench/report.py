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

ANSWERS = {
    "service forward": ("forward pass of network a, all values kept", None),
    "service lists": ("its values by `json.dumps`, as lists", None),
    "service json": ("the API's answer to it with all values, as JSON", 20.0),
    "service bytes": ("the API's answer to it as raw float32", 1.0),
    "service json-in-process": ("drawing to all values of `digits` as JSON, in process", None),
    "service json-socket": ("the same over a socket, client and server together", None),
    "service bytes-in-process": ("drawing to the answer of `digits`, and its values as raw float32, in process", None),
    "service bytes-socket": ("the same over a socket, client and server together", None),
}
"""By case: what is measured, and how many forward passes of network a it must take at most."""


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

    def share(self, contender: str) -> float:
        """What a contender and the plan take together, how much of that is the contender's: the median."""
        pairs = zip(self.times["plan"], self.times[contender], strict=True)
        return statistics.median(theirs / (ours + theirs) for ours, theirs in pairs)

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
    by_kind = {
        kind: [r for r in results if r.case.startswith(kind)] for kind in ("network", "training", "recipe", "service")
    }
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
            f"| {_ratio(result.ratio('torch'))} | {_must(must[0], _middle(result, 'torch'))} "
            f"| {_ratio(result.ratio('onnxruntime'))} | {_must(must[1], _middle(result, 'onnxruntime'))} "
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
            f"| {_ratio(result.ratio('torch'))} | {_must(MUST[result.case][0], _middle(result, 'torch'))} "
            f"| {_ratio(result.ratio('layers'))} |"
        )
    lines += [
        "",
        "| batch of 64, by recipe | training step | loading and augmentation | share of both |",
        "| --- | ---: | ---: | ---: |",
    ]
    for result in by_kind["recipe"]:
        step, load = (_time(result.median(contender)) for contender in ("plan", "loader"))
        lines.append(
            f"| {result.case.removeprefix('recipe ')} | {step} | {load} | {100 * result.share('loader'):.0f} % |"
        )
    lines += ["", "| answers | CPU time | forward passes | must |", "| --- | ---: | ---: | --- |"]
    for result in by_kind["service"]:
        title, most = ANSWERS[result.case]
        passes = result.ratio("pass")
        middle = _middle(result, "pass")
        lines.append(f"| {title} | {_time(result.median('plan'))} | {_ratio(passes)} | {_must(most, middle)} |")
    return "\n".join(lines)


def write(place: str, text: str) -> None:
    """Puts `text` on the page, between the two comments that name the place."""
    begin, end = f"<!-- {place}: begin -->", f"<!-- {place}: end -->"
    before, _, rest = PAGE.read_text().partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}")


def _ratio(ratio: tuple[float, float, float] | None) -> str:
    return "absent" if ratio is None else f"{ratio[1]:.2f} ({ratio[0]:.2f}-{ratio[2]:.2f})"


def _middle(result: Measured, contender: str) -> float | None:
    ratio = result.ratio(contender)
    return None if ratio is None else ratio[1]


def _must(must: float | None, found: float | None) -> str:
    if must is None:
        return ""
    if found is None:
        return f"{must:.2f}"
    return f"{must:.2f} {'holds' if found <= must else '**missed**'}"


def _time(seconds: float) -> str:
    return f"{1e3 * seconds:.2f} ms" if seconds < 0.1 else f"{1e3 * seconds:.0f} ms"
