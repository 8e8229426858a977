"""The step `crop`: the box that the ink fills."""

from __future__ import annotations

import numpy as np

from model.preprocess.components import Components, find_components
from model.preprocess.draft import Draft, Outcome, count
from model.preprocess.prepared import Notice
from model.tensor import Array

FAINT, FIRM = 8, 128
"""A cell belongs to the ink from FAINT on if it hangs together with one of FIRM: smooth edges count, noise does not."""

SPECK = 0.01
"""A part with less than this share of the largest part's ink is a speck."""

SMALLEST = 12
"""Original pixels on the longer side of the ink, below which the digit can hardly be told."""


def crop(draft: Draft) -> Outcome:
    """Cuts out the smallest box that holds all ink, and wipes specks away.

    Warns of a box of few pixels, and of parts that lie side by side: perhaps more than one digit.
    """
    pixels = draft.plane
    parts = find_components(pixels >= FAINT)
    amount = parts.sums(pixels)
    firm = parts.sums(pixels >= FIRM) > 0
    if not firm.any():
        return Outcome(Draft(np.zeros_like(pixels), draft.box), "There is no ink to cut out: the picture stays whole.")
    kept = firm & (amount >= SPECK * amount.max())
    top, bottom = int(parts.top[kept].min()), int(parts.bottom[kept].max())
    left, right = int(parts.left[kept].min()), int(parts.right[kept].max())
    cut = pixels[top:bottom, left:right].copy()
    specks = int((~kept).sum())
    if specks:
        cut[parts.mask(~kept)[top:bottom, left:right]] = 0
    box = draft.box.part(pixels.shape, left, top, right - left, bottom - top)
    message = f"The ink fills {box.width:.0f} x {box.height:.0f} pixels; the rest is cut away"
    if specks:
        message += f", and {count(specks, 'speck')} wiped out"
    details = {"parts": int(kept.sum()), "specks": specks}
    return Outcome(Draft(cut, box), message + ".", details, tuple(doubts(parts, kept, amount, box.width, box.height)))


def doubts(parts: Components, kept: Array, amount: Array, width: float, height: float) -> list[Notice]:
    """What makes it doubtful that the ink is one digit."""
    notices = []
    if max(width, height) < SMALLEST:
        notices.append(
            Notice(
                "very_small",
                f"The ink is only {width:.0f} x {height:.0f} pixels; a larger digit is recognised more surely.",
            )
        )
    beside = side_by_side(parts.left[kept], parts.right[kept], amount[kept])
    if beside > 1:
        notices.append(
            Notice("several_blobs", f"{beside} separate shapes lie side by side; one digit at a time is read.")
        )
    return notices


def side_by_side(left: Array, right: Array, amount: Array) -> int:
    """How many groups of parts, apart from each other by empty columns, hold a fifth of the ink or more each."""
    order = np.argsort(left)
    reach = np.maximum.accumulate(right[order])
    opens = np.concatenate([[True], left[order][1:] > reach[:-1]])
    groups = np.bincount(np.cumsum(opens) - 1, amount[order])
    return int((groups >= 0.2 * groups.sum()).sum())
