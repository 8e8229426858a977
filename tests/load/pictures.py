"""Pictures that visitors send: drawn digits, and photos of 1280 x 960 as a camera writes them."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageChops

from model.tensor import Array
from tests.app.conftest import STROKES, drawing

WIDTH, HEIGHT = 1280, 960
FALL = 1.3
"""How fast detail falls off: amplitude is frequency to the power of minus this."""


def drawings() -> list[bytes]:
    """Each digit at several places of its sheet."""
    found = []
    for digit in STROKES:
        with Image.open(io.BytesIO(drawing(digit))) as sheet:
            for shift in range(-20, 21, 4):
                file = io.BytesIO()
                ImageChops.offset(sheet, shift, shift // 2).save(file, "PNG")
                found.append(file.getvalue())
    return found


def photos() -> list[bytes]:
    """Clouds of light and colour whose detail falls off much as that of photos does; about 250 KB each."""
    light, *tints = (clouds(seed) for seed in range(4))
    pixels = np.stack([128 + 42 * light + 12 * tint for tint in tints], axis=-1)
    return [jpeg(np.roll(pixels, 97 * roll, axis=1)) for roll in range(8)]


def sheets() -> list[bytes]:
    """Digits on paper, photographed: light from one side, a shadow, and the noise of a camera."""
    light = 200 + np.linspace(-40, 30, WIDTH) + 6 * clouds(5)
    found = []
    for digit in "23456789":
        with Image.open(io.BytesIO(drawing(digit))) as sheet:
            ink = np.asarray(sheet.convert("L").resize((HEIGHT, HEIGHT))) / 255
        paper = np.ones((HEIGHT, WIDTH))
        paper[:, (WIDTH - HEIGHT) // 2 : (WIDTH + HEIGHT) // 2] = 0.25 + 0.75 * ink
        noise = np.random.default_rng(int(digit)).normal(0, 3, (HEIGHT, WIDTH))
        found.append(jpeg((light * paper + noise)[..., None] * (1, 0.98, 0.92)))
    return found


def clouds(seed: int) -> Array:
    """(rows, columns) of mean 0 and deviation 1, neighbours much alike."""
    noise = np.random.default_rng(seed).standard_normal((HEIGHT, WIDTH))
    down, across = np.fft.fftfreq(HEIGHT)[:, None], np.fft.rfftfreq(WIDTH)[None]
    plane = np.fft.irfft2(np.fft.rfft2(noise) * np.maximum(np.hypot(down, across), 1 / WIDTH) ** -FALL)
    found: Array = (plane - plane.mean()) / plane.std()
    return found


def jpeg(pixels: Array) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=85)
    return file.getvalue()
