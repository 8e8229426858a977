"""Photos to try."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app import schemas
from app.answers import binary, bytes_answer, json_answer, kept, problems
from app.describe import API
from app.errors import Problem
from app.samples import read, samples
from model.catalog import known, load

router = APIRouter(tags=["samples"])


@router.get(
    "/samples",
    operation_id="list_samples",
    summary="Photos to try",
    response_model=schemas.SampleList,
    response_description="The photos; none where the extra `photos` is not installed.",
    responses=problems(),
)
def list_samples() -> Response:
    """Free photos, each with its credit, its address and the models that read photos."""
    photo_models = [model_id for model_id in known() if load(model_id).graph.input_shape[0] == 3]
    found = [
        {
            "id": each.id,
            "title": each.title,
            "credit": each.credit,
            "models": photo_models,
            "url": f"{API}/samples/{each.id}",
        }
        for each in samples()
    ]
    return json_answer({"samples": found})


@router.get(
    "/samples/{sample}",
    operation_id="get_sample",
    summary="One photo",
    response_class=Response,
    responses=binary("The picture's file.", "image/png") | problems(404, 422),
)
def get_sample(
    request: Request, sample: Annotated[str, Path(description="A photo's id.", examples=["chelsea"])]
) -> Response:
    """The picture's file, as it is."""
    for each in samples():
        if each.id == sample:
            return kept(request, f"sample-{each.id}", partial(bytes_answer, read(each), "image/png"))
    there_are = ", ".join(each.id for each in samples()) or "none"
    raise Problem(404, "sample_not_found", f"There is no photo `{sample}`; there are: {there_are}.")
