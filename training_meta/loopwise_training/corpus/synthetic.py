"""Synthetic data sets: as many as one likes, each different in size, classes, shape, noise and redundancy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopwise_training.corpus.dataset import Dataset

_SIZES = (400, 4000)


def synthetic(seed: int) -> Dataset:
    """A mixture of Gaussian clusters, each of one class, bent by a random map, with noise in features and labels.

    The seed chooses the number of records (400 to 4,000), classes (2 to 10), clusters per class (1 to 5), dimension of
    the clusters (2 to 12), how far they overlap, how uneven the classes are, the share of wrong labels (0 to 15 %), how
    bent the space is, features that repeat others, and features that say nothing.
    """
    rng = np.random.default_rng([seed, 5])
    records = int(np.exp(rng.uniform(*np.log(_SIZES))))
    classes = int(rng.choice([2, 2, 2, 3, 4, 6, 10]))
    dimension = int(rng.integers(2, 13))
    clusters = classes * int(rng.integers(1, 6))
    of_cluster = np.arange(clusters) % classes
    share = rng.dirichlet(np.full(clusters, rng.choice([1.0, 3.0, 20.0])))
    cluster = rng.choice(clusters, records, p=share)
    centres = rng.normal(size=(clusters, dimension)) * rng.uniform(1.0, 3.0)
    shapes = rng.normal(size=(clusters, dimension, dimension)) / np.sqrt(dimension)
    points = centres[cluster] + np.einsum("nij,nj->ni", shapes[cluster], rng.normal(size=(records, dimension)))
    X = _bent(points, rng)
    y = _mislabeled(of_cluster[cluster], classes, rng.uniform(0, 0.15) * rng.integers(0, 2), rng)
    y = np.unique(y, return_inverse=True)[1].astype(np.int64)
    if len(np.unique(y)) < 2:  # all records in one cluster, or almost: cut it in two
        y = (points[:, 0] > np.median(points[:, 0])).astype(np.int64)
    name = f"synthetic_{seed}"
    return Dataset(name, X.astype(np.float32), y, family=name, licence="Apache-2.0", source="generated")


def _bent(points: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """The points after a random smooth map, with repeated and with meaningless features beside them."""
    records, dimension = points.shape
    strength = rng.choice([0.0, 0.5, 1.5])
    directions, phases = rng.normal(size=(dimension, dimension)), rng.uniform(0, 2 * np.pi, dimension)
    bent = points + strength * np.sin(points @ directions / np.sqrt(dimension) + phases)
    repeats = int(rng.choice([0, 0, dimension, 3 * dimension]))
    repeated = bent @ rng.normal(size=(dimension, repeats)) / np.sqrt(dimension)
    repeated += 0.1 * rng.normal(size=repeated.shape)
    nothing = rng.normal(size=(records, int(rng.choice([0, 0, 2, 20]))))
    return np.column_stack((bent, repeated, nothing))


def _mislabeled(y: NDArray[np.int64], classes: int, share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    wrong = rng.random(len(y)) < share
    return np.where(wrong, (y + rng.integers(1, classes, len(y))) % classes, y)
