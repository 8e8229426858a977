"""The trainer: gradients, steps, chance and learning."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import load
from model.__main__ import main
from model.graph import Graph, Stage
from model.layers import BatchNorm, Flatten, GlobalAveragePool, Relu, Softmax
from model.onnx_file import read
from model.tensor import Array
from model.train import RECIPES
from model.train.augment import Augmentation, sample
from model.train.calibrate import temperature, with_temperature
from model.train.data import Dataset, find_data, hold_back, shuffled_batches
from model.train.evaluate import evaluate, judge, reliability_error, wilson_interval
from model.train.loader import batches
from model.train.loop import State, train
from model.train.loss import cross_entropy
from model.train.optimiser import AdamW, Arrays, Sgd
from model.train.pictures import DataError, Pictures
from model.train.recipe import Recipe, new_conv, new_dense
from model.train.resume import fingerprint, read_state, write_state
from model.train.schedule import OneCycle


@given(st.integers(1, 5), st.integers(2, 6), st.floats(0, 0.5), st.integers(0, 1000))
def test_the_gradient_of_the_loss_is_its_slope(count: int, classes: int, smoothing: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits, labels = rng.normal(size=(count, classes)) * 3, rng.integers(0, classes, count)
    loss = cross_entropy(logits, labels, smoothing)
    for place in np.ndindex(*logits.shape):
        step = np.zeros_like(logits)
        step[place] = 1e-6
        slope = (
            cross_entropy(logits + step, labels, smoothing).value
            - cross_entropy(logits - step, labels, smoothing).value
        )
        assert loss.grad[place] == pytest.approx(slope / 2e-6, abs=1e-7)


def test_the_loss_of_huge_scores_is_finite() -> None:
    loss = cross_entropy(np.array([[1e4, -1e4]]), np.array([1]))
    assert loss.value == pytest.approx(2e4) and np.isfinite(loss.grad).all()


def test_sgd_steps_as_its_formula_says() -> None:
    optimiser = Sgd(momentum=0.5, weight_decay=0.1)
    parameters: Arrays = {"a.weight": np.array([1.0]), "a.bias": np.array([2.0])}
    state = optimiser.start(parameters)
    grads = {"a.weight": np.array([0.4]), "a.bias": np.array([0.4])}
    parameters, state = optimiser.update(parameters, grads, state, 0.1)
    assert parameters["a.weight"] == pytest.approx(1 - 0.1 * (0.4 + 0.1))
    assert parameters["a.bias"] == pytest.approx(2 - 0.1 * 0.4)
    parameters, state = optimiser.update(parameters, grads, state, 0.1)
    assert parameters["a.bias"] == pytest.approx(1.96 - 0.1 * (0.5 * 0.4 + 0.4))


def test_adam_s_first_step_is_the_rate_whatever_the_gradient() -> None:
    for size in (1e-3, 1.0, 1e3):
        optimiser = AdamW()
        parameters = {"a.weight": np.array([1.0, 1.0])}
        updated, _ = optimiser.update(
            parameters, {"a.weight": np.array([size, -size])}, optimiser.start(parameters), 0.01
        )
        assert updated["a.weight"] == pytest.approx([0.99, 1.01], abs=1e-6)


def test_one_cycle_rises_to_its_peak_and_falls_to_its_end() -> None:
    rates = [OneCycle(peak=2.0, warmup=0.25).rate(step, 101) for step in range(101)]
    assert rates[0] == pytest.approx(0.08) and rates[25] == pytest.approx(2) and rates[100] == pytest.approx(0.002)
    assert rates[:26] == sorted(rates[:26]) and rates[25:] == sorted(rates[25:], reverse=True)


@given(st.integers(1, 4), st.integers(1, 3), st.integers(4, 20), st.integers(4, 20), st.integers(0, 99))
def test_augmentation_keeps_shape_type_and_range_and_repeats(
    n: int, c: int, rows: int, columns: int, seed: int
) -> None:
    images = np.random.default_rng(seed).random((n, c, rows, columns), np.float32)
    every = Augmentation(rotation=20, scale=0.2, shear=0.2, shift=2, elastic=1, stroke=0.5)
    changed = every.apply(images, np.random.default_rng(seed))
    assert changed.shape == images.shape and changed.dtype == np.float32
    assert changed.min() >= 0 and changed.max() <= 1.00001
    assert np.array_equal(changed, every.apply(images, np.random.default_rng(seed)))
    assert np.allclose(Augmentation().apply(images, np.random.default_rng(seed)), images, atol=1e-5)


@given(st.integers(1, 4), st.integers(6, 20), st.integers(6, 20), st.integers(0, 99))
def test_augmentation_of_photos_keeps_type_and_range_takes_any_size_and_repeats(
    n: int, rows: int, columns: int, seed: int
) -> None:
    images = np.random.default_rng(seed).random((n, 3, 16, 12), np.float32)
    every = Augmentation(rotation=10, scale=0.2, shift=2, flip=True, colour=0.5, cutout=0.3, edge=True)
    changed = every.apply(images, np.random.default_rng(seed), (rows, columns))
    assert changed.shape == (n, 3, rows, columns) and changed.dtype == np.float32
    assert changed.min() >= 0 and changed.max() <= 1
    assert np.array_equal(changed, every.apply(images, np.random.default_rng(seed), (rows, columns)))


def test_flips_and_shifts_move_whole_pixels_and_repeat_the_edge() -> None:
    image = np.arange(12, dtype=np.float32).reshape(1, 1, 3, 4) / 12
    seen = {
        Augmentation(shift=1, flip=True, edge=True).apply(image, np.random.default_rng(seed)).tobytes()
        for seed in range(300)
    }
    wide = np.pad(image[0, 0], 1, mode="edge")
    places = [(row, column) for row in range(3) for column in range(3)]
    mirrored = np.pad(image[0, 0, :, ::-1], 1, mode="edge")
    expected = {each[r : r + 3, c : c + 4].tobytes() for each in (wide, mirrored) for r, c in places}
    assert seen == expected


def test_cutout_covers_a_square_in_half_of_the_images() -> None:
    images = np.zeros((400, 1, 10, 10), np.float32)
    covered = Augmentation(cutout=0.4).apply(images, np.random.default_rng(0)) == 0.5
    counts = covered.sum(axis=(1, 2, 3))
    assert 150 < (counts > 0).sum() < 250 and counts.max() == 16


def test_sampling_between_cells_is_bilinear_and_0_outside() -> None:
    image = np.arange(6, dtype=np.float32).reshape(1, 1, 2, 3)
    rows, columns = np.array([[[0.5, 0, -5]]], np.float32), np.array([[[0.5, 2, 1]]], np.float32)
    assert sample(image, rows, columns).ravel().tolist() == [2.0, 2.0, 0.0]


def shapes(count: int, seed: int) -> Dataset:
    """Bars across, bars down, and dots: small pictures that anyone could tell apart."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 60, (count, 1, 12, 12)).astype(np.uint8)
    labels = rng.integers(0, 3, count)
    for image, label in zip(images[:, 0], labels, strict=True):
        row, column = rng.integers(2, 9, 2)
        if label == 0:
            image[row, 1:11] = 230
        elif label == 1:
            image[1:11, column] = 230
        else:
            image[row - 1 : row + 2, column - 1 : column + 2] = 230
    return Dataset(images, labels, ("across", "down", "dot"))


def build(rng: np.random.Generator) -> Graph:
    one, zero = np.ones(6, np.float32), np.zeros(6, np.float32)
    return Graph(
        (1, 12, 12),
        (
            Stage("conv1", new_conv(rng, 1, 6, 3), ("input",)),
            Stage("norm1", BatchNorm(one, zero, zero, one, training=True), ("conv1",)),
            Stage("relu1", Relu(), ("norm1",)),
            Stage("conv2", new_conv(rng, 6, 6, 3), ("relu1",)),
            Stage("relu2", Relu(), ("conv2",)),
            Stage("pool", GlobalAveragePool(), ("relu2",)),
            Stage("flatten", Flatten(), ("pool",)),
            Stage("dense", new_dense(rng, 6, 3), ("flatten",)),
            Stage("softmax", Softmax(), ("dense",)),
        ),
    )


RECIPE = Recipe(
    id="shapes",
    title="Shapes",
    build=build,
    load=lambda folder, split: shapes(600, 1 if split == "train" else 2),
    optimiser=Sgd(),
    schedule=OneCycle(peak=0.2),
    augmentation=Augmentation(shift=1),
    preprocessing=({"step": "gray"},),
    card={"architecture": "small", "data": "generated", "limits": "three shapes"},
    epochs=6,
    batch=32,
    held_back=100,
    smoothing=0.0,
    average=0.9,
    checkpoints=(0, 1, 6),
)


def weights(graph: Graph) -> dict[str, Array]:
    return graph.parameters


def test_shapes_are_learnt_and_the_same_seed_learns_the_same_to_the_bit() -> None:
    training, validation = hold_back(shapes(600, 1), 100, seed=0)
    first = train(RECIPE, training, validation, seed=3)
    assert evaluate(first.best.graph, shapes(300, 9)).accuracy > 0.95
    assert first.finished and len(first.history) == 6
    assert [snapshot.epoch for snapshot in first.snapshots] == [0, 1, 6]
    assert "norm1.scale" not in first.best.graph.parameters
    again, other = train(RECIPE, training, validation, seed=3), train(RECIPE, training, validation, seed=4)
    for name, array in weights(first.best.graph).items():
        assert np.array_equal(array, weights(again.best.graph)[name])
    assert not np.array_equal(weights(first.best.graph)["dense.weight"], weights(other.best.graph)["dense.weight"])


def test_a_training_that_is_interrupted_leaves_the_best_so_far() -> None:
    training, validation = hold_back(shapes(600, 1), 100, seed=0)

    def stop(progress: object) -> None:
        if getattr(progress, "epoch", 0) == 3:
            raise KeyboardInterrupt

    trained = train(RECIPE, training, validation, 0, stop)
    assert not trained.finished and trained.best.epoch <= 2 and len(trained.history) == 2


def test_a_training_goes_on_from_what_it_kept_to_the_same_weights(tmp_path: Path) -> None:
    training, validation = hold_back(shapes(600, 1), 100, seed=0)
    mark = fingerprint(RECIPE, training, validation, 3)
    kept: list[Path] = []

    def keep(state: State) -> None:
        kept.append(tmp_path / f"{state.epoch}.npz")
        write_state(kept[-1], state, mark)

    whole = train(RECIPE, training, validation, 3, keep=keep)
    assert len(kept) == RECIPE.epochs and not list(tmp_path.glob("*.part"))
    rest = train(RECIPE, training, validation, 3, state=read_state(kept[2], RECIPE, 3, mark))
    assert [shot.epoch for shot in rest.snapshots] == [shot.epoch for shot in whole.snapshots]
    for one, other in zip([rest.best, *rest.snapshots], [whole.best, *whole.snapshots], strict=True):
        assert one.epoch == other.epoch and one.validation.card() == other.validation.card()
        for name, array in other.graph.parameters.items():
            assert np.array_equal(one.graph.parameters[name], array)
    without_speed = [[{**line, "images_per_second": 0} for line in each.history] for each in (rest, whole)]
    assert without_speed[0] == without_speed[1]


def test_what_was_kept_of_another_training_is_not_taken(tmp_path: Path) -> None:
    training, validation = hold_back(shapes(600, 1), 100, seed=0)
    path = tmp_path / "state.npz"
    train(RECIPE, training, validation, 0, keep=lambda state: write_state(path, state, "mine"))
    with pytest.raises(DataError, match="another training"):
        read_state(path, RECIPE, 0, "yours")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match="damaged"):
        read_state(path, RECIPE, 0, "mine")
    assert read_state(tmp_path / "none.npz", RECIPE, 0, "mine") is None
    marks = {fingerprint(each, training, validation, 0) for each in (RECIPE, replace(RECIPE, smoothing=0.1))}
    assert len(marks) == 2


def test_a_training_stops_when_nothing_gets_better() -> None:
    training, validation = hold_back(shapes(600, 1), 100, seed=0)
    # After a few epochs every picture is right, and later epochs can at most be equal: the first best one counts.
    trained = train(replace(RECIPE, epochs=40, patience=3), training, validation, 0)
    accuracies = [line["validation_accuracy"] for line in trained.history]
    assert trained.finished and len(accuracies) < 40
    assert max(accuracies[-3:]) <= max(accuracies[:-3])


def test_the_loader_gives_the_same_batches_whoever_makes_them() -> None:
    dataset, change = shapes(100, 0), Augmentation(shift=1, flip=True)
    first, second = (list(batches(dataset, 16, change, (12, 12), 7, 1)) for _ in range(2))
    assert len(first) == 6
    for (images, labels), (other_images, other_labels) in zip(first, second, strict=True):
        assert np.array_equal(images, other_images) and np.array_equal(labels, other_labels)
    (other, _), *_ = batches(dataset, 16, change, (12, 12), 7, 2)
    assert not np.array_equal(other, first[0][0])


def test_an_error_in_the_background_comes_to_the_fore() -> None:
    pictures = Pictures(["no.png"], lambda name: b"not a picture", [{"step": "gray"}])
    with pytest.raises(DataError, match=r"no\.png: This looks like text"):
        list(batches(Dataset(pictures, np.zeros(1, int), ("a",)), 1, Augmentation(), (8, 8), 0, 1))


def test_a_temperature_makes_the_sure_unsure_and_changes_no_answer() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(4000, 3))
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    labels = (rng.random((4000, 1)) > shares.cumsum(axis=1)).sum(axis=1)
    assert temperature(scores, labels) == pytest.approx(1, abs=0.08)
    assert temperature(3 * scores, labels) == pytest.approx(3, abs=0.25)
    graph = build(rng)
    colder = with_temperature(graph, 2.0)
    x = rng.random((5, 1, 12, 12), np.float32)
    assert np.allclose(colder.run(x).values["dense"], graph.run(x).values["dense"] / 2, atol=1e-6)


def test_a_training_that_runs_away_says_so() -> None:
    training, validation = hold_back(shapes(600, 1), 100, seed=0)
    wild = replace(RECIPE, schedule=OneCycle(peak=1e12))
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="Lower the peak"):
        train(wild, training, validation, 0)


def test_held_back_images_are_not_trained_on_and_batches_see_each_image_once() -> None:
    dataset = Dataset(np.arange(50, dtype=np.uint8).reshape(50, 1, 1, 1), np.zeros(50, int), ("one",))
    training, validation = hold_back(dataset, 12, seed=5)
    values = [255 * each.inputs(np.arange(len(each))).ravel() for each in (training, validation)]
    assert sorted(np.concatenate(values).tolist()) == pytest.approx(range(50))
    seen = np.concatenate(list(shuffled_batches(50, 8, np.random.default_rng(0))))
    assert len(seen) == 48 and len(set(seen.tolist())) == 48
    with pytest.raises(DataError, match="held back"):
        hold_back(dataset, 50, seed=0)


def test_figures_of_an_evaluation() -> None:
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7]])
    judged = judge(probabilities, np.array([0, 1, 1, 1]), ("a", "b"))
    assert (judged.accuracy, judged.recall) == (0.75, {"a": 1.0, "b": pytest.approx(2 / 3)})
    assert judged.confusion.tolist() == [[1, 0], [1, 2]]
    assert wilson_interval(50, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert wilson_interval(100, 100)[1] == pytest.approx(1)
    assert reliability_error(np.array([0.75] * 4), np.array([True, True, True, False])) == pytest.approx(0)


def test_the_command_line_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "digits", "--data", str(tmp_path)]) == 1
    assert "mnist.npz" in capsys.readouterr().err
    assert main(["evaluate", "cats"]) == 1
    assert "digits" in capsys.readouterr().err
    assert main(["train", "digits", "--out", "digits.txt", "--data", str(tmp_path)]) == 1


needs_mnist = pytest.mark.skipif(
    not (find_data(os.environ.get("DATA")) / "mnist.npz").exists(),
    reason="mnist.npz is not here: name its folder in the environment variable DATA.",
)


@needs_mnist
def test_the_shipped_model_is_as_good_as_its_card_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "digits"]) == 0
    assert f"Accuracy {load('digits').card['accuracy']:.2%}" in capsys.readouterr().out


@needs_mnist
@pytest.mark.slow
def test_the_command_trains_and_writes_a_model_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = RECIPES["digits"].load
    monkeypatch.setitem(
        RECIPES,
        "digits",
        replace(
            RECIPES["digits"],
            load=lambda folder, split: small(folder, split).take(np.arange(2500)),
            held_back=500,
            checkpoints=(0, 1),
        ),
    )
    out = tmp_path / "small.onnx"
    assert main(["train", "digits", "--epochs", "1", "--out", str(out)]) == 0
    graph, metadata = read(out.read_bytes())
    assert list(graph.shapes) == list(load("digits").graph.shapes)
    assert metadata["classes"] == list("0123456789")
    assert metadata["card"]["epochs"] == 1
    assert (tmp_path / "small.checkpoints.npz").exists()
