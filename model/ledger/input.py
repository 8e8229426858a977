"""Ledgers of the input: the pixel of the last preprocessing step's picture that a value was made from."""

from __future__ import annotations

import numpy as np

from model.ledger.ledger import Figure
from model.ledger.site import Site, Working


def explain_input(site: Site) -> Working:
    pixel = _pixel(site)
    if pixel is None or np.float32(pixel) / np.float32(255) != site.value(site.cell):
        return Working(
            terms=(),
            formula="result = the value that the network was given",
            numpy=(site.written(site.cell),),
        )
    return Working(
        terms=(),
        formula=f"result = pixel / 255, with the pixel at this row and column of the picture after "
        f"`{site.run.prepared.steps[-1].name}`",
        numpy=(f"pixel = {pixel}", "numpy.float32(pixel) / 255"),
        figures=(Figure("pixel", pixel), Figure("divisor", 255)),
    )


def _pixel(site: Site) -> int | None:
    """The pixel that stands where the cell stands; None where no picture of the input's size was kept.

    A step's picture is shrunk when it is too large to show, and then its pixels are not what the network saw.
    """
    channels, rows, columns = site.run[site.cell.stage].shape
    steps = site.run.prepared.steps
    if not steps:
        return None
    picture = np.atleast_3d(steps[-1].picture)
    if picture.dtype != np.uint8 or picture.shape != (rows, columns, channels):
        return None
    return int(picture[site.cell.row, site.cell.column, site.cell.channel])
