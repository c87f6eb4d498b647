"""k-means for strategies: weighted, seeded, in bounded memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopwise.strategies.vectors import Vectors, draw, nearest, squared_norms


def kmeans(
    vectors: Vectors,
    count: int,
    rng: np.random.Generator,
    weights: NDArray[np.float32] | None = None,
    iterations: int = 30,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Cluster by k-means++ seeding and Lloyd's iterations.

    An empty cluster is moved to the record that is farthest from its centre. There may still be fewer clusters than
    asked for when there are fewer distinct records.

    Args:
        vectors: (rows, width) float32, at least one row.
        count: Number of clusters, 1 .. rows.
        rng: Governs the seeding.
        weights: (rows,), not negative: how much each record counts; all the same when absent.
        iterations: At most; it ends earlier once no record changes its cluster.

    Returns:
        (rows,) the cluster of each record; (rows,) its squared distance to the cluster's centre.

    References: Lloyd, Least squares quantization in PCM, 1982; Arthur and Vassilvitskii, k-means++: the advantages
    of careful seeding, SODA 2007.
    """
    vectors = vectors - vectors.mean(axis=0)
    if weights is None or not weights.any():
        weights = np.ones(len(vectors), np.float32)
    centres = vectors[_seeds(vectors, count, rng, weights)]
    clusters, squares = nearest(vectors, centres)
    for _ in range(iterations):
        centres = _means(vectors, weights, clusters, squares, centres)
        before = clusters
        clusters, squares = nearest(vectors, centres)
        if np.array_equal(clusters, before):
            break
    return clusters, squares


def _seeds(vectors: Vectors, count: int, rng: np.random.Generator, weights: NDArray[np.float32]) -> NDArray[np.int64]:
    """k-means++: each next seed with a probability in proportion to its squared distance to the seeds before it."""
    norms = squared_norms(vectors)
    squares = np.full(len(vectors), np.inf, np.float32)
    seeds = np.empty(count, np.int64)
    chances = weights
    for index in range(count):
        if not chances.any():  # all distinct records are seeds already
            chances = np.ones(len(vectors), np.float32)
            chances[seeds[:index]] = 0
        seed = draw(chances, rng)
        seeds[index] = seed
        np.minimum(squares, norms + norms[seed] - 2 * (vectors @ vectors[seed]), out=squares)
        squares[seed] = 0
        chances = np.maximum(squares, 0) * weights
    return seeds


def _means(
    vectors: Vectors,
    weights: NDArray[np.float32],
    clusters: NDArray[np.int64],
    squares: NDArray[np.float32],
    centres: Vectors,
) -> Vectors:
    """Weighted mean of each cluster; empty ones move to the records that lie farthest from their own centres."""
    count = len(centres)
    totals = np.bincount(clusters, weights, count)
    sums = np.stack([np.bincount(clusters, weights * column, count) for column in vectors.T], axis=1)
    empty = np.flatnonzero(totals == 0)
    totals[empty] = 1
    means = (sums / totals[:, None]).astype(np.float32)
    means[empty] = vectors[np.argsort(-(squares * weights), kind="stable")[: len(empty)]]
    return means
