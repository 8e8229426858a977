"""Whom the server answers: requests that name it as it is known, and writes that no other site's page has sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import Problem

SAFE = ("GET", "HEAD", "OPTIONS")
HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s:@/\\?#\[\]]+)(?::(\d{0,5}))?")
PORTS = {"http": "80", "https": "443"}


class Origins:
    """ASGI middleware: refuses requests for other hosts (421) and writes from other sites' pages (403).

    A page of another site can make a browser send requests here. Where it does so openly, the browser says whose
    page it is (`Sec-Fetch-Site`, `Origin`). Where it has its own name point to this server's address (DNS
    rebinding), the browser takes both for one site, and only `Host` tells. So names with a dot have to be in
    `allowed`; addresses, `localhost` and names without a dot cannot be had by somebody else's page.
    """

    def __init__(self, app: ASGIApp, allowed: str = "") -> None:
        self.app = app
        self.allowed = frozenset(_names(allowed.split(",")))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = self._refusal(Request(scope)) if scope["type"] == "http" else None
        if problem is None:
            await self.app(scope, receive, send)
        else:
            await problem.response(Request(scope))(scope, receive, send)

    def _refusal(self, request: Request) -> Problem | None:
        hosts = request.headers.getlist("host")
        host = HOST.fullmatch(hosts[0].strip().lower()) if len(hosts) == 1 else None
        if hosts and (host is None or not self._is_known(host[1])):
            return Problem(
                421,
                "unknown_host",
                "This server is not known by the name that the request asks for. Whoever runs it can add the name to "
                "ALLOWED_HOSTS.",
            )
        if request.method in SAFE or self._is_own(request, host):
            return None
        return Problem(
            403,
            "cross_site",
            "A page of another site sent this request. Only this server's own page and programs may change anything.",
            {"Connection": "close"},
        )

    def _is_known(self, name: str) -> bool:
        name = name.removesuffix(".")
        if "*" in self.allowed or name in self.allowed or "." not in name or name.endswith(".localhost"):
            return True
        try:
            ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True

    def _is_own(self, request: Request, host: re.Match[str] | None) -> bool:
        """Whether a write comes from our own page, or from a program, which says nothing of pages.

        A proxy in front may have asked for us by another name than the browser did; then the page's name has to be
        in `allowed`.
        """
        site = request.headers.getlist("sec-fetch-site")
        if site:
            return all(each in ("same-origin", "none") for each in site)
        origins = request.headers.getlist("origin")
        return all(self._is_ours(origin.lower(), host) for origin in origins)

    def _is_ours(self, origin: str, host: re.Match[str] | None) -> bool:
        try:
            page = urlsplit(origin)
        except ValueError:
            return False
        named = HOST.fullmatch(page.netloc)
        if named is None or page.scheme not in PORTS:
            return False
        if named[1].removesuffix(".") in self.allowed:
            return True
        default = PORTS[page.scheme]
        return host is not None and (named[1], named[2] or default) == (host[1], host[2] or default)


def _names(listed: Iterable[str]) -> Iterable[str]:
    return (name.strip().lower().removesuffix(".") for name in listed if name.strip())
