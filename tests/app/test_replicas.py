"""Several servers with one place for runs: what is made through one is read through another, whoever is killed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from app.readiness import FRESH
from app.store import StoreUnavailable
from app.store.redis_server import INDEX, PREFIX, RedisStore
from tests.app.conftest import drawing
from tests.app.servers import API, RUNS, Answer, free_port, request, serving

PATHS = (
    "",
    ".npz",
    "?include=values",
    "/stages/conv2",
    "/stages/conv1/maps/3.png?zoom=4",
    "/stages/dense/cells/2/0/0",
    "/preprocessing/2.png",
)


@contextmanager
def redis_at(port: int, folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis of our own on loopback, ready to answer, which writes nothing to disk."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("There is no redis-server on this machine (Debian's package is redis-server).")
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder), *options]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        with redis.Redis(port=port) as client:
            until = time.monotonic() + 10
            while True:
                assert server.poll() is None and time.monotonic() < until, "Redis did not start."
                try:
                    client.ping()
                    break
                except redis.ConnectionError:
                    time.sleep(0.02)
        yield server
    finally:
        server.kill()
        server.wait()


def run_of(port: int, digit: str) -> dict[str, Any]:
    answer = request(port, "POST", RUNS, drawing(digit))
    assert answer.status == 201, answer.body
    run: dict[str, Any] = answer.json
    return run


def everything_of(port: int, run: dict[str, Any]) -> list[Answer]:
    """All that can be asked about a run, as one server says it."""
    answers = [request(port, "GET", f"{API}/runs/{run['id']}{path}") for path in PATHS]
    assert [answer.status for answer in answers] == [200] * len(PATHS)
    return answers


def check_that_each_serves_all(first: int, second: int, killed: subprocess.Popen[bytes]) -> None:
    """Runs made through either of two servers, read through the other, of which `killed`, the first, is then killed."""
    runs = [run_of(first, "2"), run_of(second, "7"), run_of(first, "4")]
    for run in runs:
        for one, other in zip(everything_of(first, run), everything_of(second, run), strict=True):
            assert one.body == other.body
            assert one.headers["etag"] == other.headers["etag"]
    before = {run["id"]: everything_of(first, run) for run in runs}
    last = run_of(first, "5")
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    for run in runs:
        assert [each.body for each in everything_of(second, run)] == [each.body for each in before[run["id"]]]
    assert request(second, "GET", f"{API}/runs/{last['id']}").json == last


def test_two_servers_share_a_folder_and_one_is_killed(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w+b") as log, ExitStack() as stack:
        folder = str(tmp_path / "runs")
        killed, first = stack.enter_context(serving(log, RUN_STORE=folder))
        _, second = stack.enter_context(serving(log, RUN_STORE=folder, TRACE_BYTES="1"))
        check_that_each_serves_all(first, second, killed)
        # A file that something damaged is no run, and the picture can be sent again.
        run = run_of(second, "2")
        file = tmp_path / "runs" / f"{run['id']}.run"
        file.write_bytes(file.read_bytes()[:-100])
        gone = request(second, "GET", f"{API}/runs/{run['id']}")
        assert (gone.status, gone.json["code"]) == (404, "run_not_found")
        assert run_of(second, "2") == run and request(second, "GET", f"{API}/runs/{run['id']}").json == run


def test_two_servers_share_redis_one_is_killed_and_redis_goes_and_comes(tmp_path: Path) -> None:
    port = free_port()
    with (tmp_path / "log").open("w+b") as log, ExitStack() as stack:
        with redis_at(port, tmp_path):
            address = f"redis://127.0.0.1:{port}/0"
            killed, first = stack.enter_context(serving(log, RUN_STORE=address))
            _, second = stack.enter_context(serving(log, RUN_STORE=address))
            check_that_each_serves_all(first, second, killed)
            run = run_of(second, "2")
        # Redis is gone. What is at hand is still answered; all else says so, at once.
        assert everything_of(second, run)
        for _ in range(3):
            began = time.monotonic()
            for answer in (
                request(second, "POST", RUNS, drawing("3")),
                request(second, "GET", f"{API}/runs/{'0' * 32}"),
            ):
                assert (answer.status, answer.json["code"]) == (503, "store_unavailable")
                assert int(answer.headers["retry-after"]) >= 1
            assert time.monotonic() - began < 1
        assert request(second, "GET", "/healthz").status == 200
        time.sleep(FRESH)
        assert request(second, "GET", "/readyz").status == 503
        with redis_at(port, tmp_path):
            time.sleep(FRESH)
            assert run_of(second, "3")["predictions"][0]["class"] == "3"
            assert request(second, "GET", "/readyz").status == 200
            assert request(second, "GET", f"{API}/runs/{'0' * 32}").status == 404


def test_redis_holds_no_more_than_it_should(tmp_path: Path) -> None:
    port = free_port()
    with redis_at(port, tmp_path, "--maxmemory", "8mb", "--maxmemory-policy", "volatile-ttl"):
        store = RedisStore(f"redis://127.0.0.1:{port}/0", runs=3, seconds=2)
        client = redis.Redis(port=port)
        for name in "abcad":  # `a` is made once more, so `b` is the oldest
            store.put(name, name.encode() * 1000)
        assert [name for name in "abcd" if store.get(name) == name.encode() * 1000] == ["a", "c", "d"]
        assert client.zcard(INDEX) == 3 and 0 < client.ttl(f"{PREFIX}a") <= 2
        store.drop("a")
        assert store.get("a") is None
        time.sleep(2.1)
        assert store.get("d") is None
        store.put("e", b"e")
        assert client.zcard(INDEX) == 1  # the index forgets what has ended, too
        many = RedisStore(f"redis://127.0.0.1:{port}/0", runs=1000, seconds=100)
        for number in range(200):  # 20 MB: Redis lets the oldest go
            many.put(str(number), bytes(100_000))
        assert many.get("199") and not many.get("0")
        for each in (store, many):
            each.close()
        client.close()


def test_a_redis_that_hangs_holds_nobody_up_for_long(tmp_path: Path) -> None:
    port = free_port()
    with redis_at(port, tmp_path) as server:
        store = RedisStore(f"redis://127.0.0.1:{port}/0", runs=3, seconds=100)
        store.put("a", b"a")
        server.send_signal(signal.SIGSTOP)
        try:
            began = time.monotonic()
            with pytest.raises(StoreUnavailable):
                store.get("a")
            assert time.monotonic() - began < 6
            began = time.monotonic()
            for _ in range(100):
                with pytest.raises(StoreUnavailable):
                    store.put("b", b"b")
            assert time.monotonic() - began < 0.1
        finally:
            server.send_signal(signal.SIGCONT)
        time.sleep(1)
        assert store.get("a") == b"a"
        store.close()
