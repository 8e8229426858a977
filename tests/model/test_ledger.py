"""Ledgers: every cell of every op can be recomputed from its own account, and from its NumPy lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, asdict
from io import BytesIO
from math import exp, tanh
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import layers, load
from model.graph import Graph, Span, Stage
from model.layers import (
    Add,
    AveragePool,
    BatchNorm,
    Concat,
    Conv2d,
    Dense,
    Flatten,
    Layer,
    MaxPool,
    Relu,
    Softmax,
)
from model.ledger import Cell, CellNotFound, Ledger, Term, explain_cell
from model.ledger.registry import EXPLAINERS
from model.preprocess import Prepared, Step
from model.run import Model, Run
from model.tensor import Array
from tests.model.layer_cases import values
from tests.model.network_cases import networks, run_of

UNIT = 2.0**-24
"""Rounding to the nearest float32 changes a number by at most this share of it."""

TINY = 2.0**-126
"""Below this a float32 loses digits: the share no longer holds, so this much is always forgiven."""


def figures(ledger: Ledger) -> dict[str, float]:
    return {figure.name: figure.value for figure in ledger.figures}


def account(ledger: Ledger) -> tuple[float, float]:
    """The cell worked out from the ledger's numbers alone, and how far float32 arithmetic may be from it.

    Adding n float32 numbers in any order, each rounded beforehand, is off by at most gamma(n) times the sum
    of their sizes (Higham, Accuracy and Stability of Numerical Algorithms, section 4.2).
    """
    numbers = [term.value for term in ledger.terms if term.value is not None]
    figure = figures(ledger)
    match ledger.op:
        case "Conv" | "Gemm":
            assert ledger.sum is not None and ledger.bias is not None
            size = sum(abs(term.product or 0) for term in ledger.terms) + abs(ledger.bias)
            return ledger.bias + ledger.sum, gamma(len(ledger.terms) + 1) * size
        case "AveragePool" | "GlobalAveragePool":
            assert ledger.sum is not None
            return ledger.sum / figure["count"], gamma(len(numbers) + 1) * sum(map(abs, numbers)) / figure["count"]
        case "Add":
            assert ledger.sum is not None
            return ledger.sum, gamma(1) * sum(map(abs, numbers))
        case "MaxPool":
            (winner,) = (term.value for term in ledger.terms if term.wins)
            assert winner is not None
            return winner, 0
        case "Softmax":
            # The logits' differences are rounded, which exp multiplies; exp itself is good to a few units.
            assert ledger.sum is not None
            furthest = max(abs(term.shifted or 0) for term in ledger.terms)
            share = figure["exponential"] / ledger.sum
            return share, gamma(len(numbers) + 12 + 2 * furthest) * share
        case "BatchNormalization":
            assert ledger.bias is not None
            scaled = figure["scale"] * figure["normalised"]
            return scaled + ledger.bias, gamma(8) * (abs(scaled) + abs(ledger.bias))
        case "Relu":
            return max(numbers[0], 0), 0
        case "LeakyRelu":
            return numbers[0] * (1 if numbers[0] > 0 else figure["alpha"]), gamma(2) * abs(numbers[0])
        case "Clip":
            return min(max(numbers[0], figure["minimum"]), figure["maximum"]), gamma(1) * abs(ledger.result)
        case "Sigmoid":
            return 1 / (1 + exp(-numbers[0])), gamma(8) * ledger.result
        case "Tanh":
            return tanh(numbers[0]), gamma(8) * abs(ledger.result)
        case "Flatten" | "Concat":
            return numbers[0], 0
        case "Input":
            return (figure["pixel"] / figure["divisor"], gamma(1)) if figure else (ledger.result, 0)
    raise AssertionError(ledger.op)


def gamma(n: float) -> float:
    return n * UNIT / (1 - n * UNIT)


def evaluate(lines: tuple[str, ...], arrays: Mapping[str, Array]) -> Any:
    """What a person sees who types the lines, after `run = numpy.load("run.npz")`."""
    names: dict[str, Any] = {"numpy": np, "run": arrays}
    exec("\n".join(lines[:-1]), names)
    return eval(lines[-1], names)


def saved(run: Run) -> Mapping[str, Array]:
    """The run's arrays, to a file and back."""
    file = BytesIO()
    np.savez(file, allow_pickle=False, **run.arrays())
    file.seek(0)
    with np.load(file) as arrays:
        return dict(arrays)


def expect_sound(run: Run, ledger: Ledger, arrays: Mapping[str, Array]) -> None:
    """All that holds for the ledger of any cell of any op."""
    cell = ledger.cell
    assert ledger.result == value_of(run, cell)
    for term in ledger.terms:
        assert (term.source is None) or value_of(run, term.source) == term.value
        assert str(term.product) != "-0.0"  # it would be shown with its sign
    value, rounding = account(ledger)
    assert abs(value - ledger.result) <= rounding + TINY
    assert 1 <= len(ledger.numpy) <= 4
    typed = evaluate(ledger.numpy, arrays)
    assert np.ndim(typed) == 0
    assert abs(float(typed) - value) <= rounding + TINY
    assert "\n" not in ledger.formula and ledger.formula.startswith("result = ")
    json.dumps(asdict(ledger), allow_nan=False)


def value_of(run: Run, cell: Cell) -> float:
    stage = run[cell.stage]
    place = (cell.channel, cell.row, cell.column)[: stage.ndim]
    assert all(place[k] >= 0 for k in range(stage.ndim))
    return float(stage[place])


def explain(run: Run, cell: Cell) -> Ledger:
    return explain_cell(run, cell.stage, cell.channel, cell.row, cell.column)


@settings(max_examples=100)
@given(graph=networks(), data=st.data())
def test_any_cell_of_any_network(graph: Graph, data: st.DataObject) -> None:
    run = run_of(graph, seed=data.draw(st.integers(0, 99)))
    arrays = saved(run)
    for stage, shape in graph.shapes.items():
        sizes = (*shape, 1, 1)[:3]
        corner = [0, 0, 0], [size - 1 for size in sizes]
        drawn = [data.draw(st.integers(0, size - 1)) for size in sizes]
        for place in (*corner, drawn):
            ledger = explain_cell(run, stage, *place)
            assert ledger.op == ("Input" if stage == graph.input else graph[stage].layer.op)
            assert ledger.cell == Cell(stage, *place)
            expect_sound(run, ledger, arrays)


@settings(max_examples=60)
@given(graph=networks(), data=st.data())
def test_receptive_field_holds_every_pixel_that_the_cell_depends_on(graph: Graph, data: st.DataObject) -> None:
    run = run_of(graph)
    stage = data.draw(st.sampled_from(list(graph.shapes)))
    place = [data.draw(st.integers(0, size - 1)) for size in (*graph.shapes[stage], 1, 1)[:3]]
    grad = np.zeros_like(run.trace.values[stage])
    grad[(0, *place[: grad.ndim - 1])] = 1
    reached = run.model.graph.backward(run.trace, stage, grad).stages["input"][0].any(axis=0)
    span = explain_cell(run, stage, *place).receptive_field
    for row, column in np.argwhere(reached):
        assert span.top <= row <= span.bottom and span.left <= column <= span.right


def test_every_layer_has_an_explainer() -> None:
    kinds = {kind for kind in vars(layers).values() if isinstance(kind, type) and issubclass(kind, Layer)}
    assert kinds - {Layer} == set(EXPLAINERS)


@pytest.fixture(scope="module")
def digits() -> Run:
    """The stages of the digits network, with random weights."""

    def conv(kernels: int, channels: int) -> Conv2d:
        weight = values((kernels, channels, 3, 3), seed=kernels)
        return Conv2d(weight, values((kernels,), seed=1), padding=(1, 1, 1, 1))

    stages = (
        Stage("conv1", conv(8, 1), ("input",)),
        Stage("relu1", Relu(), ("conv1",)),
        Stage("pool1", MaxPool((2, 2), (2, 2)), ("relu1",)),
        Stage("conv2", conv(16, 8), ("pool1",)),
        Stage("flatten", Flatten(), ("conv2",)),
        Stage("dense", Dense(values((10, 3136), seed=2), values((10,), seed=3)), ("flatten",)),
        Stage("softmax", Softmax(), ("dense",)),
    )
    return run_of(Graph((1, 28, 28), stages))


def test_convolution(digits: Run) -> None:
    ledger = explain_cell(digits, "conv2", 5, 3, 4)
    assert (ledger.op, len(ledger.terms), ledger.cell) == ("Conv", 72, Cell("conv2", 5, 3, 4))
    weight = digits.model.graph.parameters["conv2.weight"][5]
    order = [
        (Cell("pool1", k, 2 + i, 3 + j), (i, j), float(weight[k, i, j]))
        for k in range(8)
        for i in range(3)
        for j in range(3)
    ]
    assert [(term.source, term.kernel, term.weight) for term in ledger.terms] == order
    assert [subtotal.channel for subtotal in ledger.subtotals] == list(range(8))
    for k, subtotal in enumerate(ledger.subtotals):
        products = [term.product or 0.0 for term in ledger.terms[9 * k : 9 * k + 9]]
        assert subtotal.sum == pytest.approx(sum(products), rel=1e-15)
    assert ledger.sum == pytest.approx(sum(subtotal.sum for subtotal in ledger.subtotals), rel=1e-15)
    assert ledger.numpy == (
        'window = run["pool1"][:, 2:5, 3:6]',
        '(window * run["conv2.weight"][5]).sum() + run["conv2.bias"][5]',
    )
    assert ledger.receptive_field == Span(3, 5, 10, 12)
    assert ledger.formula == (
        "result = bias + sum of weight * value over the 8 channels and the 3 x 3 window, where padding is 0"
    )


def test_convolution_at_the_edge_marks_its_padding(digits: Run) -> None:
    ledger = explain_cell(digits, "conv1", 2, 0, 27)
    assert [term.source is None for term in ledger.terms] == [True] * 3 + [False, False, True] * 2
    outside = [term for term in ledger.terms if term.source is None]
    assert {(term.value, term.product) for term in outside} == {(0.0, 0.0)}
    assert all(term.weight for term in outside)
    assert ledger.numpy == (
        'padded = numpy.pad(run["input"], ((0, 0), (1, 1), (1, 1)))',
        "window = padded[:, 0:3, 27:30]",
        '(window * run["conv1.weight"][2]).sum() + run["conv1.bias"][2]',
    )
    assert ledger.receptive_field == Span(-1, 26, 1, 28)


def test_convolution_in_groups_has_the_channels_of_its_group() -> None:
    conv = Conv2d(values((6, 2, 2, 3), 1), values((6,), 2), (2, 1), (0, 1, 0, 0), (3, 2), groups=3)
    graph = Graph((6, 8, 9), (Stage("conv", conv, ("input",)), Stage("flatten", Flatten(), ("conv",))))
    ledger = explain_cell(run_of(graph), "conv", 3, 1, 2)
    assert {term.source.channel for term in ledger.terms if term.source} == {2, 3}
    assert [subtotal.channel for subtotal in ledger.subtotals] == [2, 3]
    assert ledger.numpy[0] == 'window = run["input"][2:4, 2:6:3, 1:6:2]'
    assert "the 2 channels of its group (2:4) and the 2 x 3 window" in ledger.formula


def test_max_pool_has_one_winner_the_first_row_by_row() -> None:
    graph = Graph(
        (1, 3, 3),
        (
            Stage("relu", Relu(), ("input",)),
            Stage("pool", MaxPool((2, 2), (1, 1), (1, 1, 0, 0)), ("relu",)),
            Stage("flatten", Flatten(), ("pool",)),
        ),
    )
    run = run_of(graph.astype(np.float32))
    prepared = Prepared(np.array([[[1, 1, 0], [0, 1, 0], [0, 0, 0]]], np.float32), (), ())
    run = run.model.run_prepared(prepared)
    ledger = explain_cell(run, "pool", 0, 1, 1)
    assert [(term.value, term.wins) for term in ledger.terms] == [
        (1, True),
        (1, False),
        (0, False),
        (1, False),
    ]
    edge = explain_cell(run, "pool", 0, 0, 0)
    assert [(term.source, term.value, term.wins) for term in edge.terms] == [
        (None, None, False),
        (None, None, False),
        (None, None, False),
        (Cell("relu", 0, 0, 0), 1.0, True),
    ]
    assert edge.numpy == ('run["relu"][0, 0:1, 0:1].max()',)
    grad = np.zeros_like(run.trace.values["pool"])
    grad[0, 0, 1, 1] = 1
    winner = np.argwhere(run.model.graph.backward(run.trace, "pool", grad).stages["relu"][0])
    assert winner.tolist() == [[0, 0, 0]]  # as in `backward`


@pytest.mark.parametrize(("count_padding", "count", "padding"), [(True, 4, 0.0), (False, 2, None)])
def test_average_pool_counts_padding_or_not(count_padding: bool, count: int, padding: float | None) -> None:
    pool = AveragePool((2, 2), (1, 1), (1, 0, 0, 0), count_padding=count_padding)
    graph = Graph((2, 3, 3), (Stage("pool", pool, ("input",)), Stage("flatten", Flatten(), ("pool",))))
    ledger = explain_cell(run_of(graph), "pool", 1, 0, 1)
    assert figures(ledger) == {"count": count}
    assert [term.value for term in ledger.terms[:2]] == [padding, padding]
    assert ledger.numpy == (
        'run["input"][1, 0:1, 1:3].sum() / 4' if count_padding else 'run["input"][1, 0:1, 1:3].mean()',
    )


def test_a_window_of_padding_alone_has_a_ledger_too() -> None:
    pool = AveragePool((1, 1), padding=(1, 1, 1, 1), count_padding=True)
    run = run_of(Graph((1, 2, 2), (Stage("pool", pool, ("input",)), Stage("flatten", Flatten(), ("pool",)))))
    ledger = explain_cell(run, "pool", 0, 0, 0)
    assert (ledger.result, ledger.sum, ledger.terms) == (0, 0, (Term(None, 0.0, kernel=(0, 0)),))
    expect_sound(run, ledger, saved(run))


def test_flattened_value_is_one_cell_and_sees_what_that_cell_sees(digits: Run) -> None:
    ledger = explain_cell(digits, "flatten", 5 * 196 + 3 * 14 + 4)
    (term,) = ledger.terms
    assert term.source == Cell("conv2", 5, 3, 4)
    assert ledger.receptive_field == explain(digits, term.source).receptive_field == Span(3, 5, 10, 12)
    assert ledger.numpy == ('run["conv2"].reshape(-1)[1026]',)


def test_dense(digits: Run) -> None:
    ledger = explain_cell(digits, "dense", 7)
    assert [term.source for term in ledger.terms] == [Cell("flatten", k, 0, 0) for k in range(3136)]
    assert ledger.numpy == ('run["dense.weight"][7] @ run["flatten"] + run["dense.bias"][7]',)
    assert ledger.receptive_field == Span(-3, -3, 30, 30)  # all of the image, and the padding around it


def test_softmax_shows_shift_exponentials_and_sum(digits: Run) -> None:
    ledger = explain_cell(digits, "softmax", 3)
    logits = digits["dense"].astype(np.float64)
    assert figures(ledger)["maximum"] == logits.max()
    assert [term.shifted for term in ledger.terms] == (logits - logits.max()).tolist()
    assert [term.exponential for term in ledger.terms] == pytest.approx(np.exp(logits - logits.max()))
    assert ledger.sum == pytest.approx(np.exp(logits - logits.max()).sum())
    total = sum(explain_cell(digits, "softmax", k).result for k in range(10))
    assert total == pytest.approx(1, abs=1e-6)


def test_batch_norm_by_the_statistics_of_the_maps_at_hand() -> None:
    scale, bias, mean, variance = (abs(values((2,), seed)) for seed in range(4))
    norm = BatchNorm(scale, bias, mean, variance, training=True)
    run = run_of(Graph((2, 4, 5), (Stage("norm", norm, ("input",)), Stage("flatten", Flatten(), ("norm",)))))
    ledger = explain_cell(run, "norm", 1, 2, 3)
    assert figures(ledger)["mean"] == pytest.approx(run["input"][1].astype(np.float64).mean())
    assert account(ledger)[0] == pytest.approx(ledger.result, abs=1e-5)
    assert evaluate(ledger.numpy, saved(run)) == pytest.approx(ledger.result, abs=1e-5)


def test_concat_and_add_say_which_stage_a_value_came_from() -> None:
    graph = Graph(
        (2, 3, 3),
        (
            Stage("relu", Relu(), ("input",)),
            Stage("concat", Concat(), ("relu", "input", "relu")),
            Stage("add", Add(), ("concat", "concat")),
            Stage("flatten", Flatten(), ("add",)),
        ),
    )
    run = run_of(graph)
    assert explain_cell(run, "concat", 3, 1, 2).terms[0].source == Cell("input", 1, 1, 2)
    assert explain_cell(run, "concat", 4, 1, 2).terms[0].source == Cell("relu", 0, 1, 2)
    ledger = explain_cell(run, "add", 5, 0, 1)
    assert [term.source for term in ledger.terms] == [Cell("concat", 5, 0, 1)] * 2
    assert ledger.numpy == ('run["concat"][5, 0, 1] + run["concat"][5, 0, 1]',)


def test_cells_of_the_shipped_model_on_a_drawing() -> None:
    """Trained weights on a drawn stroke: zeros, negatives, ties and a saturated softmax, as they come."""
    picture = np.zeros((280, 280), np.uint8)
    picture[60:220, 130:150] = 255
    run = load("digits").run(picture)
    arrays, random = saved(run), np.random.default_rng(1)
    for stage, shape in run.model.graph.shapes.items():
        for _ in range(25):
            place = [int(random.integers(size)) for size in (*shape, 1, 1)[:3]]
            expect_sound(run, explain_cell(run, stage, *place), arrays)
    assert figures(explain_cell(run, "input", 0, 14, 14))["pixel"] > 0


@pytest.fixture
def photographed() -> Run:
    """A run whose input was made from the picture of a last step, as preprocessing makes it."""
    picture = np.random.default_rng(1).integers(0, 256, (4, 5, 3), np.uint8)
    inputs = np.moveaxis(picture, -1, 0).astype(np.float32) / np.float32(255)
    graph = Graph((3, 4, 5), (Stage("flatten", Flatten(), ("input",)),))
    step = Step("centre", "It was put to the middle.", picture, {})
    return Model("test", "Test", graph, (), ()).run_prepared(Prepared(inputs, (step,), ()))


def test_input_comes_from_a_pixel_of_the_last_picture(photographed: Run) -> None:
    pixel = int(photographed.prepared.steps[-1].picture[2, 3, 1])
    ledger = explain_cell(photographed, "input", 1, 2, 3)
    assert (ledger.op, ledger.terms, figures(ledger)) == ("Input", (), {"pixel": pixel, "divisor": 255})
    assert ledger.numpy == (f"pixel = {pixel}", "numpy.float32(pixel) / 255")
    assert ledger.receptive_field == Span(2, 3, 2, 3)
    assert "the picture after `centre`" in ledger.formula
    for channel, row, column in np.ndindex(3, 4, 5):
        ledger = explain_cell(photographed, "input", channel, row, column)
        assert np.float32(figures(ledger)["pixel"]) / np.float32(255) == ledger.result
        assert evaluate(ledger.numpy, {}) == ledger.result


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (Step("scale", "Shown smaller than it was.", np.zeros((2, 2), np.uint8), {}),),
        (Step("scale", "Rounded to be shown.", np.full((3, 3), 7, np.uint8), {}),),
    ],
    ids=["no steps", "another size", "other values"],
)
def test_input_claims_no_pixel_that_it_was_not_made_from(steps: tuple[Step, ...]) -> None:
    graph = Graph((1, 3, 3), (Stage("flatten", Flatten(), ("input",)),))
    prepared = Prepared(np.full((1, 3, 3), 0.5, np.float32), steps, ())
    run = Model("test", "Test", graph, (), ()).run_prepared(prepared)
    ledger = explain_cell(run, "input", 0, 1, 2)
    assert (ledger.figures, ledger.result) == ((), 0.5)
    assert ledger.numpy == ('run["input"][0, 1, 2]',)


def test_a_probability_can_be_asked_back_to_a_pixel(digits: Run) -> None:
    cell, ops = Cell("softmax", 3, 0, 0), []
    while True:
        ledger = explain(digits, cell)
        ops.append(ledger.op)
        sources = [term.source for term in ledger.terms if term.source and term.wins is not False]
        if not sources:
            break
        cell = sources[len(sources) // 2]
    assert ops == ["Softmax", "Gemm", "Flatten", "Conv", "MaxPool", "Relu", "Conv", "Input"]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (("conv9", 0, 0, 0), "no stage `conv9` .* its stages are: input, conv1, relu1"),
        (
            ("conv1", 8, 0, 0),
            "`conv1` has no cell at channel 8, row 0, column 0; .* channel 0 to 7, row 0 to 27",
        ),
        (("conv1", 0, -1, 0), "row -1"),
        (("conv1", 0, 0, 28), "column 0 to 27"),
        (("dense", 10, 0, 0), "channel 0 to 9, row 0, column 0"),
        (("dense", 1, 0, 1), "column 1"),
        (("input", 1, 0, 0), "channel 0, row 0 to 27"),
    ],
)
def test_places_that_are_not_there(digits: Run, place: tuple[str, int, int, int], message: str) -> None:
    with pytest.raises(CellNotFound, match=message):
        explain_cell(digits, *place)
    assert issubclass(CellNotFound, LookupError)


def test_values_that_overflowed_have_a_ledger_all_the_same() -> None:
    """A user's network can overflow; infinities that cancel are not a number, as in NumPy."""
    dense = Dense(np.array([[3e38, 3e38], [-3e38, -3e38]]), np.zeros(2))
    last = Dense(np.ones((1, 2)), np.zeros(1))
    graph = Graph((2,), (Stage("dense", dense, ("input",)), Stage("last", last, ("dense",)))).astype(np.float32)
    prepared = Prepared(np.array([3, 3], np.float32), (), ())
    with np.errstate(all="ignore"):
        run = Model("test", "Test", graph, (), ()).run_prepared(prepared)
    ledger = explain_cell(run, "last", 0)
    assert [term.value for term in ledger.terms] == [np.inf, -np.inf]
    assert ledger.sum is not None
    assert np.isnan(ledger.sum) and np.isnan(ledger.result)


def test_ledgers_are_frozen(digits: Run) -> None:
    ledger = explain_cell(digits, "relu1", 0, 0, 0)
    with pytest.raises(FrozenInstanceError):
        ledger.result = 1.0  # type: ignore[misc]
