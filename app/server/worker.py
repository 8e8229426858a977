"""One process that answers requests, until it is told to end."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from functools import partial

import uvicorn

from app import logs
from app.main import create_app
from app.server.early import EarlyRefusals
from app.server.guard import GuardedProtocol
from app.settings import Settings
from model.memory import FOR_SERVING, keep_freed_memory

BEAT = 1
"""Seconds between two signs of life."""


def serve(settings: Settings, listener: socket.socket, pulse: int | None = None) -> None:
    """Serves until SIGTERM or Ctrl-C: then what is under way is answered, for `shutdown_seconds` at the most.

    A byte is written into the pipe `pulse` once the server listens, and each second from then on.
    """

    async def beat() -> None:
        if pulse is not None:
            with suppress(OSError):  # full, or nobody reads it any more
                os.write(pulse, b".")

    keep_freed_memory(FOR_SERVING, ahead=1 << 20)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        http=partial(GuardedProtocol, settings, app.state.compute, EarlyRefusals()),  # type: ignore[arg-type]
        ws="none",
        loop="asyncio",
        log_config=None,
        server_header=False,
        access_log=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        callback_notify=beat,
        timeout_notify=0,
    )
    # uvicorn ends in good order on either signal and then raises it again, which would end us as if by a fault.
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: None)
    uvicorn.Server(config).run(sockets=[listener])


def _end_with_parent(alive: int) -> None:
    """Ends this process in good order when the other end of the pipe `alive` is closed, as the parent's end does."""

    def watch() -> None:
        os.read(alive, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def main(listener: int, alive: int, pulse: int) -> None:
    """A worker of several, given the numbers of the listening socket and of its two pipes."""
    os.set_blocking(pulse, False)
    _end_with_parent(alive)
    settings = Settings()
    logs.configure(settings.log_requests)
    serve(settings, socket.socket(fileno=listener), pulse)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
