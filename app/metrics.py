"""What the server counts, for Prometheus; with several workers, over all of them.

prometheus_client adds workers up through files in the folder that PROMETHEUS_MULTIPROC_DIR names, which has to be in
the environment before it is imported; `app.server.workers` sees to that.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

MEDIA = CONTENT_TYPE_PLAIN_0_0_4
FOLDER = "PROMETHEUS_MULTIPROC_DIR"

REQUESTS = Counter(
    "cnn_requests",
    "Requests answered, by method, route and status; 499 where the client left.",
    ["method", "route", "status"],
)
SECONDS = Histogram(
    "cnn_request_seconds",
    "Seconds from a request's headers to the end of its answer.",
    ["route"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)
REFUSALS = Counter("cnn_refusals", "Requests refused with 408, 429 or 503, by the problem's code.", ["code"])
RUNS = Counter("cnn_runs", "Runs made from pictures.", ["model"])
LOOKUPS = Counter("cnn_trace_lookups", "Readings of runs: `hit` at hand, `miss` made again from the input.", ["result"])
TRACE_BYTES = Gauge("cnn_trace_bytes", "Bytes of the values that are at hand.", multiprocess_mode="livesum")
RUNNING = Gauge("cnn_computations_running", "Computations under way.", multiprocess_mode="livesum")
WAITING = Gauge("cnn_computations_waiting", "Computations that wait for their turn.", multiprocess_mode="livesum")
UPLOAD_BYTES = Gauge(
    "cnn_upload_bytes", "Bytes of large pictures of which the rest is still to come.", multiprocess_mode="livesum"
)
CONNECTIONS = Gauge("cnn_connections", "Open connections.", multiprocess_mode="livesum")

_before: list[Callable[[], None]] = []


def before_reading(count: Callable[[], None]) -> None:
    """Has `count` called before the counts are read: by what adds up on its own, and counts from time to time."""
    _before[:] = [count]


def exposition() -> bytes:
    """All counts as text."""
    for count in _before:
        count()
    if FOLDER not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
