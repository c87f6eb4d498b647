"""BADGE: records whose gradients are large and point in different directions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import BLOCK_BYTES
from loopwise.signals.columns import Positions, Rows
from loopwise.signals.vectors import Vectors, squared_norms
from loopwise.strategies.base import Pool, Strategy, top_k

_PROPOSALS = 256  # in a round, at most
_URN_BLOCK = 512
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
        gradients = GradientEmbeddings(pool.rows("probabilities"), pool.rows("sketch"))
        return pool.unlabeled[plus_plus(gradients, size, rng)]


class GradientEmbeddings:
    """Gradient embeddings in factors: (p - onehot(argmax p)) and the embedding.

    Args:
        probabilities: (rows, classes).
        embeddings: (rows, width).

    Attributes:
        norms: (rows,) float32, squared length of each gradient embedding.
    """

    def __init__(self, probabilities: Rows | NDArray[np.floating], embeddings: Rows | NDArray[np.floating]) -> None:
        self._embeddings = embeddings
        self._errors: Vectors = np.empty(probabilities.shape, np.float32)
        self.norms = np.empty(len(embeddings), np.float32)
        for rows in self._blocks(probabilities.shape[1]):
            errors = self._errors[rows]
            errors[:] = probabilities[rows]
            errors[np.arange(len(errors)), errors.argmax(axis=1)] -= 1
            np.multiply(squared_norms(errors), squared_norms(self._load(rows)), out=self.norms[rows])
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
    if lengths.any():
        lengths += lengths[chosen[0]]
        np.square(lengths, out=lengths)
    urn = _Urn(lengths)
    urn.change(chosen[:1], np.zeros(1, np.float32))
    count, known, rounds = 1, 0, 0  # the bounds of all rows know the first so many chosen ones, since so many rounds
    while count < size and urn.total > 0:
        proposals = urn.draw(min(_PROPOSALS, 16 + 2 * (size - count)), rng)
        bounds = urn.weights[proposals]
        thresholds = rng.random(len(proposals)) * bounds
        squares = np.minimum(gradients.between(proposals, chosen[:count]).min(axis=1), bounds)
        among = gradients.between(proposals, proposals)
        place = 0
        while count < size and (accepted := squares[place:] > thresholds[place:]).any():
            place += int(accepted.argmax())
            chosen[count] = proposals[place]
            count += 1
            np.minimum(squares, among[place], out=squares)
            squares[proposals == proposals[place]] = 0
        urn.change(proposals, squares)
        rounds += 1
        if known < count < size and count - known <= _FEW * rounds:
            urn.lower(gradients.nearest(chosen[known:count]))
            known, rounds = count, 0
    if count < size:  # only copies of what is chosen, or records of which the model is certain
        rest = np.setdiff1d(np.arange(len(urn.weights)), chosen[:count])
        chosen[count:] = rng.choice(rest, size - count, replace=False)
    return chosen


class _Urn:
    """Draws indices in proportion to weights, of which few change between two draws: sums of blocks are kept.

    Args:
        weights: (n,), not negative.

    Attributes:
        weights: (n,) float32.
    """

    def __init__(self, weights: NDArray[np.float32]) -> None:
        blocks = -(-len(weights) // _URN_BLOCK)
        self._blocks = np.zeros((blocks, _URN_BLOCK), np.float32)
        self.weights = self._blocks.reshape(-1)[: len(weights)]
        self.weights[:] = weights
        self._sums = self._blocks.sum(axis=1, dtype=np.float64)

    @property
    def total(self) -> float:
        """Sum of the weights; 0 only where all are 0."""
        return float(self._sums.sum())

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Indices, each drawn with a probability in proportion to its weight; the weights must not be all zero."""
        ends = np.cumsum(self._sums)
        blocks = np.searchsorted(ends, rng.random(count) * ends[-1], side="right")
        blocks = np.minimum(blocks, np.searchsorted(ends, ends[-1]))  # rounding must not pass the last weight
        sums = np.cumsum(self._blocks[blocks], axis=1, dtype=np.float64)
        within = (sums <= rng.random((count, 1)) * sums[:, -1:]).sum(axis=1)
        within = np.minimum(within, (sums < sums[:, -1:]).sum(axis=1))
        return np.asarray(blocks * _URN_BLOCK + within)

    def change(self, indices: NDArray[np.int64], weights: NDArray[np.float32]) -> None:
        """Give some indices other weights."""
        self.weights[indices] = weights
        blocks = np.unique(indices // _URN_BLOCK)
        self._sums[blocks] = self._blocks[blocks].sum(axis=1, dtype=np.float64)

    def lower(self, bounds: NDArray[np.float32]) -> None:
        """Let no weight be larger than its bound, (n,)."""
        np.minimum(self.weights, bounds, out=self.weights)
        self._sums = self._blocks.sum(axis=1, dtype=np.float64)


STRATEGIES: tuple[type[Strategy], ...] = (Badge,)
