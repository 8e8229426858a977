"""The command line and the server as real processes, and the curl lines of docs/api.md against it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from model import load

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "api.md").read_text()


def command(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments], cwd=ROOT, input=data, capture_output=True, timeout=60
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, two: bytes) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "two.png").write_bytes(two)
    return folder


def test_classify_prints_classes_and_stages(folder: Path) -> None:
    done = command("classify", str(folder / "two.png"), "--npz", str(folder / "run.npz"))
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode()
    classes = re.findall(r"^(\d)  +([\d.]+)%", text, re.MULTILINE)
    assert classes[0][0] == "2" and len(classes) == 10
    assert sum(float(percent) for _, percent in classes) == pytest.approx(100, abs=0.01)
    assert re.search(r"^conv2 +Conv +16 x 14 x 14 +1,168 +225,792", text, re.MULTILINE)
    archive = np.load(folder / "run.npz")
    assert float(archive["softmax"].max()) * 100 == pytest.approx(float(classes[0][1]), abs=1e-4)
    assert set(archive) == set(load("digits").graph.shapes) | set(load("digits").graph.parameters)


def test_classify_reads_standard_input_and_prints_json(two: bytes) -> None:
    done = command("classify", "-", "--json", "--checkpoint", "0", data=two)
    answer = json.loads(done.stdout)
    assert answer["checkpoint"] == 0 and len(answer["stages"]) == 12


def test_classify_prints_the_shares_that_add_up_to_the_logit(folder: Path) -> None:
    picture = str(folder / "two.png")
    text = command("classify", picture, "--shares").stdout.decode()
    logit = float(re.findall(r"^class 2, logit ([\d.]+) =", text, re.MULTILINE)[0])
    rows = re.findall(r"^(\w+) +(\d+) +(-?[\d.]+) +(-?[\d.]+)  (\d+): (-?[\d.]+)", text, re.MULTILINE)
    assert [row[0] for row in rows][:2] == ["input", "conv1"] and rows[-1][0] == "dense"
    for row in rows:
        assert float(row[2]) + float(row[3]) == pytest.approx(logit, abs=2e-4)
    answer = json.loads(command("classify", picture, "--shares", "--json").stdout)
    for row, stage in zip(rows, answer["stages"], strict=True):
        assert (row[0], int(row[1])) == (stage["stage"], len(stage["shares"]))
        assert max(stage["shares"]) == pytest.approx(float(row[5]), abs=1e-4)
        assert stage["shares"].index(max(stage["shares"])) == int(row[4])
    other = json.loads(command("classify", picture, "--shares", "--json", "--class", "7").stdout)
    assert other["class"] == "7" and other["logit"] < answer["logit"]


def test_what_goes_wrong_is_one_sentence(folder: Path) -> None:
    (folder / "words.png").write_bytes(b"only words")
    (folder / "empty.png").write_bytes(b"")
    for arguments in (
        ("classify", str(folder / "none.png")),
        ("classify", str(folder / "words.png")),
        ("classify", str(folder)),
        ("classify", str(folder / "empty.png")),
        ("classify", str(folder / "two.png"), "--model", "cats"),
        ("classify", str(folder / "two.png"), "--checkpoint", "99"),
        ("classify", str(folder / "two.png"), "--shares", "--class", "cat"),
        ("classify", str(folder / "two.png"), "--class", "7"),
        ("classify", str(folder / "two.png"), "--npz", str(folder / "none" / "run.npz")),
    ):
        done = command(*arguments)
        assert (done.returncode, done.stdout) == (2, b""), arguments
        assert done.stderr.decode().count("\n") == 1 and b"Traceback" not in done.stderr


def test_a_reader_that_has_enough_is_no_fault(folder: Path) -> None:
    for more in ([], ["--json"]):
        with subprocess.Popen(
            [sys.executable, "-m", "app", "classify", str(folder / "two.png"), *more],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as writer:
            assert writer.stdout and writer.stderr
            writer.stdout.close()  # as `head` does
            assert (writer.stderr.read(), writer.wait(timeout=60)) == (b"", 0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"], cwd=ROOT, env=os.environ | {"HOST": "127.0.0.1", "PORT": str(port)}
    )
    try:
        for _ in range(300):
            assert server.poll() is None
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=20) == 0


def test_a_taken_port_is_one_sentence(address: str) -> None:
    done = command("serve", "--port", address.partition(":")[2])
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"cannot be had" in done.stderr and done.stderr.count(b"\n") == 1
    done = command("serve", "--port", "99999")
    assert done.returncode == 1 and b"PORT" in done.stderr
    done = command("serve", "--host", "203.0.113.1", "--port", str(free_port()))
    assert done.returncode == 1 and b"HOST" in done.stderr


curl = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")


@curl
def test_every_curl_line_of_the_document_works(address: str, folder: Path) -> None:
    def run(line: str) -> tuple[int, str]:
        line = line.replace("127.0.0.1:8000", address)
        line = line.replace("curl ", "curl -s -w '%{stderr}%{http_code}' ", 1)
        done = subprocess.run(line, shell=True, cwd=folder, capture_output=True, text=True, timeout=30)
        return int(done.stderr), done.stdout if "-o " not in line else ""

    lines = re.findall(r"^    (curl .*)$", DOCUMENT, re.MULTILINE)
    assert len(lines) >= 18
    run_id = json.loads(run(next(line for line in lines if "-F" in line))[1])["id"]
    for line in lines:
        status, output = run(line.replace("RUN", run_id))
        makes = "two.png" in line or "-X POST" in line
        assert status == (404 if "cats" in line else 201 if makes else 200), line
        shown = re.search(re.escape(line) + r"(?:\n(?!    curl)[^\n]*)*?\n```json\n(.*?)```", DOCUMENT, re.DOTALL)
        if shown and output:
            keys = set(re.findall(r'"(\w+)":', shown[1]))
            assert keys <= set(re.findall(r'"(\w+)":', output)), line


@curl
def test_a_file_over_the_limit_is_refused_in_both_framings(address: str, folder: Path) -> None:
    (folder / "large.bin").write_bytes(bytes(10 * 1024 * 1024 + 1))
    for framing in ([], ["-H", "Transfer-Encoding: chunked"]):
        for form in (["-F", "image=@large.bin"], ["--data-binary", "@large.bin", "-H", "Content-Type: image/png"]):
            done = subprocess.run(
                ["curl", "-s", *framing, *form, f"http://{address}/api/v1/models/digits/runs"],
                cwd=folder,
                capture_output=True,
                timeout=30,
            )
            assert json.loads(done.stdout)["status"] == 413, (framing, form)
