"""Facility location: a batch in which the records that matter find someone like themselves."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import row_blocks
from loopwise.signals.columns import Positions
from loopwise.signals.embeddings import density
from loopwise.signals.vectors import Vectors, nearest, squared_norms
from loopwise.strategies.base import Pool, Strategy, ranks, top_k
from loopwise.strategies.samples import draw_rows

CANDIDATES = 3000
"""Records that are chosen from and represented at a time; their similarities take 4 bytes a pair."""

_REPRESENTED = 512
"""Of the candidates of herding, at least so many are to be represented, and 8 for each record of the batch."""

_AT_ONCE = 16
"""Records whose gains are computed together, at first."""

ROUNDING = 1e-6
"""Of the largest squared length: what is nearer to each other counts as the same."""


class FacilityLocation(Strategy):
    """Greedy facility location: again and again the record that adds most to how well uncertain ones are represented.

    A record is represented as well as it resembles the labeled or chosen record nearest to it: exp(-d^2 / (2 s^2)),
    d being their Euclidean distance and s the median distance of a candidate to its nearest neighbour. Each counts
    with the weight (1 - margin)^2. A greedy batch is worth at least 1 - 1/e of the best one. The 3,000 most uncertain
    records are represented and chosen from; for a batch of more than half of them, the next ones in turn.
    """

    name = "facility_location"
    needs = ("margin", "sketch")
    description = "Takes the records that resemble most of the uncertain ones which no label resembles yet."
    reference = "Wei, Iyer and Bilmes, Submodularity in data subset selection and active learning, ICML 2015"
    serves = "While there are few labels per class, as the second part of a cascade or with a large batch."

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Filter, then cover."""
        utilities: NDArray[np.floating[Any]] = np.negative(pool.signal("margin"))
        best = top_k(utilities, min(size + CANDIDATES, len(utilities)), rng)
        weights = np.square(np.maximum(1 + utilities[best], 0))
        return cover_in_turn(pool, pool.unlabeled[best], weights, size, rng)


class Refine(Strategy):
    """Filtering by several notions of value, then coverage of what is left.

    The records are ranked by margin, by entropy and, with half the weight, by density; the best 40 % by the sum of the
    ranks stay, and the best 3,000 of them are covered as by `facility_location`. Huseljic et al. filter progressively,
    by whole strategies on random parts of the pool; ranks of the same notions need one pass over it.
    """

    name = "refine"
    needs = ("margin", "entropy", "sketch")
    description = "Filters by uncertainty and density, then covers what is left."
    reference = (
        "Huseljic, Herde, Rauch, Hahn and Sick, Cleaning the pool: progressive filtering of unlabeled pools in deep "
        "active learning, 2025"
    )
    serves = "A strong default in batches, the stronger the fewer labels there are."

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Filter, then cover."""
        margin = pool.signal("margin")
        value = ranks(np.negative(margin)) + ranks(pool.signal("entropy"))
        value += ranks(density(pool.signal("sketch"))) / 2
        kept = top_k(value, min(max(size, math.ceil(0.4 * len(value))), size + CANDIDATES), rng)
        weights = np.square(np.maximum(1 - margin[kept], 0))
        return cover_in_turn(pool, pool.unlabeled[kept], weights, size, rng)


class MaxHerding(Strategy):
    """MaxHerding: again and again the record that adds most to how well all records are represented.

    A record is represented as well as it resembles the labeled or chosen record nearest to it: exp(-d^2 / (2 s^2)),
    d being their Euclidean distance. The radius s shrinks while labels come, as in uncertainty herding: it is the
    median distance of a candidate to its nearest labeled record, and at least that to its nearest neighbour; twice
    the latter while there are no labels. Of a large pool 3,000 random records are chosen from (for a batch of more
    than half of them, others in turn), and 512 of these, or 8 times the batch, are represented, first those that
    count at all.
    """

    name = "max_herding"
    needs: ClassVar[tuple[str, ...]] = ("sketch",)
    description = "Takes the records that resemble most of those which no label resembles yet."
    reference = "Bae, Noh and Sutherland, Generalized coverage for more robust low-budget active learning, ECCV 2024"
    serves = "At the cold start, and while a model cannot tell what it does not know."

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Sample, weigh, cover."""
        rows = draw_rows(len(pool.unlabeled), min(len(pool.unlabeled), size + CANDIDATES), rng)
        positions = pool.unlabeled[rows]
        weights = self._weights(pool, positions)
        order = np.argsort(weights <= 0, kind="stable")  # what counts nothing is represented last
        return cover_in_turn(pool, positions[order], weights[order], size, rng, herding=True)

    def _weights(self, _pool: Pool, positions: Positions) -> NDArray[np.float32]:
        return np.ones(len(positions), np.float32)


class UncertaintyHerding(MaxHerding):
    """Uncertainty herding: again and again the record that adds most to how well uncertain records are represented.

    As MaxHerding, each record counting with the weight 1 - margin. The paper calibrates the model's probabilities
    first, which takes labels that are held out, and shrinks the radius by another rule.
    """

    name = "uncertainty_herding"
    needs = ("margin", "sketch")
    description = "Takes the records that resemble most of the uncertain ones, in all of the pool."
    reference = (
        "Bae, Oliveira and Sutherland, Uncertainty herding: one active learning method for all label budgets, ICLR 2025"
    )
    serves = "With linear models, with many labels or few."

    def _weights(self, pool: Pool, positions: Positions) -> NDArray[np.float32]:
        return np.maximum(1 - pool.signals.take("margin", positions).astype(np.float32), 0)


def cover_in_turn(
    pool: Pool,
    positions: Positions,
    weights: NDArray[Any],
    size: int,
    rng: np.random.Generator,
    *,
    herding: bool = False,
) -> Positions:
    """Cover the best of the positions, CANDIDATES at a time, what is chosen counting as labeled for the next.

    Args:
        pool: The candidates, and what is known of them.
        positions: Of candidates, the best first.
        weights: Of each, as for `cover`.
        size: How many, at most as many as there are positions.
        rng: As for `cover`.
        herding: Represent only some of the candidates, in a radius that labels shrink.

    Returns:
        (size,) int64 of the positions, unique.
    """
    labeled = pool.labeled_signal("sketch")
    labeled = labeled[:: 1 + len(labeled) // CANDIDATES].astype(np.float32)
    rest = np.arange(len(positions))
    chosen: list[NDArray[np.int64]] = []
    rounds = math.ceil(size / (CANDIDATES // 2))
    for part in np.array_split(np.arange(size), rounds):
        rows = rest[:CANDIDATES]
        vectors = pool.signals.take("sketch", positions[rows]).astype(np.float32)
        known = labeled.reshape(-1, vectors.shape[1])
        limit = max(_REPRESENTED, 8 * len(part)) if herding else CANDIDATES
        picks = rows[
            cover(vectors, weights[rows].astype(np.float32), known, len(part), rng, limit=limit, shrinking=herding)
        ]
        chosen.append(picks)
        rest = np.setdiff1d(rest, picks, assume_unique=True)
        if len(rest) and len(chosen) < rounds:
            labeled = np.concatenate([labeled, pool.signals.take("sketch", positions[picks]).astype(np.float32)])
    return positions[np.concatenate(chosen)]


def cover(
    vectors: Vectors,
    weights: NDArray[np.float32],
    labeled: NDArray[Any],
    size: int,
    rng: np.random.Generator,
    *,
    limit: int = CANDIDATES,
    shrinking: bool = False,
) -> NDArray[np.int64]:
    """Rows of a greedy facility location, in the order in which they are chosen; ties go to the earlier row.

    Args:
        vectors: (rows, width) the candidates, of which the first ones are also what is to be represented.
        weights: (rows,), not negative: how much it counts that a candidate is represented.
        labeled: (any, width) what represents already.
        size: How many, at most as many as there are rows.
        rng: Chooses among the rows that add nothing.
        limit: How many are to be represented, at most.
        shrinking: The similarity's radius follows the distances to labeled rows, instead of those to neighbours.

    Returns:
        (size,) int64, unique.
    """
    mean = vectors.mean(axis=0)  # far from the origin, rounding would swallow the distances
    vectors = vectors - mean
    represented, weights = vectors[:limit], weights[:limit]
    squares = squared_distances(vectors, represented)
    square = _neighbour_square(squares, squared_norms(represented))
    apart = nearest(represented, labeled.astype(np.float32) - mean)[1] if len(labeled) else None
    if shrinking:
        square = 4 * square if apart is None else max(np.float32(np.median(apart)), square)
    width = -2 * (square or np.float32(1))
    covered = np.zeros(len(represented), np.float32) if apart is None else np.exp(apart / width)
    squares /= width
    similarity = np.exp(squares, out=squares)
    chosen: list[int] = []
    bounds = np.concatenate([_gains(similarity[rows], covered, weights) for rows in row_blocks(similarity)])
    while len(chosen) < size:
        fresh = np.isneginf(bounds)  # gains only ever shrink: old ones bound those that are not fresh
        count = _AT_ONCE
        while not fresh[best := int(bounds.argmax())]:
            rows = np.argpartition(bounds, -min(count, len(bounds)))[-count:]
            rows = rows[~fresh[rows]]
            bounds[rows] = _gains(similarity[rows], covered, weights)
            fresh[rows] = True
            count *= 2
        if bounds[best] <= 0:  # all is represented
            rest = np.flatnonzero(bounds > -np.inf)
            chosen += rng.permutation(rest)[: size - len(chosen)].tolist()
            break
        chosen.append(best)
        bounds[best] = -np.inf
        np.maximum(covered, similarity[best], out=covered)
    return np.array(chosen, np.int64)


def _gains(similarity: Vectors, covered: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """What each record adds, (rows,); summed row by row, so that equal rows add the same to the bit."""
    gained = similarity - covered
    np.maximum(gained, 0, out=gained)
    gained *= weights
    return np.asarray(gained.sum(axis=1), np.float32)


def squared_distances(vectors: Vectors, others: Vectors) -> Vectors:
    """(len(vectors), len(others)), never negative; the vectors lie around the origin, or rounding swallows them."""
    # The squared lengths go through the product as two more columns: adding them after it takes longer.
    left = np.column_stack([vectors, squared_norms(vectors), np.ones(len(vectors), np.float32)])
    right = np.column_stack([-2 * others, np.ones(len(others), np.float32), squared_norms(others)])
    squares: Vectors = left @ right.T
    return np.maximum(squares, 0, out=squares)


def _neighbour_square(squares: Vectors, norms: NDArray[np.float32]) -> np.float32:
    """Square of the median distance to the nearest other record; 0 where most records are copies, or there is one.

    Args:
        squares: (rows, represented) squared distances to the first rows.
        norms: (represented,) squared lengths of these.
    """
    if len(squares) < 2:
        return np.float32(0)
    np.fill_diagonal(squares, np.inf)
    median = np.float32(np.median(squares.min(axis=0)))
    np.fill_diagonal(squares, 0)
    return median if median > ROUNDING * norms.max() else np.float32(0)


STRATEGIES: tuple[type[Strategy], ...] = (FacilityLocation, Refine, MaxHerding, UncertaintyHerding)
