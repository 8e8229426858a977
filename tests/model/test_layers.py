"""Every layer's values: those of onnx's reference in float64, those of onnxruntime in float32."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import onnxruntime
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from onnx.reference import ReferenceEvaluator

from model import layers
from model.layers import (
    Add,
    AveragePool,
    BatchNorm,
    Concat,
    Conv2d,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    Softmax,
    fold,
)
from model.tensor import Array
from tests.model.layer_cases import (
    CASES,
    Case,
    as_onnx,
    average_pool,
    batch_norm,
    frozen,
    max_pool,
    seeds,
    values,
)

every_layer = pytest.mark.parametrize("kind", CASES, ids=lambda kind: kind.op)


def reference(case: Case) -> Array:
    """What onnx's own evaluator, written to be read and not to be fast, says of the case."""
    feeds = {f"x{k}": x for k, x in enumerate(case.inputs)}
    y, *_ = ReferenceEvaluator(as_onnx(case)).run(None, feeds)
    return np.asarray(y)


def misread_by_the_reference(layer: Layer) -> bool:
    """onnx 1.23 reads the `pads` of a MaxPool without strides and dilations as top, bottom, left, right.

    The standard says top, left, bottom, right, and onnxruntime, which the next test asks, reads it so.
    """
    if not isinstance(layer, MaxPool) or (*layer.stride, *layer.dilation) != (1, 1, 1, 1):
        return False
    return layer.padding[1] != layer.padding[2]


def runtime(case: Case) -> Array:
    """What onnxruntime says of the case."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(as_onnx(case).SerializeToString(), options)
    return np.asarray(session.run(["y"], {f"x{k}": x for k, x in enumerate(case.inputs)})[0])


def test_there_is_a_case_for_every_layer() -> None:
    kinds = {kind for kind in vars(layers).values() if isinstance(kind, type) and issubclass(kind, Layer)}
    assert kinds - {Layer} == set(CASES)


@every_layer
@settings(max_examples=100)
@given(data=st.data())
def test_agrees_with_the_reference(kind: type[Layer], data: st.DataObject) -> None:
    case = data.draw(CASES[kind]())
    assume(not misread_by_the_reference(case.layer))
    y = case.layer.forward(*case.inputs)
    assert y.shape[1:] == case.layer.output_shape(*case.shapes)
    np.testing.assert_allclose(y, reference(case), rtol=1e-12, atol=1e-12)


@every_layer
@settings(max_examples=100)
@given(data=st.data())
def test_agrees_with_onnxruntime(kind: type[Layer], data: st.DataObject) -> None:
    case = data.draw(CASES[kind]()).astype(np.float32)
    np.testing.assert_allclose(case.layer.forward(*case.inputs), runtime(case), rtol=1e-5, atol=1e-5, strict=True)


@settings(max_examples=100)
@given(case=max_pool(pads_below_kernel=False) | average_pool(pads_below_kernel=False))
def test_pools_with_much_padding_agree_with_the_reference(case: Case) -> None:
    assume(not misread_by_the_reference(case.layer))
    np.testing.assert_allclose(case.layer.forward(*case.inputs), reference(case), rtol=1e-12, atol=1e-12)


@settings(max_examples=100)
@given(case=batch_norm(training=True))
def test_batch_norm_in_training_agrees_with_the_reference(case: Case) -> None:
    np.testing.assert_allclose(case.layer.forward(*case.inputs), reference(case), rtol=1e-11, atol=1e-11, strict=True)


@every_layer
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@settings(max_examples=10)
@given(data=st.data())
def test_keeps_the_dtype(kind: type[Layer], dtype: type, data: st.DataObject) -> None:
    case = data.draw(CASES[kind]()).astype(dtype)
    y = case.layer.forward(*case.inputs)
    gradients = case.layer.backward(y, y, *case.inputs)
    arrays = (y, *gradients.inputs, *gradients.parameters.values())
    assert {array.dtype for array in arrays} == {np.dtype(dtype)}


@every_layer
@settings(max_examples=10)
@given(data=st.data())
def test_is_pure(kind: type[Layer], data: st.DataObject) -> None:
    """The cases' arrays are read-only, so a layer that wrote to one would fail here. Nothing is kept."""
    case = data.draw(CASES[kind]())
    before = dict(vars(case.layer))
    y = frozen(case.layer.forward(*case.inputs))
    grad = frozen(np.ones_like(y))
    first, second = (case.layer.backward(grad, y, *case.inputs) for _ in range(2))
    assert vars(case.layer) == before
    np.testing.assert_array_equal(case.layer.forward(*case.inputs), y)
    for one, other in zip(first.inputs, second.inputs, strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(FrozenInstanceError):
        case.layer.last_input = case.inputs[0]  # type: ignore[attr-defined]


def test_relu_and_max_pool_keep_ties_and_zeros_apart() -> None:
    """The kinks, which the drawn values avoid: the gradient at 0 is 0, and of equal values the first wins."""
    x = np.zeros((1, 1, 2, 2))
    assert not layers.Relu().backward(np.ones_like(x), x, x).inputs[0].any()
    (grad,) = MaxPool((2, 2)).backward(np.ones((1, 1, 1, 1)), x[:, :, :1, :1], x).inputs
    assert grad.ravel().tolist() == [1, 0, 0, 0]


def test_max_pool_padding_never_wins() -> None:
    y = MaxPool((2, 2), padding=(1, 1, 0, 0)).forward(np.full((1, 1, 2, 2), -5.0))
    assert (y == -5).all()


def test_softmax_of_huge_logits_is_finite() -> None:
    y = Softmax().forward(np.array([[1e30, -1e30, 1e30]], np.float32))
    assert y.tolist() == [[0.5, 0.0, 0.5]]


@settings(max_examples=100)
@given(data=st.data())
def test_fold_gives_what_norm_after_conv_gives(data: st.DataObject) -> None:
    case = data.draw(CASES[Conv2d]())
    conv = case.layer
    assert isinstance(conv, Conv2d)
    kernels = len(conv.weight)
    scale, bias, mean, variance = (values((kernels,), data.draw(seeds)) for _ in range(4))
    norm = BatchNorm(scale, bias, mean, abs(variance))
    folded = fold(conv, norm)
    np.testing.assert_allclose(
        folded.forward(*case.inputs), norm.forward(conv.forward(*case.inputs)), rtol=1e-10, atol=1e-10
    )
    assert folded.attributes == conv.attributes
    single = {name: array.astype(np.float32) for name, array in conv.parameters.items()}
    assert fold(conv.with_parameters(single), norm).weight.dtype == np.float32


@pytest.mark.parametrize(
    ("layer", "shapes", "message"),
    [
        (Conv2d(np.ones((2, 3, 3, 3)), np.ones(2)), [(4, 9, 9)], r"for 3 channels .* shape \(4, 9, 9\)"),
        (Conv2d(np.ones((2, 3, 3, 3)), np.ones(2)), [(3, 2, 2)], "3 x 3 cells does not fit .* 2 x 2"),
        (Conv2d(np.ones((2, 3, 3, 3)), np.ones(2)), [(27,)], "3 channels of rows and columns"),
        (MaxPool((2, 2)), [(5,)], "MaxPool works on maps"),
        (MaxPool((1, 1), padding=(1, 0, 0, 0)), [(1, 2, 2)], "nothing but padding"),
        (MaxPool((2, 1), padding=(1, 0, 1, 0), dilation=(3, 1)), [(1, 2, 3)], "nothing but padding"),
        (AveragePool((1, 1), padding=(0, 0, 0, 1)), [(1, 2, 2)], "nothing but padding"),
        (GlobalAveragePool(), [(5,)], "GlobalAveragePool works on maps"),
        (Dense(np.ones((2, 3)), np.ones(2)), [(3, 1, 1)], "for 3 inputs .* flatten maps first"),
        (Softmax(), [(3, 1, 1)], "one row of logits"),
        (BatchNorm(*np.ones((4, 2))), [(3, 4, 4)], "for 2 channels"),
        (Add(), [(3, 4, 4), (3, 4, 5)], r"two inputs of one shape .*\(3, 4, 4\), \(3, 4, 5\)"),
        (Concat(), [(3, 4, 4), (3, 4, 5)], "differ in channels alone"),
        (Concat(), [], "differ in channels alone"),
    ],
    ids=lambda value: value.op if isinstance(value, Layer) else str(value),
)
def test_refuses_inputs_that_do_not_fit(layer: Layer, shapes: list[tuple[int, ...]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        layer.output_shape(*shapes)


def test_refuses_parameters_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="weights of shape"):
        Conv2d(np.ones((2, 3, 3)), np.ones(2))
    with pytest.raises(ValueError, match="3 kernels in 2 groups"):
        Conv2d(np.ones((3, 1, 3, 3)), np.ones(3), groups=2)
    with pytest.raises(ValueError, match="biases of shape"):
        Dense(np.ones((2, 3)), np.ones(3))
    with pytest.raises(ValueError, match=r"scale \(2,\), bias \(3,\)"):
        BatchNorm(np.ones(2), np.ones(3), np.ones(2), np.ones(2))


def test_padding_that_counts_is_a_mean_of_zeros() -> None:
    pool = AveragePool((1, 1), padding=(1, 1, 1, 1), count_padding=True)
    assert pool.output_shape((1, 2, 2)) == (1, 4, 4)
    assert pool.forward(np.ones((1, 1, 2, 2)))[0, 0, 0].tolist() == [0, 0, 0, 0]


def test_multiply_adds_count_the_products_of_one_image() -> None:
    conv = Conv2d(np.ones((8, 2, 3, 3)), np.ones(8), padding=(1, 1, 1, 1), groups=2)
    assert conv.multiply_adds((4, 10, 10)) == 8 * 2 * 9 * 100
    assert Dense(np.ones((10, 784)), np.ones(10)).multiply_adds((784,)) == 7840
    assert Flatten().multiply_adds((3, 2, 2)) == 0
