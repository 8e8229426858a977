"""What docs/models.md says of one's own models is what the engine does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model import load
from model.graph import Graph, Stage
from model.layers import Dense, Flatten
from model.onnx_file import write
from model.onnx_file.operators import KNOWN, READERS
from model.preprocess.pipeline import PARAMETERS

TEXT = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its first two lines."""
    section = TEXT.partition(f"### {heading}\n")[2]
    lines = section[section.index("|") :].partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_step_is_listed_with_its_parameters() -> None:
    listed = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[1])) for row in rows("Steps")}
    assert listed == {name: set(parameters) for name, parameters in PARAMETERS.items()}


def test_every_operator_is_listed() -> None:
    listed = {row[0].strip("`"): row[1] for row in rows("Operators")}
    assert set(listed) - {"Constant"} == set(KNOWN)
    for name, operator in READERS.items():
        assert listed[name].startswith(f"`{operator.layer.op}`")


def test_the_script_makes_a_file_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dense = Dense(np.ones((2, 3 * 64 * 64), np.float32), np.zeros(2, np.float32))
    stages = (Stage("flatten", Flatten(), ("input",)), Stage("dense", dense, ("flatten",)))
    (tmp_path / "exported.onnx").write_bytes(write(Graph((3, 64, 64), stages), {}))
    monkeypatch.chdir(tmp_path)
    said: dict[str, Any] = {}
    exec(TEXT.partition("```python\n")[2].partition("```")[0], said)
    model = load(tmp_path / "my.onnx")
    assert model.title == "Cats and dogs" and model.classes == ("cat", "dog")
    assert list(model.preprocessing) == json.loads(json.dumps(said["steps"]))
    assert len(model.notes) == 1  # the softmax
    assert model.run(np.zeros((50, 70), np.uint8))["input"].shape == (3, 64, 64)
