"""Typical records first: what to label while there is no model, or none that one can trust."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.columns import Positions
from loopwise.signals.embeddings import NEIGHBOURS, typicality
from loopwise.signals.kmeans import kmeans
from loopwise.signals.vectors import Vectors
from loopwise.strategies.base import Pool, Strategy
from loopwise.strategies.samples import sample_labeled, sample_unlabeled
from loopwise.strategies.turns import places

_SMALL = 5  # records of a cluster, in the authors' code


class Typicality(Strategy):
    """TypiClust: the most typical record of each cluster that has no label yet.

    The pool is clustered by k-means into as many clusters as there are labeled records and records to choose. Clusters
    with the fewest labels come first, large before small; from each in turn comes its most typical record: the one
    with the smallest mean distance to its nearest neighbours among the cluster's candidates.
    Clusters of five records or fewer, outliers often, wait until all others are empty.

    Args:
        neighbours: How many nearest neighbours make a record typical, at most.
        max_clusters: Bound on the number of clusters.
        sample: Bound on the number of records that are clustered, unlabeled and labeled each; out of a larger pool
            a random sample is clustered and chosen from.
    """

    name = "typicality"
    needs = ("sketch",)
    description = "Takes the most typical record of each cluster of the pool that has no label yet."
    reference = (
        "Hacohen, Dekel and Weinshall, Active learning on a budget: opposite strategies suit high and low budgets, "
        "ICML 2022"
    )
    serves = "At the cold start, and while there are few labels per class."

    def __init__(self, neighbours: int = NEIGHBOURS, max_clusters: int = 500, sample: int = 20_000) -> None:
        self.neighbours = neighbours
        self.max_clusters = max_clusters
        self.sample = sample

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Cluster, then take from the clusters in turn."""
        # In random order, so that ties between equal records are broken at random.
        rows, candidates = sample_unlabeled(pool, max(self.sample, 4 * size), rng)
        labeled = sample_labeled(pool, self.sample, rng)
        E = np.concatenate([candidates, labeled])
        clusters, _ = kmeans(E, min(len(labeled) + size, self.max_clusters), rng)
        return pool.unlabeled[rows[_turns(E, clusters, len(rows), self.neighbours)[:size]]]


def _turns(E: Vectors, clusters: NDArray[np.int64], candidates: int, neighbours: int) -> NDArray[np.int64]:
    """The order in which candidates are chosen; the first rows of E are the candidates, the others are labeled.

    Whenever a cluster has its turn it gives its most typical candidate, and then counts one label more. So the
    candidate's turn is known at once: its place among the candidates of its cluster, plus the cluster's labels.
    """
    own = clusters[:candidates]
    typical = np.empty(candidates, np.float32)
    by_cluster = np.argsort(own, kind="stable")
    for members in np.split(by_cluster, np.flatnonzero(np.diff(own[by_cluster])) + 1):
        typical[members] = typicality(E[members], neighbours)
    sizes = np.bincount(clusters)
    labels = np.bincount(clusters[candidates:], minlength=len(sizes))
    turn = places(own, np.argsort(-typical, kind="stable")) + labels[own]
    return np.lexsort((-sizes[own], turn, sizes[own] <= _SMALL))


STRATEGIES: tuple[type[Strategy], ...] = (Typicality,)
