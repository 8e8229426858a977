"""The pages that people see, and the files that they load."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.colours import STOPS
from app.describe import API
from app.documentation import operations
from app.release import ROOT, digest
from model.catalog import known

STATIC = ROOT / "static"
TEXTS: dict[str, Any] = tomllib.loads((ROOT / "templates" / "texts" / "en.toml").read_text(encoding="utf-8"))
"""What the templates say, by part of the page."""
STATIC_IMPORT = re.compile(r'^(?:import|export|\}).*?"(\.[^"]+)";$', re.MULTILINE)
"""A line that ends an import, and the module that it names."""


class ImmutableFiles(StaticFiles):
    """Files under an address that changes with their content, so that they can be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in (200, 304):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def install(app: FastAPI) -> None:
    """The pages and the static files, under an address with the digest of what they hold."""
    static = f"/static/{digest('static')}"
    app.mount(static, ImmutableFiles(directory=STATIC), name="static")
    app.include_router(_router(app, static))


def first_modules() -> list[Path]:
    """What the page's script imports, and what that imports; not what is loaded later, when it is wanted."""
    found: set[Path] = set()
    wanted = [STATIC / "js" / "main.js"]
    while wanted:
        path = wanted.pop()
        if path not in found:
            found.add(path)
            text = path.read_text(encoding="utf-8")
            wanted += [(path.parent / name).resolve() for name in STATIC_IMPORT.findall(text)]
    return sorted(found)


def _router(app: FastAPI, static: str) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    templates = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    modules = [f"{static}/{path.relative_to(STATIC).as_posix()}" for path in first_modules()]

    def page(name: str, **context: Any) -> HTMLResponse:
        html = templates.get_template(name).render(static=static, texts=TEXTS, **context)
        return HTMLResponse(html, headers={"Cache-Control": "no-cache"})

    @router.get("/")
    def index() -> HTMLResponse:
        settings = {
            "api": API,
            "colours": STOPS,
            "default_model": "digits",
            "models": known(),
            "version": app.version,
        }
        return page("index.html", settings=settings, modules=modules)

    @router.get("/docs/api")
    def documentation(request: Request) -> HTMLResponse:
        # Its commands go to where the page was asked for.
        host = str(request.base_url).rstrip("/")
        return page("api.html", operations=list(operations(app.openapi(), host)), version=app.version)

    @router.get("/docs")
    def to_documentation() -> RedirectResponse:
        return RedirectResponse("/docs/api")

    @router.get("/favicon.ico")
    def icon() -> RedirectResponse:
        return RedirectResponse(f"{static}/icon.svg")

    return router
