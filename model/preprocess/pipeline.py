"""Running the steps of a model's preprocessing, one after another, on a picture."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from model.preprocess.centre import centre
from model.preprocess.crop import crop
from model.preprocess.cut import cut
from model.preprocess.draft import Box, Draft, Outcome
from model.preprocess.fit import fit
from model.preprocess.gray import gray
from model.preprocess.ink import ink
from model.preprocess.normalise import normalise
from model.preprocess.prepared import Notice, Prepared, Step
from model.preprocess.resample import fit_within, quantise
from model.preprocess.resize import resize
from model.preprocess.rgb import rgb
from model.preprocess.scale import scale
from model.preprocess.thicken import thicken
from model.tensor import Array

LONGEST_SHOWN = 320
"""A step's picture is for looking at; larger ones are shrunk to this many pixels on the longer side."""

STEPS: Mapping[str, Callable[..., Outcome]] = {
    step.__name__: step for step in (gray, ink, crop, thicken, scale, centre, rgb, cut, fit, resize, normalise)
}
"""Every step by its name: a function from a `Draft` and the spec's parameters to an `Outcome`."""

PARAMETERS: Mapping[str, frozenset[str]] = {
    name: frozenset(inspect.signature(step).parameters) - {"draft"} for name, step in STEPS.items()
}
"""The parameters that each step takes, all of them required."""


def prepare(image: npt.ArrayLike, spec: Sequence[Mapping[str, Any]]) -> Prepared:
    """Takes a picture through the steps of `spec`, for example `[{"step": "gray"}, {"step": "scale", "size": 20}]`.

    `image` is uint8, (rows, columns) gray or (rows, columns, 3) RGB. The input is the last step's pixels divided
    by 255, so 0 .. 1, float32 (channels, rows, columns). ValueError for another kind of image, for an unknown
    step and for wrong parameters.
    """
    pixels = read_pixels(image)
    draft = Draft(pixels, Box(0, 0, pixels.shape[1], pixels.shape[0]))
    steps: list[Step] = []
    warnings: list[Notice] = []
    shown = None
    for entry in spec:
        before, outcome = draft, run_step(draft, entry)
        draft = outcome.draft
        height, width = draft.pixels.shape[:2]
        details = {"width": width, "height": height, "box": draft.box.details(), **outcome.details}
        if shown is None or draft.pixels is not before.pixels:
            shown = fit_within(visible(draft.pixels), LONGEST_SHOWN)
        steps.append(Step(entry["step"], outcome.message, shown, details))
        warnings.extend(outcome.warnings)
    return Prepared(as_input(draft.pixels), tuple(steps), tuple(warnings))


def prepare_pixels(image: npt.ArrayLike, spec: Sequence[Mapping[str, Any]]) -> Array:
    """The pixels that `prepare` makes the input of, uint8 (rows, columns) or (rows, columns, 3), and nothing more."""
    pixels = read_pixels(image)
    draft = Draft(pixels, Box(0, 0, pixels.shape[1], pixels.shape[0]))
    for entry in spec:
        draft = run_step(draft, entry).draft
    return draft.pixels


def read_pixels(image: npt.ArrayLike) -> Array:
    """`image` as uint8 (rows, columns) or (rows, columns, 3); ValueError for anything else."""
    pixels = np.asarray(image)
    accepted = "a picture is uint8, (rows, columns) gray or (rows, columns, 3) RGB"
    if pixels.dtype != np.uint8:
        raise ValueError(
            f"The picture's values are {pixels.dtype}; {accepted}, 0 for black to 255 for full brightness. "
            "Scale the values to 0 .. 255 and convert them with `.astype(numpy.uint8)`."
        )
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] != 3):
        raise ValueError(f"The picture's shape is {pixels.shape}; {accepted}. Convert other kinds to RGB first.")
    if pixels.size == 0:
        raise ValueError(f"The picture's shape is {pixels.shape}, so it has no pixels; {accepted}.")
    return pixels


def run_step(draft: Draft, entry: Mapping[str, Any]) -> Outcome:
    """One entry of a spec on one draft."""
    name = str(entry.get("step"))
    if name not in STEPS:
        raise ValueError(f"{name!r} is not a preprocessing step; the steps are: {', '.join(STEPS)}.")
    parameters = {key: value for key, value in entry.items() if key != "step"}
    if parameters.keys() != PARAMETERS[name]:
        raise ValueError(
            f"The preprocessing step `{name}` was given {', '.join(sorted(parameters)) or 'no parameters'}; "
            f"it takes {', '.join(f'`{p}`' for p in sorted(PARAMETERS[name])) or 'none'}."
        )
    if draft.pixels.dtype != np.uint8:
        raise ValueError(f"`{name}` comes after `normalise`, which has to be the last step.")
    return STEPS[name](draft, **parameters)


def visible(pixels: Array) -> Array:
    """Pixels as uint8, to look at: those of a normalisation from their least (black) to their largest (white)."""
    if pixels.dtype == np.uint8:
        return pixels
    low, high = float(pixels.min()), float(pixels.max())
    return quantise((pixels - low) * (255 / (high - low or 1)))


def as_input(pixels: Array) -> Array:
    """Pixels (rows, columns) or (rows, columns, channels) as float32 (channels, rows, columns)."""
    planes = pixels[None] if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0)
    values = np.ascontiguousarray(planes, np.float32)
    return values / np.float32(255) if pixels.dtype == np.uint8 else values
