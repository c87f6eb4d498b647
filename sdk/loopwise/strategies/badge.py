"""BADGE: records whose gradients are large and point in different directions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import BLOCK_BYTES
from loopwise.signals.columns import Positions
from loopwise.signals.vectors import Vectors, squared_norms
from loopwise.strategies.base import Pool, Strategy, top_k

_PROPOSALS = 256  # in a round, at most
_FEW = 4  # accepted per round: it costs about as much to let all rows know as many


class Badge(Strategy):
    """k-means++ over gradient embeddings.

    The gradient embedding of a record is the outer product of (p - onehot(argmax p)) and its embedding: the gradient of
    the loss in the last layer if the model were right. An inner product of two outer products is the product of two
    inner products, so the outer products, (records, classes * width), are never formed. The first record is the one
    with the largest gradient, each next one is drawn with a probability in proportion to its squared distance to the
    nearest one chosen.
    """

    name = "badge"
    needs = ("probabilities", "sketch")
    description = "Draws uncertain records that differ from each other, by the gradients they would cause."
    reference = (
        "Ash, Zhang, Krishnamurthy, Langford and Agarwal, Deep batch active learning by diverse, uncertain gradient "
        "lower bounds, ICLR 2020"
    )
    serves = "For large batches of a deep model, with its last embeddings."

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Exact and lazy: a distance is computed only where the record might be drawn."""
        gradients = GradientEmbeddings(pool.signal("probabilities"), pool.signal("sketch"))
        return pool.unlabeled[plus_plus(gradients, size, rng)]


class GradientEmbeddings:
    """Gradient embeddings in factors: (p - onehot(argmax p)) and the embedding.

    Args:
        probabilities: (rows, classes).
        embeddings: (rows, width).

    Attributes:
        norms: (rows,) float32, squared length of each gradient embedding.
    """

    def __init__(self, probabilities: NDArray[np.floating], embeddings: NDArray[np.floating]) -> None:
        self._errors: Vectors = probabilities.astype(np.float32)
        self._errors[np.arange(len(self._errors)), self._errors.argmax(axis=1)] -= 1
        if embeddings.dtype != np.float16:  # that is converted block by block
            embeddings = embeddings.astype(np.float32, copy=False)
        self._embeddings = embeddings
        self.norms = squared_norms(self._errors)
        for rows in self._blocks(1):
            self.norms[rows] *= squared_norms(self._load(rows))
        # However a sum of products is ordered, a squared distance is wrong by less than this share of both norms.
        self._noise = np.float32((embeddings.shape[1] + probabilities.shape[1] + 16) * 2.0**-23)

    def nearest(self, centres: NDArray[np.int64]) -> NDArray[np.float32]:
        """Squared distance of each gradient embedding to the nearest of those of some rows, (rows,)."""
        squares = np.empty(len(self.norms), np.float32)
        for rows in self._blocks(len(centres)):
            squares[rows] = self.between(rows, centres).min(axis=1)
        return squares

    def between(self, rows: slice | NDArray[np.int64], centres: NDArray[np.int64]) -> NDArray[np.float32]:
        """Squared distances between the gradient embeddings of rows and others, (rows, centres)."""
        squares: Vectors = self._load(rows) @ self._load(centres).T
        squares *= self._errors[rows] @ (-2 * self._errors[centres].T)
        norms = self.norms[rows, None] + self.norms[centres]
        squares += norms
        norms *= self._noise
        squares[squares <= norms] = 0  # copies of each other
        return squares

    def _load(self, rows: slice | NDArray[np.int64]) -> Vectors:
        return self._embeddings[rows].astype(np.float32, copy=False)

    def _blocks(self, columns: int) -> list[slice]:
        step = max(16, 2 * BLOCK_BYTES // (4 * max(columns, self._embeddings.shape[1])))
        return [slice(start, start + step) for start in range(0, len(self._embeddings), step)]


def plus_plus(gradients: GradientEmbeddings, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rows as k-means++ draws its seeds, the first being the one of largest norm.

    By rejection: the squared distance to the nearest chosen row only falls as rows are chosen, so what it was before
    is an upper bound. Rows are proposed in proportion to their bounds, and a proposal is accepted with the probability
    distance / bound. So each accepted row is drawn in proportion to its present distance, while distances are computed
    for the proposed alone. When few are accepted, all bounds are brought up to date.

    Args:
        gradients: Of all rows.
        size: How many, 1 .. rows.
        rng: The source of randomness.

    Returns:
        (size,) indices of rows.
    """
    chosen = np.empty(size, np.int64)
    chosen[0] = top_k(gradients.norms, 1, rng)[0]
    lengths = np.sqrt(gradients.norms)
    bounds = np.square(lengths + lengths[chosen[0]]) if lengths.any() else lengths
    bounds[chosen[0]] = 0
    count, known, rounds = 1, 0, 0  # the bounds of all rows know the first so many chosen ones, since so many rounds
    while count < size and bounds.any():
        proposals = _propose(bounds, min(_PROPOSALS, 16 + 2 * (size - count)), rng)
        thresholds = rng.random(len(proposals)) * bounds[proposals]
        squares = np.minimum(gradients.between(proposals, chosen[:count]).min(axis=1), bounds[proposals])
        among = gradients.between(proposals, proposals)
        place = 0
        while count < size and (accepted := squares[place:] > thresholds[place:]).any():
            place += int(accepted.argmax())
            chosen[count] = proposals[place]
            count += 1
            np.minimum(squares, among[place], out=squares)
            squares[proposals == proposals[place]] = 0
        bounds[proposals] = squares
        rounds += 1
        if known < count < size and count - known <= _FEW * rounds:
            np.minimum(bounds, gradients.nearest(chosen[known:count]), out=bounds)
            known, rounds = count, 0
    if count < size:  # only copies of what is chosen, or records of which the model is certain
        rest = np.setdiff1d(np.arange(len(bounds)), chosen[:count])
        chosen[count:] = rng.choice(rest, size - count, replace=False)
    return chosen


def _propose(weights: NDArray[np.float32], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Indices, each drawn with a probability in proportion to its weight; the weights must not be all zero."""
    cumulative = np.cumsum(weights, dtype=np.float64)
    indices = np.searchsorted(cumulative, rng.random(count) * cumulative[-1], side="right")
    last = int(np.searchsorted(cumulative, cumulative[-1]))  # rounding must not pass the last weight
    return np.asarray(np.minimum(indices, last))


STRATEGIES: tuple[type[Strategy], ...] = (Badge,)
