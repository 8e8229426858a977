"""Where the application comes together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import errors, pages
from app.api import models, operation, runs, samples, stages
from app.compression import Compression
from app.compute import Compute
from app.describe import API
from app.description import describe_api
from app.headers import Headers
from app.origin import Origins
from app.presence import Sharing
from app.rates import Rates
from app.readiness import Readiness
from app.record import Records
from app.runs import Runs
from app.settings import Settings
from app.store import open_store
from app.traces import Traces
from app.uploads import Uploads
from model.catalog import add

VERSION = "0.1.0"
DESCRIPTION = (
    "A picture goes through a convolutional network, and every number can be asked where it came from. "
    "Shapes are channels, rows, columns. Errors are `application/problem+json` (RFC 9457)."
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application with its own threads; StoreUnavailable where the place for runs cannot be had.

    UnknownModel, NotSupported or DamagedModel where a model of the settings cannot be had.
    """
    settings = settings or Settings()
    for path in settings.model_files():
        add(path)
    runs_of = Runs(open_store(settings), Traces(settings.trace_bytes), settings.decodes)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.compute.close()
        app.state.runs.store.close()

    app = FastAPI(
        title="CNN Visualizer",
        version=VERSION,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # one address for one thing, and no address built from a client's Host header
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.compute = Compute(settings.computations, settings.queue, settings.compute_seconds)
    app.state.uploads = Uploads(settings.upload_bytes)
    app.state.runs = runs_of
    app.state.readiness = Readiness(runs_of.store)
    app.state.sharing = Sharing()
    app.state.rates = Rates(settings.client_runs_per_second)
    app.add_middleware(Compression)
    errors.install(app)
    app.add_middleware(Origins, allowed=settings.allowed_hosts)
    app.add_middleware(Records)
    app.add_middleware(Headers)  # the outermost, so that every answer has its headers
    app.include_router(operation.health)
    for router in (operation.router, models.router, samples.router, runs.router, stages.router):
        app.include_router(router, prefix=API)
    pages.install(app)
    app.openapi = lambda: describe_api(app)  # type: ignore[method-assign]
    return app
