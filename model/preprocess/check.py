"""The check of a model's preprocessing before its first picture: every kind of picture has to become its input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from model.preprocess.draft import Box, Draft
from model.preprocess.pipeline import as_input, run_step
from model.tensor import Array, Shape


def check_steps(spec: Sequence[Mapping[str, Any]], shape: Shape) -> None:
    """Tries `spec` on a few small pictures: blank and drawn on, gray and coloured, wide, tall and of one pixel.

    ValueError, in plain words, for an unknown step, for wrong parameters, for steps in an order that cannot be, and
    where what comes out is not a finite input of `shape` (channels, rows, columns).
    """
    for kind, picture in _pictures():
        with np.errstate(all="ignore"):  # what is not finite is said below
            values = as_input(_run(picture, spec))
        if values.shape != shape:
            raise ValueError(
                f"A {kind} picture of {picture.shape[1]} x {picture.shape[0]} pixels becomes {_say(values.shape)}, and "
                f"the network reads {_say(shape)} (channels, rows, columns)."
            )
        if not np.isfinite(values).all():
            raise ValueError(f"A {kind} picture becomes values that are not finite.")


def _run(picture: Array, spec: Sequence[Mapping[str, Any]]) -> Array:
    draft = Draft(picture, Box(0, 0, picture.shape[1], picture.shape[0]))
    for entry in spec:
        try:
            draft = run_step(draft, entry).draft
        except (TypeError, OverflowError) as error:
            given = ", ".join(f"{name} = {value!r}" for name, value in entry.items() if name != "step")
            raise ValueError(
                f"The preprocessing step `{entry['step']}` has {given}; one of these is not of the kind that it takes."
            ) from error
    return draft.pixels


def _pictures() -> Iterator[tuple[str, Array]]:
    for kind, size in (("coloured", (40, 60)), ("gray", (40, 60)), ("coloured", (90, 20))):
        picture = np.full((*size, 3), (255, 250, 240), np.uint8)
        picture[5:15, 8] = (20, 30, 90)  # the finest stroke there can be
        yield kind, picture[..., 0] if kind == "gray" else picture
    yield "blank", np.full((40, 60), 255, np.uint8)
    yield "gray", np.full((1, 1), 255, np.uint8)


def _say(shape: Shape) -> str:
    return " x ".join(map(str, shape))
