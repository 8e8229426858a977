"""A pen on the drawing pad, in a process of its own: it moves as often as a screen shows, whatever the page does.

`python -m tests.bench.pointer PORT ADDRESS SECONDS LEFT TOP SIDE` presses, goes round and round on the square for so
many seconds, lets go, and prints the number of moves. Chromium listens on PORT for the DevTools protocol
(`--remote-debugging-port`); ADDRESS is the page's. Nobody waits for an answer, as a mouse does not: Playwright waits
for each move, so that with it a slow page got fewer moves and looked the quicker for it.
"""

from __future__ import annotations

import base64
import json
import math
import os
import socket
import struct
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

RATE = 60
"""Moves a second."""
TEXT, LAST, MASKED = 0x1, 0x80, 0x80
"""Of a WebSocket frame (RFC 6455, section 5.2): it is text, it is the whole message, and it comes from a client."""


def debugger(port: int, address: str) -> str:
    """The WebSocket address at which the DevTools protocol speaks of a page; LookupError where there is none such."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
        targets = json.load(answer)
    for target in targets:
        if target["type"] == "page" and target["url"].startswith(address):
            return str(target["webSocketDebuggerUrl"])
    raise LookupError(f"Chromium shows no page at {address}; it shows {[target['url'] for target in targets]}.")


@contextmanager
def connect(url: str) -> Iterator[socket.socket]:
    """A WebSocket connection (RFC 6455, section 4.1), on which what is received may be thrown away."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        connection.sendall(
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            more = connection.recv(4096)
            if not more:
                break
            answer += more
        if not answer.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(f"Chromium did not open a WebSocket: {answer[:80]!r}")
        yield connection


def frame(message: str) -> bytes:
    """A text message as one frame. The mask is zero: it protects proxies, and on this machine there are none."""
    data = message.encode()
    size = bytes([MASKED | len(data)]) if len(data) < 126 else struct.pack(">BH", MASKED | 126, len(data))
    return bytes([LAST | TEXT]) + size + bytes(4) + data


def stroke(connection: socket.socket, seconds: float, left: float, top: float, side: float) -> int:
    """Draws for so long on a square of the page, in CSS pixels; how many moves that were."""
    connection.settimeout(0)
    moves, start = 0, time.monotonic()

    def send(kind: str, buttons: int) -> None:
        now = time.monotonic() - start
        x, y = 0.5 + 0.35 * math.cos(5 * now), 0.5 + 0.35 * math.sin(4 * now)
        event = {"type": kind, "x": left + x * side, "y": top + y * side, "buttons": buttons}
        if buttons or kind == "mouseReleased":
            event |= {"button": "left", "clickCount": int(kind != "mouseMoved")}
        connection.sendall(frame(json.dumps({"id": moves, "method": "Input.dispatchMouseEvent", "params": event})))
        with suppress(BlockingIOError):
            connection.recv(1 << 16)

    send("mouseMoved", 0)
    send("mousePressed", 1)
    while time.monotonic() - start < seconds:
        moves += 1
        # By the clock, so that a late move does not delay those after it.
        time.sleep(max(0.0, start + moves / RATE - time.monotonic()))
        send("mouseMoved", 1)
    send("mouseReleased", 0)
    return moves


def main() -> None:
    port, address, seconds, left, top, side = sys.argv[1:]
    with connect(debugger(int(port), address)) as connection:
        print(stroke(connection, float(seconds), float(left), float(top), float(side)))


if __name__ == "__main__":
    main()
