"""One stage of a run: its values, its maps as pictures, and the ledger of each of its cells."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app import schemas
from app.answers import (
    NOT_MODIFIED,
    binary,
    bytes_answer,
    expect_size,
    float_bytes,
    json_answer,
    kept,
    npy_bytes,
    problems,
)
from app.api.resources import Accept, RunOf, SettingsOf, StageName, find_stage
from app.describe import ledger_description, stage_summary
from app.errors import Problem
from app.negotiation import BYTES, JSON, NPY, choose
from app.pictures import Scale, map_png
from model.ledger import explain_cell
from model.run import Run

router = APIRouter(tags=["stages"])

Channel = Annotated[int, Path(ge=0, description="A channel, from 0.")]


@router.get(
    "/runs/{run}/stages/{stage}",
    operation_id="get_stage",
    summary="A stage's values",
    responses=binary(
        "The values: nested lists, a NumPy file, or little-endian float32, channel by channel, row by row.",
        NPY,
        BYTES,
        model=schemas.StageSummary,
    )
    | problems(404, 406, 422),
)
def get_stage(
    request: Request,
    run: RunOf,
    stage: StageName,
    settings: SettingsOf,
    accept: Accept,
) -> Response:
    """(channels, rows, columns) of maps, (values,) of a vector."""
    name = find_stage(run.model.graph, stage)
    form = choose(accept, [JSON, NPY, BYTES])

    def answer() -> Response:
        if form == JSON:
            return json_answer(stage_summary(run, name, values=True), settings.max_json_bytes)
        expect_size(run[name].nbytes, settings.max_binary_bytes, "ask for its maps as pictures, one at a time")
        if form == NPY:
            return bytes_answer(npy_bytes(run[name]), NPY, f"{name}.npy")
        return bytes_answer(float_bytes({name: run[name]}))

    return kept(request, f"{run.id}-{name}-{form.rpartition('/')[2]}", answer)


@router.get(
    "/runs/{run}/stages/{stage}/maps/{channel}.png",
    operation_id="get_map",
    summary="One map as a picture",
    response_class=Response,
    responses=binary("The map with the page's colours.", "image/png") | problems(404, 422),
)
def get_map(
    request: Request,
    run: RunOf,
    stage: StageName,
    channel: Channel,
    settings: SettingsOf,
    scale: Annotated[Scale, Query(description="Whose range the strongest colour stands for.")] = "stage",
    zoom: Annotated[int, Query(ge=1, le=32, description="Pixels a cell, without smoothing.")] = 1,
) -> Response:
    """Blue is negative, near white is zero, red is positive; the input is drawn in gray."""
    name = find_stage(run.model.graph, stage)
    _expect_channel(run, name, channel)

    def answer() -> Response:
        expect_size(3 * zoom * zoom * run[name][channel].size, settings.max_binary_bytes, "choose a smaller `zoom`")
        return bytes_answer(map_png(run, name, channel, scale, zoom), "image/png")

    return kept(request, f"{run.id}-{name}-{channel}-{scale}-{zoom}", answer)


@router.get(
    "/runs/{run}/stages/{stage}/cells/{channel}/{row}/{column}",
    operation_id="get_ledger",
    summary="How one cell came to be",
    response_model=schemas.Ledger,
    response_description="The ledger.",
    responses=NOT_MODIFIED | problems(404, 422),
)
def get_ledger(
    request: Request,
    run: RunOf,
    stage: StageName,
    channel: Channel,
    row: Annotated[int, Path(ge=0, description="A row, from 0; 0 in a vector.")],
    column: Annotated[int, Path(ge=0, description="A column, from 0; 0 in a vector.")],
) -> Response:
    """Its operands and where each stands, weights, products, sum, bias and result, and the lines of NumPy that
    reproduce it."""
    name = find_stage(run.model.graph, stage)
    _expect_channel(run, name, channel)

    def answer() -> Response:
        try:
            ledger = explain_cell(run, name, channel, row, column)
        except LookupError as error:
            raise Problem(404, "cell_not_found", str(error.args[0]), stage=name) from error
        return json_answer(ledger_description(run, ledger))

    return kept(request, f"{run.id}-{name}-{channel}-{row}-{column}", answer)


def _expect_channel(run: Run, stage: str, channel: int) -> None:
    channels = len(run[stage])
    if channel >= channels:
        raise Problem(
            404,
            "channel_not_found",
            f"Stage `{stage}` has no channel {channel}; it has 0 to {channels - 1}.",
            stage=stage,
        )
