"""Real accidents: processes killed and hung, clients gone, floods, disks full and read-only, files damaged."""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.app.conftest import drawing
from tests.app.servers import API, ROOT, RUNS, Answer, free_port, request, serving

QUIET = {"LOG_REQUESTS": "0"}


def jpeg(side: int) -> bytes:
    """A square photo."""
    noise = np.random.default_rng(0).integers(0, 256, (50, 50, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).resize((side, side)).save(file, "JPEG", quality=70)
    return file.getvalue()


@pytest.fixture(scope="module")
def photo() -> bytes:
    """25 million pixels, which keep a core busy for about half a second."""
    return jpeg(5000)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[io.BufferedRandom]:
    with (tmp_path / "log").open("w+b") as file:
        yield file


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
    connection.sendall(head.encode() + body[: int(sent * len(body))])
    return connection


def test_one_of_two_workers_is_killed_and_only_its_own_requests_fail(log: io.BufferedRandom) -> None:
    with serving(log, "--workers", "2", **QUIET) as (server, port):
        wait_until(lambda: len(workers_of(server)) == 2, 3)
        first = request(port, "POST", RUNS, drawing("2"))
        stop = threading.Event()

        def visit() -> tuple[int, int]:
            """How often a client is answered, and how often its connection breaks."""
            answered = broken = 0
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
                answered += 1
            return answered, broken

        with ThreadPoolExecutor(4) as threads:
            visitors = [threads.submit(visit) for _ in range(4)]
            time.sleep(0.5)
            killed = workers_of(server)[0]
            os.kill(killed, signal.SIGKILL)
            assert wait_until(lambda: killed not in workers_of(server) and len(workers_of(server)) == 2, 3) < 3
            time.sleep(2)
            stop.set()
            results = [visitor.result() for visitor in visitors]
        assert all(answered > 10 for answered, _ in results)
        assert all(broken <= 1 for _, broken in results)
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


def test_clients_that_leave_give_their_places_back(log: io.BufferedRandom, photo: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    with serving(log, COMPUTATIONS="1", QUEUE="5", RUN_STORE=str(folder), **QUIET) as (_, port):
        began = time.monotonic()
        assert request(port, "POST", RUNS, photo).status == 201
        one = time.monotonic() - began
        # One is computed and five wait; all go away, and so do some in the middle of sending.
        leaving = [send(port, photo, sent=0.5) for _ in range(5)] + [send(port, photo) for _ in range(6)]
        try:
            wait_until(lambda: b"cnn_computations_waiting 5.0" in request(port, "GET", "/metrics").body, 10)
            assert request(port, "POST", RUNS, drawing("2")).status == 503
        finally:
            for each in leaving:
                each.close()
        seconds = wait_until(lambda: request(port, "POST", RUNS, drawing("2")).status == 201, 10)
        # The rest of the one that was being decoded; none of the others was begun.
        assert seconds < 2.5 * one + 0.2
        assert len(list(folder.glob("*.run"))) == 2


def test_what_would_take_too_long_is_refused_in_time(log: io.BufferedRandom) -> None:
    photo = jpeg(1800)
    with (
        serving(log, COMPUTATIONS="1", QUEUE="60", COMPUTE_SECONDS="1", **QUIET) as (_, port),
        ThreadPoolExecutor(50) as threads,
    ):
        answers = list(threads.map(lambda _: request(port, "POST", RUNS, photo), range(50)))
        assert {answer.status for answer in answers} == {201, 503}
        for answer in answers:
            if answer.status == 503:
                assert answer.json["code"] == "out_of_time" and int(answer.headers["retry-after"]) >= 1
        assert request(port, "POST", RUNS, drawing("2")).status == 201


def test_a_flood_is_refused_at_once_and_the_server_stays_well(log: io.BufferedRandom) -> None:
    """Ten times as many visitors as there are places. How fast exactly is for a measurement on a quiet machine: here
    the visitors share the cores with the server, and what is held is that nothing waits for the work that others do."""
    with serving(log, COMPUTATIONS="1", QUEUE="1", **QUIET) as (_, port):
        stop = threading.Event()
        two = drawing("2")

        def visit() -> list[tuple[Answer, float]]:
            answers = []
            while not stop.is_set():
                began = time.monotonic()
                answers.append((request(port, "POST", RUNS, two), time.monotonic() - began))
                if answers[-1][0].status == 503:
                    time.sleep(0.1)  # shorter than was asked for
            return answers

        def flood(visitors: int, seconds: float) -> tuple[float, list[tuple[Answer, float]]]:
            """Runs made a second, and the refusals with the seconds that each took."""
            stop.clear()
            with ThreadPoolExecutor(visitors) as threads:
                visits = [threads.submit(visit) for _ in range(visitors)]
                health.clear()
                until = time.monotonic() + seconds
                while time.monotonic() < until:
                    began = time.monotonic()
                    assert request(port, "GET", "/healthz").status == 200
                    health.append(time.monotonic() - began)
                    time.sleep(0.02)
                stop.set()
                answers = [each for each_visit in visits for each in each_visit.result()]
            assert {answer.status for answer, _ in answers} <= {201, 503}
            made = [answer for answer, _ in answers if answer.status == 201]
            return len(made) / seconds, [(answer, took) for answer, took in answers if answer.status == 503]

        health: list[float] = []
        calm, _ = flood(1, 1)
        flooded, refused = flood(20, 2)
        assert len(refused) > 20 and all(int(answer.headers["retry-after"]) >= 1 for answer, _ in refused)
        assert statistics.median(took for _, took in refused) < 0.25
        assert statistics.median(health) < 0.25
        assert flooded > 0.25 * calm


def test_one_client_too_fast_is_slowed_down_and_others_are_not(log: io.BufferedRandom) -> None:
    with serving(log, CLIENT_RUNS_PER_SECOND="2", TRUSTED_PROXIES="127.0.0.1", **QUIET) as (_, port):

        def run(address: str) -> Answer:
            return request(port, "POST", RUNS, drawing("2"), **{"X-Forwarded-For": address})

        statuses = [run("203.0.113.5").status for _ in range(8)]
        assert statuses[:4] == [201] * 4 and 429 in statuses[4:]
        last = run("203.0.113.5")
        if last.status == 429:
            assert last.json["code"] == "too_fast" and last.json["limit"] == 2
            time.sleep(int(last.headers["retry-after"]))
            assert run("203.0.113.5").status == 201
        assert run("203.0.113.6").status == 201
        # All addresses of one network of IPv6 are one client's.
        assert 429 in [run(f"2001:db8::{number}").status for number in range(8)]


def test_a_full_disk_is_told_and_nothing_else_suffers(log: io.BufferedRandom, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("Mounting a small disk is not allowed here.")
    try:
        with serving(log, RUN_STORE=str(disk / "runs"), **QUIET) as (_, port):
            before = request(port, "POST", RUNS, drawing("2"))
            assert before.status == 201
            with open(disk / "other", "wb", buffering=0) as other, pytest.raises(OSError, match="space"):
                while True:
                    other.write(bytes(4096))
            for run in (disk / "runs").glob("*.run"):
                run.unlink()
            with open(disk / "other", "ab", buffering=0) as other, pytest.raises(OSError, match="space"):
                while True:
                    other.write(bytes(4096))
            answer = request(port, "POST", RUNS, drawing("7"))
            assert (answer.status, answer.json["code"]) == (503, "store_unavailable")
            assert int(answer.headers["retry-after"]) >= 1
            time.sleep(1)
            assert request(port, "GET", "/readyz").status == 503
            assert request(port, "GET", "/healthz").status == 200
            assert request(port, "GET", before.headers["location"]).body == before.body
            (disk / "other").unlink()
            assert request(port, "POST", RUNS, drawing("7")).status == 201
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_read_only_machine_without_a_home_serves_from_memory(log: io.BufferedRandom) -> None:
    port = free_port()
    read_only = "mount --make-rprivate / && mount -o remount,bind,ro / && ! touch /tmp/probe 2>/dev/null"
    command = f'{read_only} && exec "$0" -m app serve --port {port}'
    environment = {"PATH": os.defpath, **QUIET}
    if subprocess.run(["unshare", "-m", "sh", "-c", read_only], capture_output=True).returncode:
        pytest.skip("Making the file system read-only for one process is not allowed here.")
    server = subprocess.Popen(
        ["unshare", "-m", "sh", "-c", command, sys.executable], cwd=ROOT, stdout=log, stderr=log, env=environment
    )
    try:

        def ready() -> bool:
            assert server.poll() is None
            try:
                return request(port, "GET", "/readyz").status == 200
            except OSError:
                return False

        wait_until(ready, 20)
        made = request(port, "POST", RUNS, drawing("2"))
        assert made.status == 201
        assert request(port, "GET", made.headers["location"]).body == made.body
    finally:
        server.terminate()
        assert server.wait(timeout=20) == 0
    log.seek(0)
    assert "in memory only" in log.read().decode()


def test_a_model_with_one_byte_changed_gives_no_number(log: io.BufferedRandom, tmp_path: Path) -> None:
    tree = tmp_path / "project"
    for name in ("app", "model", "static", "templates"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    zoo = tree / "model" / "zoo"
    file = zoo / "digits.onnx"
    good = file.read_bytes()

    def start() -> tuple[subprocess.Popen[bytes], int]:
        port = free_port()
        command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
        server = subprocess.Popen(command, cwd=tree, stdout=log, stderr=log, env=os.environ | QUIET)

        def alive() -> bool:
            assert server.poll() is None
            try:
                return request(port, "GET", "/healthz").status == 200
            except OSError:
                return False

        wait_until(alive, 20)
        return server, port

    def check_damaged(port: int, paths: tuple[str, ...]) -> None:
        for path in paths:
            answer = request(port, "POST" if path == RUNS else "GET", path, drawing("2") if path == RUNS else None)
            assert (answer.status, answer.json["code"]) == (503, "model_damaged"), path
            assert str(tmp_path) not in answer.body.decode()

    server, port = start()
    try:
        before = request(port, "POST", RUNS, drawing("2"))
        assert before.status == 201 and request(port, "GET", "/readyz").status == 200
        file.write_bytes(good[:25_000] + bytes([good[25_000] ^ 1]) + good[25_001:])
        time.sleep(1)
        check_damaged(port, ("/readyz",))
        # What was read before, whole, still computes the same.
        assert request(port, "POST", RUNS, drawing("2")).body == before.body
    finally:
        server.terminate()
        server.wait()
    server, port = start()
    try:
        check_damaged(port, ("/readyz", f"{API}/models/digits", RUNS, f"{API}/models"))
        file.write_bytes(good)
        time.sleep(1)
        assert request(port, "GET", "/readyz").status == 200
        (zoo / "SHA256SUMS").rename(zoo / "elsewhere")
        time.sleep(1)
        check_damaged(port, ("/readyz", f"{API}/models/digits", RUNS, f"{API}/models"))
    finally:
        server.terminate()
        server.wait()


def test_memory_stays_where_it_is(log: io.BufferedRandom) -> None:
    """The same in little as `make load` measures over 10,000 requests."""
    with serving(log, TRACE_BYTES="4000000", RUNS_KEPT="50", **QUIET) as (server, port):

        def visit(times: int) -> int:
            """Resident kilobytes after so many rounds of runs, readings and refusals."""
            for turn in range(times):
                digit = str(turn % 10)
                made = request(port, "POST", f"{RUNS}?checkpoint={turn % 14}", drawing(digit))
                assert made.status == 201
                assert request(port, "GET", f"{made.headers['location']}.npz").status == 200
                assert request(port, "GET", f"{made.headers['location']}?include=values").status == 200
                assert request(port, "POST", RUNS, b"no picture").status == 415
            status = Path(f"/proc/{server.pid}/status").read_text()
            return int(status.split("VmRSS:")[1].split()[0])

        before = visit(60)
        assert visit(120) < 1.1 * before
