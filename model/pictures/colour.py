"""Colours as the file's profile means them, brought to sRGB (ICC.1:2022), by LittleCMS through Pillow."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageCms

Convert = Callable[[Image.Image], Image.Image]

LARGEST_PROFILE = 4 * 1024 * 1024
SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
"""The colour space that a profile has to be of, by the picture's mode."""

DEVICES = ("scnr", "mntr", "prtr", "spac")
"""Scanners and cameras, screens, printers, colour spaces; other profiles do not say what a picture's colours are."""

ALIKE = 2
"""A profile that changes no colour by more than this is sRGB under another name: nothing is converted."""

SRGB_GAMMA, NEAR = 0.45455, 0.02


def to_srgb(mode: str, profile: bytes | None) -> Convert | None:
    """What turns 8-bit pixels of `mode` into sRGB; None where there is no profile, or none that can be used.

    A profile that is broken, enormous or of another colour space is left out of account, as browsers do.
    """
    if not profile or len(profile) > LARGEST_PROFILE or mode not in SPACES:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != SPACES[mode] or source.profile.device_class not in DEVICES:
            return None
        transform = ImageCms.buildTransform(source, _srgb(), mode, "RGB")
        probe = _probe(mode)
        seen = transform.apply(probe)
    except Exception:  # LittleCMS says no in many ways
        return None
    if mode == "CMYK":
        return transform.apply
    change = np.abs(np.asarray(seen, np.int16) - np.asarray(probe.convert("RGB"), np.int16)).max()
    return transform.apply if change > ALIKE else None


def from_lab() -> Convert:
    """What turns CIE L*a*b* into sRGB."""
    source = ImageCms.createProfile("LAB")
    return ImageCms.buildTransform(source, _srgb(), "LAB", "RGB").apply


def from_gamma(gamma: float | None) -> Convert | None:
    """What turns values that stand to light as a PNG's `gamma` says into sRGB's; None where they do already.

    value = (value ** (1 / gamma)) ** (1 / 2.2), as in W3C PNG, section 13.13.
    """
    if gamma is None or not 0.05 <= gamma <= 5 or abs(gamma - SRGB_GAMMA) <= NEAR:
        return None
    shares = (np.arange(256) / 255) ** (SRGB_GAMMA / gamma)
    table = np.rint(shares * 255).astype(np.uint8).tolist() * 3
    return lambda part: part.convert("RGB").point(table)


def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _probe(mode: str) -> Image.Image:
    """A few colours from all over the mode's space."""
    if mode == "L":
        return Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    channels = len(mode)
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    grid = np.stack(np.meshgrid(*[steps] * channels, indexing="ij"), axis=-1)
    return Image.frombuffer(mode, (9, 9 ** (channels - 1)), np.ascontiguousarray(grid).tobytes(), "raw", mode, 0, 1)
