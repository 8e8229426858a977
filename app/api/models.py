"""The models: what there is, of what stages, with what weights."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app import schemas
from app.answers import binary, expect_size, json_answer, kept, npz_answer, problems, size_of
from app.api.resources import Accept, ModelOf, SettingsOf, StageName, find_stage, known_models
from app.describe import model_description, model_summary, parameters_description, stage_parameters
from app.negotiation import JSON, NPZ, choose
from model.catalog import load

router = APIRouter(tags=["models"])


@router.get(
    "/models",
    operation_id="list_models",
    summary="The models",
    response_model=schemas.ModelList,
    response_description="The models that ship.",
    responses=problems(),
)
def list_models() -> Response:
    """Every model with its classes, its input's shape, its size and its accuracy."""
    return json_answer({"models": [model_summary(load(model_id)) for model_id in known_models()]})


@router.get(
    "/models/{model}",
    operation_id="get_model",
    summary="One model, with every stage",
    response_model=schemas.ModelDescription,
    response_description="The model.",
    responses=problems(404, 422),
)
def get_model(model: ModelOf) -> Response:
    """Its stages in network order, its preprocessing, and the card of its training."""
    return json_answer(model_description(model))


@router.get(
    "/models/{model}/stages/{stage}/parameters",
    operation_id="get_parameters",
    summary="A stage's kernels and biases",
    responses=binary("The arrays by name.", NPZ, model=schemas.Parameters) | problems(404, 406, 422),
)
def get_parameters(
    request: Request,
    model: ModelOf,
    stage: StageName,
    settings: SettingsOf,
    accept: Accept,
) -> Response:
    """`weight` is (kernels, channels, rows, columns) of a convolution and (outputs, inputs) of a dense stage."""
    name = find_stage(model.graph, stage)
    form = choose(accept, [JSON, NPZ])

    def answer() -> Response:
        if form == JSON:
            return json_answer(parameters_description(model, name), settings.max_json_bytes)
        arrays = stage_parameters(model, name)
        expect_size(size_of(arrays), settings.max_binary_bytes, "read them from the model's file")
        return npz_answer(arrays, f"{model.id}-{name}.npz")

    return kept(request, f"{model.digest[:32]}-{name}-{form.rpartition('/')[2]}", answer)
