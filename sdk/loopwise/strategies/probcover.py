"""ProbCover: as many records as possible within a fixed radius of a labeled one."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import BLOCK_BYTES
from loopwise.signals.columns import Positions
from loopwise.signals.kmeans import kmeans
from loopwise.signals.vectors import Vectors, nearest, squared_norms
from loopwise.strategies.base import Pool, Strategy
from loopwise.strategies.samples import sample_labeled, sample_unlabeled

Bits = NDArray[np.uint8]

_PROBES = 1000
"""Of how many records the balls are looked at to estimate the radius."""


class ProbCover(Strategy):
    """Greedy cover by balls of one radius: again and again the record whose ball holds the most uncovered records.

    What lies within the radius of a labeled record is covered. Once all is covered, or as far as a batch exceeds the
    sample, the rest of the batch is random.

    The radius is the paper's: the largest at which the balls of a share `purity` of the records hold one class only,
    the clusters of k-means standing for the classes.

    Args:
        delta: The radius; estimated when absent. Smoothly spread data have a small one, at which a ball holds little
            but its centre and the choice is close to random.
        purity: The share of balls that hold one class only, for the estimate.
        classes: The number of clusters that stand for classes, for the estimate.
        sample: Bound on the number of records that are candidates and are to be covered, and on the labeled ones that
            are looked at; its square in bits is held in memory. Out of a larger pool a random sample is taken.
    """

    name = "probcover"
    needs = ("sketch",)
    description = "Takes the records in whose surroundings most others lie that are not near a label yet."
    reference = "Yehuda, Dekel, Hacohen and Weinshall, Active learning through a covering lens, NeurIPS 2022"
    serves = "At the cold start, with embeddings in which classes lie apart."

    def __init__(
        self, delta: float | None = None, purity: float = 0.95, classes: int = 10, sample: int = 10_000
    ) -> None:
        self.delta = delta
        self.purity = purity
        self.classes = classes
        self.sample = sample

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Find the radius, then cover."""
        rows, E = sample_unlabeled(pool, self.sample, rng)
        labeled = sample_labeled(pool, self.sample, rng)
        square = self.delta**2 if self.delta is not None else self._estimate(E, rng)
        covered = nearest(E, labeled)[1] < square if len(labeled) else np.zeros(len(E), np.bool_)
        chosen = rows[greedy_cover(E, covered, square, min(size, len(E)))]
        rest = np.ones(len(pool.unlabeled), np.bool_)
        rest[chosen] = False
        others = rng.choice(np.flatnonzero(rest), size - len(chosen), replace=False)
        batch: Positions = pool.unlabeled[np.concatenate([chosen, others])]
        return batch

    def _estimate(self, E: Vectors, rng: np.random.Generator) -> float:
        clusters, _ = kmeans(E, min(self.classes, len(E)), rng)
        return pure_square(E, clusters, self.purity)


def pure_square(E: Vectors, clusters: NDArray[np.int64], purity: float) -> float:
    """The square of the largest radius at which at least the share `purity` of the open balls hold one cluster only.

    A ball is pure as long as its radius does not exceed the distance to the nearest record of another cluster, so the
    radius is a quantile of these distances; infinite when there is one cluster. It is taken over the first records,
    which must therefore be in random order.

    Args:
        E: (rows, width) float32.
        clusters: (rows,) the cluster of each record.
        purity: In (0, 1].
    """
    probes = np.arange(min(_PROBES, len(E)))
    squares = np.full(len(probes), np.inf, np.float32)
    for cluster in np.unique(clusters[probes]):
        own, others = probes[clusters[probes] == cluster], E[clusters != cluster]
        if len(others):
            squares[own] = nearest(E[own], others)[1]
    squares.sort()
    impure = len(squares) - math.ceil(purity * len(squares) - 1e-9)  # 0.9 * 600 must be 540
    return float(squares[impure])


def greedy_cover(E: Vectors, covered: NDArray[np.bool_], square: float, size: int) -> NDArray[np.int64]:
    """Records whose balls cover the most uncovered ones, one after the other; the first of equals.

    Args:
        E: (rows, width) float32; every record may be chosen, and is to be covered.
        covered: (rows,) those that are covered already.
        square: Squared radius of the open balls.
        size: How many at most.

    Returns:
        Indices, in the order of choice; fewer than `size` when nothing is left uncovered.
    """
    graph = _balls(E, square)
    uncovered = ~covered
    gains = _holders(graph, np.flatnonzero(uncovered), len(E))
    chosen: list[int] = []
    while len(chosen) < size and gains.max() > 0:
        best = int(gains.argmax())
        chosen.append(best)
        inside = (graph[:, best // 8] >> (7 - best % 8) & 1).astype(np.bool_)
        newly = np.flatnonzero(inside & uncovered)
        gains -= _holders(graph, newly, len(E))
        uncovered[newly] = False
    return np.array(chosen, np.int64)


def _balls(E: Vectors, square: float) -> Bits:
    """Who holds whom: bit i of row j says that record j lies in the ball of record i. An eighth of a byte per pair."""
    E = E - E.mean(axis=0)  # far from the origin, rounding would swallow the distances
    norms = squared_norms(E)
    graph = np.empty((len(E), -(-len(E) // 8)), np.uint8)
    step = max(1, 8 * BLOCK_BYTES // (4 * len(E)))
    for start in range(0, len(E), step):
        rows = slice(start, start + step)
        squares = E[rows] @ (-2 * E.T)
        squares += norms[rows, None]
        squares += norms
        near = squares < square
        near[np.arange(len(near)), np.arange(start, start + len(near))] = True
        graph[rows] = np.packbits(near, axis=1)
    return graph


def _holders(graph: Bits, records: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """In how many of the records' rows each of the `count` balls occurs, (count,)."""
    total = np.zeros(count, np.int64)
    for start in range(0, len(records), 255):  # as many as a byte can count
        rows = np.unpackbits(graph[records[start : start + 255]], axis=1, count=count)
        total += rows.sum(axis=0, dtype=np.uint8)
    return total


STRATEGIES: tuple[type[Strategy], ...] = (ProbCover,)
