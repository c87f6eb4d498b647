"""One record of each cluster: representative records, or uncertain ones spread over the regions of uncertainty."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals import entropy
from loopwise.signals.columns import Positions
from loopwise.signals.kmeans import kmeans
from loopwise.strategies.base import Pool, Strategy, top_k
from loopwise.strategies.samples import sample_labeled, sample_unlabeled
from loopwise.strategies.turns import in_turns

SAMPLE = 10_000
"""Bound on the number of records that are clustered."""

MAX_CLUSTERS = 1000
"""For a larger batch each cluster gives several records: as many clusters as records would cost their product."""


class KMeans(Strategy):
    """k-means with as many clusters as records are wanted; the record nearest to each centre, large clusters first.

    Labeled records are centres that stay, so that new clusters form where no label is near (the papers cluster the
    unlabeled records alone, and would choose next to a label again).

    Args:
        sample: Bound on the number of records that are clustered, and of labeled ones that are looked at; out of a
            larger pool a random sample is clustered and chosen from.
    """

    name = "k_means"
    needs = ("sketch",)
    description = "Clusters the pool and takes the record nearest to each centre."
    reference = (
        "Nguyen and Smeulders, Active learning using pre-clustering, ICML 2004; Hu, Mac Namee and Delany, Off to a "
        "good start: using clustering to select the initial training set in active learning, FLAIRS 2010"
    )
    serves = "At the cold start, to see one example of everything that is common."

    def __init__(self, sample: int = SAMPLE) -> None:
        self.sample = sample

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Cluster, take the nearest."""
        rows, E = sample_unlabeled(pool, max(self.sample, 4 * size), rng)
        labeled = sample_labeled(pool, self.sample, rng)
        clusters, squares = kmeans(E, min(size, MAX_CLUSTERS), rng, fixed=labeled)
        nearest_first = np.argsort(squares, kind="stable")
        batch = in_turns(clusters, nearest_first, np.bincount(clusters)[clusters])[:size]
        return pool.unlabeled[rows[batch]]


class Clue(Strategy):
    """CLUE: k-means weighted by entropy; the record nearest to each centre, the most uncertain cluster first.

    The clusters are drawn to where the model is uncertain, and there to where records are many.

    Args:
        temperature: The entropy is that of softmax(log p / temperature): below 1 it singles out the records whose
            leading classes are close, above 1 the weights become even. The paper uses 1, and 0.1 for digits.
        sample: Bound on the number of records that are clustered; out of a larger pool a random sample is clustered
            and chosen from.
    """

    name = "clue"
    needs = ("probabilities", "sketch")
    description = "Clusters the pool with uncertain records weighing more, and takes the record nearest to each centre."
    reference = (
        "Prabhu, Chandrasekaran, Saenko and Hoffman, Active domain adaptation via clustering uncertainty-weighted "
        "embeddings, ICCV 2021"
    )
    serves = "When a model trained on other data meets a new pool."

    def __init__(self, temperature: float = 1.0, sample: int = SAMPLE) -> None:
        self.temperature = temperature
        self.sample = sample

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Weigh, cluster, take the nearest."""
        rows, E = sample_unlabeled(pool, max(self.sample, 4 * size), rng)
        weights = tempered_entropy(pool.signals.take("probabilities", pool.unlabeled[rows]), self.temperature)
        clusters, squares = kmeans(E, min(size, MAX_CLUSTERS), rng, weights=weights)
        nearest_first = np.argsort(squares, kind="stable")
        batch = in_turns(clusters, nearest_first, np.bincount(clusters, weights)[clusters])[:size]
        return pool.unlabeled[rows[batch]]


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
        labeled = sample_labeled(pool, SAMPLE, rng)
        weights = np.maximum(1 + utilities[uncertain], 0)
        clusters, squares = kmeans(E, min(size, MAX_CLUSTERS), rng, weights=weights, fixed=labeled)
        nearest_first = np.argsort(squares, kind="stable")
        batch = in_turns(clusters, nearest_first, utilities[uncertain])[:size]
        return pool.unlabeled[uncertain[batch]]


def tempered_entropy(probabilities: NDArray[Any], temperature: float) -> NDArray[np.float32]:
    """Entropy in nats of softmax(log p / temperature), (rows,)."""
    if temperature == 1:
        return entropy(probabilities)
    logs = np.log(np.maximum(probabilities.astype(np.float32), np.finfo(np.float32).tiny))
    logs -= logs.max(axis=1, keepdims=True)
    logs /= temperature
    powers = np.exp(np.maximum(logs, -80, out=logs), out=logs)
    powers /= powers.sum(axis=1, keepdims=True)
    return entropy(powers)


STRATEGIES: tuple[type[Strategy], ...] = (KMeans, Clue, ClusterMargin)
