"""The container without a Docker engine: the Dockerfile's steps, command and health check, one by one."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest
import yaml

from app.settings import Settings

PROJECT = Path(__file__).resolve().parents[1]


def read_dockerfile(text: str) -> list[list[tuple[str, str]]]:
    """The instructions of each stage, as (name, argument) with lines that go on joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    stages: list[list[tuple[str, str]]] = []
    for line in filter(str.strip, joined.splitlines()):
        name, argument = line.split(maxsplit=1)
        if name == "FROM":
            stages.append([])
        stages[-1].append((name, argument))
    return stages


STAGES = read_dockerfile((PROJECT / "Dockerfile").read_text())


def arguments(name: str) -> list[str]:
    """The arguments of every instruction of this name in the last stage, the one that is kept."""
    return [argument for instruction, argument in STAGES[-1] if instruction == name]


@dataclass
class Image:
    """What following the Dockerfile leaves: files below `root`, and what it says of how to run them.

    All stages lie below the one root; `python` is a folder with the base image's `python` command.
    """

    root: Path
    python: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path = Path("/")
    user: int = 0
    group: int = 0
    command: list[str] = field(default_factory=list)
    health_check: list[str] = field(default_factory=list)

    def follow(self, name: str, argument: str) -> None:
        """Carries out one instruction."""
        match name:
            case "FROM":
                self.environment, self.folder = {}, self.root
                self.root.mkdir(exist_ok=True)
            case "ENV":
                self.environment |= dict(part.split("=", 1) for part in shlex.split(argument))
            case "WORKDIR":
                self.folder = self.below_root(argument)
                self.folder.mkdir(parents=True, exist_ok=True)
            case "COPY":
                self.copy(*argument.split())
            case "RUN":
                self.build(argument)
            case "USER":
                self.user, self.group = map(int, argument.split(":"))
            case "CMD":
                self.command = json.loads(argument)
            case "HEALTHCHECK":
                self.health_check = json.loads(argument.split("CMD", 1)[1])
            case "EXPOSE" | "STOPSIGNAL":
                pass
            case _:
                pytest.fail(f"The Dockerfile's {name} is not an instruction that this test follows.")

    def below_root(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def copy(self, *parts: str) -> None:
        *sources, target = parts
        if sources[0].startswith("--from="):
            # With one root for all stages, what is copied to the same place is there already.
            assert sources[1:] == [target], f"COPY {' '.join(parts)}: source and target must be the same path here."
            return
        (source,) = sources
        allowed = (PROJECT / ".dockerignore").read_text().split()
        assert f"!{source}" in allowed, f"COPY {source}: .dockerignore keeps it out of the build."
        to = self.below_root(target) if target.startswith("/") else self.folder / target
        if source.endswith("/"):
            shutil.copytree(PROJECT / source, to, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            to = to / source if target.endswith("/") else to
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT / source, to)

    def build(self, script: str) -> None:
        """A RUN step, its absolute paths moved below the root; pip may use its cache here."""
        script = re.sub(r"(?<![\w.-])/(?=(opt|tmp|srv)/)", f"{self.root}/", script)
        script = script.replace("--no-cache-dir", "")
        environment = os.environ | {"PATH": f"{self.root}/opt/venv/bin:{self.python}:{os.defpath}"}
        command = ["sh", "-euc", script]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"RUN {script}\n{done.stdout}\n{done.stderr}"

    def start(self, command: list[str], port: int, output: IO[Any]) -> subprocess.Popen[bytes]:
        """Starts a command as the container would: its user, folder and environment, and nothing of ours."""
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment | {"PATH": f"{self.root}/opt/venv/bin:{os.defpath}", "PORT": str(port)},
            user=self.user,
            group=self.group,
            extra_groups=[],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )

    def status(self, command: list[str], port: int) -> int:
        """The exit status of a command that the container runs."""
        with tempfile.TemporaryFile() as output:
            return self.start(command, port, output).wait(timeout=60)


def python_for_others() -> str | None:
    """A Python 3.11 or newer that another user may start: this one may lie in a home closed to others."""
    this = f"{sys.base_prefix}/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    system = shutil.which("python3", path=f"/usr/local/bin:{os.defpath}")
    check = "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"
    for candidate in filter(None, (this, system)):
        try:
            done = subprocess.run([candidate, "-c", check], user=65534, group=65534, capture_output=True)
        except PermissionError:
            continue
        if done.returncode == 0:
            return candidate
    return None


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """The Dockerfile followed on this machine, in a tree that the container's user cannot write."""
    if os.geteuid() != 0:
        pytest.skip("Starting the server as another user needs root.")
    python = python_for_others()
    if python is None:
        pytest.skip("There is no Python 3.11 or newer with ensurepip that another user may start.")
    # Not pytest's own folder, which is closed to other users.
    with tempfile.TemporaryDirectory(prefix="container-") as folder:
        image = Image(Path(folder) / "root", Path(folder) / "base")
        image.python.mkdir()
        (image.python / "python").symlink_to(python)
        for name, argument in (instruction for stage in STAGES for instruction in stage):
            image.follow(name, argument)
        subprocess.run(["chmod", "-R", "a=rX", folder], check=True)
        yield image


def test_base_is_an_exact_release() -> None:
    for (_, base), *_ in STAGES:
        assert re.match(r"python:3\.\d+\.\d+-slim-\w+( |$)", base), f"FROM {base} names no exact release."


def test_user_is_a_number_and_not_root() -> None:
    (user,) = arguments("USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)


def test_command_and_health_check_need_no_shell() -> None:
    (command,) = arguments("CMD")
    assert json.loads(command) == ["python", "-m", "app", "serve", "--host", "0.0.0.0"]
    (check,) = arguments("HEALTHCHECK")
    assert json.loads(check.split("CMD", 1)[1])[0] == "python"


def test_copies_what_the_server_needs_and_no_more() -> None:
    copied = {argument.split()[0] for argument in arguments("COPY") if not argument.startswith("--from")}
    assert copied == {"pyproject.toml", "app/", "model/", "templates/", "static/"}


COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
REPLICAS = [service for name, service in SERVICES.items() if name.startswith("replica")]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_of_compose_is_hardened(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"] and "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"] and service["pids_limit"] and service["mem_limit"]
    assert not service.get("privileged")
    assert all(volume.startswith("./deploy/") and volume.endswith(":ro") for volume in service.get("volumes", []))
    if "build" not in service:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+-alpine", service["image"]), "The image names no exact release."
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
        assert service["healthcheck"]["test"][0] == "CMD"


def test_compose_has_two_replicas_that_nobody_reaches_but_through_the_proxy() -> None:
    assert len(REPLICAS) == 2 and REPLICAS[0] == REPLICAS[1]
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published == SERVICES["proxy"]["ports"] == ["127.0.0.1:8080:8080"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for service in (*REPLICAS, SERVICES["redis"]):
        assert service["networks"] == ["inside"]
    upstream = (PROJECT / "deploy" / "nginx.conf").read_text()
    assert set(re.findall(r"server (replica-\d+):8000", upstream)) == {name for name in SERVICES if "replica" in name}


def test_compose_sets_what_the_server_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    for replica in REPLICAS:
        for name, value in replica["environment"].items():
            assert name.lower() in Settings.model_fields, f"{name} is no setting of the server."
            default = re.fullmatch(r"\${\w+:-(.*)}", value)
            monkeypatch.setenv(name, default[1] if default else value)
        settings = Settings()
        assert settings.run_store == "redis://redis:6379/0" and "redis" in SERVICES
        subnet = COMPOSE["networks"]["inside"]["ipam"]["config"][0]["subnet"]
        assert settings.trusted_proxies == subnet
        grace = int(replica["stop_grace_period"].removesuffix("s"))
        assert grace > settings.shutdown_seconds


@pytest.mark.slow
def test_serves_as_another_user_from_a_read_only_tree(image: Image) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert image.status(["touch", "probe"], port) != 0, "The container's user can write the tree."
    assert image.status(image.health_check, port) != 0, "The health check passes with nothing listening."

    # The container listens on all of its addresses; a test listens on this machine's loopback alone.
    command = ["127.0.0.1" if word == "0.0.0.0" else word for word in image.command]
    with tempfile.TemporaryFile("w+") as log:
        server = image.start(command, port, log)
        try:
            until = time.monotonic() + 60
            while (status := image.status(image.health_check, port)) != 0:
                if server.poll() is not None or time.monotonic() > until:
                    break
                time.sleep(0.2)
            server.send_signal(signal.SIGTERM)
            ended = server.wait(timeout=20)
        finally:
            server.kill()
            server.wait()
            log.seek(0)
            print(log.read())  # pytest shows it if the test fails
    assert status == 0, "The health check never passed."
    assert ended == 0, "The server did not end well after SIGTERM."
