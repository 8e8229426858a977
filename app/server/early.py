"""Refusing what there is no place for before it is read: from a request's first bytes, with bytes made in advance.

A full server that parses what it refuses spends on refusals what it needs for answers: through HTTP, the application
and the log each took half a millisecond, so that five times as many requests as could be answered left a third of
the answers. What is refused here takes a twentieth of that.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
from collections.abc import Iterable

import orjson

from app import metrics
from app.compute import BUSY
from app.describe import API
from app.headers import ALWAYS, OTHER_POLICY
from app.record import tell

log = logging.getLogger("app.requests")

LINES = 10
"""Refusals a second that have a line of the log each; of more, only the number is told."""
LONGEST_HEAD = 16 * 1024
STATUS = b"HTTP/1.1 503 Service Unavailable\r\n"

REQUEST = re.compile(
    rb"POST %b/(?:models/[\w.%%-]+/runs|runs/\w+/again)(?:\?[!-~]*)? HTTP/1\.1\r\n"
    rb"(?:[\w!#$%%&'*+.^`|~-]+:[^\r\n\0]*\r\n)+\r\n" % API.encode(),
    re.ASCII,
)
"""The whole head of a request that computes, where nothing about it is out of the ordinary."""
FIELDS = re.compile(rb"\r\n(host|content-length|transfer-encoding|connection|expect|upgrade):[ \t]*(.*?)[ \t]*(?=\r\n)")
"""Of a head in small letters: what says where the request ends, and what becomes of the connection after it."""
ROUTES = (f"{API}/models/{{model}}/runs", f"{API}/runs/{{run}}/again")


def length_of(data: bytes) -> int | None:
    """How long the request is that begins with `data`, if it is one that computes and that can be told at once.

    None for anything else, broken or just unusual (chunks, `Expect`, a head in pieces): that is read as all requests
    are. So nothing is taken for a request here that would not be one there.
    """
    match = REQUEST.match(data, 0, LONGEST_HEAD)
    if match is None:
        return None
    length = b"0"
    fields = FIELDS.findall(match[0].lower())
    names = {name for name, _ in fields}
    if len(names) < len(fields) or b"host" not in names:
        return None
    for name, value in fields:
        if name == b"content-length" and value.isdigit() and len(value) < 10:
            length = value
        elif name != b"host" and (name, value) != (b"connection", b"keep-alive"):
            return None
    return match.end() + int(length)


class EarlyRefusals:
    """The refusals of one process: their bytes, their count and their lines in the log."""

    def __init__(self) -> None:
        self._first = os.urandom(4).hex()
        self._number = 0
        self._second = 0
        self._lines = 0
        self._untold: dict[str, int] = {}
        marker = "0" * 16
        body = orjson.dumps(BUSY.body(marker))
        headers = {
            "Content-Type": "application/problem+json",
            "Content-Length": str(len(body)),
            **BUSY.headers,
            **ALWAYS,
            "Content-Security-Policy": OTHER_POLICY,
            "X-Request-Id": marker,
        }
        head = "".join(f"{name.lower()}: {value}\r\n" for name, value in headers.items())
        answer = f"{head}\r\n".encode() + body
        self._before, self._between, self._after = answer.split(marker.encode())
        metrics.before_reading(self.tell)

    def answer(self, data: bytes, headers: Iterable[tuple[bytes, bytes]] = ()) -> bytes:
        """What is sent to whoever sent `data`, with these headers too; it is counted as refused."""
        self._number += 1
        # Unlike all others: eight digits of this process's own, and a number.
        name = f"{self._first}{self._number:08x}"
        route = ROUTES[data.startswith(b"runs/", len(API) + 6)]
        second = int(time.monotonic())
        if second != self._second:
            self.tell()
            self._second, self._lines = second, 0
        self._lines += 1
        if self._lines <= LINES:
            tell("POST", route, BUSY.status, 0.0, id=name, code=BUSY.code)
        else:
            if not self._untold:
                # Told in time even where no other comes that would be refused.
                asyncio.get_running_loop().call_later(1, self.tell)
            self._untold[route] = self._untold.get(route, 0) + 1
        told = name.encode()
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        return b"".join((STATUS, lines, self._before, told, self._between, told, self._after))

    def tell(self) -> None:
        """Counts the refusals that had no line of their own, and writes one for all of them."""
        untold, self._untold = self._untold, {}
        for route, number in untold.items():
            metrics.REQUESTS.labels("POST", route, str(BUSY.status)).inc(number)
            metrics.REFUSALS.labels(BUSY.code).inc(number)
            last = f"{self._first}{self._number:08x}"
            told = {"method": "POST", "route": route, "status": BUSY.status, "code": BUSY.code, "id": last}
            log.info("requests", extra={**told, "number": number})
