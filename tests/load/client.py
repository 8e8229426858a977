"""Visitors of a server: so many at a time, or so many a second whatever it answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

CONNECTIONS = 300
"""Connections that visitors have between them; fewer than a server holds open."""


@dataclass(frozen=True)
class Visit:
    """What to ask for, as the bytes of a whole HTTP request."""

    wire: bytes

    @classmethod
    def post(cls, path: str, body: bytes, kind: str) -> Visit:
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        return cls(head.encode() + body)

    @classmethod
    def get(cls, path: str) -> Visit:
        return cls(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())


@dataclass
class Outcome:
    """What came of visits: for each the status (0: the connection broke), and the seconds from when it was due."""

    offered: float
    seconds: float = 0.0
    answers: list[tuple[int, float]] = field(default_factory=list)

    def times(self, *statuses: int) -> list[float]:
        return sorted(took for status, took in self.answers if status in statuses)

    def rate(self, *statuses: int) -> float:
        """Such answers a second."""
        return len(self.times(*statuses)) / self.seconds

    def strange(self) -> list[int]:
        """Statuses that are neither an answer nor a refusal."""
        return sorted({status for status, _ in self.answers} - {200, 201, 429, 503})


def quantile(times: Sequence[float], share: float) -> float | None:
    """Of sorted times the one that `share` of them do not go beyond."""
    return times[min(len(times) - 1, int(share * len(times)))] if times else None


class Connection(asyncio.Protocol):
    """One connection that is kept open; one visit at a time."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._ends: int | None = None
        self._status = 0
        self._answer: asyncio.Future[int] | None = None
        self.open = True
        self.body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, visit: Visit) -> asyncio.Future[int]:
        """The status of the answer, once all of it has come."""
        self._received.clear()
        self._ends = None
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(visit.wire)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._ends is None:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._received[:end]).lower()
            self._status = int(head[9:12])
            self._ends = end + 4 + int(head.partition(b"content-length:")[2].partition(b"\r")[0])
            if b"connection: close" in head:
                self.open = False
        if len(self._received) >= self._ends and self._answer is not None and not self._answer.done():
            self.body = bytes(self._received[self._received.find(b"\r\n\r\n") + 4 :])
            self._answer.set_result(self._status)

    def connection_lost(self, error: Exception | None) -> None:
        self.open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(0)


class Visitors:
    """Sends visits to the server at `port`, over connections that are used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.body = b""
        """Of the answer that came last."""
        self._idle: list[Connection] = []
        self._free = asyncio.Semaphore(CONNECTIONS)

    async def visit(self, visit: Visit) -> int:
        """The status of the answer."""
        async with self._free:
            connection = await self._connection()
            status = await connection.ask(visit)
            if connection.open:
                self._idle.append(connection)
            else:
                connection.transport.close()
            self.body = connection.body
            return status

    async def crowd(self, visits: Sequence[Visit], visitors: int, seconds: float) -> Outcome:
        """So many visitors, each of whom comes again as soon as it is answered."""
        outcome, began = Outcome(0), time.perf_counter()
        turn = iter(range(10**9))

        async def come() -> None:
            while time.perf_counter() < began + seconds:
                at = time.perf_counter()
                status = await self.visit(visits[next(turn) % len(visits)])
                outcome.answers.append((status, time.perf_counter() - at))

        await asyncio.gather(*(come() for _ in range(visitors)))
        outcome.seconds = time.perf_counter() - began
        return outcome

    async def flow(self, visits: Sequence[Visit], rate: float, seconds: float) -> Outcome:
        """So many visits a second, evenly, whether or not those before have been answered.

        A visit's time counts from when it was due, so that none is lost from sight that had to wait to be sent.
        """
        outcome, began = Outcome(rate), time.perf_counter()

        async def come(due: float, visit: Visit) -> None:
            status = await self.visit(visit)
            outcome.answers.append((status, time.perf_counter() - due))

        tasks = []
        for number in range(int(rate * seconds)):
            due = began + number / rate
            pause = due - time.perf_counter()
            if pause > 0 or number % 20 == 0:
                await asyncio.sleep(max(0, pause))
            tasks.append(asyncio.create_task(come(due, visits[number % len(visits)])))
        await asyncio.gather(*tasks)
        outcome.seconds = time.perf_counter() - began
        return outcome

    def close(self) -> None:
        for connection in self._idle:
            connection.transport.close()

    async def _connection(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.open:
                return connection
        _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", self._port)
        return connection
