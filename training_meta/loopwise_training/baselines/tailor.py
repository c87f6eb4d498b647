"""TAILOR: Thompson sampling over querying strategies, paid by labels of the classes that are rare so far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.columns import Positions
from loopwise_engine.policy import Situation
from loopwise_training.baselines.base import Baseline, batches_of
from loopwise_training.trial import Trial

KEPT = 0.9
"""Share of what was counted that is kept from one batch to the next: what a strategy finds changes with the labels."""

CANDIDATES = ("margin", "entropy", "class_boundaries", "badge", "typicality", "random")


class Tailor(Baseline):
    """TAILOR, our reimplementation: for every record of a batch, the strategy is followed that promises rare classes.

    Zhang, Shao, Verma and Nowak, Algorithm selection for deep active learning with imbalanced datasets, NeurIPS 2023.
    What a strategy finds is a distribution over classes with a Dirichlet prior; one is drawn for each strategy, and
    the one is followed whose classes are worth most. A class is worth one over its labels, and minus that where more
    than half of the labels are of it. The labels of a batch count for the strategies that chose them, and earlier
    ones fade.

    Different here: strategies rank their whole batch once and give their best record that is not yet taken, where the
    paper's draw anew after each record; the strategies are ours; multi-label rewards are left out.

    Args:
        candidates: names of the strategies; one that lacks a signal is not followed.
    """

    def __init__(self, candidates: Sequence[str] = CANDIDATES) -> None:
        self._candidates = tuple(candidates)
        self._counts: NDArray[np.float64] | None = None
        self._asked: tuple[Positions, NDArray[np.int64]] | None = None

    def choose(self, trial: Trial, situation: Situation, size: int, seed: int) -> Positions:
        """The next batch; see `Baseline.choose`."""
        classes = trial.split.classes
        if self._counts is None:
            self._counts = np.zeros((len(self._candidates), classes))
        if self._asked is not None:
            positions, by = self._asked
            self._counts *= KEPT
            np.add.at(self._counts, (by, trial.split.y_pool[positions]), 1)
        worth = self._worth(trial.split.y_pool[trial.labeled], classes)
        found = batches_of(self._candidates, situation.pool, size, seed)
        able = [number for number, name in enumerate(self._candidates) if name in found]
        rng = np.random.default_rng([seed, 14])
        taken: list[int] = []
        by_whom: list[int] = []
        for _ in range(size):
            drawn = np.array([rng.dirichlet(self._counts[number] + 1) for number in able])
            number = able[int((drawn @ worth).argmax())]
            batch = found[self._candidates[number]]  # as long as this one, so that there always is another record
            taken.append(next(int(position) for position in batch if position not in taken))
            by_whom.append(number)
        self._asked = np.array(taken, np.int64), np.array(by_whom, np.int64)
        return self._asked[0]

    @staticmethod
    def _worth(labels: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
        """(classes,) what another label of each class is worth."""
        counts = np.bincount(labels, minlength=classes)
        worth: NDArray[np.float64] = 1 / np.maximum(counts, 1)
        return np.where(counts > len(labels) / 2, -worth, worth)
