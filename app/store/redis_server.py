"""Runs kept in Redis, which any number of replicas on any number of machines share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.store.place import StoreUnavailable

INDEX = "cnn-visualizer:runs"
PREFIX = "cnn-visualizer:run:"
PATIENCE = 1.0
"""Seconds that Redis may take to accept a connection, and to answer."""
PAUSE = 1.0
"""Seconds for which Redis is left alone after it did not answer, so that nobody waits for it in vain."""

PUT = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('ZADD', KEYS[2], now, KEYS[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. (now - ARGV[2]))
local extra = redis.call('ZCARD', KEYS[2]) - ARGV[3]
if extra > 0 then
  local oldest = redis.call('ZPOPMIN', KEYS[2], extra)
  for place = 1, #oldest, 2 do redis.call('UNLINK', oldest[place]) end
end
"""
"""Keeps a run for so many seconds and takes away the oldest beyond a number, all at once. Times are Redis's own."""


class RedisStore:
    """The last `runs` runs, each for `seconds` at the most; see `RunStore`.

    Redis itself bounds the bytes (`maxmemory`); every run has an end, so the policy `volatile-ttl` lets the oldest go.
    """

    def __init__(self, address: str, runs: int, seconds: int) -> None:
        # ValueError where the address is none.
        self._server: Any = redis.Redis.from_url(
            address,
            protocol=2,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            # Once again at once, on a new connection: the old one may be from before Redis was started anew.
            retry=Retry(NoBackoff(), 1),
        )
        self._put = self._server.register_script(PUT)
        self._bounds = (seconds, runs)
        self._away_until = 0.0

    def put(self, run_id: str, data: bytes) -> None:
        with self._told():
            self._put(keys=[PREFIX + run_id, INDEX], args=[data, *self._bounds])

    def get(self, run_id: str) -> bytes | None:
        with self._told():
            found: bytes | None = self._server.get(PREFIX + run_id)
            return found

    def drop(self, run_id: str) -> None:
        with self._told():
            self._server.unlink(PREFIX + run_id)

    def check(self) -> None:
        with self._told():
            self._server.ping()

    def close(self) -> None:
        self._server.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Every fault of Redis as StoreUnavailable; while it is away, at once."""
        if time.monotonic() < self._away_until:
            raise StoreUnavailable("Redis does not answer.")
        try:
            yield
        except (redis.ConnectionError, redis.TimeoutError) as error:
            self._away_until = time.monotonic() + PAUSE
            raise StoreUnavailable("Redis does not answer.") from error
        except redis.RedisError as error:
            raise StoreUnavailable(f"Redis refuses to keep runs ({type(error).__name__}).") from error
