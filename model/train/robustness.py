"""Robustness: how good a network stays when pictures come as people take and send them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from model.graph import Graph
from model.pictures import compress
from model.preprocess.resample import quantise, resample
from model.tensor import Array
from model.train.data import Dataset
from model.train.evaluate import Evaluation, evaluate
from model.train.pictures import DataError, Pictures


def _mirrored(pixels: Array) -> Array:
    return np.ascontiguousarray(pixels[:, ::-1])


def _cropped(pixels: Array) -> Array:
    rows, columns = pixels.shape[0] // 10, pixels.shape[1] // 10
    return np.ascontiguousarray(pixels[rows:-rows, columns:-columns])


def _darker(pixels: Array) -> Array:
    return quantise(pixels * np.float32(0.5))


def _brighter(pixels: Array) -> Array:
    return quantise(pixels * np.float32(1.4))


def _flat(pixels: Array) -> Array:
    return quantise(128 + (pixels - np.float32(128)) * np.float32(0.5))


def _gray(pixels: Array) -> Array:
    brightness = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.repeat(quantise(brightness)[..., None], 3, axis=2)


def _compressed(pixels: Array) -> Array:
    return compress(pixels, quality=20)


def _wide(pixels: Array) -> Array:
    return quantise(resample(pixels, pixels.shape[0], round(pixels.shape[1] * 1.5)))


def _tall(pixels: Array) -> Array:
    return quantise(resample(pixels, round(pixels.shape[0] * 1.5), pixels.shape[1]))


CHANGES: Mapping[str, Callable[[Array], Array]] = {
    "mirrored": _mirrored,
    "cropped to the middle 80 %": _cropped,
    "half as bright": _darker,
    "1.4 times as bright": _brighter,
    "half the contrast": _flat,
    "in gray": _gray,
    "JPEG of quality 20": _compressed,
    "1.5 times as wide": _wide,
    "1.5 times as tall": _tall,
}
"""What is done to each picture, uint8 (rows, columns, 3), before it is prepared by the model's own steps: where those
squeeze a picture, a wide one comes back to its shape; where they cut, its sides are lost."""


def evaluate_changed(graph: Graph, dataset: Dataset) -> Iterator[tuple[str, Evaluation]]:
    """The figures of a network on a data set of pictures, changed in each of the ways."""
    pictures = dataset.images
    if not isinstance(pictures, Pictures):
        raise DataError("These images are arrays of one size; only pictures can be changed before they are prepared.")
    for name, change in CHANGES.items():
        yield name, evaluate(graph, Dataset(pictures.changed(change), dataset.labels, dataset.classes), fast=True)
