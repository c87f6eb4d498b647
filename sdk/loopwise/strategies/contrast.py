"""Contrast: the records that differ from what is labeled, by prediction or by place."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import BLOCK_BYTES
from loopwise.signals.columns import Positions
from loopwise.signals.vectors import Vectors, squared_norms
from loopwise.strategies.base import Pool, Strategy, UtilityStrategy, top_k
from loopwise.strategies.samples import sample_labeled, sample_unlabeled

FLOOR = 1e-7
"""Probabilities below it count as this much: a divergence must not be infinite."""

UNLABELED_PER_LABELED = 10
"""Gissin and Shalev-Shwartz train on at most ten unlabeled records per labeled one."""


class ContrastiveLearning(UtilityStrategy):
    """CAL: utility mean KL(p' || p) over the nearest labeled records, p' being their predictions.

    Where the model's predictions for labeled records were not reported, the neighbours are sought among a random
    sample of the candidates, the record itself left out.

    Args:
        neighbours: How many nearest neighbours are compared.
        sample: Bound on the number of records among which neighbours are sought; of more a random sample is taken.
    """

    name = "cal"
    needs = ("probabilities", "sketch")
    description = "Takes the records that are predicted differently from the labeled records most similar to them."
    reference = (
        "Margatina, Vernikos, Barrault and Aletras, Active learning by acquiring contrastive examples, EMNLP 2021"
    )
    serves = "With a fine-tuned model, to find the records on the other side of its decision boundary."

    def __init__(self, neighbours: int = 10, sample: int = 1000) -> None:
        self.neighbours = neighbours
        self.sample = sample

    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.float32]:
        """Mean divergence from the neighbours."""
        P, E = pool.signal("probabilities"), pool.signal("sketch")
        covered = [pool.signals.covered(name, pool.labeled) for name in self.needs]
        known = rng.permutation(pool.labeled[np.logical_and(*covered)])[: self.sample]
        own = np.empty(0, np.int64)
        if not len(known):
            own = rng.permutation(len(E))[: self.sample]
            known = pool.unlabeled[own]
        near_P, near_E = (pool.signals.take(name, known) for name in self.needs)
        return mean_divergence(P, E, near_P, near_E, self.neighbours, own)


def mean_divergence(
    P: NDArray[Any],
    E: NDArray[Any],
    near_P: NDArray[Any],
    near_E: NDArray[Any],
    neighbours: int,
    own: NDArray[np.int64] | None = None,
) -> NDArray[np.float32]:
    """Mean of KL(p' || p) over each record's nearest neighbours, in nats; in blocks of rows.

    Args:
        P: (rows, classes) predictions.
        E: (rows, width) embeddings.
        near_P: (others, classes) predictions of those among whom neighbours are sought.
        near_E: (others, width) their embeddings.
        neighbours: How many; all when there are fewer.
        own: (others,) which of the rows the others are, so that none is its own neighbour; empty or absent when they
            are none of them.

    Returns:
        (rows,) float32; 0 for a record without neighbours.
    """
    own = np.empty(0, np.int64) if own is None else own
    divergence = np.zeros(len(P), np.float32)
    count = min(neighbours, len(near_E) - bool(len(own)))
    if count < 1:
        return divergence
    near_P = _floored(near_P)
    negentropy = np.einsum("ij,ij->i", near_P, np.log(near_P))
    near_E = near_E.astype(np.float32)
    origin = near_E.mean(axis=0)
    near_E -= origin
    near_norms = squared_norms(near_E)
    step = max(1, 8 * BLOCK_BYTES // (4 * max(len(near_E), P.shape[1], E.shape[1])))
    for start in range(0, len(P), step):
        rows = slice(start, start + step)
        squares = near_norms - 2 * ((E[rows].astype(np.float32) - origin) @ near_E.T)
        among = np.flatnonzero((own >= start) & (own < start + step))
        squares[own[among] - start, among] = np.inf
        nearest = np.argpartition(squares, count - 1, axis=1)[:, :count]
        # sum p' (log p' - log p), averaged: the neighbours' predictions may be averaged first.
        mean_P = sum((near_P[one] for one in nearest.T[1:]), near_P[nearest[:, 0]]) / count
        cross = np.einsum("ij,ij->i", mean_P, np.log(_floored(P[rows])))
        divergence[rows] = negentropy[nearest].mean(axis=1) - cross
    return divergence


def _floored(P: NDArray[Any]) -> NDArray[np.float32]:
    """Probabilities without zeros, that sum to 1."""
    positive = np.maximum(P.astype(np.float32), FLOOR)
    positive /= positive.sum(axis=1, keepdims=True)
    return positive


class DiscriminativeLearning(Strategy):
    """DAL: the records that a classifier is surest to be unlabeled ones.

    A logistic regression on the sketches learns to tell labeled records from unlabeled ones, takes those it finds the
    least like labeled ones, counts them as labeled, and learns anew for the next part of the batch. Both sides weigh
    the same. (The paper trains a small neural network.) Without labeled records the batch is random.

    Args:
        sub_batches: In how many parts the batch is chosen.
        sample: Bound on the number of candidates, and on the labeled records that are looked at; out of a larger pool
            a random sample is taken.
    """

    name = "dal"
    needs = ("sketch",)
    description = "Takes the records that can be told most surely from the labeled ones."
    reference = "Gissin and Shalev-Shwartz, Discriminative active learning, 2019"
    serves = "For large batches, to make what is labeled look like the pool."

    def __init__(self, sub_batches: int = 20, sample: int = 20_000) -> None:
        self.sub_batches = sub_batches
        self.sample = sample

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Learn, take, and learn anew."""
        rows, E = sample_unlabeled(pool, max(self.sample, 4 * size), rng)
        labeled = sample_labeled(pool, self.sample, rng)
        if not len(labeled):
            return pool.unlabeled[rows[:size]]
        mean, spread = E.mean(axis=0), E.std(axis=0)
        spread[spread == 0] = 1
        E, labeled = (E - mean) / spread, (labeled - mean) / spread
        coefficients: NDArray[np.float64] | None = None
        chosen, rest = np.empty(0, np.int64), np.arange(len(E))
        for part in np.array_split(np.arange(size), min(size, self.sub_batches)):
            some = rng.permutation(rest)[: UNLABELED_PER_LABELED * (len(labeled) + len(chosen))]
            coefficients = discriminator(np.concatenate([labeled, E[chosen]]), E[some], coefficients)
            best = top_k(E[rest] @ coefficients[:-1].astype(np.float32), len(part), rng)
            chosen, rest = np.concatenate([chosen, rest[best]]), np.delete(rest, best)
        return pool.unlabeled[rows[chosen]]


def discriminator(
    labeled: Vectors, unlabeled: Vectors, start: NDArray[np.float64] | None = None, steps: int = 30
) -> NDArray[np.float64]:
    """Logistic regression of "unlabeled", by Newton's method; larger products are more surely unlabeled.

    Minimises the sum of the log losses, in which both sides weigh the same, plus half the squared length of the
    coefficients without the intercept: what other libraries call C = 1 with balanced classes.

    Args:
        labeled: (any, width), at least one.
        unlabeled: (any, width), at least one.
        start: (width + 1,) where to start; at 0 when absent.
        steps: At most.

    Returns:
        (width + 1,): coefficients, the intercept last.
    """
    X = np.concatenate([labeled, unlabeled])
    X = np.concatenate([X, np.ones((len(X), 1), np.float32)], axis=1)
    sign = np.repeat(np.array([-1, 1], np.float32), [len(labeled), len(unlabeled)])
    weights = np.repeat(len(X) / 2 / np.array([len(labeled), len(unlabeled)]), [len(labeled), len(unlabeled)])
    penalty = np.append(np.ones(X.shape[1] - 1), 0.0)

    def loss(coefficients: NDArray[np.float64]) -> float:
        odds = X @ coefficients.astype(np.float32)
        return float(weights @ np.logaddexp(0, -sign * odds) + penalty @ coefficients**2 / 2)

    coefficients = np.zeros(X.shape[1]) if start is None else start
    least = loss(coefficients)
    for _ in range(steps):
        odds = np.clip(X @ coefficients.astype(np.float32), -30, 30)
        wrong = 1 / (1 + np.exp(sign * odds))  # the probability of the other side
        gradient = penalty * coefficients - X.T @ (weights * sign * wrong).astype(np.float32)
        curvature = (weights * wrong * (1 - wrong)).astype(np.float32)
        hessian = ((X * curvature[:, None]).T @ X).astype(np.float64) + np.diag(penalty + 1e-6)
        step = np.linalg.solve(hessian, gradient)
        while (after := loss(coefficients - step)) > least and np.abs(step).max() > 1e-4:
            step /= 2
        if after >= least:
            break
        coefficients, before, least = coefficients - step, least, after
        if before - least < 1e-6 * before:
            break
    return coefficients


STRATEGIES: tuple[type[Strategy], ...] = (ContrastiveLearning, DiscriminativeLearning)
