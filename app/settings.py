"""What can be set from outside, by environment variables of the same names in capitals."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBIBYTE = 1024 * 1024
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def limit(default: int, description: str, least: int = 1, most: int | None = None) -> Any:
    """A number of at least `least`, which `GET /api/v1/limits` shows."""
    return Field(default=default, ge=least, le=most, description=description, json_schema_extra={"limit": True})


class Settings(BaseSettings):
    """The settings of one server; the defaults suit a laptop and a small container."""

    model_config = SettingsConfigDict(frozen=True)

    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8000, ge=1, le=65535, description="The port to listen on.")
    trusted_proxies: str = Field(
        default="",
        description="Addresses and networks of proxies whose `X-Forwarded-For` is believed, with commas between them.",
    )
    allowed_hosts: str = Field(
        default="",
        description="Names with a dot by which the server is asked for, with commas between them, or `*` for any. "
        "Addresses, `localhost` and names without a dot are always right.",
    )
    log_requests: bool = Field(default=True, description="One line of JSON a request on standard error.")
    models: str = Field(
        default="", description="Paths of .onnx files to serve besides the models that ship, with commas between them."
    )
    run_store: str = Field(
        default="",
        description="Where runs are kept: a folder, `memory`, or Redis as `redis://host:6379/0`. Without it, "
        "a folder among the temporary files.",
    )

    workers: int = limit(1, "Processes that answer requests.", most=64)
    computations: int = limit(0, "Computations at the same time in a worker; 0 for its share of the cores.", least=0)
    queue: int = limit(0, "Computations that may wait in a worker; 0 for twice those that run.", least=0)
    decodes: int = limit(2, "Pictures that a worker decodes at the same time.")
    client_runs_per_second: int = limit(0, "Runs a second that one address may ask a worker for; 0 for any.", least=0)
    max_connections: int = limit(400, "Connections that a worker holds open.")

    max_image_bytes: int = limit(10 * MEBIBYTE, "The largest picture file, in bytes.")
    upload_bytes: int = limit(
        64 * MEBIBYTE,
        "Bytes of all pictures that a worker receives at the same time, beyond the first 65,536 of each; at least one "
        "picture's.",
    )
    max_pixels: int = limit(25_000_000, "The largest picture, in pixels.")
    max_side: int = limit(16_384, "The longest side of a picture, in pixels.")
    max_json_bytes: int = limit(4 * MEBIBYTE, "The largest JSON answer, in bytes.")
    max_binary_bytes: int = limit(16 * MEBIBYTE, "The largest answer in a binary form, in bytes.")

    header_seconds: int = limit(10, "How long a request's headers may take to arrive, in seconds.")
    body_seconds: int = limit(30, "How long a picture may take to arrive, in seconds.")
    answer_seconds: int = limit(30, "How long a client may leave an answer unread, in seconds.")
    keep_alive_seconds: int = limit(5, "How long a connection may stay open without a request, in seconds.")
    compute_seconds: int = limit(10, "How long a computation may wait and run, in seconds.")
    shutdown_seconds: int = limit(20, "How long requests may go on after the server was told to end, in seconds.")

    runs_kept: int = limit(500, "Runs whose inputs are kept; the oldest go first.")
    run_bytes: int = limit(256 * MEBIBYTE, "Bytes of the inputs that are kept in a folder or in memory.")
    run_seconds: int = limit(7 * 24 * 3600, "How long Redis keeps a run, in seconds.")
    trace_bytes: int = limit(
        128 * MEBIBYTE, "Bytes of the values that a worker keeps at hand; others are computed again."
    )

    @model_validator(mode="before")
    @classmethod
    def _take_defaults_for_nothing(cls, given: dict[str, Any]) -> dict[str, Any]:
        """A variable that is set to nothing is not set, as a compose file writes it."""
        return {name: value for name, value in given.items() if value != ""}

    @model_validator(mode="after")
    def _have_room_for_one(self) -> Self:
        object.__setattr__(self, "upload_bytes", max(self.upload_bytes, self.max_image_bytes))
        return self

    @model_validator(mode="after")
    def _share_cores(self) -> Self:
        """The numbers that follow from others."""
        computations = self.computations or max(1, CORES // self.workers)
        object.__setattr__(self, "computations", computations)
        object.__setattr__(self, "queue", self.queue or 2 * computations)
        return self

    def model_files(self) -> list[Path]:
        """The files that `models` names."""
        return [Path(each.strip()) for each in self.models.split(",") if each.strip()]

    def limits(self) -> dict[str, tuple[int, str]]:
        """Each limit by its name: its value and its meaning."""
        return {
            name: (getattr(self, name), field.description or "")
            for name, field in type(self).model_fields.items()
            if isinstance(field.json_schema_extra, dict) and "limit" in field.json_schema_extra
        }
