"""How a batch is taken from clusters: one record of each in turn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def places(clusters: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each record's place within its own cluster, 0 for the first, when the records come in this order.

    Args:
        clusters: (rows,) the cluster of each record.
        order: (rows,) the records, first to last.

    Returns:
        (rows,) int64.
    """
    by_cluster = order[np.argsort(clusters[order], kind="stable")]
    sizes = np.unique(clusters, return_counts=True)[1]
    starts = np.cumsum(sizes) - sizes
    place = np.empty(len(clusters), np.int64)
    place[by_cluster] = np.arange(len(clusters)) - np.repeat(starts, sizes)
    return place


def in_turns(clusters: NDArray[np.int64], order: NDArray[np.int64], merit: NDArray[Any]) -> NDArray[np.int64]:
    """The order in which records are taken when their clusters give one record each in turn.

    Args:
        clusters: (rows,) the cluster of each record.
        order: (rows,) the records, the first of each cluster being the first that it gives.
        merit: (rows,) which of the records that are given in the same turn come first: those of largest merit.

    Returns:
        (rows,) int64: indices of the records.
    """
    return np.lexsort((-merit, places(clusters, order)))
