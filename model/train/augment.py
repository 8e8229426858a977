"""Augmentation: each image a little different every time it is seen, as people's hands and cameras differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.tensor import Array


@dataclass(frozen=True)
class Augmentation:
    """How far images are changed, at most; 0 leaves that change out.

    `rotation` in degrees and `shift` in cells of the new image, either way; `scale` (each axis on its own) and
    `shear` as shares of 1; `elastic` is the spread in cells by which parts of the image wander; `stroke` is the
    share of images whose strokes are drawn anew, thinner or thicker. For photos: `flip` mirrors half of them;
    `zoom` shows half of them up to so many times nearer, somewhere inside; `colour` is how far brightness,
    contrast, saturation and tint change, as a share of 1; `cutout` is the side of a square that is covered in half
    of them, as a share of the image's side. `edge` repeats the pixels at the edge outside of the image, where it is
    black otherwise.

    Sources: Simard, Steinkraus and Platt, Best Practices for Convolutional Neural Networks Applied to Visual
    Document Analysis, 2003 (elastic); DeVries and Taylor, Improved Regularization of Convolutional Neural
    Networks with Cutout, 2017; the others are common.
    """

    rotation: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    shift: float = 0.0
    elastic: float = 0.0
    stroke: float = 0.0
    flip: bool = False
    zoom: float = 1.0
    colour: float = 0.0
    cutout: float = 0.0
    edge: bool = False

    def apply(self, images: Array, rng: np.random.Generator, size: tuple[int, int] | None = None) -> Array:
        """`images` float32 (N, channels, rows, columns) in 0 to 1, changed; same type and range, and the same
        shape unless another `size` (rows, columns) is asked for."""
        if self.stroke:
            images = self._redraw(images, rng)
        images = self._move(images, rng, size or images.shape[2:])
        if self.colour:
            images = _recolour(images, self.colour, rng)
        if self.cutout:
            images = _cover(images, self.cutout, rng)
        return images

    def _move(self, images: Array, rng: np.random.Generator, size: tuple[int, ...]) -> Array:
        if self.flip:
            mirrored = rng.random(len(images)) < 0.5
            images = np.where(mirrored[:, None, None, None], images[..., ::-1], images)
        if size == images.shape[2:] and not any((self.rotation, self.scale, self.shear, self.elastic, self.zoom > 1)):
            # Whole cells, so that nothing is blurred between them.
            return _shifted(images, rng.integers(-int(self.shift), int(self.shift) + 1, (len(images), 2)), self.edge)
        return sample(images, *self._places(images, rng, size), edge=self.edge)

    def _places(self, images: Array, rng: np.random.Generator, size: tuple[int, ...]) -> tuple[Array, Array]:
        """Where each cell of the new images is read from: rows and columns, each (N, *size)."""
        count, _, old_rows, old_columns = images.shape
        rows, columns = size
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
        if self.zoom > 1:
            near = self._nearness(count, rng)
            room = np.stack([(1 - near) * rows / 2, (1 - near) * columns / 2])
            shift += room * rng.uniform(-1, 1, room.shape).astype(np.float32)
            tall, wide = tall * near, wide * near
        wide = wide + slant * tall
        from_row = tall * np.cos(angle) - wide * np.sin(angle) + shift[0]
        from_column = tall * np.sin(angle) + wide * np.cos(angle) + shift[1]
        from_row = from_row * np.float32(old_rows / rows) + np.float32((old_rows - 1) / 2)
        from_column = from_column * np.float32(old_columns / columns) + np.float32((old_columns - 1) / 2)
        if self.elastic:
            wander = self.elastic * _smooth_fields(2 * count, rows, columns, rng)
            from_row += wander[:count]
            from_column += wander[count:]
        return from_row, from_column

    def _nearness(self, count: int, rng: np.random.Generator) -> Array:
        """What share of the image's side is seen, (N, 1, 1): 1 in half of them, down to 1 / zoom in the others."""
        nearer = np.exp(-rng.uniform(0, np.log(self.zoom), (count, 1, 1))).astype(np.float32)
        return np.where(rng.random((count, 1, 1)) < 0.5, nearer, np.float32(1))

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


def sample(images: Array, rows: Array, columns: Array, edge: bool = False) -> Array:
    """The images read at fractional places (N, rows', columns'), between cells bilinearly; outside 0, or with
    `edge` the nearest cell."""
    count, channels, height, width = images.shape
    if edge:
        rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
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


def _shifted(images: Array, shifts: Array, edge: bool) -> Array:
    """Every image moved by whole cells, (N, 2): rows down and columns to the right."""
    most = int(abs(shifts).max(initial=0))
    if not most:
        return images
    rows, columns = images.shape[2:]
    padded = np.pad(images, ((0, 0), (0, 0), (most, most), (most, most)), mode="edge" if edge else "constant")
    moved = np.empty_like(images)
    for image, wide, (down, right) in zip(moved, padded, most - shifts, strict=True):
        image[...] = wide[:, down : down + rows, right : right + columns]
    return moved


def _recolour(images: Array, strength: float, rng: np.random.Generator) -> Array:
    """Another light: tint, saturation, contrast and brightness, in that order, cut off at 0 and 1."""
    count, channels = images.shape[:2]

    def factors(share: float, *shape: int) -> Array:
        return (1 + rng.uniform(-share, share, (count, *shape))).astype(np.float32)

    changed = images * factors(strength / 4, channels, 1, 1)
    if channels == 3:
        gray = changed.mean(axis=1, keepdims=True)
        changed = gray + (changed - gray) * factors(strength, 1, 1, 1)
    mean = changed.mean(axis=(1, 2, 3), keepdims=True)
    changed = (mean + (changed - mean) * factors(strength, 1, 1, 1)) * factors(strength, 1, 1, 1)
    return np.clip(changed, 0, 1, out=changed)


def _cover(images: Array, share: float, rng: np.random.Generator) -> Array:
    """In half of the images a square, `share` of the sides long, is covered with gray; its middle lies anywhere."""
    covered = images.copy()
    rows, columns = images.shape[2:]
    for number in np.flatnonzero(rng.random(len(images)) < 0.5):
        height, width = max(1, round(share * rows)), max(1, round(share * columns))
        top, left = rng.integers(-(height // 2), rows - height // 2), rng.integers(-(width // 2), columns - width // 2)
        covered[number, :, max(0, top) : top + height, max(0, left) : left + width] = 0.5
    return covered


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
