"""What goes wrong, as `application/problem+json` (RFC 9457), whatever went wrong and wherever."""

from __future__ import annotations

import asyncio
import logging
import re
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.record import note
from app.store.place import StoreUnavailable
from model.catalog import DamagedModel
from model.pictures import PictureError
from model.preprocess import ChoiceError

log = logging.getLogger("app")


class Problem(Exception):
    """An answer that says what was wrong and what to do.

    `code` is for programs, `detail` for people; `extra` are further members, such as `limit` and `actual`.
    """

    def __init__(
        self, status: int, code: str, detail: str, headers: dict[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.headers, self.extra = headers or {}, extra

    def body(self, request_id: str) -> dict[str, Any]:
        """What is sent, as plain data."""
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "request_id": request_id,
            **self.extra,
        }

    def response(self, request: Request) -> Response:
        note(code=self.code)
        return Response(
            orjson.dumps(self.body(request.scope.get("request_id", "")), option=orjson.OPT_NON_STR_KEYS),
            self.status,
            self.headers,
            media_type="application/problem+json",
        )


def install(app: FastAPI) -> None:
    """Every exception of the application becomes a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(PictureError, _picture)
    app.add_exception_handler(ChoiceError, _choice)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DamagedModel, _damaged)
    app.add_exception_handler(StoreUnavailable, _store)
    app.add_middleware(Faults)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response(request)


async def _picture(request: Request, error: Exception) -> Response:
    assert isinstance(error, PictureError)
    return Problem(error.status, error.code, error.message).response(request)


async def _choice(request: Request, error: Exception) -> Response:
    return Problem(422, "invalid_parameter", str(error)).response(request)


async def _validation(request: Request, error: Exception) -> Response:
    """Names the first parameter that does not fit; of what was sent, it repeats no more than a short word."""
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = dict(error.errors()[0]) if error.errors() else {}
    place = ".".join(str(part) for part in first.get("loc", ())[1:]) or "request"
    value = first.get("input")
    shown = f"is `{value}`" if isinstance(value, str) and re.fullmatch(r"[\w.,+-]{1,40}", value) else "does not fit"
    told, _, wanted = str(first.get("msg", "")).partition(", unable")[0].partition("Input should be ")
    rule = f"it has to be {wanted}" if wanted and not told else "the documentation at /docs/api says what fits"
    return Problem(422, "invalid_parameter", f"`{place}` {shown}; {rule}.").response(request)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    details = {
        404: ("not_found", f"There is nothing at {request.url.path}. The API is described at /docs/api."),
        405: ("method_not_allowed", f"{request.method} does not go with {request.url.path}."),
    }
    code, detail = details.get(error.status_code, ("http_error", str(error.detail)))
    return Problem(error.status_code, code, detail, dict(error.headers or {})).response(request)


async def _damaged(request: Request, error: Exception) -> Response:
    # The error may name a place on this machine, which is no matter of the client's.
    log.error("request %s: %s", request.scope.get("request_id"), error)
    return Problem(
        503,
        "model_damaged",
        "A file of this model is damaged or missing on the server. Its log says which; install the project again.",
    ).response(request)


async def _store(request: Request, error: Exception) -> Response:
    log.error("request %s: %s", request.scope.get("request_id"), error)
    return Problem(
        503,
        "store_unavailable",
        "The server cannot keep or find runs at the moment. Please try again in a few seconds.",
        {"Retry-After": "2"},
    ).response(request)


class Faults:
    """ASGI middleware: a fault of ours becomes a problem; the log has the trace, the answer the request's id.

    A handler of FastAPI's for `Exception` would stand outside all middleware, and its answers without headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except asyncio.CancelledError:
            # The server ends and waits no longer for this request.
            if started or scope["type"] != "http":
                raise
            problem = Problem(503, "ending", "The server is ending. Please try again.", {"Retry-After": "1"})
            await problem.response(Request(scope))(scope, receive, send)
        except ClientDisconnect:
            log.info("request %s: the client left", scope.get("request_id"))
        except Exception:
            if started or scope["type"] != "http":
                raise
            log.exception("request %s failed", scope.get("request_id"))
            problem = Problem(
                500, "internal_error", "Something went wrong here. Please try again, and report it if it goes on."
            )
            await problem.response(Request(scope))(scope, receive, send)
