"""Small random models that read photos, so that the page is tested with them whatever ships."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from model.catalog import ZOO
from model.checksums import write_checksums
from model.graph import Graph, Stage
from model.layers import Conv2d, Dense, Flatten, GlobalAveragePool, Layer, MaxPool, Relu, Softmax
from model.onnx_file import write

THINGS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
MODELS = {
    "animals": ("Cat or dog", 64, ((16,), (24, 32), (48, 48), (48, 48)), ("cat", "dog")),
    "things": ("Ten things", 32, ((32, 32), (48, 48, 48), (48, 48)), THINGS),
}
"""id: title, side of the input, channels of the convolutions by block, classes."""


def write_zoo(folder: Path) -> None:
    """A folder of shipped models: digits, as it is, and the models above."""
    for name in ("digits.onnx", "digits.checkpoints.npz", "SHA256SUMS"):
        shutil.copy(ZOO / name, folder / name)
    sums = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "SHA256SUMS").write_text("".join(line for line in sums if "  digits." in line), encoding="utf-8")
    files = {}
    for model_id, (title, side, blocks, classes) in MODELS.items():
        metadata: dict[str, Any] = {
            "title": title,
            "classes": list(classes),
            "preprocessing": [
                {"step": "rgb"},
                {"step": "fit", "rows": side, "columns": side, "how": "crop"},
                {"step": "resize", "rows": side, "columns": side},
            ],
        }
        files[f"{model_id}.onnx"] = write(network(side, blocks, len(classes)), metadata)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    write_checksums(folder, files)


def network(side: int, blocks: Sequence[Sequence[int]], classes: int) -> Graph:
    """Convolutions with ReLU, pooling between the blocks, then the mean of each map and a dense layer."""
    rng = np.random.default_rng(7)

    def random(*shape: int) -> Any:
        spread = np.sqrt(2 / np.prod(shape[1:]))
        return rng.normal(0, spread, shape).astype(np.float32)

    layers: list[tuple[str, Layer]] = []
    channels, number = 3, 0
    for block, sizes in enumerate(blocks, 1):
        for kernels in sizes:
            number += 1
            bias = rng.normal(0, 0.1, kernels).astype(np.float32)
            layers += [
                (f"conv{number}", Conv2d(random(kernels, channels, 3, 3), bias, padding=(1, 1, 1, 1))),
                (f"relu{number}", Relu()),
            ]
            channels = kernels
        if block < len(blocks):
            layers.append((f"pool{block}", MaxPool((2, 2), (2, 2))))
    dense = Dense(random(classes, channels), np.zeros(classes, np.float32))
    layers += [("average", GlobalAveragePool()), ("flatten", Flatten()), ("dense", dense), ("softmax", Softmax())]
    names = ["input", *(name for name, _ in layers)]
    stages = tuple(Stage(name, layer, (names[index],)) for index, (name, layer) in enumerate(layers))
    return Graph((3, side, side), stages)
