"""Windows: what they cover, how often, and that `scatter` undoes what `windows` reads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from model.tensor import Window
from tests.model.layer_cases import values, windows


@settings(max_examples=100)
@given(drawn=windows())
def test_windows_hold_the_cells_they_say(drawn: tuple[Window, int, int]) -> None:
    window, rows, columns = drawn
    x = values((1, 1, rows, columns), seed=1)
    read = window.windows(x)
    counts = window.counts(rows, columns)
    assert read.shape == (1, 1, *window.kernel, *window.output_size(rows, columns))
    assert counts.shape == window.output_size(rows, columns)
    for row, column in np.ndindex(*counts.shape):
        inside = 0
        for i, j, r, c in window.cells(row, column):
            real = 0 <= r < rows and 0 <= c < columns
            inside += real
            assert read[0, 0, i, j, row, column] == (x[0, 0, r, c] if real else 0)
        assert inside == counts[row, column]


@settings(max_examples=100)
@given(drawn=windows())
def test_scatter_is_the_transpose_of_windows(drawn: tuple[Window, int, int]) -> None:
    """<windows(x), g> = <x, scatter(g)> for all x and g."""
    window, rows, columns = drawn
    x = values((2, 3, rows, columns), seed=1)
    read = window.windows(x)
    grads = values(read.shape, seed=2)
    assert np.vdot(read, grads) == pytest.approx(np.vdot(x, window.scatter(grads, rows, columns)), abs=1e-9)


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"kernel": (0, 3)}, r"kernel is \(0, 3\); every entry must be 1 or more"),
        ({"kernel": (3, 3), "stride": (1, 0)}, r"stride is \(1, 0\)"),
        ({"kernel": (3, 3), "dilation": (-1, 1)}, r"dilation is \(-1, 1\)"),
        ({"kernel": (3, 3), "padding": (0, 0, 0, -1)}, r"padding is \(0, 0, 0, -1\); .* 0 or more"),
    ],
)
def test_refuses_what_cannot_slide(attributes: dict[str, tuple[int, ...]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Window(**attributes)  # type: ignore[arg-type]


def test_refuses_a_map_that_is_too_small() -> None:
    with pytest.raises(ValueError, match=r"5 x 3 cells does not fit into a map of 4 x 9 cells"):
        Window((3, 3), padding=(1, 0, 1, 0), dilation=(2, 1)).output_size(2, 9)
