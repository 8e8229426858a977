"""What routes name in their addresses, found or answered with a problem."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Request
from starlette.concurrency import run_in_threadpool

from app.compute import Compute
from app.errors import Problem
from app.presence import Sharing, while_connected
from app.rates import Rates
from app.readiness import Readiness
from app.runs import Runs
from app.settings import Settings
from app.uploads import Uploads
from model.catalog import UnknownModel, at_hand, known, load, shipped, verify
from model.graph import Graph
from model.run import Model, Run


async def settings(request: Request) -> Settings:
    """As the others below, a coroutine that waits for nothing: FastAPI sends a plain function to a thread and back, at
    every request, which takes longer than all else about it."""
    found: Settings = request.app.state.settings
    return found


async def compute(request: Request) -> Compute:
    found: Compute = request.app.state.compute
    return found


async def uploads(request: Request) -> Uploads:
    found: Uploads = request.app.state.uploads
    return found


async def runs(request: Request) -> Runs:
    found: Runs = request.app.state.runs
    return found


async def sharing(request: Request) -> Sharing[Run]:
    found: Sharing[Run] = request.app.state.sharing
    return found


async def readiness(request: Request) -> Readiness:
    found: Readiness = request.app.state.readiness
    return found


async def pace(request: Request) -> None:
    """Counts a run of the client's; a Problem 429 where it is too fast."""
    rates: Rates = request.app.state.rates
    rates.spend(request.client.host if request.client else "")


async def accept(request: Request) -> str | None:
    """`Accept`, which may come in several lines, as one (RFC 9110, section 5.3)."""
    return ", ".join(request.headers.getlist("accept")) or None


ModelId = Annotated[str, Path(alias="model", description="A model's id.", examples=["digits"])]
StageName = Annotated[str, Path(alias="stage", description="A stage's name.", examples=["conv1"])]
CheckpointNumber = Annotated[
    int | None,
    Query(
        alias="checkpoint",
        ge=0,
        le=10_000,
        description="The model as it was at this point of its training; 0 is random.",
    ),
]
Accept = Annotated[str | None, Depends(accept)]
SettingsOf = Annotated[Settings, Depends(settings)]
ComputeOf = Annotated[Compute, Depends(compute)]
UploadsOf = Annotated[Uploads, Depends(uploads)]
RunsOf = Annotated[Runs, Depends(runs)]
ReadinessOf = Annotated[Readiness, Depends(readiness)]
SharingOf = Annotated[Sharing[Run], Depends(sharing)]


def known_models() -> tuple[str, ...]:
    """The ids of the models that ship, then of those that were added; DamagedModel where none ships."""
    if not shipped():
        verify()
    return known()


async def find_model(model_id: ModelId, checkpoint: CheckpointNumber = None) -> Model:
    """A known model, never a file: a path in the address is not looked at."""
    there_are = known_models()
    if model_id not in there_are:
        raise Problem(404, "model_not_found", f"There is no model `{model_id}`; there are: {', '.join(there_are)}.")
    try:
        return (
            model if (model := at_hand(model_id, checkpoint)) else await run_in_threadpool(load, model_id, checkpoint)
        )
    except UnknownModel as error:
        raise Problem(404, "checkpoint_not_found", str(error)) from error


async def find_run(
    request: Request,
    run: Annotated[str, Path(description="A run's id.", examples=["3f9c0a5be17d42c88b6a1f0e5d7c9b24"])],
    runs: RunsOf,
    compute: ComputeOf,
    sharing: SharingOf,
) -> Run:
    """Found at once where its values are at hand: reading must not wait for others' computations.

    A page asks for many parts of a run at the same time, so a run that has to be made again is made once for all.
    """
    found = runs.find(run)
    if found is not None:
        return found
    return await while_connected(request, sharing.get(run, lambda: compute.run(runs.compute, run)))


def find_stage(graph: Graph, name: str) -> str:
    if name not in graph.shapes:
        raise Problem(
            404,
            "stage_not_found",
            f"There is no stage `{name}`; there are: {', '.join(graph.shapes)}.",
            stage=name,
        )
    return name


ModelOf = Annotated[Model, Depends(find_model)]
RunOf = Annotated[Run, Depends(find_run)]


async def find_point(run: RunOf, checkpoint: CheckpointNumber = None) -> Model:
    """The model of a run at another point of its training."""
    return await find_model(run.model.id, checkpoint)


PointOf = Annotated[Model, Depends(find_point)]
