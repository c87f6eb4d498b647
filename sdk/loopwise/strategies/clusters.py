"""Uncertain records, spread over the regions in which the model is uncertain."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.columns import Positions
from loopwise.strategies.base import Pool, Strategy, top_k
from loopwise.strategies.kmeans import kmeans


class ClusterMargin(Strategy):
    """k-means within the most uncertain records, weighted by uncertainty; one record per cluster.

    The records of smallest margin are clustered, each with the weight 1 - margin, into as many clusters as records are
    wanted. Labeled records are centres that stay, so that new clusters form where no label is near. From each cluster
    comes the record nearest to its centre, the most uncertain record first.

    Args:
        factor: How many records are clustered, as a multiple of the number wanted.
    """

    name = "cluster_margin"
    needs = ("margin", "sketch")
    description = "Clusters the most uncertain records and takes one of each cluster."
    reference = (
        "Zhdanov, Diverse mini-batch active learning, 2019; cf. Citovsky et al., Batch active learning at scale, "
        "NeurIPS 2021"
    )
    serves = "For batches while uncertain records lie in groups of similar ones."

    def __init__(self, factor: int = 10) -> None:
        self.factor = factor

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Filter, cluster, take the nearest."""
        utilities: NDArray[np.floating[Any]] = np.negative(pool.signal("margin"))
        uncertain = top_k(utilities, min(self.factor * size, len(utilities)), rng)
        E = pool.signals.take("sketch", pool.unlabeled[uncertain]).astype(np.float32)
        labeled = pool.labeled_signal("sketch").astype(np.float32)
        clusters, squares = kmeans(E, size, rng, weights=np.maximum(1 + utilities[uncertain], 0), fixed=labeled)
        # The first of each cluster, records being ordered by their distance to the centre ...
        order = np.argsort(squares, kind="stable")
        firsts = order[np.unique(clusters[order], return_index=True)[1]]
        # ... and where there are fewer distinct records than wanted, the most uncertain of the others.
        others = np.setdiff1d(np.arange(len(uncertain)), firsts)[: size - len(firsts)]
        chosen: Positions = uncertain[np.concatenate([np.sort(firsts), others])]
        return pool.unlabeled[chosen]


STRATEGIES: tuple[type[Strategy], ...] = (ClusterMargin,)
