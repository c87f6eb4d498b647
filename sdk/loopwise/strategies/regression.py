"""Strategies for numbers instead of classes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import BLOCK_BYTES
from loopwise.signals.columns import Positions
from loopwise.signals.vectors import Vectors, squared_norms
from loopwise.strategies.base import LargestSignal, Pool, Strategy, top_k
from loopwise.strategies.samples import draw_rows

SAMPLE = 100_000


class PredictionVariance(LargestSignal):
    """Utility: the variance of the predicted number among the members of an ensemble (query by committee)."""

    name = "prediction_variance"
    needs = ("prediction_variance",)
    description = "Takes the records about whose number the members of an ensemble differ most."
    reference = (
        "Burbidge, Rowland and King, Active learning for regression based on query by committee, IDEAL 2007; "
        "RayChaudhuri and Hamey, Minimisation of data collection by active learning, ICNN 1995"
    )
    serves = "For regression with an ensemble, or a model that reports its own variance."


class GreedySamplingY(Strategy):
    """GSy: again and again the record whose predicted number is farthest from all labeled and chosen ones.

    The utility is min |f(x) - y| over the labeled records. Labels stay home, so y is what was reported as the
    prediction for a labeled record (or its label, where the user reports that); labeled records without it do not
    count. Within the batch, f stands in for the labels of those chosen. Without any, the first is the record whose
    prediction is nearest to the mean. GSx, the same in the inputs, is `k_center`.

    Args:
        sample: Bound on the candidates, and on the labeled records that they are compared with; out of more a random
            sample is taken, of four times the batch at least.
    """

    name = "greedy_sampling_y"
    needs = ("prediction",)
    description = "Takes the records whose predicted numbers are farthest from those labeled so far."
    reference = "Wu, Lin and Huang, Active learning for regression using greedy sampling, Information Sciences 2019"
    serves = "For regression, when the whole range of the numbers must be covered; k_center does so for the inputs."

    def __init__(self, sample: int = SAMPLE) -> None:
        self.sample = sample

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """One pass over the predictions per record."""
        pool = _sampled(pool, self.sample, size, rng)
        known = pool.labeled[pool.signals.covered("prediction", pool.labeled)]
        f, y = _outputs(pool, rng.permutation(known)[: self.sample])
        utilities = _to_nearest(f, y) if len(y) else -np.abs(f)
        return pool.unlabeled[_farthest_first(utilities, len(y) > 0, lambda row: np.abs(f - f[row]), size, rng)]


class ImprovedGreedySampling(Strategy):
    """iGS: again and again the record that is far from all labeled and chosen ones in inputs and outputs.

    The utility is min d(x, x_m) |f(x) - y_m| over the labeled records m, with the Euclidean distance of the sketches.
    What y is, and what stands for labels within the batch, is as in `greedy_sampling_y`. Without labeled records the
    first is the one nearest to the mean of the sketches.

    Args:
        sample: As in `greedy_sampling_y`; of labeled records a twentieth of it.
    """

    name = "improved_greedy_sampling"
    needs = ("sketch", "prediction")
    description = "Takes the records that are far from everything labeled, in their inputs and predicted numbers alike."
    reference = "Wu, Lin and Huang, Active learning for regression using greedy sampling, Information Sciences 2019"
    serves = "The default for regression where sketches are shared: it needs no ensemble."

    def __init__(self, sample: int = SAMPLE) -> None:
        self.sample = sample

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """One matrix-vector product per record; the square of the utility puts records in the same order."""
        known = pool.labeled[pool.signals.covered("sketch", pool.labeled)]
        known = known[pool.signals.covered("prediction", known)]
        known = rng.permutation(known)[: max(1, self.sample // 20)]
        pool = _sampled(pool, self.sample, size, rng)
        f, y = _outputs(pool, known)
        E: Vectors = pool.own("sketch").astype(np.float32, copy=False)
        centre = E.mean(axis=0)  # far from the origin, rounding would swallow the distances
        E -= centre
        norms = squared_norms(E)

        def to_row(row: int) -> Vectors:
            squares: Vectors = E @ E[row]
            squares *= -2
            squares += norms
            squares += norms[row]
            np.maximum(squares, 0, out=squares)
            apart = f - f[row]
            squares *= np.square(apart, out=apart)
            return squares

        if len(known):
            labeled = pool.signals.take("sketch", known).astype(np.float32) - centre
            utilities = _to_nearest_of_both(E, norms, f, labeled, y)
        else:
            utilities = -norms
        return pool.unlabeled[_farthest_first(utilities, len(known) > 0, to_row, size, rng)]


def _sampled(pool: Pool, bound: int, size: int, rng: np.random.Generator) -> Pool:
    """The pool with no more candidates than the bound, or four times the batch."""
    bound = max(bound, 4 * size)
    if len(pool.unlabeled) <= bound:
        return pool
    return pool.only(pool.unlabeled[draw_rows(len(pool.unlabeled), bound, rng)])


def _farthest_first(
    utilities: Vectors, anchored: bool, to_row: Callable[[int], Vectors], size: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Again and again the row with the largest distance to the nearest labeled or chosen one.

    Args:
        utilities: (rows,), distance to the nearest labeled one; without any, what makes the first.
        anchored: There is a labeled one.
        to_row: Gives the distance of all rows to one of them, (rows,), in an array of its own.
        size: How many rows.
        rng: Breaks ties.

    Returns:
        (size,) rows, best first.
    """
    chosen = np.empty(size, np.int64)
    for index in range(size):
        row = int(top_k(utilities, 1, rng)[0])
        if anchored and utilities[row] <= 0:  # nothing new is left
            chosen[index:] = rng.choice(np.flatnonzero(utilities > -np.inf), size - index, replace=False)
            break
        chosen[index] = row
        distances = to_row(row)
        utilities = np.minimum(utilities, distances, out=distances) if anchored else distances
        utilities[row] = -np.inf
        anchored = True
    return chosen


def _outputs(pool: Pool, known: Positions) -> tuple[Vectors, Vectors]:
    """Predictions for the candidates and for these labeled records, moved and scaled to [-1, 1].

    That changes no order, and keeps squares of very large or small numbers within the range of float32.
    """
    f = pool.signal("prediction").astype(np.float64)
    y = pool.signals.take("prediction", known).astype(np.float64) if len(known) else np.empty(0)
    mean = f.mean()
    f -= mean
    y -= mean
    largest = max(np.abs(f).max(), np.abs(y).max(initial=0))
    scale = largest if largest > 0 else 1.0
    return (f / scale).astype(np.float32), (y / scale).astype(np.float32)


def _to_nearest(f: Vectors, y: Vectors) -> Vectors:
    """Distance of each number to the nearest of the others, (rows,)."""
    ordered = np.sort(y)
    above = np.searchsorted(ordered, f)
    below = np.maximum(above - 1, 0)
    above = np.minimum(above, len(ordered) - 1)
    nearest: Vectors = np.minimum(np.abs(f - ordered[above]), np.abs(f - ordered[below]))
    return nearest


def _to_nearest_of_both(E: Vectors, norms: Vectors, f: Vectors, labeled: Vectors, y: Vectors) -> Vectors:
    """Smallest product of squared distance in inputs and in outputs, (rows,); in blocks of rows."""
    least = np.empty(len(E), np.float32)
    labeled_norms = squared_norms(labeled)
    directions = -2 * labeled.T
    step = max(1, 8 * BLOCK_BYTES // (4 * len(labeled)))
    for start in range(0, len(E), step):
        rows = slice(start, start + step)
        products = E[rows] @ directions
        products += labeled_norms
        products += norms[rows, None]
        apart = f[rows, None] - y
        products *= apart
        products *= apart
        products.min(axis=1, out=least[rows])
    return np.maximum(least, 0, out=least)  # rounding makes tiny squares negative


STRATEGIES: tuple[type[Strategy], ...] = (PredictionVariance, GreedySamplingY, ImprovedGreedySampling)
