"""Connections that are slow, silent, broken or too many, on real sockets: each is answered in our form, or closed."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPResponse
from typing import Any

import pytest

from tests.app.servers import API, RUNS, request, serving

HEAD = "HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n"
MOST = 20


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server whose patience is a second for everything."""
    short = {f"{name}_SECONDS": "1" for name in ("HEADER", "BODY", "ANSWER", "KEEP_ALIVE")}
    log = tmp_path_factory.mktemp("guard") / "log"
    with log.open("w+b") as file, serving(file, LOG_REQUESTS="0", MAX_CONNECTIONS=str(MOST), **short) as (_, port):
        yield port
    # Whatever clients do, it is no fault of the server's.
    assert len(log.read_text().splitlines()) == 1, log.read_text()


class Outcome:
    """What a client reads until the server closes the connection, and after how many seconds that is."""

    def __init__(self, port: int, sent: bytes, drip: bytes = b"") -> None:
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", port), timeout=8) as connection:
            connection.sendall(sent)
            connection.settimeout(0.1)
            self.read = b""
            while time.monotonic() < began + 8:
                try:
                    if drip:
                        connection.sendall(drip)
                    piece = connection.recv(65536)
                except TimeoutError:
                    continue
                except (ConnectionResetError, BrokenPipeError):
                    break
                if not piece:
                    break
                self.read += piece
        self.seconds = time.monotonic() - began

    def problem(self) -> tuple[int, str]:
        """Status and code; everything a problem has to have is there."""
        head, _, body = self.read.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        said: dict[str, Any] = json.loads(body)
        assert headers["content-type"] == "application/problem+json"
        assert headers["x-content-type-options"] == "nosniff" and "content-security-policy" in headers
        assert headers["x-request-id"] == said["request_id"] and said["detail"].endswith(".")
        assert int(first.split()[1]) == said["status"]
        assert said["status"] != 503 or int(headers["retry-after"]) >= 1
        return said["status"], said["code"]


SLOW: dict[str, tuple[bytes, bytes, tuple[int, str] | None]] = {
    "half a line": (b"GET / HT", b"", (408, "headers_too_slow")),
    "headers without end, a byte at a time": (b"GET / HTTP/1.1\r\nHost: x\r\nA: ", b"a", (408, "headers_too_slow")),
    "a picture that stalls": (f"POST {RUNS} {HEAD}Content-Length: 99\r\n\r\nabc".encode(), b"", (408, "body_too_slow")),
    "a picture without end, a byte at a time": (
        f"POST {RUNS} {HEAD}Transfer-Encoding: chunked\r\n\r\n".encode(),
        b"1\r\na\r\n",
        (408, "body_too_slow"),
    ),
    "a body that nobody asked for": (f"GET / {HEAD}Content-Length: 99\r\n\r\n".encode(), b"", None),
    "a body without end for nothing": (
        f"POST /nothing {HEAD}Transfer-Encoding: chunked\r\n\r\n".encode(),
        b"1\r\na\r\n",
        None,
    ),
    "silence": (b"", b"", None),
    "silence after an answer": (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"", None),
    "half a line after an answer": (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET", b"", None),
}


def test_whoever_is_slow_is_told_and_let_go(port: int) -> None:
    with ThreadPoolExecutor(len(SLOW)) as threads:
        outcomes = dict(
            zip(SLOW, threads.map(lambda case: Outcome(port, case[0], case[1]), SLOW.values()), strict=True)
        )
    for name, outcome in outcomes.items():
        expected = SLOW[name][2]
        assert 0.8 < outcome.seconds < 5, name
        if expected:
            assert outcome.problem() == expected, name
    assert outcomes["silence"].read == b""
    assert outcomes["silence after an answer"].read.startswith(b"HTTP/1.1 200")
    assert b"headers_too_slow" in outcomes["half a line after an answer"].read


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"nonsense\r\n\r\n", (400, "malformed_request")),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)), (400, "malformed_request")),  # TLS
        (b"GET / HTTP/1.1\r\n\r\n", (400, "malformed_request")),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", (400, "malformed_request")),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n", (400, "malformed_request")),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\n", (400, "malformed_request")),
        (f"POST {RUNS} {HEAD}Content-Length: -1\r\n\r\n".encode(), (400, "malformed_request")),
        (f"POST {RUNS} {HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n".encode(), (400, "malformed_request")),
        (b"GET /" + b"a" * 100_000, (431, "headers_too_large")),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 100_000, (431, "headers_too_large")),
    ],
)
def test_what_is_no_http_is_a_problem_at_once(port: int, sent: bytes, expected: tuple[int, str]) -> None:
    outcome = Outcome(port, sent)
    assert outcome.problem() == expected
    assert outcome.seconds < 1


def test_one_connection_may_ask_several_things_at_once(port: int) -> None:
    paths = ["/healthz", "/nothing", f"{API}/limits", "/healthz"]
    sent = "".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths)
    with socket.create_connection(("127.0.0.1", port), timeout=8) as connection:
        connection.sendall(sent.encode())
        statuses = []
        stream = connection.makefile("rb")
        for _ in paths:
            statuses.append(int(stream.readline().split()[1]))
            length = 0
            while (line := stream.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            stream.read(length)
    assert statuses == [200, 404, 200, 200]


def test_a_wish_for_another_protocol_is_not_granted(port: int) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    outcome = Outcome(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + upgrade + b"\r\n")
    assert outcome.read.startswith(b"HTTP/1.1 200")


def test_too_many_connections_are_refused_in_our_form_and_let_in_again(port: int) -> None:
    until = time.monotonic() + 5
    crowd: list[socket.socket] = []
    try:
        for _ in range(MOST):
            crowd.append(socket.create_connection(("127.0.0.1", port), timeout=8))
        time.sleep(0.1)
        refused = request(port, "GET", "/healthz")
        assert (refused.status, refused.json["code"]) == (503, "too_many_connections")
        assert int(refused.headers["retry-after"]) >= 1
        refused = request(port, "POST", RUNS, bytes(3_000_000))  # its sender gets to read it, too
        assert (refused.status, refused.json["code"]) == (503, "too_many_connections")
        for _ in range(MOST + 5):  # far too many are not even listened to
            crowd.append(socket.create_connection(("127.0.0.1", port), timeout=8))
        crowd[-1].settimeout(0.5)
        assert crowd[-1].recv(1) == b""
    except ConnectionResetError:
        pass
    finally:
        for each in crowd:
            each.close()
    while request(port, "GET", "/healthz").status != 200:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_an_answer_that_nobody_reads_is_not_held_for_ever(port: int, two: bytes) -> None:
    run = request(port, "POST", RUNS, two).json["id"]
    asked = f"GET {API}/runs/{run}.npz HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 150  # 22 MB of answers
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(8)
        connection.connect(("127.0.0.1", port))
        connection.sendall(asked)
        time.sleep(2.5)
        received = 0
        try:
            while piece := connection.recv(1 << 20):
                received += len(piece)
        except ConnectionResetError:
            pass
    assert received < 15_000_000


def test_a_client_that_reads_slowly_but_reads_gets_all(port: int, two: bytes) -> None:
    run = request(port, "POST", RUNS, two).json["id"]
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(8)
        connection.connect(("127.0.0.1", port))
        connection.sendall(f"GET {API}/runs/{run}?include=values HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        answer = HTTPResponse(connection)
        answer.begin()
        pieces = []
        while piece := answer.read(20_000):
            pieces.append(piece)
            time.sleep(0.05)
    assert json.loads(b"".join(pieces))["id"] == run
