"""What comes after the arithmetic: a trace as bytes, and a whole request, in this process and over a socket."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import uvicorn

from app.main import create_app
from model.plan import InferencePlan
from tests.app.conftest import drawing
from tests.bench.networks import NETWORKS, pictures

ADDRESS = "/api/v1/models/digits/runs"


def forward() -> Callable[[], Any]:
    """The forward pass of network a, which the others are told in."""
    graph = NETWORKS["a"]()
    plan, x = InferencePlan(graph), pictures(graph, 1)
    return lambda: plan.run(x)


def as_json() -> Callable[[], Any]:
    trace = forward()()
    return lambda: json.dumps({name: values.tolist() for name, values in trace.values.items()})


def as_orjson() -> Callable[[], Any]:
    trace = forward()()
    return lambda: orjson.dumps(dict(trace.values), option=orjson.OPT_SERIALIZE_NUMPY)


def as_bytes() -> Callable[[], Any]:
    trace = forward()()
    return lambda: b"".join(values.tobytes() for values in trace.values.values())


def request() -> Callable[[], Any]:
    """A drawing to the complete answer with all values, without a socket."""
    loop, picture = asyncio.new_event_loop(), drawing("2")
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app()), base_url="http://bench")

    async def send() -> bytes:
        answer = await client.post(
            ADDRESS, params={"include": "values"}, content=picture, headers={"Content-Type": "image/png"}
        )
        assert answer.status_code == 201, answer.text
        return answer.content

    return lambda: loop.run_until_complete(send())


def socket() -> Callable[[], Any]:
    """The same over a socket of this machine, with the server on a thread of this process: its CPU time counts."""
    server = uvicorn.Server(uvicorn.Config(create_app(), host="127.0.0.1", port=0, log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    connection = http.client.HTTPConnection("127.0.0.1", server.servers[0].sockets[0].getsockname()[1])
    picture = drawing("2")

    def send() -> bytes:
        connection.request("POST", f"{ADDRESS}?include=values", picture, {"Content-Type": "image/png"})
        answer = connection.getresponse()
        assert answer.status == 201
        return answer.read()

    return send


SERVICES: dict[str, Callable[[], Callable[[], Any]]] = {
    "forward": forward,
    "json": as_json,
    "orjson": as_orjson,
    "bytes": as_bytes,
    "request": request,
    "socket": socket,
}
