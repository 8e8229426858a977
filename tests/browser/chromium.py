"""Where Chromium is: finds one that starts, or installs it, and prints its path."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome")


class NoChromium(Exception):
    """No Chromium could be found or installed; the message says what was tried and what to do."""


def find() -> str | None:
    """The path of a Chromium that starts: $CHROMIUM, else one on PATH, else the one Playwright downloaded."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not starts(named):
            raise NoChromium(
                f"CHROMIUM names {named!r}, which does not start as a browser. "
                "Set it to the path of a Chromium or Chrome, or unset it to have one looked for."
            )
        return named
    return next(filter(starts, _candidates()), None)


def find_or_install() -> str:
    """As `find`, and where there is none: Playwright's download, else Debian's package (as root)."""
    path = find()
    tried = []
    for command in () if path else _installations():
        line = " ".join(command)
        print(f"No Chromium found: trying `{line}`...", file=sys.stderr)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=environment)
        tried.append(f"`{line}` (exit status {done.returncode})")
        path = find()
        if path:
            break
    if path is None:
        raise NoChromium(
            f"The browser tests need Chromium. Looked for $CHROMIUM, {', '.join(COMMANDS)} on PATH and "
            f"Playwright's own; tried {', '.join(tried) or 'no installation'}. "
            "Install Chromium or Chrome, or set CHROMIUM to its path."
        )
    return path


def starts(path: str) -> bool:
    """Whether this is a browser that starts: some systems have a stub of that name, or lack its libraries."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, COMMANDS))
    # Playwright is asked last, since it starts a process of its own to answer.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if Path(path).exists():
        yield path


def _installations() -> Iterator[list[str]]:
    yield [sys.executable, "-m", "playwright", "install", "chromium"]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        yield ["apt-get", "update", "-qq"]
        yield ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"]


if __name__ == "__main__":
    try:
        print(find_or_install())
    except NoChromium as error:
        sys.exit(str(error))
