"""Margins of kernel machines: the records nearest to the decision boundaries."""

from __future__ import annotations

import numpy as np

from loopwise.signals.columns import Positions
from loopwise.strategies.base import Pool, SmallestSignal, Strategy
from loopwise.strategies.turns import in_proportion


class BoundaryDistance(SmallestSignal):
    """Margin sampling of kernel machines, utility - min |f|: near to the hyperplane of some class.

    Not to be confused with `margin`, which compares class probabilities.
    """

    name = "boundary_distance"
    needs = ("boundary_distance",)
    description = "Takes the records that are nearest to a decision boundary of the kernel machine."
    reference = "Schohn and Cohn, Less is more: active learning with support vector machines, ICML 2000"
    serves = "For support vector machines, whose decision values are no probabilities."


class DecisionGap(SmallestSignal):
    """Multiclass-level uncertainty (MCLU), utility f_(2) - f_(1): two classes claim the record almost equally."""

    name = "mclu"
    needs = ("decision_gap",)
    description = "Takes the records whose two largest decision values are closest."
    reference = (
        "Demir, Persello and Bruzzone, Batch-mode active-learning methods for the interactive classification of remote "
        "sensing images, IEEE TGRS 2011"
    )
    serves = "For support vector machines of several classes, one against the rest each."


class ClosestSupport(Strategy):
    """Margin sampling by closest support vector (MS-cSV): of those near to the boundary, one per support vector.

    Records come in the order of their distance to the boundary, but one that shares its nearest support vector with a
    record chosen before must wait. When all others are chosen or wait, the next turn begins.
    """

    name = "ms_csv"
    needs = ("boundary_distance", "nearest_support")
    description = "Takes records near to a decision boundary, each beside another support vector of the kernel machine."
    reference = (
        "Tuia, Ratle, Pacifici, Kanevski and Emery, Active learning methods for remote sensing image classification, "
        "IEEE TGRS 2009"
    )
    serves = "For batches with support vector machines, so that the batch spreads along the boundary."

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Support vectors take turns; within a turn the distance decides."""
        supports, distances = pool.rows("nearest_support"), pool.rows("boundary_distance")
        return pool.unlabeled[in_proportion(supports, distances, size, rng)]


STRATEGIES: tuple[type[Strategy], ...] = (BoundaryDistance, DecisionGap, ClosestSupport)
