"""BADGE: records whose gradients are large and point in different directions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.columns import Positions
from loopwise.strategies.base import Pool, Strategy, top_k
from loopwise.strategies.vectors import Vectors, draw, squared_norms


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
        """Two matrix-vector products per record."""
        gradients = GradientEmbeddings(pool.signal("probabilities"), pool.signal("sketch"))
        squares = gradients.norms.copy()
        free = np.ones(len(squares), np.bool_)
        chosen = np.empty(size, np.int64)
        for index in range(size):
            if not squares.any():  # only copies of what is chosen, or records of which the model is certain
                chosen[index:] = rng.choice(np.flatnonzero(free), size - index, replace=False)
                break
            pick = draw(squares, rng) if index else int(top_k(squares, 1, rng)[0])
            chosen[index], free[pick] = pick, False
            distances = gradients.squared_distances(pick)
            squares = np.minimum(squares, distances, out=squares) if index else distances
            squares[pick] = 0
        return pool.unlabeled[chosen]


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
        self._embeddings: Vectors = embeddings.astype(np.float32, copy=False)
        self.norms = squared_norms(self._errors) * squared_norms(self._embeddings)

    def squared_distances(self, row: int) -> NDArray[np.float32]:
        """Squared distance of each gradient embedding to that of one row, (rows,)."""
        products = (self._errors @ self._errors[row]) * (self._embeddings @ self._embeddings[row])
        squares: Vectors = np.maximum(self.norms + self.norms[row] - 2 * products, 0)
        return squares


STRATEGIES: tuple[type[Strategy], ...] = (Badge,)
