"""Uncertainty with chance: batches that are less alike than the very best records are."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.signals.blocks import BLOCK_BYTES, row_blocks
from loopwise.signals.columns import Positions
from loopwise.strategies.base import Pool, Strategy, UtilityStrategy, top_k

STOCHASTIC = (
    "Kirsch, Farquhar, Atighehchian, Jesson, Branchaud-Charron and Gal, Stochastic batch acquisition: a simple "
    "baseline for deep active learning, TMLR 2023"
)


class Power(UtilityStrategy):
    """Base of strategies that draw records in proportion to a power of a score, without replacement.

    Utility log score + Gumbel noise / beta: its largest values are such a draw, of score ** beta. A record of score 0
    comes after all others.

    Args:
        beta: How far the score decides: near 0 hardly, for large values alone.
    """

    reference = STOCHASTIC

    def __init__(self, beta: float = 1.0) -> None:
        if not beta > 0:
            raise InvalidInputError(f"beta must be larger than 0, not {beta}.")
        self.beta = beta

    @abstractmethod
    def scores(self, pool: Pool) -> NDArray[np.floating[Any]]:
        """(n,) floats aligned with `pool.unlabeled`, larger where a label is worth more; to be overwritten."""

    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """Log scores with noise."""
        utilities: NDArray[np.floating[Any]] = self.scores(pool).astype(np.float32, copy=False)
        for rows in row_blocks(utilities, BLOCK_BYTES // 4):
            block = np.maximum(utilities[rows], 0)
            with np.errstate(divide="ignore"):  # of a score of 0: minus infinity, as it should be
                np.add(
                    np.log(block), rng.gumbel(0, 1 / self.beta, len(block)), out=utilities[rows], casting="same_kind"
                )
        return utilities


class PowerMargin(Power):
    """Draws in proportion to (1 - margin) ** beta.

    Args:
        beta: How far the margin decides: near 0 hardly, for large values alone.
    """

    name = "power_margin"
    needs = ("margin",)
    description = "Draws records at random, in proportion to how close their two most probable classes are."
    serves = "For large batches: as quick as margin, and less full of records that are alike."

    def scores(self, pool: Pool) -> NDArray[np.floating[Any]]:
        """One minus the margin."""
        scores: NDArray[np.floating[Any]] = pool.own("margin")
        np.subtract(1, scores, out=scores)
        return scores


class PowerEntropy(Power):
    """Draws in proportion to entropy ** beta.

    Args:
        beta: How far the entropy decides: near 0 hardly, for large values alone.
    """

    name = "power_entropy"
    needs = ("entropy",)
    description = "Draws records at random, in proportion to the entropy of their probabilities."
    serves = "For large batches: as quick as entropy, and less full of records that are alike."

    def scores(self, pool: Pool) -> NDArray[np.floating[Any]]:
        """The entropy."""
        return pool.own("entropy")


class EpsilonMargin(Strategy):
    """Each record of the batch is drawn at random with the probability epsilon, and otherwise the best that is left.

    A blend's random share is another thing: a fixed number of records, drawn last, of which it is known with which
    probability. Here the number is left to chance too, and the drawn ones stand where they were drawn.

    Args:
        epsilon: Probability of a random draw, for each record of the batch; in [0, 1].
    """

    name = "epsilon_margin"
    needs = ("margin",)
    description = "Takes the records whose two most probable classes are closest, now and then one at random instead."
    reference = "Epsilon-greedy: Sutton and Barto, Reinforcement learning: an introduction, MIT Press 1998"
    serves = "When margin may look in the wrong place, and the share of exploration should hold for every record."

    def __init__(self, epsilon: float = 0.1) -> None:
        if not 0 <= epsilon <= 1:
            raise InvalidInputError(f"epsilon is a probability, not {epsilon}.")
        self.epsilon = epsilon

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """One after the other."""
        best = iter(top_k(np.negative(pool.signal("margin")), size, rng))
        # The next of a random order that is not taken yet is a draw from those that are left.
        shuffled = iter(rng.choice(len(pool.unlabeled), size, replace=False))
        chosen: dict[np.int64, None] = {}
        for at_random in (rng.random(size) < self.epsilon).tolist():
            chosen[next(row for row in (shuffled if at_random else best) if row not in chosen)] = None
        return pool.unlabeled[list(chosen)]


STRATEGIES: tuple[type[Strategy], ...] = (PowerMargin, PowerEntropy, EpsilonMargin)
