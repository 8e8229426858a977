"""The shapes of the API's answers, for its description; the numbers are those of the engine."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Values = list[Any]


class Problem(BaseModel):
    """What went wrong (RFC 9457). Some problems have further members, such as `limit` and `actual`."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    code: str = Field(examples=["run_not_found"], description="For programs: stays the same.")
    detail: str = Field(examples=["Run `3f9c` is not kept here (any more). Send the picture again."])
    request_id: str = Field(examples=["5f2d8c1e9b7a4f30"])


class Size(BaseModel):
    rows: int
    columns: int


class StageDescription(BaseModel):
    """A stage of a model; `shape` is channels, rows, columns, or the number of values."""

    name: str = Field(examples=["conv1"])
    op: str = Field(examples=["Conv"], description="The ONNX name of what the stage does.")
    inputs: list[str] = Field(examples=[["input"]])
    attributes: dict[str, Any] = Field(examples=[{"stride": [1, 1], "padding": [1, 1, 1, 1], "groups": 1}])
    shape: list[int] = Field(examples=[[8, 28, 28]])
    parameters: int = Field(examples=[80])
    multiply_adds: int = Field(examples=[56448])
    receptive_field: Size = Field(description="What a cell sees of the input, at the most.")


class ModelSummary(BaseModel):
    id: str = Field(examples=["digits"])
    title: str = Field(examples=["Handwritten digits"])
    classes: list[str]
    input_shape: list[int] = Field(examples=[[1, 28, 28]])
    parameters: int
    multiply_adds: int
    accuracy: float | None = Field(description="Share of the test images that are answered right.")


class ModelList(BaseModel):
    models: list[ModelSummary]


class Sample(BaseModel):
    id: str = Field(examples=["chelsea"])
    title: str = Field(examples=["A cat"])
    credit: str = Field(examples=["Chelsea, by Stefan van der Walt, CC0"])
    models: list[str] = Field(description="The models that it can be tried with.")
    url: str = Field(examples=["/api/v1/samples/chelsea"], description="The picture's file.")


class SampleList(BaseModel):
    samples: list[Sample]


class Checkpoint(BaseModel):
    """A point of training; run it with `?checkpoint=number`."""

    model_config = ConfigDict(extra="allow")

    number: int
    epoch: float


class ModelDescription(ModelSummary):
    checkpoint: int | None = Field(description="The point of training; null for the trained model.")
    checkpoints: list[Checkpoint]
    preprocessing: list[dict[str, Any]]
    card: dict[str, Any] = Field(description="How the model was trained, and how good it is.")
    notes: list[str] = Field(description="What the model's file left open, and what stands for it.")
    stages: list[StageDescription]


class Parameters(BaseModel):
    stage: str
    parameters: dict[str, Values] = Field(description="By name: `weight`, `bias`. Nested lists.")


class Prediction(BaseModel):
    class_: str = Field(alias="class", examples=["2"])
    probability: float = Field(examples=[0.9981])
    logit: float = Field(examples=[9.13])


class Notice(BaseModel):
    code: str = Field(examples=["turned_upright"])
    message: str = Field(examples=["The picture was turned upright."])


class PreprocessingStep(BaseModel):
    step: str = Field(examples=["crop"])
    message: str
    width: int
    height: int
    picture: str = Field(description="Address of the picture after this step.")
    details: dict[str, Any]


class StageSummary(BaseModel):
    name: str = Field(examples=["conv1"])
    op: str = Field(examples=["Conv"])
    inputs: list[str]
    shape: list[int]
    minimum: float
    maximum: float
    values: Values | None = Field(None, description="Only with `include=values`: nested lists.")


class Run(BaseModel):
    """One image through one model. `stages` are in network order, the input first."""

    id: str
    model: str
    checkpoint: int | None
    predictions: list[Prediction] = Field(description="All classes, the most probable first.")
    warnings: list[Notice]
    preprocessing: list[PreprocessingStep]
    stages: list[StageSummary]


class Cell(BaseModel):
    stage: str
    channel: int
    row: int
    column: int


class Term(BaseModel):
    """One operand; what does not belong to the op is null."""

    source: Cell | None = Field(description="Where it stands, to be asked in turn; null for padding.")
    value: float | None
    weight: float | None
    product: float | None
    kernel: tuple[int, int] | None
    wins: bool | None
    shifted: float | None
    exponential: float | None


class Subtotal(BaseModel):
    channel: int
    sum: float


class Figure(BaseModel):
    name: str
    value: float


class Span(BaseModel):
    """Rows and columns of the input, ends included; it can reach over the edge, into padding."""

    top: int
    left: int
    bottom: int
    right: int


class Ledger(BaseModel):
    """How one cell came to be. Sums are worked out in double precision; `result` is the network's own."""

    cell: Cell
    op: str
    terms: list[Term]
    sum: float | None
    subtotals: list[Subtotal]
    bias: float | None
    figures: list[Figure]
    result: float
    formula: str
    numpy: list[str] = Field(description='Lines that give the cell from `run = numpy.load("run.npz")`.')
    receptive_field: Span
    address: str = Field(description="Where this ledger stands.")


class StageShares(BaseModel):
    """What the maps of one stage add to the logit: it is their sum and the rest."""

    stage: str = Field(examples=["conv1"])
    shares: list[float] = Field(description="By channel, in the logit's unit: above zero for the class, below against.")
    sum: float = Field(description="Of the shares.")
    rest: float = Field(description="From the biases after the stage, and from what reaches the logit past it.")


class Shares(BaseModel):
    """The share of each map in a class: gradient of the logit times value, summed over the map's cells."""

    class_: str = Field(alias="class", examples=["2"])
    logit: float = Field(examples=[9.13])
    stages: list[StageShares] = Field(description="From the input to the logits.")


class Limit(BaseModel):
    name: str
    value: int
    meaning: str


class Limits(BaseModel):
    limits: list[Limit]


class Health(BaseModel):
    status: Literal["ok"]
