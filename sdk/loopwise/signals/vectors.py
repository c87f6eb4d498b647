"""Small tools over embeddings: lengths, nearest centres, weighted draws."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import BLOCK_BYTES

Vectors = NDArray[np.float32]

_TILE = 4096
"""How many centres are compared at a time."""


def squared_norms(vectors: Vectors) -> NDArray[np.float32]:
    """Squared length of each row, (rows,)."""
    return np.asarray(np.einsum("ij,ij->i", vectors, vectors), np.float32)


def nearest(vectors: NDArray[Any], centres: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Each row's nearest centre, and the squared distance to it; in blocks of rows.

    Args:
        vectors: (rows, width), real.
        centres: (centres, width), real, at least one.

    Returns:
        (rows,) indices of the centres, (rows,) squared Euclidean distances, never negative; NaN where the row, or any
        of the centres, holds NaN.
    """
    indices = np.zeros(len(vectors), np.int64)
    squares = np.empty(len(vectors), np.float32)
    centres = centres.astype(np.float32)
    origin = centres.mean(axis=0)  # far from the origin, rounding would swallow the distances
    centres -= origin
    centre_norms = squared_norms(centres)
    centres *= -2
    step = max(1, 8 * BLOCK_BYTES // (4 * max(vectors.shape[1], min(len(centres), _TILE))))
    for start in range(0, len(vectors), step):
        rows = slice(start, start + step)
        block = vectors[rows].astype(np.float32)
        block -= origin
        least = np.full(len(block), np.inf, np.float32)
        for first in range(0, len(centres), _TILE):
            tile = slice(first, first + _TILE)
            products = block @ centres[tile].T
            products += centre_norms[tile]
            closest = products.argmin(axis=1)
            values = np.take_along_axis(products, closest[:, None], axis=1)[:, 0]
            indices[rows] = np.where(values < least, closest + first, indices[rows])
            np.minimum(least, values, out=least)
        least += squared_norms(block)
        np.maximum(least, 0, out=squares[rows])
    return indices, squares


def draw(weights: NDArray[Any], rng: np.random.Generator) -> int:
    """An index, drawn with a probability in proportion to its weight; the weights must not be all zero."""
    cumulative = np.cumsum(weights, dtype=np.float64)
    index = int(np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right"))
    return min(index, int(np.searchsorted(cumulative, cumulative[-1])))  # rounding must not pass the last weight
