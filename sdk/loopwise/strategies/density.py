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
        return _weighted(pool.signal("entropy"), pool, self.beta)


class MarginDensity(UtilityStrategy):
    """Utility (1 - margin) * density ** beta: information density with the margin in place of the entropy.

    A record that points away from the pool on the whole (negative density) has the utility 0, as one of density 0.

    Args:
        beta: Weight of the density; 0 is plain margin.
    """

    name = "margin_density"
    needs = ("margin", "density")
    description = "Takes records whose two most probable classes are close and that are similar to many others."
    reference = "Settles and Craven, An analysis of active learning strategies for sequence labeling, EMNLP 2008"
    serves = "When the pool holds outliers that margin alone would pick."

    def __init__(self, beta: float = 1.0) -> None:
        self.beta = beta

    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """Information density."""
        return _weighted(np.subtract(1, pool.signal("margin")), pool, self.beta)


def _weighted(uncertainty: NDArray[Any], pool: Pool, beta: float) -> NDArray[np.floating[Any]]:
    weighted: NDArray[np.floating[Any]] = uncertainty * np.maximum(pool.signal("density"), 0) ** beta
    return weighted


STRATEGIES: tuple[type[Strategy], ...] = (DensityWeighted, MarginDensity)
