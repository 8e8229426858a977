"""More visitors than can be served, visitors that leave, and what ten thousand of them leave behind."""

from __future__ import annotations

import io
import select
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests.app.conftest import drawing, jpeg
from tests.app.servers import QUIET, RUNS, Answer, request, send, serving, wait_until


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
    photo = jpeg(2400)
    with (
        serving(log, COMPUTATIONS="1", QUEUE="60", COMPUTE_SECONDS="1", **QUIET) as (_, port),
        ThreadPoolExecutor(50) as threads,
    ):
        answers = list(threads.map(lambda _: request(port, "POST", RUNS, photo), range(50)))
        statuses = {answer.status for answer in answers}
        assert 503 in statuses and statuses <= {201, 503}  # on a starved machine, not even the first one is in time
        for answer in answers:
            if answer.status == 503:
                assert answer.json["code"] == "out_of_time" and int(answer.headers["retry-after"]) >= 1
        wait_until(lambda: request(port, "POST", RUNS, drawing("2")).status == 201, 20)


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


def test_refusals_and_health_wait_for_no_work(log: io.BufferedRandom) -> None:
    """However slow the machine: twenty of them are answered while the last of eight photos still waits."""
    photo, places = jpeg(4900), 8
    with (
        serving(log, COMPUTATIONS="1", QUEUE=str(places - 1), COMPUTE_SECONDS="300", **QUIET) as (_, port),
        ExitStack() as photos,
    ):
        sent = [photos.enter_context(send(port, photo)) for _ in range(places)]
        full = f"cnn_computations_waiting {places - 1}.0".encode()
        wait_until(lambda: full in request(port, "GET", "/metrics").body, 20)
        for _ in range(10):
            refused = request(port, "POST", RUNS, drawing("2"))
            assert (refused.status, refused.json["code"]) == (503, "busy") and int(refused.headers["retry-after"]) >= 1
            assert request(port, "GET", "/healthz").status == 200
        unanswered = len(sent) - len(select.select(sent, [], [], 0)[0])
        assert unanswered >= 1
        for each in sent:  # those that were let in are answered, each of them
            each.settimeout(300)
            assert each.recv(12) == b"HTTP/1.1 201"


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
