"""Near-duplicates: a label tells as much about a record's twin, so a batch needs one of them only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.columns import Positions
from loopwise.signals.vectors import Vectors, nearest
from loopwise.strategies.base import Pool

_BLOCK = 1024
_SAMPLE = 1 << 14


def least_square(pool: Pool, share: float) -> float:
    """Square of the distance below which two sketches count as the same.

    Args:
        pool: The candidates.
        share: Of the pool's spread, the root mean square distance of a candidate to their mean.
    """
    rows = pool.unlabeled[:: 1 + len(pool.unlabeled) // _SAMPLE]
    E = pool.signals.take("sketch", rows).astype(np.float32)
    E -= E.mean(axis=0)
    return share * share * float(np.einsum("ij,ij->", E, E)) / max(1, len(E))


def distinct(pool: Pool, positions: Positions, least: float) -> NDArray[np.bool_]:
    """Which of the positions keep their distance from every labeled record, and from those before them that do.

    Args:
        pool: Of which the labeled records count.
        positions: (n,) unlabeled records, best first.
        least: The square of the distance to keep.

    Returns:
        (n,) bool.
    """
    E = pool.signals.take("sketch", positions).astype(np.float32)
    L = pool.labeled_signal("sketch").astype(np.float32)
    mean = E.mean(axis=0)
    E -= mean
    kept = np.ones(len(E), np.bool_)
    if len(L):
        kept &= nearest(E, L - mean)[1] > least
    for start in range(0, len(E), _BLOCK):
        block = slice(start, start + _BLOCK)
        before = E[:start][kept[:start]]
        if len(before):
            kept[block] &= nearest(E[block], before)[1] > least
        kept[block] &= _apart(E[block], kept[block], least)
    return kept


def _apart(E: Vectors, eligible: NDArray[np.bool_], least: float) -> NDArray[np.bool_]:
    norms = np.einsum("ij,ij->i", E, E)
    close = norms + norms[:, None] - 2 * (E @ E.T) <= least
    kept = np.zeros(len(E), np.bool_)
    for row in np.flatnonzero(eligible):
        kept[row] = not close[row][kept].any()
    return kept
