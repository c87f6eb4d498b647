"""Views: one data set as many, so that a corpus holds more kinds of problems than it holds data sets.

A view has its data set's family: what is trained on one is never judged by another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from loopwise.errors import InvalidInputError
from loopwise_training.corpus.dataset import Dataset

LEAST = 150
"""Records that a view has at least; what has fewer is as it was."""

_EACH = 8
"""Records of every class that a view has at least, so that pool and test set both see it."""


def subsample(dataset: Dataset, rng: np.random.Generator) -> Dataset:
    """Some of the records: between 150 and all."""
    count = int(np.exp(rng.uniform(np.log(LEAST), np.log(len(dataset.y)))))
    return dataset.take(rng.permutation(len(dataset.y))[:count], f"{dataset.name}/{count} records")


def class_subset(dataset: Dataset, rng: np.random.Generator) -> Dataset:
    """Some of the classes, two at least."""
    kept = rng.permutation(dataset.classes)[: rng.integers(2, dataset.classes + 1)]
    rows = np.flatnonzero(np.isin(dataset.y, kept))
    return dataset.take(rows, f"{dataset.name}/{len(kept)} classes")


def one_against_rest(dataset: Dataset, rng: np.random.Generator) -> Dataset:
    """One class against all others."""
    one = int(rng.integers(dataset.classes))
    return replace(dataset, name=f"{dataset.name}/class {one}", y=(dataset.y == one).astype(np.int64))


def projection(dataset: Dataset, rng: np.random.Generator) -> Dataset:
    """Some of the features, two at least."""
    features = dataset.X.shape[1]
    if features < 3:
        return dataset
    kept = rng.permutation(features)[: rng.integers(2, features)]
    return dataset.take(np.arange(len(dataset.y)), f"{dataset.name}/{len(kept)} features", np.sort(kept))


def noise(dataset: Dataset, rng: np.random.Generator) -> Dataset:
    """5 to 20 % of the labels wrong."""
    share = float(rng.uniform(0.05, 0.2))
    wrong = rng.random(len(dataset.y)) < share
    y = np.where(wrong, (dataset.y + rng.integers(1, dataset.classes, len(wrong))) % dataset.classes, dataset.y)
    return replace(dataset, name=f"{dataset.name}/{share:.0%} noise", y=y)


def thinned(dataset: Dataset, rng: np.random.Generator) -> Dataset:
    """One class thinned to a tenth of it."""
    one = int(rng.integers(dataset.classes))
    kept = (dataset.y != one) | (rng.random(len(dataset.y)) < 0.1)
    return dataset.take(np.flatnonzero(kept), f"{dataset.name}/class {one} thinned")


VIEWS: tuple[Callable[[Dataset, np.random.Generator], Dataset], ...] = (
    subsample,
    class_subset,
    one_against_rest,
    projection,
    noise,
    thinned,
)


def view(dataset: Dataset, seed: int) -> Dataset:
    """A view of a data set, or a view of a view; the data set itself where what came of it is too small to use.

    Args:
        dataset: of which.
        seed: chooses what becomes of it; 0, nothing does.
    """
    if seed == 0:
        return dataset
    rng = np.random.default_rng([seed, 6])
    seen = dataset
    for number in rng.permutation(len(VIEWS))[: rng.integers(1, 3)]:
        try:
            seen = VIEWS[number](seen, rng)
        except InvalidInputError:  # of so rare a class nothing was left
            return dataset
        counts = np.bincount(seen.y)
        if len(seen.y) < LEAST or counts.min() < _EACH or len(counts) < 2:
            return dataset
    return seen
