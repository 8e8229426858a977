"""Where the application comes together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app import errors, pages, schemas
from app.api import models, operation, runs, stages
from app.compute import Compute
from app.describe import API
from app.headers import Headers
from app.runs import RunStore
from app.settings import Settings

VERSION = "0.1.0"
DESCRIPTION = (
    "A picture goes through a convolutional network, and every number can be asked where it came from. "
    "Shapes are channels, rows, columns. Errors are `application/problem+json` (RFC 9457)."
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application with its own store of runs and its own threads."""
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.compute.close()

    app = FastAPI(
        title="CNN Visualizer",
        version=VERSION,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.compute = Compute(settings.workers, settings.queue)
    app.state.runs = RunStore(settings.runs_kept, settings.traces_kept)
    errors.install(app)
    app.add_middleware(Headers)  # the outermost, so that every answer has its headers
    app.include_router(operation.health)
    for router in (operation.router, models.router, runs.router, stages.router):
        app.include_router(router, prefix=API)
    pages.install(app)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The description, with our problem in place of FastAPI's own form of validation errors."""
    if app.openapi_schema is None:
        openapi = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        components = openapi["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            components.pop(name, None)
        components["Problem"] = schemas.Problem.model_json_schema()
        app.openapi_schema = openapi
    return app.openapi_schema
