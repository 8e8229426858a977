"""Memory that the inference plan uses again: a trace that was handed out never changes, whatever is run after it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from model.graph import Graph, Trace
from model.plan import InferencePlan
from model.tensor import Array
from tests.model.plan_cases import expect_alike, frozen, networks, pictures, small_network


def test_a_trace_never_changes() -> None:
    plan = InferencePlan(small_network())
    first, *others = pictures(4)
    kept = plan.run(first)
    before = frozen(kept)
    for x in others:
        plan.run(x)
    assert frozen(kept) == before == frozen(plan.run(first))


def test_a_part_of_a_trace_never_changes() -> None:
    """Memory is used again only when nobody can see it any more, be it one cell of one stage."""
    plan = InferencePlan(small_network())
    for images in (1, 3, 9):
        first, other = (np.concatenate(pictures(2 * images))[part] for part in (slice(images), slice(images, None)))
        kept = [values[..., -1:] for values in plan.run(first).values.values()]
        before = [part.tobytes() for part in kept]
        plan.run(other)
        plan.run(other)
        assert [part.tobytes() for part in kept] == before


def test_memory_is_used_again_once_nobody_has_it() -> None:
    plan = InferencePlan(small_network())
    (x,) = pictures(1)
    address = plan.run(x).values["stage0"].__array_interface__["data"]
    assert plan.run(x).values["stage0"].__array_interface__["data"] == address


def test_memory_that_was_made_read_only_is_used_again() -> None:
    """As a model does with every trace; and whoever keeps one stage leaves the others' arrays to the next run."""
    plan = InferencePlan(small_network())
    for images in (1, 3, 9):
        x = np.concatenate(pictures(images))
        for stage in ("stage0", "stage3", "stage7"):
            values = plan.run(x).values
            for array in values.values():
                array.flags.writeable = False
            kept = values[stage]
            del array, values
            x = x + 1
            assert plan.run(x).values[stage] is not kept
            assert not kept.flags.writeable


def test_stages_that_are_kept_from_one_run_after_another_never_change() -> None:
    """What a run leaves to the next one, the next one's trace may lose to somebody else."""
    plan = InferencePlan(small_network())
    for images in (1, 3, 9):
        x = np.concatenate(pictures(images))
        kept = [plan.run(x + number).values[f"stage{number}"] for number in range(8)]
        before = [values.tobytes() for values in kept]
        plan.run(x + 8)
        assert [values.tobytes() for values in kept] == before


def test_threads_that_share_a_plan_get_the_bytes_of_one_alone() -> None:
    graph = small_network()
    inputs = pictures(8) * 6
    alone = [frozen(InferencePlan(graph).run(x)) for x in inputs[:8]] * 6
    plan = InferencePlan(graph)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda x: frozen(plan.run(x)), inputs)) == alone


@settings(max_examples=20, deadline=None)
@given(networks(), st.lists(st.integers(1, 9), min_size=8, max_size=8), st.sampled_from([np.float32, np.float64]))
def test_eight_threads_get_the_bytes_of_one_alone(graph: Graph, sizes: list[int], dtype: type) -> None:
    """All in one plan at once, each with batches of sizes of its own."""
    graph = graph.astype(dtype)
    inputs = [batch(graph, images, seed, dtype) for seed, images in enumerate(sizes)]
    alone = [frozen(InferencePlan(graph).run(x)) for x in inputs]
    plan, together = InferencePlan(graph), Barrier(8)

    def work(first: int) -> bool:
        together.wait(60)
        numbers = [(first + further) % 8 for further in (0, 0, 1, 2, 0)]
        return all(frozen(plan.run(inputs[number])) == alone[number] for number in numbers)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(8)))


def batch(graph: Graph, images: int, seed: int, dtype: type) -> Array:
    x: Array = np.random.default_rng(seed).normal(size=(images, *graph.input_shape)).astype(dtype)
    return x


class Stop(Exception):
    """What a run is ended with, between two stages."""


@dataclass(frozen=True, eq=False)
class Kept:
    """Arrays of a trace, or parts of them, that somebody keeps, and the bytes that they had."""

    arrays: list[Array]
    before: list[bytes]


class Interleaved(RuleBasedStateMachine):
    """Runs of all sizes by three threads, of which some are broken off, while traces, stages and parts of them are
    kept, made read-only, and given up in any order."""

    kept: Bundle[Kept] = Bundle("kept")

    def __init__(self) -> None:
        super().__init__()
        self.threads = [ThreadPoolExecutor(1) for _ in range(3)]
        self.expected: dict[tuple[int, int], dict[str, bytes]] = {}
        self.all_kept: list[Kept] = []

    @initialize(graph=networks(), dtype=st.sampled_from([np.float32, np.float64]))
    def begin(self, graph: Graph, dtype: type) -> None:
        self.graph, self.dtype = graph.astype(dtype), dtype
        self.plan = InferencePlan(self.graph)

    @rule(
        target=kept,
        images=st.sampled_from([1, 1, 2, 3, 5, 9, 10]),
        seed=st.integers(0, 2),
        thread=st.integers(0, 2),
        keep=st.sampled_from(["nothing", "all", "some", "parts", "turned"]),
        read_only=st.booleans(),
        draw=st.data(),
    )
    def run(self, images: int, seed: int, thread: int, keep: str, read_only: bool, draw: st.DataObject) -> Kept:
        x = batch(self.graph, images, seed, self.dtype)
        values = self.threads[thread].submit(lambda: dict(self.plan.run(x).values)).result()
        assert {name: array.tobytes() for name, array in values.items()} == self.right(x, seed)
        if read_only:  # as a model does with all of them
            for array in values.values():
                array.flags.writeable = False
        match keep:
            case "nothing":
                arrays = []
            case "all":
                arrays = list(values.values())
            case "some":
                arrays = [values[name] for name in draw.draw(st.sets(st.sampled_from(sorted(values)), max_size=2))]
            case "parts":
                arrays = [values[draw.draw(st.sampled_from(sorted(values)))][-1:, ..., :1]]
            case _:
                arrays = [np.moveaxis(values[draw.draw(st.sampled_from(sorted(values)))], 0, -1)[..., ::-1]]
        kept = Kept(arrays, [array.tobytes() for array in arrays])
        self.all_kept.append(kept)
        return kept

    def right(self, x: Array, seed: int) -> dict[str, bytes]:
        """The bytes of a plan that ran nothing before, which gives the layers' numbers."""
        key = len(x), seed
        if key not in self.expected:
            trace = InferencePlan(self.graph).run(x)
            expect_alike(trace, self.graph.run(x), self.dtype)
            self.expected[key] = frozen(trace)
        return self.expected[key]

    @rule(images=st.sampled_from([1, 2, 9]), thread=st.integers(0, 2), stage=st.integers(0, 20))
    def run_and_break_off(self, images: int, thread: int, stage: int) -> None:
        stages = iter(range(stage % len(self.graph.stages)))

        def between() -> None:
            if next(stages, None) is None:
                raise Stop

        x = batch(self.graph, images, 7, self.dtype)
        with pytest.raises(Stop):
            self.threads[thread].submit(self.plan.run, x, between).result()

    @rule(outer=st.sampled_from([1, 2, 9]), inner=st.sampled_from([1, 2, 9]), thread=st.integers(0, 2))
    def run_within_a_run(self, outer: int, inner: int, thread: int) -> None:
        x, other = batch(self.graph, outer, 0, self.dtype), batch(self.graph, inner, 1, self.dtype)
        runs: list[Trace] = []

        def both() -> Trace:
            return self.plan.run(x, lambda: runs.append(self.plan.run(other)) if not runs else None)

        found = self.threads[thread].submit(both).result()
        assert frozen(found) == self.right(x, 0)
        assert frozen(runs[0]) == self.right(other, 1)

    @rule(kept=kept)
    def make_read_only(self, kept: Kept) -> None:
        for array in kept.arrays:
            array.flags.writeable = False

    @rule(kept=consumes(kept))
    def give_up(self, kept: Kept) -> None:
        self.all_kept.remove(kept)
        kept.arrays.clear()

    @invariant()
    def what_is_kept_stays_as_it_was(self) -> None:
        for kept in self.all_kept:
            assert [array.tobytes() for array in kept.arrays] == kept.before

    def teardown(self) -> None:
        for thread in self.threads:
            thread.shutdown()


Interleaved.TestCase.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
test_whatever_is_run_and_kept_in_between = Interleaved.TestCase
