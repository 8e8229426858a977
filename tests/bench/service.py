"""What comes after the arithmetic: a run as an answer, and whole requests, in this process and over a socket."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import numpy as np
import uvicorn

from app.answers import float_bytes, json_answer
from app.describe import run_description
from app.main import create_app
from app.negotiation import BYTES
from model.plan import InferencePlan
from model.preprocess import prepare
from model.run import Model, Run
from tests.app.conftest import drawing
from tests.bench.networks import NETWORKS, pictures

RUNS = "/api/v1/models/digits/runs"

Answer = tuple[int, str, bytes]
"""The status, the address in `Location`, and the body."""

Send = Callable[[str, str, bytes | None, Mapping[str, str]], Answer]
"""A request: method, address, body and headers."""

_open = ExitStack()
"""What stays open as long as the process."""


def forward() -> Callable[[], Any]:
    """The forward pass of network a, which the others are told in."""
    graph = NETWORKS["a"]()
    plan, x = InferencePlan(graph), pictures(graph, 1)
    return lambda: plan.run(x)


def as_lists() -> Callable[[], Any]:
    """What one writes first."""
    values = _run_of_a().trace.values
    return lambda: json.dumps({name: array.tolist() for name, array in values.items()})


def as_json() -> Callable[[], Any]:
    """The API's answer with `include=values`: the description of the run, and all its values."""
    run = _run_of_a()
    return lambda: json_answer(run_description(run, values=True)).body


def as_bytes() -> Callable[[], Any]:
    """The API's answer as raw float32."""
    run = _run_of_a()
    return lambda: float_bytes({name: run[name] for name in run.trace.values})


def _run_of_a() -> Run:
    """A run of network a, as the API has runs."""
    model = Model("a", "Network a", NETWORKS["a"](), ("x", "y", "z"), ({"step": "rgb"},))
    picture = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    return model.run_prepared(prepare(picture, model.preprocessing))


@contextmanager
def in_process() -> Iterator[Send]:
    """Requests to an application of this process, without a socket."""
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app()), base_url="http://bench")

    with asyncio.Runner() as runner:

        def send(method: str, address: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
            answer = runner.run(client.request(method, address, content=body, headers=headers))
            return answer.status_code, answer.headers.get("Location", ""), answer.content

        yield send


@contextmanager
def over_socket() -> Iterator[Send]:
    """Requests over a socket of this machine to a server on a thread of this process: its CPU time counts."""
    server = uvicorn.Server(uvicorn.Config(create_app(), host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    connection = http.client.HTTPConnection("127.0.0.1", server.servers[0].sockets[0].getsockname()[1])

    def send(method: str, address: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        connection.request(method, address, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read()

    try:
        yield send
    finally:
        connection.close()
        server.should_exit = True
        thread.join()


def all_as_json(send: Send) -> Callable[[], bytes]:
    """A drawing to the complete answer, all values in it, in one request."""
    picture = drawing("2")

    def work() -> bytes:
        status, _, answer = send("POST", f"{RUNS}?include=values", picture, {"Content-Type": "image/png"})
        assert status == 201, answer
        return answer

    return work


def all_as_bytes(send: Send) -> Callable[[], bytes]:
    """The way of the page: a drawing to its answer, and then all values as raw float32, in two requests."""
    picture = drawing("2")

    def work() -> bytes:
        status, address, answer = send("POST", RUNS, picture, {"Content-Type": "image/png"})
        assert status == 201, answer
        status, _, values = send("GET", address, None, {"Accept": BYTES})
        assert status == 200, values
        return values

    return work


SERVICES: dict[str, Callable[[], Callable[[], Any]]] = {
    "forward": forward,
    "lists": as_lists,
    "json": as_json,
    "bytes": as_bytes,
    "json-in-process": lambda: all_as_json(_open.enter_context(in_process())),
    "json-socket": lambda: all_as_json(_open.enter_context(over_socket())),
    "bytes-in-process": lambda: all_as_bytes(_open.enter_context(in_process())),
    "bytes-socket": lambda: all_as_bytes(_open.enter_context(over_socket())),
}
