"""What a person may choose about the preprocessing of a picture: how it is fitted, and which part of it is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.preprocess.fit import WAYS
from model.preprocess.prepared import ChoiceError

CropBox = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the upright picture."""

Spec = Sequence[Mapping[str, Any]]


def choose(spec: Spec, fit: str | None = None, crop: Sequence[int] | None = None) -> Spec:
    """`spec` with another way to fit, and with the step `cut` in front; the same where nothing is chosen.

    ChoiceError for a way that there is not, for a box that is not four numbers, and for a model that does not fit
    pictures: it finds by itself what to look at, as `digits` finds the ink.
    """
    if fit is None and crop is None:
        return spec
    if all(entry["step"] != "fit" for entry in spec):
        name, given = ("fit", repr(fit)) if fit is not None else ("crop", ",".join(map(str, crop or ())))
        steps = ", ".join(str(entry["step"]) for entry in spec) or "none"
        raise ChoiceError(
            f"`{name}` is {given}, but this model has no step `fit` to choose for; its steps are: {steps}."
        )
    if fit is not None and fit not in WAYS:
        raise ChoiceError(f"`fit` is {fit!r}; it must be one of: {', '.join(WAYS)}.")
    chosen = [entry if fit is None or entry["step"] != "fit" else {**entry, "how": fit} for entry in spec]
    if crop is None:
        return chosen
    if len(crop) != 4:
        raise ChoiceError(f"`crop` has {len(crop)} numbers; it must be four: left, top, width and height in pixels.")
    return [{"step": "cut", **dict(zip(("left", "top", "width", "height"), crop, strict=True))}, *chosen]
