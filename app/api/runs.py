"""Runs: a picture sent through a model, and all that can be asked about it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
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
    npz_answer,
    problems,
    size_of,
    unchanged,
)
from app.api.resources import Accept, ComputeOf, ModelOf, PointOf, RunOf, RunsOf, SettingsOf, UploadsOf, pace
from app.describe import API, run_description, shares_description
from app.errors import Problem
from app.negotiation import BYTES, JSON, NPZ, choose
from app.patience import Check
from app.pictures import png
from app.presence import while_connected
from app.receive import receive_picture
from model.explain import ClassNotFound, Shares, SharesUndefined, map_shares
from model.pictures import Limits
from model.run import Run

router = APIRouter(tags=["runs"])

Include = Annotated[
    Literal["values"] | None,
    Query(description="`values`: every stage's values too, as nested lists."),
]

Fit = Annotated[
    Literal["crop", "pad", "stretch"] | None,
    Query(
        description="Of models with the step `fit`: how a picture of another shape becomes the input. Cut out its "
        "middle, put black bars beside it, or squeeze it. The model's own way where it is not given.",
    ),
]
CROP_PATTERN = r"^\d{1,6},\d{1,6},\d{1,6},\d{1,6}$"
Crop = Annotated[
    str | None,
    Query(
        description="Of models with the step `fit`: the part of the picture to take, `left,top,width,height` in "
        "pixels of the upright picture.",
        examples=["120,40,300,200"],
        json_schema_extra={"pattern": CROP_PATTERN},
    ),
]

ClassName = Annotated[
    str | None,
    Query(
        alias="class",
        description="One of the model's classes; the predicted one where it is not given.",
        max_length=200,
    ),
]

StepIndex = Annotated[int, Path(ge=0, description="A step, from 0.")]

STAGE_BY_STAGE = "ask for a stage at a time"
LOCATION = {"description": "The address of the run.", "schema": {"type": "string"}}

PICTURE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The picture: PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF.",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["image"],
                    "properties": {"image": {"type": "string", "format": "binary"}},
                }
            },
            "image/*": {"schema": {"type": "string", "format": "binary"}},
            BYTES: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.post(
    "/models/{model}/runs",
    operation_id="create_run",
    summary="Run a picture through a model",
    status_code=201,
    response_model=schemas.Run,
    response_description="The run, which can be asked about at the address in `Location`.",
    responses=problems(400, 404, 408, 413, 415, 422, 429) | {201: {"headers": {"Location": LOCATION}}},
    openapi_extra=PICTURE,
    dependencies=[Depends(pace)],
)
async def create_run(
    request: Request,
    model: ModelOf,
    runs: RunsOf,
    compute: ComputeOf,
    uploads: UploadsOf,
    settings: SettingsOf,
    include: Include = None,
    fit: Fit = None,
    crop: Crop = None,
) -> Response:
    """The answer, how the picture was prepared, and a summary of every stage. The same picture always gives
    the same run. What was changed on the way is said in `warnings`."""
    compute.expect_place()
    data = await receive_picture(request, settings, uploads)
    box = read_crop(crop) if crop is not None else None
    limits = Limits(settings.max_image_bytes, settings.max_pixels, settings.max_side)
    run = await while_connected(request, compute.run(runs.make, model, data, limits, fit, box))
    headers = {"Location": f"{API}/runs/{run.id}"}
    return json_answer(run_description(run, include == "values"), settings.max_json_bytes, status=201, headers=headers)


@router.post(
    "/runs/{run}/again",
    operation_id="run_again",
    summary="The same picture at another point of training",
    status_code=201,
    response_model=schemas.Run,
    response_description="The run, which can be asked about at the address in `Location`.",
    responses=problems(404, 422, 429) | {201: {"headers": {"Location": LOCATION}}},
    dependencies=[Depends(pace)],
)
async def run_again(
    request: Request,
    run: RunOf,
    model: PointOf,
    runs: RunsOf,
    compute: ComputeOf,
    settings: SettingsOf,
    include: Include = None,
) -> Response:
    """The picture of a run, as it was prepared, through that run's model at a checkpoint; without one, through the
    trained model. Nothing is sent and nothing is read anew, so that all points of training see the same input."""
    again = await while_connected(request, compute.run(runs.repeat, model, run.prepared))
    headers = {"Location": f"{API}/runs/{again.id}"}
    return json_answer(
        run_description(again, include == "values"), settings.max_json_bytes, status=201, headers=headers
    )


def read_crop(text: str) -> tuple[int, ...]:
    """The four numbers of a crop box; a Problem 422 for anything else."""
    if not re.fullmatch(CROP_PATTERN, text, re.ASCII):
        shown = f"is `{text}`" if re.fullmatch(r"[\w.,+-]{1,40}", text, re.ASCII) else "does not fit"
        told = "it has to be `left,top,width,height`, four whole numbers of pixels"
        raise Problem(422, "invalid_parameter", f"`crop` {shown}; {told}.")
    return tuple(map(int, text.split(",")))


# Before the run itself, whose address would match this one too.
@router.get(
    "/runs/{run}.npz",
    operation_id="get_run_archive",
    summary="All of a run's arrays",
    response_class=Response,
    responses=binary("Every stage's values and every parameter (`conv1`, `conv1.weight`, ...).", NPZ)
    | problems(404, 422),
)
def get_run_archive(request: Request, run: RunOf, settings: SettingsOf) -> Response:
    """A NumPy archive: `run = numpy.load("run.npz")`. The lines of each ledger work on it."""

    def answer() -> Response:
        arrays = run.arrays()
        expect_size(size_of(arrays), settings.max_binary_bytes, STAGE_BY_STAGE)
        return npz_answer(arrays, "run.npz")

    return kept(request, f"{run.id}-npz", answer)


@router.get(
    "/runs/{run}",
    operation_id="get_run",
    summary="A run again, as JSON or as numbers",
    responses=binary(
        "The run; as bytes, all stages' values in the order of `stages`, little-endian float32.",
        BYTES,
        model=schemas.Run,
    )
    | problems(404, 406, 422),
)
def get_run(
    request: Request,
    run: RunOf,
    settings: SettingsOf,
    accept: Accept,
    include: Include = None,
) -> Response:
    """The same answer as when it was made."""
    form = choose(accept, [JSON, BYTES])

    def answer() -> Response:
        if form == JSON:
            return json_answer(run_description(run, include == "values"), settings.max_json_bytes)
        stages = {name: run[name] for name in run.trace.values}
        expect_size(size_of(stages), settings.max_binary_bytes, STAGE_BY_STAGE)
        return bytes_answer(float_bytes(stages))

    return kept(request, f"{run.id}-{include if form == JSON else 'bytes'}", answer)


@router.get(
    "/runs/{run}/preprocessing/{index}.png",
    operation_id="get_preprocessing_picture",
    summary="The picture after one step of preprocessing",
    response_class=Response,
    responses=binary("The picture, at most 320 pixels on its longer side.", "image/png") | problems(404, 422),
)
def get_preprocessing_picture(request: Request, run: RunOf, index: StepIndex) -> Response:
    """Step 0 is the first one of the run's `preprocessing`."""
    steps = run.prepared.steps
    if index >= len(steps):
        raise Problem(404, "step_not_found", f"There is no step {index}; there are 0 to {len(steps) - 1}.")
    return kept(request, f"{run.id}-step-{index}", lambda: bytes_answer(png(steps[index].picture), "image/png"))


@router.get(
    "/runs/{run}/shares",
    operation_id="get_shares",
    summary="The share of each map in a class",
    response_model=schemas.Shares,
    response_description="The shares, by stage and channel.",
    responses=NOT_MODIFIED | problems(404, 422),
)
async def get_shares(
    request: Request, run: RunOf, compute: ComputeOf, settings: SettingsOf, class_: ClassName = None
) -> Response:
    """How much of the class's logit comes through each map: the gradient of the logit times the value, summed over the
    map's cells. The shares of a stage and its `rest` add up to the logit."""
    name = run.predictions[0].class_ if class_ is None else class_
    tag = f"{run.id}-shares-{name}"
    if (same := unchanged(request, tag)) is not None:
        return same
    shares = await while_connected(request, compute.run(find_shares, run, name))
    return kept(request, tag, lambda: json_answer(shares_description(shares), settings.max_json_bytes))


def find_shares(check: Check, run: Run, class_: str) -> Shares:
    """As `map_shares`; a Problem where the class is unknown or the run has no shares."""
    try:
        return map_shares(run, class_, check)
    except ClassNotFound as error:
        raise Problem(404, "class_not_found", str(error.args[0])) from error
    except SharesUndefined as error:
        raise Problem(422, "shares_undefined", str(error)) from error
