"""Which of the forms that an answer has the client prefers (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import Problem

JSON = "application/json"
BYTES = "application/octet-stream"
NPY = "application/x-npy"
NPZ = "application/x-npz"


def choose(accept: str | None, offered: Sequence[str]) -> str:
    """The offered media type that `accept` wants most; of equal ones the first; a Problem 406 for none."""
    if not accept:
        return offered[0]
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    quality, best = max(((_quality(media, ranges), -place) for place, media in enumerate(offered)), default=(0.0, 0))
    if quality <= 0:
        raise Problem(
            406,
            "not_acceptable",
            f"This is not to be had in the form that `Accept` asks for; there is: {', '.join(offered)}.",
            accepted=list(offered),
        )
    return offered[-best]


def accepts(accept: str, token: str) -> bool:
    """Whether a list such as `Accept-Encoding` names `token`, and not with the quality 0."""
    return any(name == token and quality > 0 for name, quality in map(_range, accept.split(",")))


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = min(1.0, max(0.0, float(value)))
            except ValueError:
                quality = 0.0
    return media, quality


def _quality(media: str, ranges: list[tuple[str, float]]) -> float:
    """What the most specific range that matches says."""
    family = media.partition("/")[0] + "/*"
    for pattern in (media, family, "*/*"):
        for accepted, quality in ranges:
            if accepted == pattern:
                return quality
    return 0.0
