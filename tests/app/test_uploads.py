"""Large pictures that arrive at the same time: however many, they take the memory that is stated, and no more."""

from __future__ import annotations

import io
import re
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from app.main import create_app
from app.settings import MEBIBYTE, Settings
from app.uploads import SILENT
from tests.app.conftest import drawing
from tests.app.servers import API, QUIET, RUNS, request, send, serving, wait_until


@pytest.fixture(scope="module")
def large() -> bytes:
    """A picture of 750 kB."""
    file = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 256, (500, 500, 3), np.uint8)
    Image.fromarray(noise).save(file, "PNG", compress_level=0)
    return file.getvalue()


def held(port: int) -> float:
    found = re.search(rb"^cnn_upload_bytes (\S+)$", request(port, "GET", "/metrics").body, re.MULTILINE)
    assert found is not None
    return float(found[1])


def answer_of(connection: socket.socket) -> bytes:
    """All that a server says until it closes the connection, or for a while says nothing more."""
    connection.settimeout(1)
    said = b""
    try:
        while piece := connection.recv(65536):
            said += piece
    except TimeoutError:
        pass
    return said


def test_an_upload_for_which_there_is_no_room_is_refused_and_small_ones_are_not(
    log: io.BufferedRandom, large: bytes
) -> None:
    room = {"MAX_IMAGE_BYTES": "800000", "UPLOAD_BYTES": "1000000", "COMPUTE_SECONDS": "30"}
    with serving(log, **room, **QUIET) as (_, port), send(port, large, sent=0.9) as first:
        wait_until(lambda: held(port) > 500_000, 10)
        until = time.monotonic() + SILENT / 2
        first.sendall(large[int(0.9 * len(large)) :][:1000])  # it is not silent
        refused = request(port, "POST", RUNS, large)
        if time.monotonic() < until:
            assert (refused.status, refused.json["code"]) == (503, "too_many_uploads")
            assert int(refused.headers["retry-after"]) >= 1
        assert request(port, "POST", RUNS, drawing("2")).status == 201
        # Whoever has fallen silent makes room for others, and is told.
        time.sleep(SILENT + 0.5)
        assert request(port, "POST", RUNS, large).status == 201
        said = answer_of(first)
        assert said.startswith(b"HTTP/1.1 503") and b'"too_many_uploads"' in said and b"connection: close" in said
        assert held(port) == 0


def test_many_large_uploads_at_once_keep_within_their_memory(log: io.BufferedRandom) -> None:
    room = 4 * MEBIBYTE
    with (
        serving(log, MAX_IMAGE_BYTES=str(room), UPLOAD_BYTES=str(room), **QUIET) as (server, port),
        ExitStack() as connections,
    ):

        def resident() -> int:
            status = Path(f"/proc/{server.pid}/status").read_text()
            return 1024 * int(status.split("VmRSS:")[1].split()[0])

        assert request(port, "POST", RUNS, drawing("2")).status == 201
        before = resident()
        body = bytes(room)
        for _ in range(40):  # 158 MB in all
            connections.enter_context(send(port, body, sent=0.99))
            assert held(port) <= room
        # What is held, a second copy of it, what is read ahead of each, and what is let pass.
        assert resident() - before < 3 * room + 40 * 256 * 1024
        assert request(port, "POST", RUNS, drawing("2")).status == 201


def test_uploads_that_end_or_break_off_give_their_room_back(log: io.BufferedRandom, large: bytes) -> None:
    with serving(log, MAX_IMAGE_BYTES="800000", UPLOAD_BYTES="1000000", **QUIET) as (_, port):
        for _ in range(4):
            assert request(port, "POST", RUNS, large).status == 201
            with send(port, large, sent=0.9):
                wait_until(lambda: held(port) > 500_000, 10)
            wait_until(lambda: held(port) == 0, 10)
            assert request(port, "POST", RUNS, large[:-900]).status == 422
            assert held(port) == 0


@pytest.mark.anyio
async def test_there_is_always_room_for_one_picture_and_the_limit_is_told() -> None:
    assert Settings(max_image_bytes=5000, upload_bytes=10).upload_bytes == 5000
    transport = httpx.ASGITransport(create_app(Settings(upload_bytes=77 * MEBIBYTE)))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        told = (await client.get(f"{API}/limits")).json()["limits"]
    assert {each["name"]: each["value"] for each in told}["upload_bytes"] == 77 * MEBIBYTE
