"""Choosing at random: what every other strategy must beat."""

from __future__ import annotations

import numpy as np

from loopwise.signals.columns import Positions
from loopwise.strategies.base import Pool, Strategy


class Random(Strategy):
    """Every unlabeled record with the same probability."""

    name = "random"
    needs = ()
    description = "Draws records at random, all with the same probability."
    reference = "Simple random sampling without replacement; the baseline of every comparison."
    serves = "As the baseline, and for the share of a batch that keeps estimates unbiased."

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Draw without replacement."""
        return rng.choice(pool.unlabeled, size, replace=False)


STRATEGIES: tuple[type[Strategy], ...] = (Random,)
