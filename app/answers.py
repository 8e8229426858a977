"""Answers with numbers in them: JSON that writes arrays as they are, bytes, and what may be cached."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import numpy as np
import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Problem
from app.negotiation import BYTES, JSON, NPZ
from app.release import RELEASE
from model.tensor import Array

PROBLEMS = {
    400: ("malformed_form", "The request cannot be read."),
    403: ("cross_site", "A page of another site sent the request."),
    404: ("run_not_found", "There is no such model, stage, run or cell."),
    406: ("not_acceptable", "Not to be had in the form that `Accept` asks for."),
    408: ("body_too_slow", "The picture took too long to arrive."),
    413: ("too_large", "The file is too large."),
    415: ("unsupported_kind", "Not a picture of a kind that is read here."),
    421: ("unknown_host", "The server is not known by the name in `Host`."),
    422: ("damaged", "A parameter is out of range, the picture is damaged, or the answer would be too large."),
    429: ("too_fast", "This client asks for too many runs; `Retry-After` says when to come again."),
    500: ("internal_error", "A fault of the server."),
    503: ("busy", "The server is busy; `Retry-After` says when to come again."),
}
"""By status: a code that it comes with, and what it means."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route can answer with, for the API's description."""
    return {status: problem(status) for status in (*statuses, 500, 503)}


def problem(status: int) -> dict[str, Any]:
    code, meaning = PROBLEMS[status]
    example = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": meaning,
        "request_id": "5f2d8c1e9b7a4f30",
    }
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    return {"description": meaning, "content": {"application/problem+json": content}}


NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The client has it already: `If-None-Match` names its `ETag`."}
}


def binary(description: str, *media: str, model: type | None = None) -> dict[int | str, dict[str, Any]]:
    """A good answer in binary forms, and as JSON where it has a `model`."""
    content = {each: {"schema": {"type": "string", "format": "binary"}} for each in media}
    answer: dict[str, Any] = {"description": description, "content": content}
    return {200: answer | ({"model": model} if model else {})} | NOT_MODIFIED


def json_answer(
    content: Any, limit: int | None = None, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """`content` as JSON; arrays of float32 in the shortest form that reads back as the same float32."""
    data = orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY, default=_in_order)
    if limit is not None and len(data) > limit:
        raise _too_large(
            len(data), limit, "As JSON the answer would be", f"ask for a stage at a time, or for `Accept: {BYTES}`"
        )
    return Response(data, status, dict(headers or {}), media_type=JSON)


def _in_order(value: Any) -> Array:
    """An array whose cells lie in memory in another order than its axes say, as a plan's may: a copy in that order."""
    if isinstance(value, np.ndarray):
        return np.ascontiguousarray(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON.")


def expect_size(size: int, limit: int, remedy: str) -> None:
    """A Problem 422 where a binary answer of `size` bytes would be over the limit, before it is made."""
    if size > limit:
        raise _too_large(size, limit, "The answer would be", remedy)


def _too_large(size: int, limit: int, what: str, remedy: str) -> Problem:
    return Problem(422, "answer_too_large", f"{what} {size / 1e6:.1f} MB; {remedy}.", limit=limit, actual=size)


def size_of(arrays: Mapping[str, Array]) -> int:
    """The bytes of the arrays."""
    return sum(array.nbytes for array in arrays.values())


def float_bytes(arrays: Mapping[str, Array]) -> bytes:
    """The arrays as little-endian float32, one after another."""
    return b"".join(np.ascontiguousarray(array, "<f4").tobytes() for array in arrays.values())


def npy_bytes(array: Array) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def npz_answer(arrays: Mapping[str, Array], name: str) -> Response:
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return bytes_answer(file.getvalue(), NPZ, name)


def bytes_answer(data: bytes, media: str = BYTES, name: str | None = None) -> Response:
    headers = {"Content-Disposition": disposition(name)} if name else {}
    return Response(data, headers=headers, media_type=media)


def disposition(name: str) -> str:
    """`Content-Disposition` for a file of any name (RFC 6266): a name that is not plain is told in two ways."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name)
    told = f'attachment; filename="{plain}"'
    return told if plain == name else f"{told}; filename*=UTF-8''{quote(name, safe='')}"


def kept(request: Request, tag: str, make: Callable[[], Response]) -> Response:
    """The answer that `make` gives, with its ETag; 304, and nothing is made, where the client has it.

    `tag` says what the answer is made from.
    """
    same = unchanged(request, tag)
    if same is not None:
        return same
    response = make()
    if "*" in _known(request):  # whatever there is, the client has it; what there is not was refused just now
        return Response(status_code=304, headers=_validators(tag))
    response.headers.update(_validators(tag))
    return response


def unchanged(request: Request, tag: str) -> Response | None:
    """304 where the client has the answer that is made from what `tag` says (RFC 9110, section 13.1.2)."""
    headers = _validators(tag)
    return Response(status_code=304, headers=headers) if headers["ETag"] in _known(request) else None


def _known(request: Request) -> set[str]:
    listed = ",".join(request.headers.getlist("if-none-match")).split(",")
    return {each.strip().removeprefix("W/") for each in listed}


def _validators(tag: str) -> dict[str, str]:
    """The release is part of the ETag, and a client asks each time, since a later release may say or round the same
    thing differently at the same address."""
    etag = f'"{RELEASE}-{quote(tag, safe="")}"'
    return {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept"}
