"""The server as a process, and clients that are large, slow, gone or only curious."""

from __future__ import annotations

import asyncio
import http.client
import json
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.compute import Compute
from app.main import create_app
from app.settings import Settings
from tests.app.conftest import STROKES, drawing, run_of
from tests.app.servers import API, RUNS, request, serving


def ask(
    port: int, method: str, path: str, body: bytes | Iterator[bytes] | None = None, kind: str = "image/png"
) -> tuple[int, bytes]:
    """The status and the body of a server's answer."""
    answer = request(port, method, path, body, kind)
    return answer.status, answer.body


def test_a_server_keeps_its_manners_and_ends_well_on_ctrl_c(tmp_path: Path, two: bytes) -> None:
    with (tmp_path / "log").open("w+b") as log, serving(log, LOG_REQUESTS="false") as (server, port):
        # However large the body, and however it comes, its sender gets to read why it was refused.
        large = bytes(24 * 1024 * 1024)
        for body in (large, iter([large])):
            status, answer = ask(port, "POST", RUNS, body)
            assert (status, json.loads(answer)["code"]) == (413, "too_large")
        assert ask(port, "POST", RUNS, b"--x\r\nbroken", "multipart/form-data; boundary=x")[0] == 400
        # A client that leaves in the middle of sending is nobody's fault.
        with socket.create_connection(("127.0.0.1", port)) as gone:
            gone.sendall(
                f"POST {RUNS} HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 99\r\n\r\nabc".encode()
            )
        status, answer = ask(port, "POST", RUNS, two)
        assert (status, json.loads(answer)["predictions"][0]["class"]) == (201, "2")
        assert ask(port, "HEAD", "/") == (200, b"")
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=20) == 0
        log.seek(0)
        assert log.read().decode().splitlines() == [f"CNN Visualizer: http://127.0.0.1:{port}"]


def test_digits_drawn_at_the_same_time_each_get_their_own_answer_and_none_is_lost_at_the_end(
    tmp_path: Path, two: bytes
) -> None:
    with (tmp_path / "log").open("w+b") as log, serving(log) as (server, port):

        def run_again_and_again(digit: str) -> list[dict[str, Any]]:
            picture = drawing(digit)
            runs: list[dict[str, Any]] = []
            while len(runs) < 4:
                status, answer = ask(port, "POST", RUNS, picture)
                assert status in (201, 503)
                if status == 201:
                    runs.append(json.loads(answer))
                else:
                    time.sleep(0.02)
            return runs

        with ThreadPoolExecutor(8) as threads:
            answers = dict(zip(STROKES, threads.map(run_again_and_again, STROKES), strict=True))
        for digit, runs in answers.items():
            assert runs[0]["predictions"][0]["class"] == digit
            assert all(run == runs[0] for run in runs)
        assert len({runs[0]["id"] for runs in answers.values()}) == len(STROKES)

        # A picture that is still on its way when the server is told to end is answered all the same.
        with socket.create_connection(("127.0.0.1", port), timeout=20) as late:
            head = f"POST {RUNS} HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: {len(two)}\r\n\r\n"
            late.sendall(head.encode() + two[:200])
            time.sleep(0.2)
            server.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert server.poll() is None
            late.sendall(two[200:])
            answer = http.client.HTTPResponse(late)
            answer.begin()
            assert answer.status == 201
            assert json.loads(answer.read()) == answers["2"][0]
        assert server.wait(timeout=20) == 0


@pytest.mark.anyio
async def test_head_is_get_without_the_body(client: httpx.AsyncClient, two: bytes) -> None:
    run = await run_of(client, two)
    for path in ("/", "/healthz", f"{API}/models", f"{API}/runs/{run['id']}.npz"):
        head, get = await client.head(path), await client.get(path)
        assert head.status_code == 200 and head.content == b""
        assert head.headers["content-length"] == get.headers["content-length"] == str(len(get.content))
    assert (await client.head(f"{API}/nothing")).status_code == 404
    assert (await client.head(RUNS)).status_code == 405


@pytest.mark.anyio
async def test_a_picture_that_does_not_arrive(two: bytes) -> None:
    app = create_app(Settings(body_seconds=1))

    async def stalled() -> AsyncIterator[bytes]:
        yield two[:100]
        await asyncio.sleep(10)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        answer = await client.post(RUNS, content=stalled(), headers={"content-type": "image/png"})
    assert (answer.status_code, answer.json()["code"]) == (408, "body_too_slow")


@pytest.mark.anyio
async def test_what_is_at_hand_is_read_while_every_worker_is_busy(
    app: FastAPI, client: httpx.AsyncClient, two: bytes
) -> None:
    run = await run_of(client, two)
    app.state.compute = Compute(computations=1, queue=1)
    gate = threading.Event()
    waiting = [asyncio.create_task(app.state.compute.run(lambda _: gate.wait(10))) for _ in range(2)]
    await asyncio.sleep(0.05)
    addresses = [step["picture"] for step in run["preprocessing"]] * 3  # type: ignore[attr-defined]
    answers = await asyncio.gather(*map(client.get, addresses))
    assert {answer.status_code for answer in answers} == {200}
    assert (await client.get("/readyz")).status_code == 200  # a busy server is a ready one
    gate.set()
    await asyncio.gather(*waiting)


@pytest.mark.anyio
async def test_a_model_s_arrays_are_asked_about_each_time(client: httpx.AsyncClient) -> None:
    """The same address has other arrays once the model is trained anew."""
    address = f"{API}/models/digits/stages/conv1/parameters"
    answer = await client.get(address)
    assert answer.headers["cache-control"] == "private, no-cache"
    again = await client.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    other = await client.get(f"{address}?checkpoint=0", headers={"if-none-match": answer.headers["etag"]})
    assert other.status_code == 200
    archive = await client.get(address, headers={"accept": "application/x-npz"})
    assert archive.headers["etag"] != answer.headers["etag"]


@pytest.mark.anyio
async def test_one_address_for_one_thing(client: httpx.AsyncClient) -> None:
    """A redirect would send clients to whatever host the request claimed to be for."""
    answer = await client.get(f"{API}/models/", headers={"host": "elsewhere"})
    assert answer.status_code == 404 and "location" not in answer.headers


@pytest.mark.anyio
async def test_a_wrong_parameter_is_named_with_its_value(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{API}/models/digits?checkpoint=-1")
    assert answer.json()["detail"] == "`checkpoint` is `-1`; it has to be greater than or equal to 0."
    answer = await client.get(f"{API}/models/digits", params={"checkpoint": "<script>" * 20})
    assert "script" not in answer.json()["detail"]
