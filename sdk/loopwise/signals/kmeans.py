"""k-means: weighted, seeded, in bounded memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.vectors import Vectors, draw, nearest, squared_norms

_STILL = 200


def kmeans(
    vectors: Vectors,
    count: int,
    rng: np.random.Generator,
    weights: NDArray[np.float32] | None = None,
    fixed: Vectors | None = None,
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
        fixed: (any, width) further centres, which stay where they are: they keep clusters away from what they cover.
        iterations: At most; it ends earlier once no more than one in 200 records changes its cluster.

    Returns:
        (rows,) the cluster of each record; (rows,) its squared distance to the cluster's centre.

    References: Lloyd, Least squares quantization in PCM, 1982; Arthur and Vassilvitskii, k-means++: the advantages
    of careful seeding, SODA 2007.
    """
    if weights is None or not weights.any():
        weights = np.ones(len(vectors), np.float32)
    covered = np.full(len(vectors), np.inf, np.float32)
    if fixed is not None and len(fixed):
        covered = nearest(vectors, fixed)[1]
    vectors = vectors - vectors.mean(axis=0)  # far from the origin, rounding would swallow the distances
    centres = vectors[_seeds(vectors, count, rng, weights, covered)]
    clusters, squares = nearest(vectors, centres)
    for _ in range(iterations):
        centres = means(vectors, clusters, count, np.where(squares < covered, weights, 0))
        empty = np.flatnonzero(np.isnan(centres[:, 0]))
        if len(empty):
            farthest = np.argsort(-(np.minimum(squares, covered) * weights), kind="stable")
            centres[empty] = vectors[farthest[: len(empty)]]
        before = clusters
        clusters, squares = nearest(vectors, centres)
        moved = np.count_nonzero(clusters != before)
        if moved == 0 or (moved <= len(vectors) // _STILL and not len(empty)):  # a centre that was moved is no mean yet
            break
    return clusters, squares


def means(
    vectors: Vectors, clusters: NDArray[np.int64], count: int, weights: NDArray[np.float32] | None = None
) -> Vectors:
    """Mean of each cluster, (count, width); NaN for clusters without records, or without weight.

    Args:
        vectors: (rows, width) float32.
        clusters: (rows,), each in 0 .. count - 1.
        count: Number of clusters.
        weights: (rows,), not negative; all the same when absent.
    """
    weights = np.ones(len(vectors), np.float32) if weights is None else weights
    order = np.argsort(clusters, kind="stable")
    sizes = np.bincount(clusters, minlength=count)
    there = np.flatnonzero(sizes)
    starts = (np.cumsum(sizes) - sizes)[there]
    totals = np.add.reduceat(weights[order], starts)
    sums = np.add.reduceat(vectors[order] * weights[order, None], starts, axis=0)
    centres = np.full((count, vectors.shape[1]), np.nan, np.float32)
    weighty = totals > 0
    centres[there[weighty]] = sums[weighty] / totals[weighty, None]
    return centres


def _seeds(
    vectors: Vectors,
    count: int,
    rng: np.random.Generator,
    weights: NDArray[np.float32],
    covered: NDArray[np.float32],
) -> NDArray[np.int64]:
    """k-means++: each next seed with a probability in proportion to its squared distance to the centres before it."""
    norms = squared_norms(vectors)
    squares = covered.copy()
    seeds = np.empty(count, np.int64)
    chances = weights if np.isinf(covered).all() else covered * weights
    for index in range(count):
        if not chances.any():  # all distinct records are centres already
            chances = np.ones(len(vectors), np.float32)
            chances[seeds[:index]] = 0
        seed = draw(chances, rng)
        seeds[index] = seed
        np.minimum(squares, norms + norms[seed] - 2 * (vectors @ vectors[seed]), out=squares)
        squares[seed] = 0
        chances = np.maximum(squares, 0) * weights
    return seeds
