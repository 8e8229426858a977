"""Products small enough for OpenBLAS's kernel for small products, which packs nothing and so starts at once.

Larger ones are first copied into packed panels, which pays where both sides are large. Where one side has 10 or 36
rows it costs as much as the arithmetic: cut to small products, the same work takes half the time.
"""

from __future__ import annotations

from model.tensor import Array

SMALL = 1_000_000
"""Multiply-adds of the largest small product."""

LINE = 16
"""Numbers in a cache line of 64 bytes, in float32."""


def narrow(columns: int, images: int, weights: int) -> list[tuple[int, int]]:
    """Cuts the columns so that `weights` times the cells of a part stay a small product, where that can be."""
    widest = SMALL // (weights * images)
    if widest * images < LINE:
        return [(0, columns)]
    count = -(-columns // widest)
    return [(columns * part // count, columns * (part + 1) // count) for part in range(count)]


def in_parts(left: Array, right: Array, out: Array) -> tuple[Array, Array]:
    """`right` (K, N) and `out` (M, N) with their columns in parts, (parts, K, N / parts) and (parts, M, N / parts), so
    that each part of `left @ right` is a small product; in one part where N has no such divisor."""
    columns = right.shape[1]
    fewest = -(-columns * left.size // SMALL)
    parts = next((parts for parts in range(fewest, 4 * fewest) if columns % parts == 0), 1)
    cut = [matrix.reshape(len(matrix), parts, columns // parts).swapaxes(0, 1) for matrix in (right, out)]
    return cut[0], cut[1]
