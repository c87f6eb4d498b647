"""Samples of a pool, so that time and memory stay bounded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.vectors import Vectors
from loopwise.strategies.base import Pool


def sample_unlabeled(pool: Pool, bound: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], Vectors]:
    """Candidates in random order, at most so many, and their sketches.

    Returns:
        (rows,) indices into `pool.unlabeled`; (rows, width) float32, the caller's own.
    """
    rows = rng.permutation(len(pool.unlabeled))[:bound].copy()  # a view would keep the whole permutation
    return rows, pool.signals.take("sketch", pool.unlabeled[rows]).astype(np.float32)


def sample_labeled(pool: Pool, bound: int, rng: np.random.Generator) -> Vectors:
    """Sketches of labeled records in random order, at most so many; (rows, width) float32, the caller's own."""
    known = pool.labeled[pool.signals.covered("sketch", pool.labeled)]
    return pool.signals.take("sketch", rng.permutation(known)[:bound]).astype(np.float32)
