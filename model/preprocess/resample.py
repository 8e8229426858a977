"""Changing a picture's size: one weighted mean per row and per column, written as two matrix products."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from model.tensor import Array

LARGEST = 4096
"""Pixels on a side that a step may be asked to make at the most."""

BAND = 8
"""Old pixels of a row whose new ones are made in one product."""

TOGETHER = 4
"""Stretches that are summed in one product: what it reads stays in cache, and few of its factors are 0."""


@lru_cache(maxsize=64)
def weights(size: int, new_size: int) -> Array:
    """The matrix (new_size, size), float32, whose rows are the weights that make each new pixel; rows sum to 1.

    Smaller: a new pixel is the mean of the old pixels it covers, a partly covered one counted in part, so that
    a line thinner than a new pixel becomes fainter but never falls between two of them. Larger: the new pixel
    lies between two old ones and takes from each the more, the nearer it is. Same size: the identity.
    """
    scale = size / new_size
    old = np.arange(size)
    if scale > 1:
        first = (np.arange(new_size) * scale)[:, None]
        shares = np.minimum(old + 1, first + scale) - np.maximum(old, first)
    else:
        middle = ((np.arange(new_size) + 0.5) * scale - 0.5).clip(0, size - 1)[:, None]
        shares = 1 - abs(old - middle)
    shares = np.maximum(shares, 0)
    matrix: Array = (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
    matrix.flags.writeable = False
    return matrix


def resample(pixels: Array, rows: int, columns: int) -> Array:
    """`pixels` (H, W) or (H, W, 3) at a new size, float32 (rows, columns, ...)."""
    if pixels.ndim == 3:
        return np.stack([resample(pixels[..., k], rows, columns) for k in range(pixels.shape[2])], axis=-1)
    down, across = weights(pixels.shape[0], rows), weights(pixels.shape[1], columns).T
    floats = pixels.astype(np.float32)
    # The product that shrinks most goes first: it leaves the least for the other.
    if rows * pixels.shape[1] <= columns * pixels.shape[0]:
        return _times(down @ floats, across)
    return down @ (floats @ across)


def _times(values: Array, across: Array) -> Array:
    """`values @ across`, leaving out what is 0 where a row becomes much longer: each new pixel takes from two old ones,
    and neighbours from the same."""
    old, new = across.shape
    if new < 2 * old or old < 4 * BAND:
        product: Array = values @ across
        return product
    longer = np.empty((len(values), new), np.float32)
    for first in range(0, old, BAND):
        # The new pixels whose middles lie at these old ones, which also take from one before and one after.
        fresh = slice(first * new // old, min(first + BAND, old) * new // old)
        taken = slice(max(0, first - 1), first + BAND + 1)
        np.matmul(values[:, taken], across[taken, fresh], out=longer[:, fresh])
    return longer


def quantise(values: Array) -> Array:
    """Values rounded to uint8, 0 .. 255."""
    return np.rint(values).clip(0, 255).astype(np.uint8)


def fit_within(pixels: Array, longest: int) -> Array:
    """`pixels`, uint8, shrunk if its longer side is over `longest` (see `box_mean`); the same array if it is not."""
    rows, columns = pixels.shape[:2]
    if max(rows, columns) <= longest:
        return pixels
    scale = longest / max(rows, columns)
    return box_mean(pixels, max(1, round(rows * scale)), max(1, round(columns * scale)))


def average_blocks(pixels: Array, factor: int) -> Array:
    """The mean of each `factor` x `factor` block, uint8; what does not fill a last block is left off.

    Far cheaper than `resample` on a photo of millions of pixels: whole rows are added first, then columns.
    """
    if factor == 1:
        return pixels
    rows, columns = pixels.shape[0] // factor, pixels.shape[1] // factor
    whole = pixels[: rows * factor, : columns * factor]
    sums = whole[::factor].astype(np.uint16)
    for i in range(1, factor):
        sums += whole[i::factor]
    # A plane for each channel: over a last axis of three, NumPy is many times slower.
    planes = np.moveaxis(sums, -1, 0) if sums.ndim == 3 else sums[None]
    half = factor * factor // 2
    means = np.empty((len(planes), rows, columns), np.uint8)
    for plane, mean in zip(planes, means, strict=True):
        totals = plane[:, ::factor].astype(np.uint32 if factor * factor * 256 > 2**16 else np.uint16)
        for j in range(1, factor):
            totals += plane[:, j::factor]
        np.floor_divide(totals + half, factor * factor, out=mean, casting="unsafe")
    return np.moveaxis(means, 0, -1) if sums.ndim == 3 else means[0]


def box_mean(pixels: Array, rows: int, columns: int) -> Array:
    """uint8 pixels at a smaller size: each is the mean of the rectangle of old ones that it covers, uint8.

    A partly covered pixel counts in part. The sums are of whole numbers, so the mean is exact before it is rounded
    (half up), and the same on every machine.
    """
    height, width = pixels.shape[:2]
    factor = height // rows
    if (height, width) == (rows * factor, columns * factor):  # whole pixels: the same mean, in a fourth of the time
        return average_blocks(pixels, factor)
    sums = _box_sums(_box_sums(pixels, rows, 255).swapaxes(0, 1), columns, 255 * height).swapaxes(0, 1)
    return ((2 * sums.astype(np.int64) + height * width) // (2 * height * width)).astype(np.uint8)


def _box_sums(values: Array, size: int, most: int) -> Array:
    """`size` times the sums over equal stretches of the first axis; ends that lie between two count in part.

    `values` are whole numbers up to `most`. So are the sums, and all that is added on the way: a product of matrices
    of floats that hold them gives them exactly, in any order, and is many times as fast as integers are.
    """
    length = values.shape[0]
    dtype = np.float32 if most * length <= 2**24 else np.float64
    sums = np.empty((size, *values.shape[1:]), dtype)
    flat = sums.reshape(size, -1)
    for stretches, places, counts in _stretches(length, size):
        part = values[places].astype(dtype, order="C").reshape(-1, flat.shape[1])
        np.matmul(counts.astype(dtype), part, out=flat[stretches])
    return sums


@lru_cache(maxsize=64)
def _stretches(length: int, size: int) -> list[tuple[slice, slice, Array]]:
    """`length` places in `size` equal stretches, some at a time: which stretches, the places that they cover, and how
    much of each place each covers, in parts of which a place has `size`."""
    found = []
    for first in range(0, size, TOGETHER):
        last = min(size, first + TOGETHER)
        start, stop = first * length // size, -(-last * length // size)
        begins = np.arange(first, last)[:, None] * length
        places = np.arange(start, stop) * size
        counts = np.minimum(begins + length, places + size) - np.maximum(begins, places)
        found.append((slice(first, last), slice(start, stop), counts.clip(0).astype(np.float32)))
    return found


def shrink(pixels: Array, rows: int, columns: int) -> Array:
    """`pixels`, uint8 (H, W) or (H, W, 3), at a new size, uint8: means where it is smaller, see `box_mean`.

    A side that becomes longer is read between its nearest neighbours, see `weights`.
    """
    height, width = pixels.shape[:2]
    if rows < height or columns < width:
        pixels = box_mean(pixels, min(rows, height), min(columns, width))
    return pixels if pixels.shape[:2] == (rows, columns) else quantise(resample(pixels, rows, columns))
