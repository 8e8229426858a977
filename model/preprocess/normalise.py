"""The step `normalise`: each channel shifted and scaled as a network was trained with."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np

from model.preprocess.draft import Draft, Outcome


def normalise(draft: Draft, *, mean: Sequence[float], deviation: Sequence[float]) -> Outcome:
    """value = (pixel / 255 - mean) / deviation, float32, a mean and a deviation a channel. The last step."""
    channels = 1 if draft.pixels.ndim == 2 else draft.pixels.shape[2]
    for name, given in (("mean", mean), ("deviation", deviation)):
        if not isinstance(given, Sequence) or len(given) != channels or not all(map(_is_number, given)):
            raise ValueError(f"`normalise` has the {name} {given!r}; it must be {channels} numbers, one a channel.")
    if min(deviation) <= 0:
        raise ValueError(f"`normalise` has the deviation {list(deviation)}; each must be greater than 0.")
    shift, scale = (np.array(given, np.float32) for given in (mean, deviation))
    values = (draft.pixels.astype(np.float32) / np.float32(255) - shift) / scale
    message = (
        f"From each value, 0 to 1, the channel's mean ({_list(mean)}) is taken away; what is left is divided by its "
        f"deviation ({_list(deviation)})."
    )
    return Outcome(Draft(values, draft.box), message, {"mean": list(mean), "deviation": list(deviation)})


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and isfinite(value)


def _list(values: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)
