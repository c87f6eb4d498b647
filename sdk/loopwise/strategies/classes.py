"""The balance of classes and groups: a batch that is not all of the largest class."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.signals.blocks import row_blocks
from loopwise.signals.columns import Positions
from loopwise.strategies.base import Pool, Strategy, UtilityStrategy, top_k
from loopwise.strategies.turns import in_proportion

Rows = NDArray[np.int64]

BALANCED = (
    "Bengar, van de Weijer, Fuentes and Raducanu, Class-balanced active learning for image classification, WACV 2022"
)


class ClassBalancedMargin(Strategy):
    """The predicted classes in turn; from each its record of smallest margin.

    Bengar et al. trade uncertainty against balance in an optimization over soft predictions; this is what remains of it
    when each record counts for its most probable class alone, and balance comes before all else.
    """

    name = "class_balanced_margin"
    needs = ("predicted_class", "margin")
    description = "Takes the most uncertain records of each predicted class, as many of each."
    reference = BALANCED
    serves = "When classes are of unequal size, and margin alone would label the largest over and over."

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """In turn."""
        return pool.unlabeled[in_proportion(pool.rows("predicted_class"), pool.rows("margin"), size, rng)]


class RarestClass(UtilityStrategy):
    """Records that are predicted to be of the class of which the candidates have fewest; of these by margin.

    Aggarwal et al. tell small classes by the labels so far; these do not leave home, and predictions take their place.
    """

    name = "rarest_class"
    needs = ("predicted_class", "margin")
    description = "Takes the records that are predicted to be of the rarest class, the most uncertain first."
    reference = (
        "Aggarwal, Popescu and Hudelot, Minority class oriented active learning for imbalanced datasets, ICPR 2020"
    )
    serves = "When the small classes are what one looks for, and the model finds some of them already."

    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """Minus the size of the class, and of two equal ones minus half the margin."""
        groups, margins = pool.signal("predicted_class"), pool.rows("margin")
        names, counts = np.unique(groups, return_counts=True)
        utilities = np.empty(len(groups))  # with float32 a large class would swallow the margins
        for rows in row_blocks(groups):
            utilities[rows] = -counts[np.searchsorted(names, groups[rows])] - margins[rows] / 2
        return utilities


class ClassBoundaries(Strategy):
    """Both sides of each class's boundary in turn, from the boundary outwards.

    For each class GALAXY puts all records in a line: by how far the class is behind the most probable one, and where it
    is that itself, by its probability. There it looks by bisection for the places at which labels change, and labels
    around them. Labels do not leave home, so here the places at which predictions change are taken for these: the
    classes take turns, each with the next record of its line on the one side and then on the other.
    """

    name = "class_boundaries"
    needs = ("probabilities",)
    description = "Takes the records next to the boundary of each class, as many of each class and of either side."
    reference = "Zhang, Katz-Samuels and Nowak, GALAXY: graph-based active learning at the extreme, ICML 2022"
    serves = "When one class is nearly all of the pool: the others' boundaries get as many labels as its own."

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """In turn."""
        P = pool.signal("probabilities")
        best = P.max(axis=1)
        lines = [iter(_outwards(P[:, c], best, size, rng)) for c in rng.permutation(P.shape[1])]
        chosen: dict[np.int64, None] = {}
        for line in itertools.cycle(lines):
            if (row := next((row for row in line if row not in chosen), None)) is not None:
                chosen[row] = None
            if len(chosen) == size:
                break
        return pool.unlabeled[list(chosen)]


class TargetClasses(Strategy):
    """Records of the predicted classes that are furthest from their share; of each the most uncertain.

    The share of a class is counted over labeled records, by their predicted class, and the batch so far.

    Args:
        target: Weight of each class, larger than 0; one that is not named comes after all others. None: all the same.
    """

    name = "target_classes"
    needs: ClassVar[tuple[str, ...]] = ("predicted_class", "margin")
    description = (
        "Takes uncertain records such that the predicted classes of all labeled ones come to have their share."
    )
    reference = BALANCED
    serves = "When the labeled records should have given proportions of classes, and do not have them yet."

    def __init__(self, target: Mapping[int, float] | None = None) -> None:
        if target is not None and not all(0 < weight < np.inf for weight in target.values()):
            raise InvalidInputError(f"The weights of a target are larger than 0, not {dict(target)}.")
        self.target = target

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """By the distance to the share."""
        signal = self.needs[0]
        groups, labeled = pool.rows(signal), pool.labeled_signal(signal)
        return pool.unlabeled[in_proportion(groups, pool.rows("margin"), size, rng, labeled, self.target)]


class TargetGroups(TargetClasses):
    """Records of the groups that are furthest from their share; of each the most uncertain.

    Groups are what the user reports as the signal `group`: sites, languages, clusters. The share of a group is counted
    over labeled records and the batch so far.

    Args:
        target: Weight of each group, larger than 0; one that is not named comes after all others. None: all the same.
    """

    name = "target_groups"
    needs = ("group", "margin")
    description = "Takes uncertain records such that the groups of all labeled ones come to have their share."
    reference = "Quota sampling, with seats by Webster's method: Balinski and Young, Fair representation, Yale 1982"
    serves = "When each site, language or cluster should have its share of the labels."


def _outwards(p: NDArray[Any], best: NDArray[Any], size: int, rng: np.random.Generator) -> Rows:
    """Rows by their distance to the boundary of a class, from either side in turn; at least `size` of them.

    Args:
        p: (n,) probability of the class.
        best: (n,) largest probability of any class.
        size: How many, at most n.
        rng: Breaks ties.
    """
    leads = (p - best).astype(np.float32, copy=False)  # whole probabilities have no infinity
    inside = np.flatnonzero(leads == 0)
    leads[inside] = -np.inf
    sides = (
        inside[top_k(-best[inside], min(size, len(inside)), rng)],
        top_k(leads, min(size, len(p) - len(inside)), rng),
    )
    turns = np.concatenate([np.arange(len(side)) for side in sides])
    return np.concatenate(sides)[np.argsort(turns, kind="stable")]


STRATEGIES: tuple[type[Strategy], ...] = (
    ClassBalancedMargin,
    RarestClass,
    ClassBoundaries,
    TargetClasses,
    TargetGroups,
)
