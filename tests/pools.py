"""Small pools for tests of strategies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopwise.signals import Column, SignalSet
from loopwise.strategies import Pool

Floats = NDArray[np.floating]


def pool_of(labeled: int = 0, **signals: Floats) -> Pool:
    """A pool of which the first records are labeled."""
    (size,) = {len(values) for values in signals.values()}
    positions = np.arange(size)
    columns = {name: Column(values) for name, values in signals.items()}
    return Pool(positions[labeled:], positions[:labeled], SignalSet(columns, size))


def blobs(counts: list[int], seed: int = 0) -> tuple[Floats, NDArray[np.int64]]:
    """Well separated groups of points, and the group of each."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(len(counts)), counts)
    centres = 100 * np.eye(len(counts))
    return (centres[groups] + rng.normal(size=(len(groups), len(counts)))).astype(np.float32), groups
