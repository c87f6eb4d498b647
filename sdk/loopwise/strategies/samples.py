"""Samples of a pool, so that time and memory stay bounded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.vectors import Vectors
from loopwise.strategies.base import Pool


def draw_rows(count: int, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Some of `count` rows, all with the same probability, in random order; memory grows with their number alone.

    Returns:
        (size,) int64, unique.
    """
    if 8 * size > count:
        return rng.permutation(count)[:size].copy()  # a view would keep the whole permutation
    found = np.empty(0, np.int64)
    while len(found) < size:
        found = np.concatenate([found, rng.integers(count, size=size)])
        found.sort()
        found = found[np.append(True, found[1:] != found[:-1])]
    return rng.permutation(found)[:size].copy()


def sample_unlabeled(pool: Pool, bound: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], Vectors]:
    """Candidates in random order, at most so many, and their sketches.

    Returns:
        (rows,) indices into `pool.unlabeled`; (rows, width) float32, the caller's own.
    """
    rows = draw_rows(len(pool.unlabeled), min(bound, len(pool.unlabeled)), rng)
    return rows, pool.signals.take("sketch", pool.unlabeled[rows]).astype(np.float32)


def sample_labeled(pool: Pool, bound: int, rng: np.random.Generator) -> Vectors:
    """Sketches of labeled records in random order, at most so many; (rows, width) float32, the caller's own."""
    known = pool.labeled[pool.signals.covered("sketch", pool.labeled)]
    return pool.signals.take("sketch", rng.permutation(known)[:bound]).astype(np.float32)
