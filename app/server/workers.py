"""Several workers behind one listening socket: started, watched, started again, and ended together."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from tempfile import TemporaryDirectory

from prometheus_client.multiprocess import mark_process_dead

from app.metrics import FOLDER
from app.settings import Settings

log = logging.getLogger("app")
TICK = 0.1
SILENCE, FIRST_SILENCE = 30.0, 300.0
"""Seconds without a sign of life, and before the first one, after which a worker hangs and is replaced."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
"""Seconds before a worker that ended by itself is started again: twice as long each time that it did not last."""
LASTING = 5.0
GRACE = 5.0
"""Seconds that a worker has to end beyond its own deadline."""


class Worker:
    """One process, the pipe that tells it that we are there, and the pipe that tells us that it is."""

    def __init__(self, settings: Settings, listener: socket.socket, counts: str) -> None:
        self.started = time.monotonic()
        self._counts = counts
        self._replaced_at = self.started + FIRST_SILENCE
        alive, self._alive = os.pipe()
        self._pulse, pulse = os.pipe()
        os.set_blocking(self._pulse, False)
        handles = (listener.fileno(), alive, pulse)
        own = {"HOST": settings.host, "PORT": str(settings.port), "WORKERS": str(settings.workers), FOLDER: counts}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.server.worker", *map(str, handles)], pass_fds=handles, env=os.environ | own
        )
        os.close(alive)
        os.close(pulse)

    def hangs(self) -> bool:
        """Whether it has given no sign of life for too long."""
        with suppress(BlockingIOError):
            if os.read(self._pulse, 4096):
                self._replaced_at = time.monotonic() + SILENCE
        return time.monotonic() > self._replaced_at

    def forget(self) -> None:
        """Closes the pipes of a process that has ended, and takes it out of the numbers that count the living."""
        mark_process_dead(self.process.pid, self._counts)  # type: ignore[no-untyped-call]
        os.close(self._alive)
        os.close(self._pulse)


class Workers:
    """Keeps `settings.workers` workers going until SIGTERM or Ctrl-C."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._settings, self._listener = settings, listener
        self._ending = threading.Event()
        self._workers: list[Worker] = []
        self._due: list[float] = [0.0] * settings.workers
        """When each missing worker is to be started."""
        self._pause = FIRST_PAUSE

    def run(self) -> None:
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: self._ending.set())
        with TemporaryDirectory(prefix="cnn-visualizer-counts-") as counts:
            try:
                while not self._ending.wait(TICK):
                    self._bury()
                    self._start(counts)
            finally:
                self._end()

    def _start(self, counts: str) -> None:
        now = time.monotonic()
        for due in [due for due in self._due if due <= now]:
            self._due.remove(due)
            self._workers.append(Worker(self._settings, self._listener, counts))

    def _bury(self) -> None:
        """Takes out workers that have ended or hang, and says when others are to take their places."""
        for worker in list(self._workers):
            if worker.process.poll() is None:
                if not worker.hangs():
                    continue
                log.error("worker %d gives no sign of life and is replaced", worker.process.pid)
                worker.process.kill()
                worker.process.wait()
            else:
                log.error("worker %d ended with status %d", worker.process.pid, worker.process.returncode)
            lasted = time.monotonic() - worker.started
            self._pause = FIRST_PAUSE if lasted > LASTING else min(2 * self._pause, LONGEST_PAUSE)
            self._due.append(time.monotonic() + self._pause)
            worker.forget()
            self._workers.remove(worker)

    def _end(self) -> None:
        """Lets every worker finish what it is at, until the deadline."""
        self._listener.close()
        for worker in self._workers:
            worker.process.terminate()
        until = time.monotonic() + self._settings.shutdown_seconds + GRACE
        for worker in self._workers:
            try:
                worker.process.wait(timeout=max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("worker %d did not end in time", worker.process.pid)
                worker.process.kill()
                worker.process.wait()
            worker.forget()
