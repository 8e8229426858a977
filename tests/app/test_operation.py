"""What those who run the server see: counts over all workers, a line a request, readiness."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from tests.app.conftest import drawing, jpeg
from tests.app.servers import API, ROOT, RUNS, request, send, serving, wait_until
from tests.app.test_guard import HEAD, Outcome

SECRET = "portrait-of-somebody.png"


def counts(port: int) -> dict[str, float]:
    """Each count by its name and labels."""
    answer = request(port, "GET", "/metrics")
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line.rpartition(" ") for line in answer.body.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def requests_of(found: dict[str, float]) -> dict[tuple[str, ...], float]:
    """The counted requests, by method, route and status."""
    pattern = re.compile(r'cnn_requests_total{method="(.*)",route="(.*)",status="(.*)"}')
    return {match.groups(): value for name, value in found.items() if (match := pattern.fullmatch(name))}


def use(port: int) -> str:
    """One request of each kind; the id of the run that is made."""
    form = (
        f'--x\r\nContent-Disposition: form-data; name="image"; filename="{SECRET}"\r\nContent-Type: image/png\r\n\r\n'
    ).encode()
    kind = "multipart/form-data; boundary=x"
    run = request(port, "POST", RUNS, form + drawing("2") + b"\r\n--x--\r\n", kind).json["id"]
    for path in ("", "/stages/conv1", "/stages/conv1", "/stages/nothing"):
        request(port, "GET", f"{API}/runs/{run}{path}")
    request(port, "POST", RUNS, b"no picture")
    request(port, "GET", f"/{SECRET}?{SECRET}")
    request(port, "BREW", "/")
    request(port, "GET", "/healthz")
    return str(run)


@pytest.fixture(scope="module", params=["1", "2"])
def used(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path, str]]:
    """A server, of one worker or two, that has answered each kind of request five times; its log, and a run."""
    path = tmp_path_factory.mktemp("operation") / "log"
    with path.open("w+b") as file, serving(file, WORKERS=request.param) as (_, port):
        runs = {use(port) for _ in range(5)}
        (run,) = runs
        yield port, path, run


def test_requests_are_counted_over_all_workers(used: tuple[int, Path, str]) -> None:
    port, _, run = used
    found = counts(port)
    told = requests_of(found)
    run_route = f"{API}/runs/{{run}}"
    assert told["POST", f"{API}/models/{{model}}/runs", "201"] == 5
    assert told["POST", f"{API}/models/{{model}}/runs", "415"] == 5
    assert told["GET", run_route, "200"] == 5
    assert told["GET", f"{run_route}/stages/{{stage}}", "200"] == 10
    assert told["GET", f"{run_route}/stages/{{stage}}", "404"] == 5
    assert told["GET", "none", "404"] == 5 and told["other", "/", "405"] == 5
    assert found['cnn_runs_total{model="digits"}'] == 5
    assert found[f'cnn_request_seconds_count{{route="{run_route}"}}'] == 5
    hits, misses = (found.get(f'cnn_trace_lookups_total{{result="{result}"}}', 0) for result in ("hit", "miss"))
    assert hits + misses == 20 and misses <= 1
    assert found["cnn_trace_bytes"] > 0 and found["cnn_connections"] >= 1
    assert found["cnn_computations_running"] == found["cnn_computations_waiting"] == 0
    # Counting does not grow with what clients make up.
    assert not any(SECRET in name or run in name for name in found)


def test_each_request_has_one_line_that_says_nothing_of_what_was_sent(used: tuple[int, Path, str]) -> None:
    _, path, run = used
    time.sleep(0.2)
    text = path.read_text()
    lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()[1:]]
    assert not any(word in text for word in (SECRET, run, '127.0.0.1"'))
    told = [line for line in lines if line["event"] == "request" and line["route"] not in ("/metrics", "/readyz")]
    assert len(told) == 5 * 8  # a good /healthz has none
    assert len({line["id"] for line in told}) == len(told)
    made = [line for line in told if line["status"] == 201]
    assert len(made) == 5
    for line in made:
        assert line["method"] == "POST" and line["route"] == f"{API}/models/{{model}}/runs"
        assert line["received"] > len(drawing("2")) and line["sent"] > 1000
        assert 0 < line["computed"] <= line["milliseconds"] and line["waited"] >= 0
        assert line["level"] == "info" and re.fullmatch(r"20\d\d-\d\d-\d\dT.*\+00:00", line["time"])
    assert {line["code"] for line in told if line["status"] == 415} == {"unsupported_kind"}


def test_refusals_are_counted_by_their_reason_and_told(tmp_path: Path) -> None:
    with (
        (tmp_path / "log").open("w+b") as log,
        serving(log, CLIENT_RUNS_PER_SECOND="1", HEADER_SECONDS="1", BODY_SECONDS="1") as (_, port),
    ):
        assert 429 in [request(port, "POST", RUNS, drawing("2")).status for _ in range(5)]
        assert Outcome(port, b"GET / HT").problem() == (408, "headers_too_slow")
        assert Outcome(port, b"nonsense\r\n\r\n").problem() == (400, "malformed_request")
        assert Outcome(port, f"POST /nothing {HEAD}Content-Length: 9\r\n\r\n".encode()).seconds < 5
        found = counts(port)
        assert found['cnn_refusals_total{code="too_fast"}'] >= 1
        assert found['cnn_refusals_total{code="headers_too_slow"}'] == 1
        assert requests_of(found)["other", "none", "400"] == 1
        log.seek(0)
        lines = [json.loads(line) for line in log.read().decode().splitlines()[1:]]
    codes = [line.get("code") for line in lines]
    assert codes.count("headers_too_slow") == codes.count("malformed_request") == 1 and "too_fast" in codes


def test_a_client_that_left_is_told_apart(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w+b") as log, serving(log, COMPUTATIONS="1") as (_, port):
        send(port, jpeg(3000)).close()
        send(port, jpeg(3000), sent=0.5).close()
        route = f"{API}/models/{{model}}/runs"
        wait_until(lambda: requests_of(counts(port)).get(("POST", route, "499")) == 2, 5)
        log.seek(0)
        assert "Traceback" not in log.read().decode()


def test_every_setting_is_documented() -> None:
    table = re.findall(
        r"^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$", (ROOT / "docs" / "operation.md").read_text(), re.MULTILINE
    )
    expected = [
        (name.upper(), f"`{str(field.default).lower()}`" if field.default != "" else "", field.description)
        for name, field in Settings.model_fields.items()
    ]
    assert [(name, default.strip(), meaning) for name, default, meaning in table] == expected
