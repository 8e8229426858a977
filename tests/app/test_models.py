"""The models over HTTP, and what the server says of itself."""

from __future__ import annotations

import httpx
import pytest

from app.settings import Settings
from model import load

pytestmark = pytest.mark.anyio
API = "/api/v1"


async def test_the_list_and_the_model_agree_with_the_engine(client: httpx.AsyncClient) -> None:
    graph = load("digits").graph
    summaries = {each["id"]: each for each in (await client.get(f"{API}/models")).json()["models"]}
    assert list(summaries) == ["digits", "objects", "pets"]
    summary = summaries["digits"]
    model = (await client.get(f"{API}/models/digits")).json()
    assert summary.items() <= model.items()
    assert summary["input_shape"] == [1, 28, 28]
    assert summary["accuracy"] >= 0.992
    assert [stage["name"] for stage in model["stages"]] == list(graph.shapes)
    assert sum(stage["parameters"] for stage in model["stages"]) == summary["parameters"] == 11418
    assert sum(stage["multiply_adds"] for stage in model["stages"]) == summary["multiply_adds"] == 402976
    conv2 = next(stage for stage in model["stages"] if stage["name"] == "conv2")
    assert conv2["receptive_field"] == {"rows": 8, "columns": 8}
    assert conv2["attributes"]["padding"] == [1, 1, 1, 1]
    assert conv2["inputs"] == ["pool1"]
    numbers = [point["number"] for point in model["checkpoints"]]
    assert numbers == list(range(len(numbers))) and len(numbers) >= 12
    assert model["card"]["test"]["images"] == 10000


async def test_a_checkpoint_has_other_parameters(client: httpx.AsyncClient) -> None:
    address = f"{API}/models/digits/stages/conv1/parameters"
    trained, random = (await client.get(address)).json(), (await client.get(f"{address}?checkpoint=0")).json()
    assert trained["parameters"]["weight"] != random["parameters"]["weight"]


async def test_a_stage_without_parameters_has_none(client: httpx.AsyncClient) -> None:
    for stage in ("input", "relu1"):
        answer = await client.get(f"{API}/models/digits/stages/{stage}/parameters")
        assert answer.json() == {"stage": stage, "parameters": {}}


async def test_alive_ready_and_its_limits(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ok"}
    limits = {each["name"]: each["value"] for each in (await client.get(f"{API}/limits")).json()["limits"]}
    assert limits["max_image_bytes"] == Settings().max_image_bytes
    assert "host" not in limits


async def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9001")
    monkeypatch.setenv("RUNS_KEPT", "7")
    assert (Settings().port, Settings().runs_kept) == (9001, 7)
