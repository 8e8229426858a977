"""Ink on a photographed ground: paper or a board in uneven light, with noise and shadows."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from model.preprocess.components import Components, find_components
from model.preprocess.draft import count
from model.preprocess.resample import resample
from model.tensor import Array

SMALL = 64
"""Pixels on the longer side of the copy in which the ground is estimated: strokes all but vanish in it."""

WINDOW = 21
"""The ground at a place of the small copy is the median over this many rows and columns around it: a third
of the picture, so that even the broad stroke of a digit that fills the picture is outnumbered by ground."""

LEAST_CONTRAST = 0.06
"""How much ink differs from its ground at the least, as a share."""

BROAD = 60
"""Pixels on the longer side of a digit whose strokes are broad enough to be averaged over 3 x 3 pixels."""


def ink_on_paper(pixels: Array) -> tuple[Array, str, dict[str, object]]:
    """The ink in a photo of (rows, columns) uint8: bright ink on black, with a message and details.

    The ground's brightness is estimated everywhere; ink is what differs from it by more than the noise, in one
    direction, in a part that is large enough and does not run out of the picture.
    """
    lower, upper = ground(pixels)
    noise, finds = 0.0, []
    for polarity in ("dark", "light"):
        # Light falls on paper as a factor, so dark ink is a share of its ground; on a black ground a share
        # would magnify the noise, so light ink is a difference.
        if polarity == "dark":
            contrast = 1 - pixels / np.maximum(lower, 1)
        else:
            contrast = (pixels - upper) / 255
        smooth = mean_of_nine(contrast)
        sample = smooth[::3, ::3]
        noise = 1.4826 * float(np.median(abs(sample - np.median(sample))))
        parts = find_components(smooth > max(5 * noise, LEAST_CONTRAST))
        kept, at_border = choose(parts, smooth)
        finds.append((float(parts.sums(smooth)[kept].sum()), polarity, contrast, smooth, parts, kept, at_border, noise))
    _weight, polarity, contrast, smooth, parts, kept, at_border, noise = max(finds, key=lambda find: find[0])
    ground_levels = (int(np.rint(lower.min())), int(np.rint(upper.max())))
    details: dict[str, object] = {
        "ground": list(ground_levels),
        "polarity": polarity,
        "even": False,
        "noise": round(noise, 4),
    }
    told = f"The ground is uneven (brightness {ground_levels[0]} to {ground_levels[1]})"
    if not kept.any():
        return np.zeros_like(pixels), f"{told} and nothing on it stands out enough to be ink.", details
    mask = parts.mask(kept)
    full = float(np.percentile(smooth[mask], 75))
    faint = max(3 * noise, 0.2 * full)
    details |= {"contrast": round(full, 3), "left_out": int(at_border)}
    # Averaging rids broad strokes of the noise within them, but would blur those of a digit of few pixels.
    values = smooth if parts.longest[kept].max() >= BROAD else contrast
    stretched = (values - faint) / (0.9 * full - faint)
    result = np.rint(stretched.clip(0, 1) * 255).astype(np.uint8)
    result[~grow(mask)] = 0
    message = f"{told}; what is {'darker' if polarity == 'dark' else 'lighter'} than it by {full:.0%} became bright ink"
    if at_border:
        message += f", and {count(at_border, 'patch')}{'' if at_border == 1 else 'es'} at the picture's border left out"
    return result, message + ".", details


def ground(pixels: Array) -> tuple[Array, Array]:
    """The brightness of the ground at each pixel, float32: a low and a high estimate.

    The two differ where the ground itself changes quickly (the edge of a shadow or of the sheet): dark ink must
    be darker than the low one and light ink lighter than the high one, so that such edges are no ink.
    """
    rows, columns = pixels.shape
    scale = min(1.0, SMALL / max(rows, columns))
    small = resample(pixels, max(1, round(rows * scale)), max(1, round(columns * scale)))
    level = np.median(windows(small, WINDOW), axis=-1)
    near = windows(level, 3)
    return resample(near.min(axis=-1), rows, columns), resample(near.max(axis=-1), rows, columns)


def windows(pixels: Array, size: int) -> Array:
    """The `size` x `size` values around each pixel (rows, columns, size * size); the edge is repeated outwards."""
    slid = sliding_window_view(np.pad(pixels, size // 2, mode="edge"), (size, size))
    flat: Array = slid.reshape(*pixels.shape, size * size)
    return flat


def mean_of_nine(values: Array) -> Array:
    """The mean of each value with its eight neighbours: noise shrinks to a third, strokes stay."""
    padded = np.pad(values, 1, mode="edge")
    down = padded[:-2] + padded[1:-1] + padded[2:]
    total: Array = (down[:, :-2] + down[:, 1:-1] + down[:, 2:]) / np.float32(9)
    return total


def grow(mask: Array) -> Array:
    """The mask and every cell that touches it."""
    padded = np.pad(mask, 1)
    down = padded[:-2] | padded[1:-1] | padded[2:]
    grown: Array = down[:, :-2] | down[:, 1:-1] | down[:, 2:]
    return grown


def choose(parts: Components, contrast: Array) -> tuple[Array, int]:
    """Which parts are ink (boolean), and how many were left out because they run out of the picture."""
    longer = max(parts.shape)
    large = (parts.longest >= 0.025 * longer) & (parts.area >= 0.0002 * contrast.size)
    inside = large & ~parts.at_border
    # What runs out of the picture is the table beyond the sheet, a thumb, a dark corner. If nothing inside can be
    # the digit, it may be a digit that fills the whole picture: then it is long, and stands out clearly.
    if not (inside & (parts.longest >= 0.08 * longer)).any():
        clear = parts.sums(contrast) >= 0.25 * parts.area
        inside |= large & (parts.longest >= 0.2 * longer) & clear
    return inside, int((large & ~inside).sum())
