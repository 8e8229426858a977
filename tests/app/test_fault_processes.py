"""Processes that are killed, hang or are told to end, with work in flight."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.app.conftest import drawing
from tests.app.servers import QUIET, ROOT, RUNS, free_port, request, send, serving, wait_until, workers_of


def test_one_of_two_workers_is_killed_and_only_its_own_requests_fail(log: io.BufferedRandom) -> None:
    with serving(log, "--workers", "2", **QUIET) as (server, port):
        wait_until(lambda: len(workers_of(server)) == 2, 3)
        first = request(port, "POST", RUNS, drawing("2"))
        stop = threading.Event()

        answered = [0] * 4  # how often each client is

        def visit(client: int) -> int:
            """How often its connection breaks."""
            broken = 0
            while not stop.is_set():
                try:
                    answer = request(port, "POST", RUNS, drawing("2"))
                except OSError:
                    broken += 1
                    continue
                if answer.status == 503:
                    time.sleep(0.05)
                    continue
                assert answer.body == first.body  # the same bytes from either worker
                answered[client] += 1
            return broken

        with ThreadPoolExecutor(4) as threads:
            visitors = [threads.submit(visit, client) for client in range(4)]
            time.sleep(0.5)
            killed = workers_of(server)[0]
            os.kill(killed, signal.SIGKILL)
            assert wait_until(lambda: killed not in workers_of(server) and len(workers_of(server)) == 2, 3) < 3
            time.sleep(2)
            before = list(answered)
            try:  # all go on being answered, however slow the machine
                wait_until(lambda: all(now > then + 5 for now, then in zip(answered, before, strict=True)), 30)
            finally:
                stop.set()
            broken = [visitor.result() for visitor in visitors]
        assert all(times <= 1 for times in broken)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=10) == 0
        log.seek(0)
        assert f"worker {killed} ended" in log.read().decode()


def test_a_worker_that_hangs_is_replaced(log: io.BufferedRandom) -> None:
    port = free_port()
    script = "import app.server.workers as w; w.SILENCE = 2.5; from app.command_line import main; main(['serve'])"
    environment = os.environ | QUIET | {"PORT": str(port), "WORKERS": "2"}
    server = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=log, stderr=log, env=environment)
    try:
        wait_until(lambda: len(workers_of(server)) == 2, 10)
        time.sleep(4)  # both have shown that they live
        hung = workers_of(server)[0]
        os.kill(hung, signal.SIGSTOP)
        wait_until(lambda: hung not in workers_of(server), 6)
        wait_until(lambda: len(workers_of(server)) == 2, 3)
        assert request(port, "GET", "/healthz").status == 200
    finally:
        server.terminate()
        assert server.wait(timeout=20) == 0


def test_workers_end_when_their_parent_is_killed(log: io.BufferedRandom) -> None:
    with serving(log, WORKERS="2", **QUIET) as (server, port):
        wait_until(lambda: len(workers_of(server)) == 2, 3)
        children = workers_of(server)
        time.sleep(1)
        server.send_signal(signal.SIGKILL)
        server.wait()

        def gone() -> bool:
            return all(not Path(f"/proc/{pid}").exists() or _is_zombie(pid) for pid in children)

        wait_until(gone, 5)
        with pytest.raises(ConnectionRefusedError):
            request(port, "GET", "/healthz")


def _is_zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize("workers", ["1", "2"])
def test_sigterm_lets_finish_what_is_under_way(log: io.BufferedRandom, photo: bytes, workers: str) -> None:
    with serving(log, WORKERS=workers, QUEUE="8", **QUIET) as (server, port):
        with ThreadPoolExecutor(5) as threads:
            computing = [threads.submit(request, port, "POST", RUNS, photo) for _ in range(4)]
            late = send(port, drawing("2"), sent=0.5)
            time.sleep(0.2)
            server.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            late.sendall(drawing("2")[len(drawing("2")) // 2 :])
            assert [each.result().status for each in computing] == [201] * 4
            assert late.recv(12) == b"HTTP/1.1 201"
            late.close()
        assert server.wait(timeout=20) == 0
        with pytest.raises(ConnectionRefusedError):
            request(port, "GET", "/healthz")


def test_sigterm_has_a_deadline(log: io.BufferedRandom) -> None:
    with serving(log, SHUTDOWN_SECONDS="1", **QUIET) as (server, port):
        with send(port, drawing("2"), sent=0.5) as stalled:
            time.sleep(0.1)
            began = time.monotonic()
            server.send_signal(signal.SIGTERM)
            answer = stalled.recv(65536)
        assert server.wait(timeout=5) == 0
        assert time.monotonic() - began < 3
        assert answer.startswith(b"HTTP/1.1 503") and b'"ending"' in answer and b"retry-after" in answer
