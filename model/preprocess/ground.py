"""The brightness of a photographed ground at every pixel, had nobody written on it."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from model.preprocess.resample import resample
from model.tensor import Array

SMALL = 64
"""Pixels on the longer side of the copy in which the ground is estimated: noise and fine strokes vanish in it."""

WINDOW = 21
"""Rows and columns of the small copy, a third of the picture, whose median is the ground in their middle."""

ROUNDS = 12
"""Rounds in which the smooth ground settles; it changes by less than a brightness level from there on."""


def small_copy(pixels: Array) -> Array:
    """The copy in which the ground is estimated, float32."""
    rows, columns = pixels.shape
    scale = min(1.0, SMALL / max(rows, columns))
    return resample(pixels, max(1, round(rows * scale)), max(1, round(columns * scale)))


def local_ground(small: Array) -> Array:
    """The ground as the median of what is around: it follows shadows and the edges of the sheet.

    Right where ink covers less than half of each window.
    """
    # Places in the order of brightness stand for the values: to find their median, 16 bits take a third of the time.
    order = np.argsort(small, axis=None, kind="stable")
    places = np.empty(small.size, np.uint16)
    places[order] = np.arange(small.size, dtype=np.uint16)
    slid = slide(places.reshape(small.shape), WINDOW)
    # Every other value, as on the black squares of a chessboard: half the work, and all but the same median.
    black = [slid[..., start::2, start::2].reshape(*small.shape, -1) for start in (0, 1)]
    values = np.concatenate(black, axis=-1)
    middle = values.shape[-1] // 2  # of an odd number of values; `np.median` looks for the last one, too, and is slower
    values.partition(middle, axis=-1)
    median: Array = small.ravel()[order[values[..., middle]]]
    return median


def smooth_ground(small: Array, ink_is_dark: bool) -> Array:
    """The ground as a smooth surface, a + b x + c y + d x^2 + e x y + f y^2, on one side of which the ink lies.

    Right where the light changes gently, however much of the picture the ink covers. The fit counts what lies on
    the ink's side of it little at first (an expectile, Newey and Powell, 1987), and not at all in the end.
    """
    rows, columns = small.shape
    x, y = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
    # A row for each term: NumPy is several times slower over many short rows than over a few long ones.
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y]).reshape(6, -1)
    values = small.ravel().astype(np.float64)
    weight = np.ones(values.size)
    fit: Array = values
    for k in range(ROUNDS):
        weighed = terms * weight
        # A little is added to the diagonal: a picture of few rows does not tell all six terms apart.
        fit = np.linalg.solve(weighed @ terms.T + 1e-3 * np.eye(6), weighed @ values) @ terms
        above = values - fit if ink_is_dark else fit - values
        if k < ROUNDS // 2:
            weight = np.where(above >= 0, 1.0, 0.02)
        else:
            spread = 1 + float(np.sqrt(np.mean(np.square(above[above >= 0])))) if (above >= 0).any() else 1.0
            weight = np.where(abs(above) < 3 * spread, 1.0, 1e-6)
    return fit.reshape(rows, columns).clip(0, 255).astype(np.float32)


def guarded(level: Array, ink_is_dark: bool) -> Array:
    """The level that ink has to differ from: the darkest of the ground nearby for dark ink, else the lightest.

    Where the ground itself changes quickly (the edge of a shadow or of the sheet) its place is not known to the
    pixel, and what lies between its two levels is no ink.
    """
    nearest = np.minimum if ink_is_dark else np.maximum
    padded = np.pad(level, 1, mode="edge")
    down = nearest(nearest(padded[:-2], padded[1:-1]), padded[2:])
    guard: Array = nearest(nearest(down[:, :-2], down[:, 1:-1]), down[:, 2:])
    return guard


def slide(pixels: Array, size: int) -> Array:
    """The window of `size` x `size` around each pixel (rows, columns, size, size); the edge is repeated outwards."""
    return sliding_window_view(np.pad(pixels, size // 2, mode="edge"), (size, size))
