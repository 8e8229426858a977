"""Asks a real server everything that its OpenAPI allows and forbids, and holds each answer to it (schemathesis).

`python -m tests.fuzz.api SECONDS`
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from app.examples import picture
from tests.app.servers import API, RUNS, request, serving

ROOT = Path(__file__).parents[2]
SETTINGS = Path(__file__).parent / "schemathesis.toml"


def main(seconds: str) -> int:
    """Schemathesis's exit status: 0 where it found nothing."""
    command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(SETTINGS), "run"]
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+b") as log:
        # So that there is a room for what is asked at the same time, and runs go without a trace.
        settings = {"RUN_STORE": "memory", "LOG_REQUESTS": "false", "QUEUE": "100"}
        with serving(log, **settings) as (_, port):
            # The examples of the OpenAPI ask about this run.
            run = request(port, "POST", RUNS, picture()).json["id"]
            options = ["--max-time", seconds, "--checks", "all", "--no-color", "--generation-database", "none"]
            environment = os.environ | {"FUZZ_RUN": run, "PYTHONPATH": str(ROOT)}
            address = f"http://127.0.0.1:{port}/openapi.json"
            done = subprocess.run([*command, address, *options], cwd=folder, env=environment)
            assert request(port, "GET", f"{API}/models").status == 200
        log.seek(0)
        faults = [line for line in log.read().decode().splitlines() if "Traceback" in line or "ERROR" in line]
        print(*faults, sep="\n", file=sys.stderr)
    return done.returncode or bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "600"))
