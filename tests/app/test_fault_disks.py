"""Disks that are full or read-only, and files that are damaged."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.app.conftest import drawing
from tests.app.servers import API, QUIET, ROOT, RUNS, free_port, request, serving, wait_until


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
        # A form with a file of 2 MB, which is kept in memory while it arrives.
        image = io.BytesIO()
        Image.fromarray(np.full((800, 900, 3), 200, np.uint8)).save(image, "BMP")
        form = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n%b\r\n--x--\r\n'
        kind = "multipart/form-data; boundary=x"
        assert request(port, "POST", RUNS, form % image.getvalue(), kind).status == 201
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
