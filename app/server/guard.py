"""What each connection is allowed: how many there are, how slow they may be, and answers in our form to broken HTTP.

uvicorn lets half-sent headers, stalled bodies and unread answers stand for ever, and answers some of what it refuses as
text; here each has its deadline, and each refusal is a problem.
"""

from __future__ import annotations

import asyncio
import sys
from http import HTTPStatus
from typing import Any, cast

import h11
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from app import metrics
from app.compute import Compute, Place, place
from app.errors import Problem
from app.headers import Headers
from app.record import Records, tell
from app.server.early import EarlyRefusals, length_of
from app.settings import Settings

LINGER = 2.0
"""Seconds for which a refused sender may go on, so that it gets to read why."""
OVERFULL_SECONDS = 1.0
"""How long a connection beyond the limit may take to say what it wants to be refused."""
APPLICATION_FIRST = 1.0
"""Seconds that the application has to refuse a slow body itself, in better words, before the connection is refused."""


class GuardedProtocol(H11Protocol):
    """One connection, with a deadline for each thing that it waits for."""

    def __init__(self, settings: Settings, compute: Compute, refusals: EarlyRefusals, **options: Any) -> None:
        super().__init__(**options)
        self._settings, self._compute, self._refusals = settings, compute, refusals
        self._phase: tuple[str, object] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._reading_deadline: asyncio.TimerHandle | None = None
        self._heard = self._deaf = self._overfull = False
        self._unread = 0
        """Bytes still to come of a request that was refused before they came."""
        self._place: Place | None = None
        self._rests_since = 0.0

    # What the server below calls.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        metrics.CONNECTIONS.set(len(self.connections))
        most = self._settings.max_connections
        self._overfull = len(self.connections) > most
        if len(self.connections) > 2 * most:
            transport.abort()
            return
        self._watch()

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        self._heard = True
        if self._unread:
            skipped, self._unread = self._unread, max(0, self._unread - len(data))
            data = data[skipped:]
            if not self._unread:
                self._rest()
            if not data:
                return
        if self._is_between_requests() and (length := length_of(data)) is not None and length >= len(data):
            if self._compute.full:
                self._refuse_early(data, length)
                return
            if length == len(data):
                # It is here as a whole, so its place need not wait for a slow sender.
                self._give_place_up()
                self._place = self._compute.keep_place()
                kept = place.set(self._place)
                super().data_received(data)
                place.reset(kept)
                self._watch()
                return
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        self._give_place_up()
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._deadline, self._reading_deadline):
            if timer is not None:
                timer.cancel()
        self._give_place_up()
        super().connection_lost(exc)
        metrics.CONNECTIONS.set(len(self.connections))

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reading_deadline = self.loop.call_later(self._settings.answer_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._reading_deadline is not None:
            self._reading_deadline.cancel()

    def send_400_response(self, msg: str) -> None:
        """Called where the bytes are no HTTP, while that fault is being handled."""
        fault = sys.exc_info()[1]
        if isinstance(fault, h11.RemoteProtocolError) and fault.error_status_hint == 431:
            self._refuse(Problem(431, "headers_too_large", "The request's headers are too large."))
        else:
            self._refuse(Problem(400, "malformed_request", "The request is no HTTP that can be read."))

    def _unsupported_upgrade_warning(self) -> None:
        """A wish for another protocol is not granted, which HTTP allows, and is no matter for the log."""

    @property
    def app(self) -> ASGIApp:
        """What answers the next request: beyond the limit of connections, a refusal."""
        self._overfull = self._overfull and len(self.connections) > self._settings.max_connections
        return REFUSAL if self._overfull else self._application

    @app.setter
    def app(self, application: ASGIApp) -> None:
        self._application = application

    # Refusals before anything is read.

    def _is_between_requests(self) -> bool:
        return (
            self.conn.their_state is h11.IDLE
            and self.conn.our_state is h11.IDLE
            and not self.conn.trailing_data[0]
            and not self._overfull
            and not self.flow.write_paused  # whoever does not read its answers is asked nothing more
        )

    def _refuse_early(self, data: bytes, length: int) -> None:
        """Answers at once; what is still to come is let pass, since its sender may not listen before it is sent."""
        self.transport.write(self._refusals.answer(data, self.server_state.default_headers))
        self._unread = length - len(data)
        self.server_state.total_requests += 1
        if self._unread:
            self._watch()
        else:
            self._rest()

    def _rest(self) -> None:
        """The connection waits for its next request, as after any answer; the timer that it has may go on."""
        self._rests_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        if self._phase is not None:
            self._watch()

    def timeout_keep_alive_handler(self) -> None:
        remains = self._rests_since + self.timeout_keep_alive - self.loop.time()
        if remains > 0.001:
            self.timeout_keep_alive_task = self.loop.call_later(remains, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def _give_place_up(self) -> None:
        if self._place is not None:
            self._place.give_up()
            self._place = None

    # Deadlines.

    def _watch(self) -> None:
        """Sets the deadline of what the connection waits for now; one deadline for each headers and each body."""
        phase = self._waits_for()
        if phase == self._phase:
            return
        self._phase = phase
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if phase is None or self.transport.is_closing():
            return
        if phase[0] != "body":
            self._unset_keepalive_if_required()
        if phase[0] == "headers":
            seconds = OVERFULL_SECONDS if self._overfull else self._settings.header_seconds
            self._deadline = self.loop.call_later(seconds, self._headers_too_slow)
        else:
            seconds = self._settings.body_seconds + APPLICATION_FIRST
            self._deadline = self.loop.call_later(seconds, self._body_too_slow)

    def _waits_for(self) -> tuple[str, object] | None:
        """The headers or the body of which request; None for neither, as while it rests between two requests."""
        if self._unread:
            return "rest", None
        if self.conn.their_state is h11.SEND_BODY:
            return "body", self.cycle
        begun = bool(self.conn.trailing_data[0])
        if self.conn.their_state is h11.IDLE and (begun or self.timeout_keep_alive_task is None):
            return "headers", self.cycle
        return None

    def _headers_too_slow(self) -> None:
        if not self._heard:
            self.transport.close()  # nobody asked for anything, as browsers do that open connections in advance
            return
        seconds = self._settings.header_seconds
        self._refuse(Problem(408, "headers_too_slow", f"The headers did not arrive within {seconds} seconds."))

    def _body_too_slow(self) -> None:
        if self._unread:
            self.transport.close()  # it has its answer
            return
        seconds = self._settings.body_seconds
        self._refuse(Problem(408, "body_too_slow", f"The request did not arrive within {seconds} seconds."))

    # Refusals.

    def _refuse(self, problem: Problem) -> None:
        """Answers with the problem where an answer can still be given, and closes the connection."""
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()
            return
        self._deaf = True
        task = self.loop.create_task(self._answer(problem))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _answer(self, problem: Problem) -> None:
        problem.headers["Connection"] = "close"
        scope: Scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}

        async def send(message: Any) -> None:
            event: Any
            if message["type"] == "http.response.start":
                headers = self.server_state.default_headers + message["headers"]
                reason = HTTPStatus(message["status"]).phrase.encode()
                event = h11.Response(status_code=message["status"], headers=headers, reason=reason)
            else:
                event = h11.Data(data=message["body"])
            self.transport.write(self.conn.send(event) or b"")

        await Headers(_problem(problem))(scope, cast(Receive, None), send)
        tell("other", "none", problem.status, 0.0, id=scope["request_id"], code=problem.code)
        # Closed at once, while the other side still sends, the connection would be reset and the answer lost.
        if not self.transport.is_closing():
            self.transport.write_eof()
            self.loop.call_later(LINGER, self.transport.close)


def _problem(problem: Problem) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await problem.response(Request(scope))(scope, receive, send)

    return answer


async def _refuse_visitor(scope: Scope, receive: Receive, send: Send) -> None:
    problem = Problem(
        503, "too_many_connections", "The server has too many visitors. Please try again.", {"Retry-After": "2"}
    )
    await problem.response(Request(scope))(scope, receive, send)


REFUSAL = Headers(Records(_refuse_visitor))
