"""The shares of maps: against differences, against the logit that they add up to, and where there are none."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import model.explain.shares
from model import load
from model.explain import ClassNotFound, SharesUndefined, map_shares
from model.graph import Graph, Stage
from model.layers import Dense, Flatten, Softmax
from model.preprocess import Prepared
from model.run import Model, Run
from model.tensor import Array
from tests.model.layer_cases import values
from tests.model.network_cases import networks, run_of, single
from tests.model.test_gradients import branching_graph

STEP = 1e-5


def logit_with(run: Run, stage: str, moved: Array, place: int) -> float:
    """The logit at `place` where a stage had other values than it has in the run, in float64."""
    graph = run.model.graph.astype(np.float64)
    known = {name: array.astype(np.float64) for name, array in run.trace.values.items()}
    known[stage] = moved[None]
    later = list(known)[list(known).index(stage) + 1 :]
    for name in later:
        layer = graph[name].layer
        known[name] = layer.forward(*(known[each] for each in graph[name].inputs))
    return float(known[run.model.logits_stage][0, place])


@pytest.mark.parametrize("stage", ["input", "conv1", "norm2", "add", "wide", "concat", "pool1", "mean", "dense"])
def test_a_share_is_what_differences_say(stage: str) -> None:
    """The logit changes by share * h where the map is made larger by h times itself."""
    run = run_of(branching_graph(), seed=7)
    shares = map_shares(run, "2")
    x = run[stage].astype(np.float64)
    for channel, share in enumerate(shares.stages[stage].shares):
        logits = []
        for step in (STEP, -STEP):
            moved = x.copy()
            moved[channel] *= 1 + step
            logits.append(logit_with(run, stage, moved, 2))
        assert share == pytest.approx((logits[0] - logits[1]) / (2 * STEP), rel=1e-6, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(graph=networks(), seed=st.integers(0, 99))
def test_in_every_stage_of_every_network_shares_and_rest_are_the_logit(graph: Graph, seed: int) -> None:
    run = run_of(graph, seed)
    shares = map_shares(run)
    assert (shares.class_, shares.logit) == (run.predictions[0].class_, run.predictions[0].logit)
    names = list(run.trace.values)
    assert list(shares.stages) == names[: names.index(run.model.logits_stage) + 1]
    for name, stage in shares.stages.items():
        assert stage.shares.shape == (len(run[name]),)
        assert stage.shares.sum() + stage.rest == pytest.approx(shares.logit, rel=1e-9, abs=1e-9)
    own = shares.stages[run.model.logits_stage].shares
    assert own[run.model.classes.index(shares.class_)] == shares.logit and np.count_nonzero(own) <= 1


def test_after_the_last_bend_a_share_is_exactly_what_goes_without_the_map() -> None:
    picture = np.zeros((28, 28), np.uint8)
    picture[4:24, 13:16] = 255
    run = load("digits").run(picture)
    shares = map_shares(run)
    place = run.model.classes.index(shares.class_)
    for channel, share in enumerate(shares.stages["relu3"].shares):
        without = run["relu3"].astype(np.float64)
        without[channel] = 0
        assert shares.logit - logit_with(run, "relu3", without, place) == pytest.approx(share, abs=1e-5)
    bias = float(run.model.graph.parameters["dense.bias"][place])
    assert shares.stages["relu3"].rest == pytest.approx(bias, abs=1e-5)


def test_another_class_can_be_asked_about_and_an_unknown_one_is_named() -> None:
    run = run_of(branching_graph())
    assert map_shares(run, "3").logit == float(run["dense"][3])
    with pytest.raises(ClassNotFound, match="no class `cat` in this model; its classes are: 0, 1, 2, 3"):
        map_shares(run, "cat")


def test_a_stage_that_the_logits_are_not_made_from_adds_nothing() -> None:
    dense = Dense(values((3, 12), 1), values((3,), 2))
    aside = Stage("aside", Dense(values((2, 12), 3), values((2,), 4)), ("flatten",))
    stages = (Stage("flatten", Flatten(), ("input",)), aside, Stage("dense", dense, ("flatten",)))
    run = run_of(Graph((3, 2, 2), (*stages, Stage("softmax", Softmax(), ("dense",)))))
    shares = map_shares(run)
    assert shares.stages["aside"].shares.tolist() == [0, 0] and shares.stages["aside"].rest == shares.logit


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_where_numbers_are_not_finite_there_are_no_shares() -> None:
    first = Dense(np.full((2, 12), 3e38), np.zeros(2))
    last = Dense(np.ones((3, 2)), np.zeros(3))
    stages = (
        Stage("flatten", Flatten(), ("input",)),
        Stage("first", first, ("flatten",)),
        Stage("last", last, ("first",)),
    )
    graph = Graph((3, 2, 2), stages).astype(np.float32)
    broken = Model("test", "Test", graph, ("a", "b", "c"), preprocessing=())
    run = broken.run_prepared(Prepared(abs(single((3, 2, 2), 1)) + 1, (), ()))
    with pytest.raises(SharesUndefined, match="stage `first` has values that are not finite"):
        map_shares(run)


def test_the_example_in_the_docstring() -> None:
    result = doctest.testmod(model.explain.shares)
    assert result.attempted > 0 and result.failed == 0
