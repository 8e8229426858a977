"""One line of the log and one count for each request: sizes, times and the outcome; nothing of what was sent."""

from __future__ import annotations

import logging
import time
from contextvars import ContextVar
from http import HTTPMethod
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import metrics
from app.describe import API

log = logging.getLogger("app.requests")

LEFT = 499
"""The status of a request whose client left before its answer; nobody is sent it."""
OFTEN = ("/healthz", "/readyz", "/metrics")
"""What machines ask all the time has no line where all is well."""
REFUSED = (408, 429, 503)

current: ContextVar[dict[str, Any] | None] = ContextVar("current", default=None)
"""What is to be told of the request that is being answered."""


def note(**facts: Any) -> None:
    """Adds facts to the line of the request that is being answered, if there is one."""
    record = current.get()
    if record is not None:
        record.update(facts)


def tell(method: str, route: str, status: int, seconds: float, **facts: Any) -> None:
    """Counts an answered request and writes its line."""
    method = method if method in HTTPMethod.__members__ else "other"
    metrics.REQUESTS.labels(method, route, str(status)).inc()
    metrics.SECONDS.labels(route).observe(seconds)
    if status in REFUSED:
        metrics.REFUSALS.labels(str(facts.get("code", "unknown"))).inc()
    level = logging.DEBUG if route in OFTEN and status < 400 else logging.INFO
    told = {"method": method, "route": route, "status": status, "milliseconds": round(1000 * seconds, 1), **facts}
    log.log(level, "request", extra=told)


class Records:
    """ASGI middleware: tells of each request once it is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        record: dict[str, Any] = {"id": scope.get("request_id"), "received": 0, "sent": 0}
        current.set(record)
        status = LEFT

        async def receive_and_count() -> Message:
            message = await receive()
            record["received"] += len(message.get("body", b""))
            return message

        async def send_and_count(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            record["sent"] += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive_and_count, send_and_count)
        finally:
            tell(scope["method"], _route(scope), status, time.perf_counter() - began, **record)


def _route(scope: Scope) -> str:
    """The template of the address, which has no ids in it; `none` where nothing is."""
    route = scope.get("route")
    if route is None:
        return "/static" if scope.get("root_path", "").startswith("/static/") else "none"
    # FastAPI names a route of a router as the router does, without the prefix that the application gave it.
    prefix = API if scope["path"].startswith(f"{API}/") and not route.path.startswith(API) else ""
    return f"{prefix}{route.path}"
