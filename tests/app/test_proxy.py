"""The proxy of compose.yaml, really running before two servers: one is killed, and no visitor is told."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.app.conftest import drawing
from tests.app.servers import API, ROOT, RUNS, free_port, request, serving

CONFIGURATION = (ROOT / "deploy" / "nginx.conf").read_text()


@contextmanager
def proxy(folder: Path, *replicas: int) -> Iterator[int]:
    """nginx with our configuration, for servers at these ports; its own port."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("There is no nginx on this machine (Debian's package is nginx).")
    port = free_port()
    text = CONFIGURATION.replace("/tmp/", f"{folder}/").replace("listen 8080", f"listen 127.0.0.1:{port}")
    for number, replica in enumerate(replicas, 1):
        assert f"replica-{number}:8000" in text
        text = text.replace(f"replica-{number}:8000", f"127.0.0.1:{replica}")
    file = folder / "nginx.conf"
    # The tests' folder is closed to the user that nginx would change to.
    file.write_text(("user root;\n" if os.geteuid() == 0 else "") + text)
    server = subprocess.Popen([program, "-c", str(file), "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 10
        while True:
            assert server.poll() is None and time.monotonic() < until, "nginx did not start."
            try:
                request(port, "GET", "/healthz")
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=10)


def test_a_replica_is_killed_and_every_request_is_answered(tmp_path: Path) -> None:
    settings = {"RUN_STORE": str(tmp_path / "runs"), "TRUSTED_PROXIES": "127.0.0.1", "LOG_REQUESTS": "0"}
    with (
        (tmp_path / "log").open("w+b") as log,
        serving(log, **settings) as (first, one),
        serving(log, **settings) as (_, two),
        proxy(tmp_path, one, two) as port,
    ):
        runs = [request(port, "POST", RUNS, drawing(digit)) for digit in "0123456789"]
        assert [run.json["predictions"][0]["class"] for run in runs] == list("0123456789")
        first.kill()
        first.wait()
        for run in runs:  # each made through either, all read through the one that is left
            assert request(port, "GET", run.headers["location"]).body == run.body
        assert all(request(port, "POST", RUNS, drawing("3")).body == runs[3].body for _ in range(10))


def test_what_the_proxy_refuses_has_our_form(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w+b") as log:
        with (
            serving(log, CLIENT_RUNS_PER_SECOND="1", TRUSTED_PROXIES="127.0.0.1") as (_, one),
            proxy(tmp_path, one, free_port()) as port,
        ):
            for path in ("/metrics", "/readyz"):
                assert request(port, "GET", path).status == 404
            for body in (bytes(11 * 1024 * 1024), bytes(20 * 1024 * 1024)):
                large = request(port, "POST", RUNS, body)
                assert (large.status, large.json["code"]) == (413, "too_large")
                assert large.headers["content-type"] == "application/problem+json"
            # At the limit itself it is the server that looks at the file.
            assert request(port, "POST", RUNS, bytes(10 * 1024 * 1024)).json["code"] != "too_large"
            # The server sees each client's own address, whatever the client says of it.
            forged = [
                request(port, "POST", RUNS, drawing("2"), **{"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(5)
            ]
            assert 429 in [answer.status for answer in forged]
        with proxy(tmp_path, free_port(), free_port()) as port:
            away = request(port, "GET", f"{API}/models")
            assert (away.status, away.json["code"]) == (503, "away") and int(away.headers["retry-after"]) >= 1
