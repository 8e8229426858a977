"""A run's input as bytes and back: what a run can be made again from, to the same bytes.

The bytes are a mark, the SHA-256 of all that follows, the length of a header, the header in JSON, and the arrays one
after another. So what is cut off, mixed up or written by another program is never read as a run.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.preprocess import Notice, Prepared, Step
from model.tensor import Array

MARK = b"CNNRUN1\n"
DIGEST = hashlib.sha256().digest_size
LENGTH = 4
"""Bytes of the header's length, little-endian."""
DTYPES = ("<f4", "|u1")
SAMPLE = 16 * 1024


class DamagedRecord(ValueError):
    """Bytes that are no whole record."""


@dataclass(frozen=True, eq=False)
class Record:
    """A model's id, its checkpoint, and the input with the steps to it."""

    model: str
    checkpoint: int | None
    prepared: Prepared


def write_record(record: Record) -> bytes:
    """The bytes of a record."""
    prepared = record.prepared
    arrays = [np.asarray(prepared.input, "<f4"), *(step.picture for step in prepared.steps)]
    parts = [_pack(np.ascontiguousarray(array).tobytes()) for array in arrays]
    header = {
        "model": record.model,
        "checkpoint": record.checkpoint,
        "warnings": [[notice.code, notice.message] for notice in prepared.warnings],
        "steps": [[step.name, step.message, step.details] for step in prepared.steps],
        "arrays": [
            {"dtype": array.dtype.str, "shape": array.shape, "bytes": len(data), "packed": packed}
            for array, (data, packed) in zip(arrays, parts, strict=True)
        ],
    }
    words = json.dumps(header).encode()
    body = b"".join([len(words).to_bytes(LENGTH, "little"), words, *(data for data, _ in parts)])
    return MARK + hashlib.sha256(body).digest() + body


def read_record(data: bytes) -> Record:
    """The record in the bytes; DamagedRecord where they are not those of one, to the last."""
    start = len(MARK) + DIGEST
    body = data[start:]
    if not data.startswith(MARK) or hashlib.sha256(body).digest() != data[len(MARK) : start]:
        raise DamagedRecord("These are not the bytes of a run, or not all of them.")
    try:
        return _read(body)
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise DamagedRecord("The record of a run was written by another program.") from error


def _read(body: bytes) -> Record:
    size = int.from_bytes(body[:LENGTH], "little")
    header: dict[str, Any] = json.loads(body[LENGTH : LENGTH + size])
    input_, *pictures = _arrays(header["arrays"], body[LENGTH + size :])
    steps = (
        Step(name, message, picture, details)
        for (name, message, details), picture in zip(header["steps"], pictures, strict=True)
    )
    notices = tuple(Notice(*words) for words in header["warnings"])
    return Record(header["model"], header["checkpoint"], Prepared(input_, tuple(steps), notices))


def _arrays(descriptions: list[dict[str, Any]], data: bytes) -> Iterator[Array]:
    start = 0
    for each in descriptions:
        if each["dtype"] not in DTYPES:
            raise ValueError(each["dtype"])
        dtype = np.dtype(each["dtype"])
        part = data[start : start + each["bytes"]]
        start += len(part)
        if each["packed"]:
            # One byte more than there should be is enough to know that there are too many.
            part = zlib.decompressobj().decompress(part, int(np.prod(each["shape"])) * dtype.itemsize + 1)
        array = np.frombuffer(part, dtype).reshape(each["shape"])
        yield array.astype(dtype.newbyteorder("="), copy=False)


def _pack(data: bytes) -> tuple[bytes, bool]:
    """Compressed where that halves it at the least, and whether it was: drawings shrink to a thirtieth, the noise of
    a photo takes ten times as long and most of it stays."""
    sample = zlib.compress(data[:SAMPLE], 1)
    if len(sample) > 0.5 * len(data[:SAMPLE]):
        return data, False
    return sample if len(data) <= SAMPLE else zlib.compress(data, 1), True
