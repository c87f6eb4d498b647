"""Samples of large pools, and the distances between their records."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def strided(rows: NDArray[Any], limit: int) -> NDArray[Any]:
    """Every so many of the rows, evenly, at most `limit` of them: no random number is needed."""
    return rows[:: max(1, -(-len(rows) // limit))]


def squared_distances(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float64]:
    """Squares of Euclidean distances (len(a), len(b)), in float64, in which rounding cannot hide a neighbour."""
    x, y = a.astype(np.float64), b.astype(np.float64)
    squares: NDArray[np.float64] = (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1)[None, :] - 2 * (x @ y.T)
    return np.maximum(squares, 0, out=squares)
