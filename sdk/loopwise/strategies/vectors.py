"""Small tools that strategies over embeddings share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import BLOCK_BYTES

Vectors = NDArray[np.float32]


def squared_norms(vectors: Vectors) -> NDArray[np.float32]:
    """Squared length of each row, (rows,)."""
    return np.asarray(np.einsum("ij,ij->i", vectors, vectors), np.float32)


def nearest(vectors: Vectors, centres: Vectors) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Each row's nearest centre, and the squared distance to it; in blocks of rows.

    Args:
        vectors: (rows, width). Differences are most exact when the data are centred.
        centres: (centres, width), at least one.

    Returns:
        (rows,) indices of the centres, (rows,) squared distances, never negative.
    """
    indices = np.empty(len(vectors), np.int64)
    squares = np.empty(len(vectors), np.float32)
    centre_norms = squared_norms(centres)
    step = max(1, 8 * BLOCK_BYTES // (4 * len(centres)))
    for start in range(0, len(vectors), step):
        rows = slice(start, start + step)
        block = centre_norms - 2 * (vectors[rows] @ centres.T)
        indices[rows] = block.argmin(axis=1)
        squares[rows] = np.take_along_axis(block, indices[rows, None], axis=1)[:, 0]
    squares += squared_norms(vectors)
    return indices, np.maximum(squares, 0, out=squares)


def draw(weights: NDArray[Any], rng: np.random.Generator) -> int:
    """An index, drawn with a probability in proportion to its weight; the weights must not be all zero."""
    cumulative = np.cumsum(weights, dtype=np.float64)
    index = int(np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right"))
    return min(index, int(np.searchsorted(cumulative, cumulative[-1])))  # rounding must not pass the last weight
