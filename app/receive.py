"""Receiving a picture's bytes: one field of a form, or the body itself, never more than allowed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

from python_multipart.exceptions import MultipartParseError
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from app.errors import Problem
from app.settings import MEBIBYTE, Settings
from app.uploads import Upload, Uploads, too_many_uploads

# A broken form is its sender's, who is told so: it is no matter for the server's log.
logging.getLogger("python_multipart").setLevel(logging.ERROR)

FORM_OVERHEAD = 64 * 1024
"""What the form around a file may take: boundaries, headers and small fields."""


async def receive_picture(request: Request, settings: Settings, uploads: Uploads) -> bytes:
    """The bytes of the picture: field `image` of a multipart form, or a raw body.

    A Problem 400 for a form that cannot be read, 408 for a body that comes too slowly, 413 beyond the limit (the
    same for a declared length and for a body that comes in chunks), 415 for another kind of body, 422 where there
    is no picture, 503 where too much of others is on its way at the same time.
    """
    seconds = settings.body_seconds
    gave_way = False
    try:
        async with asyncio.timeout(seconds) as deadline:
            try:
                with uploads.arriving(deadline) as upload:
                    try:
                        data = await _receive(request, settings.max_image_bytes, upload)
                    finally:
                        gave_way = upload.gave_way
            except Problem as problem:
                problem.__traceback__ = None  # it would hold what has come while the rest is let pass
                await _discard(request, problem)
                raise
    except TimeoutError as error:
        if gave_way:
            raise too_many_uploads(close=True) from error
        raise Problem(
            408,
            "body_too_slow",
            f"The picture did not arrive within {seconds} seconds. Please send it again.",
            {"Connection": "close"},
            limit=seconds,
        ) from error
    if not data:
        raise Problem(422, "empty_picture", "The picture is an empty file. Please choose another.")
    return data


async def _receive(request: Request, limit: int, upload: Upload) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _from_form(request, limit, upload)
    if kind.startswith("image/") or kind == "application/octet-stream":
        return b"".join([chunk async for chunk in _limited(request, limit, limit, upload)])
    raise Problem(
        415,
        "unsupported_body",
        "Send the picture as field `image` of a multipart form, or as the body with its image type.",
        accepted=["multipart/form-data", "image/*", "application/octet-stream"],
    )


class WholeForm(MultiPartParser):
    """A form that has to come to its end: Starlette takes one that is cut off, and leaves its file open.

    Its file stays in memory, where `Uploads` counts it: a disk may be full, or not to be written at all.
    """

    spool_max_size = 0  # for ever

    def __init__(self, headers: Headers, stream: AsyncGenerator[bytes, None], **limits: int) -> None:
        super().__init__(headers, self._to_the_end(stream), **limits)
        self._ended = False

    def on_end(self) -> None:
        self._ended = True

    async def _to_the_end(self, stream: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        async for chunk in stream:
            yield chunk
        if not self._ended:
            raise MultiPartException("The form is cut off.")


async def _from_form(request: Request, limit: int, upload: Upload) -> bytes:
    stream = _limited(request, limit + FORM_OVERHEAD, limit, upload)
    try:
        form = await WholeForm(request.headers, stream, max_files=1, max_fields=8, max_part_size=4096).parse()
    except (MultiPartException, MultipartParseError, KeyError, ValueError) as error:
        raise Problem(400, "malformed_form", "The form cannot be read: send one file, as field `image`.") from error
    try:
        field = form.get("image")
        if not isinstance(field, UploadFile):
            raise Problem(422, "no_picture", "The form has no file in its field `image`.")
        data = await field.read()
    finally:
        await form.close()
    if len(data) > limit:
        raise _too_large(len(data), limit)
    return data


async def _limited(request: Request, most: int, limit: int, upload: Upload) -> AsyncGenerator[bytes, None]:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        problem = _too_large(int(declared), limit)
        if "expect" in request.headers:
            problem.headers["Connection"] = "close"  # the sender waits for our word before it sends anything
        raise problem
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > most:
            raise _too_large(None, limit)
        upload.add(len(chunk))
        yield chunk


async def _discard(request: Request, problem: Problem) -> None:
    """Reads the rest of a refused body, within the time that any body has: closed under the sender, the connection
    would be reset and the answer lost; left to the server, a body without end would be read for ever."""
    if "Connection" in problem.headers:
        return
    with suppress(RuntimeError):  # the body has been read to its end
        async for _ in request.stream():
            pass


def _too_large(actual: int | None, limit: int) -> Problem:
    size = f"The file is {actual / MEBIBYTE:.1f} MB" if actual else "The file is too large"
    extra: dict[str, Any] = {"actual": actual} if actual else {}
    return Problem(413, "too_large", f"{size}; the limit is {limit / MEBIBYTE:.3g} MB.", limit=limit, **extra)
