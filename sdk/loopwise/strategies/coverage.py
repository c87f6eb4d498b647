"""Coverage: a batch after which no record is far from a labeled one."""

from __future__ import annotations

import numpy as np

from loopwise.signals.columns import Positions
from loopwise.strategies.base import Pool, Strategy, top_k
from loopwise.strategies.vectors import nearest, squared_norms


class KCenter(Strategy):
    """Greedy k-center: again and again the record that is farthest from all labeled and chosen ones.

    Distances are Euclidean. Without labeled records the first is the one nearest to the mean.
    """

    name = "k_center"
    needs = ("sketch",)
    description = "Takes the records that are farthest from everything labeled so far."
    reference = "Sener and Savarese, Active learning for convolutional neural networks: a core-set approach, ICLR 2018"
    serves = "When all regions of the pool must be represented, outliers included."

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """One matrix-vector product per record."""
        E = pool.signal("sketch").astype(np.float32)
        centres = pool.labeled_signal("sketch").astype(np.float32)
        mean = E.mean(axis=0)
        E -= mean
        norms = squared_norms(E)
        # Until there is a centre, the negative distance to the mean makes the most central record the farthest.
        squares = nearest(E, centres - mean)[1] if len(centres) else -norms
        chosen = np.empty(size, np.int64)
        for index in range(size):
            farthest = int(squares.argmax()) if index else int(top_k(squares, 1, rng)[0])
            if index + len(centres) and squares[farthest] <= 0:  # only copies of centres are left
                rest = np.flatnonzero(squares > -np.inf)
                chosen[index:] = rng.choice(rest, size - index, replace=False)
                break
            chosen[index] = farthest
            to_it = np.maximum(norms + norms[farthest] - 2 * (E @ E[farthest]), 0)
            squares = np.minimum(squares, to_it, out=squares) if index + len(centres) else to_it
            squares[chosen[: index + 1]] = -np.inf
        return pool.unlabeled[chosen]


STRATEGIES: tuple[type[Strategy], ...] = (KCenter,)
