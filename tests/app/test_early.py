"""Refusals from the first bytes of a request: the same answer as any other, and the connection stays in step."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.server.early import LINES, length_of
from tests.app.conftest import drawing
from tests.app.servers import API, RUNS, request, send, serving, wait_until

AGAIN = f"{API}/runs/0123456789abcdef/again"
PROGRAM = """
import sys, time, pathlib, app.runs
make = app.runs.Runs.make
def wait(*args):
    while pathlib.Path({gate!r}).exists():
        time.sleep(0.01)
    return make(*args)
app.runs.Runs.make = wait
from app.command_line import main
sys.exit(main(sys.argv[1:]))
"""
"""A server whose computations begin once a file is gone."""


def head(path: str = RUNS, *headers: str, method: str = "POST", version: str = "1.1") -> bytes:
    lines = [f"{method} {path} HTTP/{version}", "Host: localhost", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


ORDINARY = {
    "a whole picture": (head(RUNS, "Content-Type: image/png", "Content-Length: 3") + b"abc", 3),
    "a picture that is still to come": (head(RUNS, "content-length:99"), 99),
    "with parameters, from a browser": (
        head(
            f"{RUNS}?fit=crop&crop=0,0,9,9", "Connection: keep-alive", "Origin: http://localhost", "Content-Length: 9"
        ),
        9,
    ),
    "the same picture again": (head(AGAIN, "Content-Length: 0"), 0),
    "no length": (head(AGAIN), 0),
}
UNUSUAL = {
    "half a head": head()[:-2],
    "another address": head(f"{API}/models"),
    "reading": head(method="GET"),
    "an older HTTP": head(version="1.0"),
    "chunks": head(RUNS, "Transfer-Encoding: chunked"),
    "chunks and a length": head(RUNS, "Content-Length: 3", "Transfer-Encoding: chunked"),
    "two lengths": head(RUNS, "Content-Length: 3", "Content-Length: 3"),
    "a list of lengths": head(RUNS, "Content-Length: 3, 3"),
    "no number": head(RUNS, "Content-Length: +3"),
    "a length without end": head(RUNS, f"Content-Length: {'9' * 30}"),
    "a word first": head(RUNS, "Content-Length: 3", "Expect: 100-continue"),
    "a last request": head(RUNS, "Connection: close"),
    "another protocol": head(RUNS, "Connection: Upgrade", "Upgrade: websocket"),
    "a name with a space": head(RUNS, "Content-Length : 3"),
    "a line that goes on": head(RUNS, "A: b", " c"),
    "a lone line feed": head(RUNS, "A: b\nContent-Length: 3"),
    "a lone carriage return": head(RUNS, "A: b\rContent-Length: 3"),
    "two hosts": head(RUNS, "Host: elsewhere"),
    "no host": head().replace(b"Host: localhost\r\n", b"A: b\r\n"),
    "a head without end": head(RUNS, f"A: {'a' * 20_000}"),
}


@pytest.mark.parametrize(("sent", "body"), ORDINARY.values(), ids=ORDINARY)
def test_an_ordinary_request_says_at_once_how_long_it_is(sent: bytes, body: int) -> None:
    assert length_of(sent) == sent.index(b"\r\n\r\n") + 4 + body


@pytest.mark.parametrize("sent", UNUSUAL.values(), ids=UNUSUAL)
def test_anything_else_is_left_to_who_reads_all_of_http(sent: bytes) -> None:
    assert length_of(sent) is None


class Full(NamedTuple):
    """A server whose only two places are taken."""

    port: int
    log: Path


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Full]:
    folder = tmp_path_factory.mktemp("early")
    gate, log = folder / "gate", folder / "log"
    gate.touch()
    program = ("-c", PROGRAM.format(gate=str(gate)))
    short = {f"{name}_SECONDS": "1" for name in ("BODY", "KEEP_ALIVE")}
    with (
        log.open("w+b") as file,
        serving(file, program=program, COMPUTATIONS="1", QUEUE="1", COMPUTE_SECONDS="600", **short) as (_, port),
        ThreadPoolExecutor(2) as threads,
    ):
        taken = [threads.submit(request, port, "POST", RUNS, drawing(digit)) for digit in "27"]
        wait_until(lambda: b"cnn_computations_waiting 1.0" in request(port, "GET", "/metrics").body, 10)
        yield Full(port, log)
        gate.unlink()
        # Those who had their places before the flood are answered after it, and so is the next.
        assert [each.result().status for each in taken] == [201, 201]
        assert request(port, "POST", RUNS, drawing("3")).status == 201


def read(connection: socket.socket) -> tuple[int, dict[str, str], Any]:
    """The next answer of a connection, and not a byte of the one after it, which may have come with it."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += receive(connection, 1)
    status, _, lines = head.partition(b"\r\n")
    headers = {name.lower(): value for name, value in http.client.parse_headers(BytesIO(lines)).items()}
    return int(status.split()[1]), headers, json.loads(receive(connection, int(headers["content-length"])))


def receive(connection: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        more = connection.recv(length - len(data))
        assert more, "The connection has been closed."
        data += more
    return data


def connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=8)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def refusals_of(port: int) -> int:
    text = request(port, "GET", "/metrics").body.decode()
    told = [line.split()[-1] for line in text.splitlines() if line.startswith('cnn_refusals_total{code="busy"}')]
    return int(float(told[0])) if told else 0


def test_an_early_refusal_is_the_same_as_any_other(full: Full) -> None:
    whole = head(RUNS, "Content-Type: image/png", "Content-Length: 3") + b"abc"
    with connect(full.port) as early, connect(full.port) as late:
        early.sendall(whole)
        late.sendall(whole[:40])  # a head in pieces is read as HTTP is
        time.sleep(0.1)
        late.sendall(whole[40:])
        answers = [read(early), read(late)]
    for status, headers, problem in answers:
        assert (status, problem["code"], headers["retry-after"]) == (503, "busy", "1")
        assert headers.pop("x-request-id") == problem.pop("request_id")
        assert headers.pop("date")
    assert answers[0] == answers[1]


def test_what_is_still_to_come_of_a_refused_request_is_no_new_one(full: Full) -> None:
    with connect(full.port) as connection:
        connection.sendall(head(RUNS, "Content-Length: 500000") + bytes(1000))
        assert read(connection)[0] == 503  # before all of it has been sent
        hidden = head("/healthz", method="GET")
        connection.sendall(hidden + bytes(500_000 - 1000 - len(hidden)))
        connection.sendall(head("/healthz", method="GET") + head(AGAIN))
        assert read(connection)[::2] == (200, {"status": "ok"})
        assert read(connection)[0] == 503
        connection.sendall(head(RUNS, "Content-Length: 3") + b"abc")
        assert read(connection)[0] == 503
        connection.sendall(head(RUNS, "Content-Length: 9") + b"abc")
        assert read(connection)[0] == 503
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):  # nothing has been answered twice
            connection.recv(1)


def test_simple_clients_that_send_all_before_they_listen_get_to_read_it(full: Full) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", full.port, timeout=8)
    for _ in range(3):
        connection.request("POST", RUNS, bytes(5_000_000), {"Content-Type": "image/png"})
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["code"]) == (503, "busy")
    connection.close()


def test_nobody_stays_for_ever_by_being_refused(full: Full) -> None:
    with connect(full.port) as resting, connect(full.port) as stalled:
        began = time.monotonic()
        for connection, length in ((resting, 0), (stalled, 9)):
            connection.sendall(head(RUNS, f"Content-Length: {length}"))
            assert read(connection)[0] == 503
        time.sleep(0.6)
        resting.sendall(head(AGAIN))  # and now it may rest as long again
        assert read(resting)[0] == 503
        assert stalled.recv(1) == b"" and 0.8 < time.monotonic() - began < 5
        assert resting.recv(1) == b"" and 1.5 < time.monotonic() - began < 5


def test_many_refusals_are_all_counted_and_few_lines_tell_of_them(full: Full) -> None:
    time.sleep(1.1)  # what was refused before has been told
    before, written = refusals_of(full.port), full.log.stat().st_size
    number, whole = 500, head(RUNS, "Content-Length: 3") + b"abc"
    with connect(full.port) as connection:
        names = []
        for _ in range(number):
            connection.sendall(whole)
            names.append(read(connection)[1]["x-request-id"])
    assert len(set(names)) == number
    assert refusals_of(full.port) - before == number
    lines = [json.loads(line) for line in full.log.read_bytes()[written:].splitlines()]
    single = [line for line in lines if line["event"] == "request" and line.get("code") == "busy"]
    sums = [line for line in lines if line["event"] == "requests"]
    assert len(single) + sum(line["number"] for line in sums) == number
    assert 0 < len(single) <= LINES * 10 and 0 < len(sums) <= 10
    assert {line["route"] for line in single + sums} == {f"{API}/models/{{model}}/runs"}
    assert {line["id"] for line in single + sums} <= set(names)


def test_a_place_is_not_kept_for_those_who_send_slowly(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w+b") as log, serving(log, COMPUTATIONS="1", QUEUE="1") as (_, port):
        slow = [send(port, drawing("2"), sent=0.5) for _ in range(5)]
        for _ in range(10):  # nor for those that come to nothing, or go away
            assert request(port, "POST", RUNS, b"no picture").status == 415
            assert request(port, "POST", f"{API}/models/nothing/runs", drawing("2")).status == 404
            send(port, drawing("2")).close()
            wait_until(lambda: b"cnn_computations_running 0.0" in request(port, "GET", "/metrics").body, 10)
            assert request(port, "POST", RUNS, drawing("2")).status == 201
        for each in slow:
            each.close()
