"""The loader: batches of changed images, made ready in the background while the network learns from those before."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from model.tensor import Array
from model.train.augment import Augmentation
from model.train.data import Dataset, shuffled_batches

AHEAD = 4  # batches that are made ready before they are needed

Batch = tuple[Array, Array]  # float32 (N, channels, rows, columns) in 0 to 1, and the numbers of the classes (N,)


def batch(
    dataset: Dataset, indices: Array, augmentation: Augmentation, shape: tuple[int, int], rng: np.random.Generator
) -> Batch:
    """The images at `indices`, changed, `shape` (rows, columns)."""
    return augmentation.apply(dataset.inputs(indices), rng, shape), dataset.labels[indices]


def batches(
    dataset: Dataset, size: int, augmentation: Augmentation, shape: tuple[int, int], seed: int, epoch: int
) -> Generator[Batch]:
    """One epoch: every image once, in random order, `size` at a time, changed, `shape` (rows, columns).

    What is drawn depends on seed, epoch and the batch's number alone, not on which thread makes it or when.
    """
    order = list(shuffled_batches(len(dataset), size, np.random.default_rng((seed, epoch))))

    worker = ThreadPoolExecutor(1, thread_name_prefix="loader")
    ready: deque[Future[Batch]] = deque()
    try:
        for number in range(len(order)):
            rng = np.random.default_rng((seed, epoch, number + 1))
            ready.append(worker.submit(batch, dataset, order[number], augmentation, shape, rng))
            if len(ready) > AHEAD:
                yield ready.popleft().result()
        while ready:
            yield ready.popleft().result()
    finally:
        worker.shutdown(wait=True, cancel_futures=True)
