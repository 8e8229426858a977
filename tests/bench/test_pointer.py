"""The pen that draws for the page's table: what it tells the browser."""

from __future__ import annotations

import json
import socket
from typing import Any

from tests.bench.pointer import frame, stroke


def read(received: bytes) -> list[Any]:
    """The messages of frames that a client sent (RFC 6455, section 5.2), unmasked."""
    messages = []
    while received:
        assert received[0] == 0x81 and received[1] & 0x80, "a whole text message of a client"
        size, start = received[1] & 0x7F, 2
        if size == 126:
            size, start = int.from_bytes(received[2:4], "big"), 4
        mask, data = received[start : start + 4], received[start + 4 : start + 4 + size]
        messages.append(json.loads(bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))))
        received = received[start + 4 + size :]
    return messages


def test_a_stroke_is_pressed_drawn_within_the_square_and_let_go() -> None:
    pen, browser = socket.socketpair()
    with pen, browser:
        moves = stroke(pen, 0.1, left=100, top=50, side=200)
        events = [message["params"] for message in read(browser.recv(1 << 20))]
    assert moves > 0
    assert [event["type"] for event in events] == [
        "mouseMoved",
        "mousePressed",
        *["mouseMoved"] * moves,
        "mouseReleased",
    ]
    assert all(100 < event["x"] < 300 and 50 < event["y"] < 250 for event in events)
    assert [event["buttons"] for event in events] == [0, *[1] * (moves + 1), 0]
    assert len({(event["x"], event["y"]) for event in events[1:-1]}) == moves + 1, "every move goes somewhere"


def test_messages_of_any_length_are_framed() -> None:
    short, long = json.dumps("a"), json.dumps("b" * 300)
    assert read(frame(short) + frame(long)) == ["a", "b" * 300]
