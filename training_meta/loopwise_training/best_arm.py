"""What choosing one arm for all data sets comes to, when it is chosen on others: what a learned policy must beat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from loopwise_engine.policy.arms import ARMS
from loopwise_training.evaluate import Row
from loopwise_training.fit import FOLDS, folds

BEST_ARM = "best arm"
"""What its rows are called."""


def best_arm(rows: Sequence[Row]) -> list[Row]:
    """For each data set, model and seed the row of the arm that is best on average over families of other folds.

    The families are cut into five folds, as for learning. Each family counts alike, whatever its data sets and runs.

    Args:
        rows: of an evaluation; every strategy has one for the same data sets, models and seeds.

    Returns:
        Copies under the name "best arm"; none where there are fewer than two arms, or than five families.
    """
    of_arms = [row for row in rows if row.strategy in ARMS]
    families = np.array([row.family for row in of_arms])
    if len({row.strategy for row in of_arms}) < 2 or len(np.unique(families)) < FOLDS:
        return []
    found = []
    for train, test in folds(families):
        values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for index in train:
            values[of_arms[index].strategy][of_arms[index].family].append(of_arms[index].aubc)
        means = {arm: np.mean([np.mean(some) for some in by.values()]) for arm, by in values.items()}
        best = max(sorted(means), key=lambda arm: means[arm])
        found += [replace(of_arms[index], strategy=BEST_ARM) for index in test if of_arms[index].strategy == best]
    return found
