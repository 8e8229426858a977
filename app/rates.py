"""How fast one client may ask for runs: a bucket of tokens for each address."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from typing import NamedTuple

from app.errors import Problem

BURST = 2
"""Seconds' worth of runs that may come at once."""
MOST_CLIENTS = 10_000


class Bucket(NamedTuple):
    tokens: float
    filled: float


class Rates:
    """Lets each client make `per_second` runs a second in the long run; with 0, any number."""

    def __init__(self, per_second: int) -> None:
        self._per_second, self._most = per_second, float(BURST * per_second)
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def spend(self, address: str, now: float | None = None) -> None:
        """Counts a run of this client's; a Problem 429 where it is too fast."""
        if not self._per_second:
            return
        now = time.monotonic() if now is None else now
        client = _client(address)
        tokens, filled = self._buckets.pop(client, Bucket(self._most, now))
        tokens = min(self._most, tokens + (now - filled) * self._per_second)
        enough = tokens >= 1
        self._buckets[client] = Bucket(tokens - 1 if enough else tokens, now)
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        if not enough:
            raise Problem(
                429,
                "too_fast",
                f"That are more than {self._per_second} runs a second. Please wait a moment.",
                {"Retry-After": str(math.ceil((1 - tokens) / self._per_second))},
                limit=self._per_second,
            )


def _client(address: str) -> str:
    """One name for one client: of an IPv6 address the network, of which a client has all addresses."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address
