"""Samples of large pools, and the distances between their records."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.strategies import Pool

SAMPLE = 256
"""Candidates that are looked at."""

LABELED_SAMPLE = 4096
"""Labeled records that they are compared with."""

WIDTHS = (2, 4)
"""Of kernels, in typical distances of neighbours: what lies around a record, and in its region."""

_LEAST = -40
"""Exponent of the widest kernel: nothing beside 1, and the narrowest is still no denormal number, which are slow."""

_ROUNDING = 1e-12
"""Of a squared length: what is nearer to each other counts as the same."""


def strided(rows: NDArray[Any], limit: int) -> NDArray[Any]:
    """Every so many of the rows, evenly, at most `limit` of them: no random number is needed."""
    return rows[:: max(1, -(-len(rows) // limit))]


def squared_distances(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float64]:
    """Squares of Euclidean distances (len(a), len(b)), in float64, in which rounding cannot hide a neighbour."""
    x, y = a.astype(np.float64), b.astype(np.float64)
    squares: NDArray[np.float64] = x @ y.T
    squares *= -2
    norms = (x**2).sum(axis=1)[:, None]
    squares += norms
    squares += (y**2).sum(axis=1)
    squares[squares < _ROUNDING * norms] = 0
    return squares


class Landscape:
    """Some of the candidates, how they lie beside each other, and how far labeled records are from them.

    Args:
        pool: one whose candidates all have a sketch.

    Attributes:
        positions: (n,) of the sample, ascending.
        sketch: (n, width) of the sample.
        labeled: (m, width) of labeled records, those that have a sketch.
        square: of s, the median distance of one of the sample to its nearest neighbour in it; 0 where there is none.
        apart: (n,) squared distance of each to the nearest labeled record; inf where there is none.
    """

    def __init__(self, pool: Pool) -> None:
        self.positions = strided(pool.unlabeled, SAMPLE)
        self.sketch = pool.signals.take("sketch", self.positions)
        known = pool.labeled[pool.signals.covered("sketch", pool.labeled)]
        self.labeled = pool.signals.take("sketch", strided(known, LABELED_SAMPLE))
        self._between = squared_distances(self.sketch, self.sketch)
        np.fill_diagonal(self._between, np.inf)
        self.square = float(np.median(self._between.min(axis=1))) if len(self.positions) > 1 else 0.0
        np.fill_diagonal(self._between, 0)
        self.apart = squared_distances(self.sketch, self.labeled).min(axis=1, initial=np.inf)

    @cached_property
    def kernels(self) -> dict[int, NDArray[np.float64]]:
        """(n, n) by width: how near those of the sample are to each other."""
        return self.near(self._between)

    def near(self, squares: NDArray[np.float64]) -> dict[int, NDArray[np.float64]]:
        """By width w, exp(-d^2 / 2 (w s)^2) of squared distances d^2; s counts as 1 where it is 0."""
        kernel = squares / (-2 * WIDTHS[-1] ** 2 * (self.square or 1.0))
        np.maximum(kernel, _LEAST, out=kernel)
        found = {WIDTHS[-1]: np.exp(kernel, out=kernel)}
        for width in WIDTHS[-2::-1]:  # half as wide: to the power of four
            kernel = np.square(kernel)
            found[width] = np.square(kernel, out=kernel)
        return found
