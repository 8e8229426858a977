"""Servers as processes, as people start them, and a simple client of theirs."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

ROOT = Path(__file__).parents[2]
API = "/api/v1"
RUNS = f"{API}/models/digits/runs"
QUIET = {"LOG_REQUESTS": "0"}


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(
    log: IO[bytes],
    *options: str,
    ready: str = "/readyz",
    program: Sequence[str] = ("-m", "app"),
    **environment: str,
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server as people start it, ready to answer, and its port; `environment` are its settings, `program` how
    Python is told to run it."""
    port = free_port()
    command = [sys.executable, *program, "serve", "--host", "127.0.0.1", "--port", str(port), *options]
    server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=os.environ | environment)
    try:
        until = time.monotonic() + 240  # on a starved machine, Python alone takes half a minute
        while True:
            assert server.poll() is None and time.monotonic() < until, "The server did not start."
            try:
                if request(port, "GET", ready).status == 200:
                    break
            except OSError:
                pass
            time.sleep(0.05)
        yield server, port
    finally:
        server.kill()
        server.wait()


def request(
    port: int,
    method: str,
    path: str,
    body: bytes | Iterator[bytes] | None = None,
    kind: str = "image/png",
    **headers: str,
) -> Answer:
    """Sends all of the body before it listens for the answer, as simple clients do."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        sent = headers | ({"Content-Type": kind} if body is not None else {})
        connection.request(method, path, body, sent, encode_chunked=not isinstance(body, bytes))
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()})
    finally:
        connection.close()


def workers_of(server: subprocess.Popen[bytes]) -> list[int]:
    """The processes that a server has started."""
    return [int(pid) for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()]


def wait_until(true: Callable[[], object], seconds: float) -> float:
    """The seconds until it is."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() < began + seconds, "It did not happen in time."
        time.sleep(0.02)
    return time.monotonic() - began


def send(port: int, body: bytes, sent: float = 1) -> socket.socket:
    """A client that has sent this part of a picture and listens for no answer."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    head = f"POST {RUNS} HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: {len(body)}\r\n\r\n"
    try:
        connection.sendall(head.encode() + body[: int(sent * len(body))])
    except OSError:
        connection.close()
        raise
    return connection
