"""The arrangement of compose.yaml as processes on this machine: its Redis, replicas and proxy, as it starts them.

What containers add (their networks and their walls) is not in it; see tests/test_container.py.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from tests.app.conftest import drawing
from tests.app.servers import ROOT, RUNS, Answer, free_port, request, serving, wait_until
from tests.app.test_proxy import proxy
from tests.app.test_replicas import everything_of, redis_at

SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


def environment_of(service: str, redis: int) -> dict[str, str]:
    """The settings that compose.yaml gives a replica, with the places of this machine in them."""
    settings = {}
    for name, value in SERVICES[service]["environment"].items():
        default = re.fullmatch(r"\$\{\w+:-(.*)\}", value)
        settings[name] = default[1] if default else value
    assert settings["RUN_STORE"] == "redis://redis:6379/0"
    return settings | {"RUN_STORE": f"redis://127.0.0.1:{redis}/0", "TRUSTED_PROXIES": "127.0.0.1", "LOG_REQUESTS": "0"}


def test_a_replica_is_killed_and_then_redis_is_and_what_can_be_answered_is(tmp_path: Path) -> None:
    store = free_port()
    program, *options = SERVICES["redis"]["command"]
    assert program == "redis-server"
    with (
        (tmp_path / "log").open("w+b") as log,
        redis_at(store, tmp_path, *options) as redis,
        serving(log, **environment_of("replica-1", store)) as (first, one),
        serving(log, **environment_of("replica-2", store)) as (_, two),
        proxy(tmp_path, one, two) as port,
        ThreadPoolExecutor(4) as visitors,
    ):

        def run(digit: str) -> Answer:
            return request(port, "POST", RUNS, drawing(digit))

        runs = list(visitors.map(run, "0123456789"))
        assert [run.json["predictions"][0]["class"] for run in runs] == list("0123456789")
        for run_made in runs:  # made through one replica or the other, read through both
            own, other = (request(each, "GET", run_made.headers["location"]) for each in (one, two))
            assert own.body == other.body == run_made.body
        before = everything_of(port, runs[4].json)

        under_way = [visitors.submit(run, digit) for digit in "3" * 20]
        first.kill()
        first.wait()
        assert {each.result().body for each in under_way} == {runs[3].body}  # nobody is told of it
        assert [each.body for each in everything_of(port, runs[4].json)] == [each.body for each in before]

        redis.kill()
        redis.wait()
        at_hand = request(port, "GET", runs[4].headers["location"])
        assert (at_hand.status, at_hand.body) == (200, runs[4].body)
        refused = run("5")
        assert (refused.status, refused.json["code"]) == (503, "store_unavailable")
        assert int(refused.headers["retry-after"]) >= 1
        assert request(port, "GET", "/healthz").status == 200

        with redis_at(store, tmp_path, *options):
            wait_until(lambda: run("5").body == runs[5].body, 10)
