"""The step `cut`: the part of the picture that a person chose."""

from __future__ import annotations

from model.preprocess.draft import Draft, Outcome
from model.preprocess.prepared import ChoiceError


def cut(draft: Draft, *, left: int, top: int, width: int, height: int) -> Outcome:
    """Takes `width` x `height` pixels, `left` columns and `top` rows from the picture's upper left corner.

    ChoiceError for a box that is not whole numbers, is empty or reaches outside of the picture.
    """
    rows, columns = draft.pixels.shape[:2]
    if not all(isinstance(value, int) for value in (left, top, width, height)):
        raise ChoiceError(f"The crop box is ({left!r}, {top!r}, {width!r}, {height!r}); it must be whole numbers.")
    named = f"The crop box of {width} x {height} pixels at left {left}, top {top}"
    if width < 1 or height < 1:
        raise ChoiceError(f"{named} is empty; it must be at least 1 x 1 pixel.")
    if left < 0 or top < 0 or left + width > columns or top + height > rows:
        raise ChoiceError(f"{named} reaches outside of the picture, which has {columns} x {rows} pixels.")
    details = {"left": left, "top": top}
    if (height, width) == (rows, columns):
        return Outcome(draft, f"The box is the whole picture of {columns} x {rows} pixels.", details)
    pixels = draft.pixels[top : top + height, left : left + width]
    box = draft.box.part(draft.pixels.shape, left, top, width, height)
    message = f"The chosen {width} x {height} pixels of {columns} x {rows} were cut out, at left {left}, top {top}."
    return Outcome(Draft(pixels, box), message, details)
