"""What can be set from outside, by environment variables of the same names in capitals."""

from __future__ import annotations

import os

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBIBYTE = 1024 * 1024


class Settings(BaseSettings):
    """The settings of one server; the defaults suit a laptop and a small container."""

    model_config = SettingsConfigDict(frozen=True)

    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8000, ge=1, le=65535, description="The port to listen on.")
    max_image_bytes: int = Field(default=10 * MEBIBYTE, ge=1, description="The largest picture file, in bytes.")
    max_pixels: int = Field(default=25_000_000, ge=1, description="The largest picture, in pixels.")
    max_side: int = Field(default=16_384, ge=1, description="The longest side of a picture, in pixels.")
    max_json_bytes: int = Field(default=4 * MEBIBYTE, ge=1, description="The largest JSON answer, in bytes.")
    body_seconds: int = Field(default=30, ge=1, description="How long a picture may take to arrive, in seconds.")
    workers: int = Field(default=os.cpu_count() or 1, ge=1, description="Computations at the same time.")
    runs_kept: int = Field(default=500, ge=1, description="Runs whose inputs are kept; the oldest go first.")
    traces_kept: int = Field(default=50, ge=1, description="Runs whose values are kept; others are computed again.")

    @property
    def queue(self) -> int:
        """Computations that may wait while all workers are busy."""
        return 2 * self.workers
