"""Augmentation: each image a little different every time it is seen, as people's hands and cameras differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.tensor import Array


@dataclass(frozen=True)
class Augmentation:
    """How far images are changed, at most; 0 leaves that change out.

    `rotation` in degrees and `shift` in cells, either way; `scale` and `shear` as shares of 1; `elastic` is
    the spread in cells by which parts of the image wander; `stroke` is the share of images whose strokes are
    drawn anew, thinner or thicker.

    Sources: Simard, Steinkraus and Platt, Best Practices for Convolutional Neural Networks Applied to Visual
    Document Analysis, 2003 (elastic); the others are common.
    """

    rotation: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    shift: float = 0.0
    elastic: float = 0.0
    stroke: float = 0.0

    def apply(self, images: Array, rng: np.random.Generator) -> Array:
        """`images` float32 (N, channels, rows, columns) in 0 to 1, changed; same shape, type and range."""
        if self.stroke:
            images = self._redraw(images, rng)
        return sample(images, *self._places(images, rng))

    def _places(self, images: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        """Where each cell of the new images is read from: rows and columns, each (N, rows, columns)."""
        count, _, rows, columns = images.shape
        angle, stretch, slant, shift = (
            rng.uniform(-limit, limit, size).astype(np.float32)
            for limit, size in (
                (np.deg2rad(self.rotation), (count, 1, 1)),
                (self.scale, (2, count, 1, 1)),
                (self.shear, (count, 1, 1)),
                (self.shift, (2, count, 1, 1)),
            )
        )
        row = np.arange(rows, dtype=np.float32)[:, None] - np.float32((rows - 1) / 2)
        column = np.arange(columns, dtype=np.float32)[None] - np.float32((columns - 1) / 2)
        # Stretch, slant, then turn: the inverse map, from a new cell to the old place.
        tall, wide = row * (1 + stretch[0]), column * (1 + stretch[1])
        wide = wide + slant * tall
        from_row = tall * np.cos(angle) - wide * np.sin(angle) + shift[0] + np.float32((rows - 1) / 2)
        from_column = tall * np.sin(angle) + wide * np.cos(angle) + shift[1] + np.float32((columns - 1) / 2)
        if self.elastic:
            wander = self.elastic * _smooth_fields(2 * count, rows, columns, rng)
            from_row += wander[:count]
            from_column += wander[count:]
        return from_row, from_column

    def _redraw(self, images: Array, rng: np.random.Generator) -> Array:
        """Some images blurred and cut off again: at a low level strokes get thicker, at a high one thin."""
        chosen = rng.random(len(images)) < self.stroke
        shape = (int(chosen.sum()), 1, 1, 1)
        level = rng.uniform(0.12, 0.6, shape).astype(np.float32)
        slope = rng.uniform(1.0, 2.5, shape).astype(np.float32) / (2 * level)  # so that 0 stays 0
        if not chosen.any():
            return images
        blurred = _blur(images[chosen])
        blurred /= np.maximum(blurred.max(axis=(1, 2, 3), keepdims=True), 1e-6)
        redrawn = images.copy()
        redrawn[chosen] = np.clip(np.float32(0.5) + slope * (blurred - level), 0, 1)
        return redrawn


def sample(images: Array, rows: Array, columns: Array) -> Array:
    """The images read at fractional places (N, rows', columns'), between cells bilinearly; 0 outside."""
    count, channels, height, width = images.shape
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    row = np.clip(rows + 1, 0, height + np.float32(0.999))
    column = np.clip(columns + 1, 0, width + np.float32(0.999))
    top, left = np.floor(row), np.floor(column)
    down, right = (row - top)[:, None], (column - left)[:, None]
    plane = (height + 2) * (width + 2)
    starts = (np.arange(count * channels, dtype=np.int32) * plane).reshape(count, channels, 1, 1)
    corner = starts + (top * (width + 2) + left).astype(np.int32)[:, None]
    flat = padded.reshape(-1)
    upper = flat[corner] * (1 - right) + flat[corner + 1] * right
    lower = flat[corner + width + 2] * (1 - right) + flat[corner + width + 3] * right
    sampled: Array = upper * (1 - down) + lower * down
    return sampled


def _smooth_fields(count: int, rows: int, columns: int, rng: np.random.Generator, knots: int = 5) -> Array:
    """Random smooth planes (count, rows, columns): noise of spread 1 on knots, joined by half cosines."""
    noise = rng.standard_normal((count, knots, knots), dtype=np.float32)
    smooth: Array = _blend(rows, knots) @ noise @ _blend(columns, knots).T
    return smooth


def _blend(size: int, knots: int) -> Array:
    """How much each of `knots` even knots counts at each of `size` places: (size, knots), rows sum to 1."""
    distance = np.abs(np.linspace(0, knots - 1, size)[:, None] - np.arange(knots))
    return ((1 + np.cos(np.pi * np.minimum(distance, 1))) / 2).astype(np.float32)


def _blur(images: Array) -> Array:
    """Every cell the mean of its 5 x 5 neighbourhood, weighted 1 4 6 4 1 on each axis; 0 outside."""
    for axis in (2, 3):
        width = [(0, 0)] * 4
        width[axis] = (2, 2)
        padded = np.moveaxis(np.pad(images, width), axis, 0)
        size = images.shape[axis]
        blurred = padded[2 : size + 2] * np.float32(6 / 16)
        for weight, places in ((4 / 16, (1, 3)), (1 / 16, (0, 4))):
            for i in places:
                blurred += np.float32(weight) * padded[i : i + size]
        images = np.moveaxis(blurred, 0, axis)
    return images
