"""The log: one line of JSON for each thing worth knowing, on standard error."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import orjson

PLAIN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}
"""What every record has; anything else was given to be told."""


class JsonLines(logging.Formatter):
    """A record as one line: when, how serious, what, and what else was given with it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "worker": record.process,
        }
        line |= {name: value for name, value in record.__dict__.items() if name not in PLAIN}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def configure(requests: bool) -> None:
    """Sends everything to standard error; `requests` says whether each request has its line."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    # What uvicorn warns of is its clients' doing, and told in the lines of their requests.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    logging.getLogger("app.requests").setLevel(logging.INFO if requests else logging.WARNING)
