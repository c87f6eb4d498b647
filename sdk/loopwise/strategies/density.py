"""Uncertainty where the pool is dense: an outlier that the model does not understand teaches little else."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.strategies.base import Pool, Strategy, UtilityStrategy


class DensityWeighted(UtilityStrategy):
    """Utility entropy * density ** beta, where density is the mean cosine similarity to the pool.

    A record that points away from the pool on the whole (negative density) has the utility 0, as one of density 0.

    Args:
        beta: Weight of the density; 0 is plain entropy.
    """

    name = "density_weighted"
    needs = ("entropy", "density")
    description = "Takes uncertain records that are similar to many others."
    reference = "Settles and Craven, An analysis of active learning strategies for sequence labeling, EMNLP 2008"
    serves = "When the pool holds outliers that uncertainty alone would pick."

    def __init__(self, beta: float = 1.0) -> None:
        self.beta = beta

    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """Information density."""
        utilities: NDArray[np.floating[Any]] = (
            pool.signal("entropy") * np.maximum(pool.signal("density"), 0) ** self.beta
        )
        return utilities


STRATEGIES: tuple[type[Strategy], ...] = (DensityWeighted,)
