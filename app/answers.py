"""Answers with numbers in them: JSON that writes arrays as they are, bytes, and what may be cached."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Problem
from app.negotiation import BYTES, JSON, NPZ
from model.tensor import Array

FOR_EVER = "private, max-age=31536000, immutable"
"""A run's address holds the digest of what it is made from, so what is there never changes."""

PROBLEMS = {
    400: "The request cannot be read.",
    404: "There is no such model, stage, run or cell.",
    406: "Not to be had in the form that `Accept` asks for.",
    413: "The file is too large.",
    415: "Not a picture of a kind that is read here.",
    422: "A parameter is out of range, the picture is damaged, or the answer would be too large.",
    503: "The server is busy; `Retry-After` says when to come again.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route can answer with, for the API's description."""
    return {
        status: {
            "description": PROBLEMS[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in (*statuses, 503)
    }


def binary(description: str, *media: str, model: type | None = None) -> dict[int | str, dict[str, Any]]:
    """A good answer in binary forms, and as JSON where it has a `model`."""
    content = {each: {"schema": {"type": "string", "format": "binary"}} for each in media}
    answer: dict[str, Any] = {"description": description, "content": content}
    return {200: answer | ({"model": model} if model else {})}


def json_answer(
    content: Any, limit: int | None = None, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """`content` as JSON; arrays of float32 in the shortest form that reads back as the same float32."""
    data = orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)
    if limit is not None and len(data) > limit:
        raise Problem(
            422,
            "answer_too_large",
            f"As JSON the answer would be {len(data) / 1e6:.1f} MB; ask for a stage at a time, or for "
            f"`Accept: {BYTES}`.",
            limit=limit,
            actual=len(data),
        )
    return Response(data, status, dict(headers or {}), media_type=JSON)


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
    headers = {"Content-Disposition": f'attachment; filename="{name}"'} if name else {}
    return Response(data, headers=headers, media_type=media)


def kept(request: Request, response: Response, tag: str) -> Response:
    """The same answer with its ETag; 304 where the client has it (RFC 9110, section 13.1.2)."""
    etag = f'"{tag}"'
    headers = {"ETag": etag, "Cache-Control": FOR_EVER, "Vary": "Accept"}
    wanted = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if etag in wanted or "*" in wanted:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response
