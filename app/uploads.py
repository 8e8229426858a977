"""Pictures on their way here: what has come of all of them together takes no more memory than is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from app import metrics
from app.errors import Problem

FREE = 64 * 1024
"""Bytes of each picture that are not counted: drawings, and what the server below reads ahead in any case."""
SILENT = 2.0
"""Seconds without a byte after which an upload gives way to others."""


class Uploads:
    """The uploads that one worker receives at the same time. Not for several threads: all is done in the loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._arriving: set[Upload] = set()
        self._held = 0

    @contextmanager
    def arriving(self, deadline: asyncio.Timeout) -> Iterator[Upload]:
        """An upload, until all of it is here or its sender is refused; one that has to give way has `deadline` moved
        to now, and then says so in `gave_way`."""
        upload = Upload(self, deadline)
        self._arriving.add(upload)
        try:
            yield upload
        finally:
            self._leave(upload)

    def add(self, upload: Upload, number: int) -> None:
        """Counts bytes that have come; a Problem 503 where there is no room for them."""
        before = upload.counted
        upload.received += number
        upload.heard = asyncio.get_running_loop().time()
        self._hold(upload.counted - before)
        while self._held > self._most:
            quiet = min(self._arriving, key=lambda each: each.heard)
            if quiet is upload or upload.heard - quiet.heard < SILENT:
                raise too_many_uploads()
            quiet.give_way()
            self._leave(quiet)

    def _leave(self, upload: Upload) -> None:
        if upload in self._arriving:
            self._arriving.remove(upload)
            self._hold(-upload.counted)

    def _hold(self, number: int) -> None:
        self._held += number
        metrics.UPLOAD_BYTES.set(self._held)


class Upload:
    """One picture that arrives: how much of it has come, and when the last of that did."""

    def __init__(self, uploads: Uploads, deadline: asyncio.Timeout) -> None:
        self._uploads, self._deadline = uploads, deadline
        self.received = 0
        self.heard = asyncio.get_running_loop().time()
        self.gave_way = False

    @property
    def counted(self) -> int:
        """Bytes that are held against the limit."""
        return max(0, self.received - FREE)

    def add(self, number: int) -> None:
        """As `Uploads.add`."""
        self._uploads.add(self, number)

    def give_way(self) -> None:
        """Whoever waits for the rest is woken, and refuses."""
        self.gave_way = True
        self._deadline.reschedule(asyncio.get_running_loop().time())


def too_many_uploads(close: bool = False) -> Problem:
    """What an upload is told that there is no room for; `close` where the rest of it is not waited for."""
    headers = {"Retry-After": "3"} | ({"Connection": "close"} if close else {})
    detail = "The server receives as many large pictures as it can. Please try again in a few seconds."
    return Problem(503, "too_many_uploads", detail, headers)
