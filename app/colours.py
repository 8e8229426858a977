"""The one colour map: blue for negative, near white for zero, red for positive values.

The page gets the same stops, so that a picture of a map from the API has the page's colours.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

STOPS: tuple[tuple[float, int, int, int], ...] = (
    (-1.0, 5, 48, 97),
    (-0.75, 33, 102, 172),
    (-0.5, 67, 147, 195),
    (-0.25, 160, 205, 228),
    (0.0, 247, 247, 247),
    (0.25, 248, 190, 160),
    (0.5, 214, 96, 77),
    (0.75, 178, 24, 43),
    (1.0, 103, 0, 31),
)
"""(position, red, green, blue); between two stops colours are mixed linearly in sRGB.

Blue and red do not differ in red against green alone, and lightness says the size without hue.
"""

STEPS = 512
_TABLE = np.stack(
    [
        np.interp(np.linspace(-1, 1, STEPS + 1), [s[0] for s in STOPS], [s[channel] for s in STOPS])
        for channel in (1, 2, 3)
    ],
    axis=1,
)
_TABLE = np.rint(_TABLE).astype(np.uint8)


def colour(values: npt.NDArray[np.float32], limit: float) -> npt.NDArray[np.uint8]:
    """The colours of `values` on a scale from -limit to limit: (..., 3)."""
    # In double precision and with halves going up, as in the page: or a value between two steps has two colours.
    doubles = values.astype(np.float64)
    position = np.clip(doubles / limit, -1, 1) if limit > 0 else np.zeros_like(doubles)
    return _TABLE[np.floor((position + 1) * (STEPS / 2) + 0.5).astype(int)]


def gray(values: npt.NDArray[np.float32], high: float) -> npt.NDArray[np.uint8]:
    """Brightness, 0 black and `high` white: (..., 3)."""
    brightness = np.rint(np.clip(values.astype(np.float64) / high, 0, 1) * 255).astype(np.uint8)
    return np.repeat(brightness[..., None], 3, axis=-1)
