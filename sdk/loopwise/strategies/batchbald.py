"""BatchBALD: a batch that tells most of which member of a committee is right, all of its labels together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.signals.blocks import BLOCK_BYTES, row_blocks
from loopwise.signals.columns import Positions
from loopwise.signals.disagreement import MEASURES, Block, Floats, log
from loopwise.strategies.base import Pool, Strategy, top_k

_RESOLVED = 1e-4
"""Nats. A record that adds less is chosen by rounding and chance."""

_SAMPLE = 100
"""Records that tell how many members there are; rounding is far from hiding it."""

_CONFIGURATIONS = 100
"""So many at least: the members' mean entropy is over the same sample, so that few will do."""


class BatchBald(Strategy):
    """Greedy joint mutual information of the batch's classes and the choice of member.

    A record adds I(y; member | classes of those chosen): what its class tells beyond theirs, so copies add little.
    The mean over the classes that the chosen ones may turn out to have is exact while these are few, and then over a
    sample of them. The candidates are the records of largest BALD. Once the members are told apart, nothing adds
    anything, and the batch is filled by BALD.

    Args:
        candidates: How many records are chosen from; the rest of a larger batch is filled by BALD.
        configurations: How many combinations of the classes of chosen records and a candidate are told apart; where
            there are many classes, 100 of those of the chosen ones.
    """

    name = "batch_bald"
    needs = ("members",)
    description = "Takes the records whose labels, taken together, would tell most of which member is right."
    reference = (
        "Kirsch, van Amersfoort and Gal, BatchBALD: efficient and diverse batch acquisition for deep Bayesian active "
        "learning, NeurIPS 2019"
    )
    serves = "For batches of dropout passes from a pool that is full of near copies."

    def __init__(self, candidates: int = 1000, configurations: int = 10_000) -> None:
        if candidates < 1 or configurations < 1:
            raise InvalidInputError(f"One candidate and one configuration at least, not {candidates, configurations}.")
        self.candidates = candidates
        self.configurations = configurations

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Filter by BALD, choose together, fill by BALD."""
        flat = pool.signal("members")
        members, classes = shape = _shape(flat)
        joint = Joint(members, max(_CONFIGURATIONS, self.configurations // classes), rng)
        best = top_k(_bald(flat, shape), min(len(flat), max(size, self.candidates)), rng)
        P = np.maximum(flat[best[: self.candidates]], 0).astype(np.float32).reshape(-1, *shape)
        chosen = best[_greedy(P, min(size, len(P)), joint)]
        rest = best[~np.isin(best, chosen)]
        rows: NDArray[np.int64] = np.concatenate([chosen, rest[: size - len(chosen)]])
        return pool.unlabeled[rows]


class Joint:
    """The classes that the chosen records may turn out to have, and what these say of the members.

    Args:
        members: Number of members, all equally likely to be right before anything is known.
        limit: Number of configurations, combinations of classes, beyond which they are sampled.
        rng: Draws the sample.
    """

    def __init__(self, members: int, limit: int, rng: np.random.Generator) -> None:
        self._limit = limit
        self._rng = rng
        self._weights = np.ones(1, np.float32)
        """Probability of each configuration."""
        self._beliefs: Floats = np.full((1, members), 1 / members, np.float32)
        """Probability of each member, given the configuration."""

    def gains(self, P: Floats) -> Floats:
        """I(y; member | configuration) for each of some records, (rows,).

        Given a configuration it is the entropy of the members' mean, by belief, less their mean entropy. Both means
        are over the same sample: what chance does to one it does to the other, and the difference is never negative.

        Args:
            P: (rows, members, classes).
        """
        rows, members, classes = P.shape
        means = self._beliefs @ P.transpose(1, 0, 2).reshape(members, -1)
        means *= log(means)
        of_the_mean = (self._weights @ means).reshape(rows, classes).sum(axis=1)
        of_members = (P * log(P)).sum(axis=2) @ (self._weights @ self._beliefs)
        return np.asarray(of_members - of_the_mean, np.float32)

    def add(self, p: Floats) -> None:
        """Choose a record, (members, classes): each configuration divides by its class."""
        weights = (self._weights[:, None] * (self._beliefs @ p)).ravel()
        cells = np.flatnonzero(weights)
        kept = weights[cells]
        if len(cells) > self._limit:
            # Equal steps from a random start: each is drawn as often as its weight says, to the next whole number.
            cumulative = np.cumsum(kept, dtype=np.float64)
            points = (np.arange(self._limit) + self._rng.random()) * (cumulative[-1] / self._limit)
            drawn = np.searchsorted(cumulative, points, side="right").clip(max=len(cells) - 1)
            rows, counts = np.unique(drawn, return_counts=True)
            cells, kept = cells[rows], counts.astype(np.float32)
        configurations, labels = np.divmod(cells, p.shape[1])
        self._beliefs = self._beliefs[configurations] * p.T[labels]
        self._beliefs /= self._beliefs.sum(axis=1, keepdims=True)
        self._weights = kept / kept.sum()

    def room(self, classes: int) -> int:
        """For how many records at a time gains are to be asked, so that these stay in the cache."""
        return max(1, 4 * BLOCK_BYTES // (4 * len(self._weights) * classes))


def _greedy(P: Floats, size: int, joint: Joint) -> NDArray[np.int64]:
    """Rows in the order in which they add most; fewer than `size` where the rest adds nothing."""
    chosen: list[int] = []
    bounds = np.full(len(P), np.inf, np.float32)  # gains only ever shrink, so an old one bounds a new one
    while len(chosen) < size:
        stale = np.ones(len(P), np.bool_)
        while stale[best := int(bounds.argmax())]:
            old = np.where(stale, bounds, -np.inf)
            block = np.argsort(-old, kind="stable")[: joint.room(P.shape[2])]
            block = block[old[block] > -np.inf]
            bounds[block] = joint.gains(P[block])
            stale[block] = False
        if bounds[best] <= _RESOLVED:
            break
        chosen.append(best)
        bounds[best] = -np.inf
        joint.add(P[best])
    return np.array(chosen, np.int64)


def _shape(flat: NDArray[np.floating]) -> tuple[int, int]:
    """Number of members and of classes: each member's probabilities sum to 1, so that a row sums to their number."""
    width = flat.shape[1]
    total = float(flat[:_SAMPLE].sum(axis=1, dtype=np.float64).mean())
    members = min((count for count in range(1, width + 1) if width % count == 0), key=lambda count: abs(count - total))
    return members, width // members


def _bald(flat: NDArray[np.floating], shape: tuple[int, int]) -> Floats:
    """BALD of committees that are flattened record by record, (rows,)."""
    scores = np.empty(len(flat), np.float32)
    for rows in row_blocks(flat):
        P = flat[rows].reshape(-1, *shape).swapaxes(0, 1)
        scores[rows] = MEASURES["bald"](Block(np.ascontiguousarray(P, np.float32)))
    return scores
