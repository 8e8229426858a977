"""The pages that people see, and the files that they load."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.colours import STOPS
from app.describe import API
from app.documentation import operations
from model.catalog import shipped

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "static"


class ImmutableFiles(StaticFiles):
    """Files under an address that changes with their content, so that they can be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in (200, 304):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def install(app: FastAPI) -> None:
    """The pages and the static files, under an address with the digest of what they hold."""
    static = f"/static/{_digest(STATIC)}"
    app.mount(static, ImmutableFiles(directory=STATIC), name="static")
    app.include_router(_router(app, static))


def _router(app: FastAPI, static: str) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    templates = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    modules = [f"{static}/{path.relative_to(STATIC).as_posix()}" for path in sorted(STATIC.rglob("*.js"))]

    def page(name: str, **context: Any) -> HTMLResponse:
        html = templates.get_template(name).render(static=static, **context)
        return HTMLResponse(html, headers={"Cache-Control": "no-cache"})

    @router.get("/")
    def index() -> HTMLResponse:
        settings = {
            "api": API,
            "colours": STOPS,
            "default_model": "digits",
            "models": shipped(),
            "version": app.version,
        }
        return page("index.html", settings=settings, modules=modules)

    @router.get("/docs/api")
    def documentation() -> HTMLResponse:
        return page("api.html", operations=list(operations(app.openapi())), version=app.version)

    @router.get("/favicon.ico")
    def icon() -> RedirectResponse:
        return RedirectResponse(f"{static}/icon.svg")

    return router


def _digest(folder: Path) -> str:
    """Twelve hexadecimal digits from the names and the bytes of a folder's files."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
