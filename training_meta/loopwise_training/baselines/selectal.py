"""SelectAL: whether a budget is low or high, by what the labels that there are would be missed for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from loopwise.signals.columns import Positions
from loopwise_engine.policy import Situation
from loopwise_training.baselines.base import Baseline, batches_of
from loopwise_training.trial import Trial

FOLDS = 5
REPEATS = 2
NEIGHBOURS = 20
"""Records whose mean distance tells how typical one is."""

REMOVED = 0.2
"""Share of the labels that is left out."""


@dataclass(frozen=True)
class Missed:
    """Accuracy of models that were fitted without some of the labels, on labels that they were not fitted to.

    Attributes:
        typical: without those of each class in the densest regions of the pool.
        uncertain: without those that models which have not seen them are least sure of.
    """

    typical: float
    uncertain: float


class SelectAl(Baseline):
    """SelectAL, our reimplementation: typical records while these are what the labels would be missed for.

    Hacohen and Weinshall, How to select which active learning strategy is best suited for your specific problem and
    budget, NeurIPS 2023. A strategy that would help now is one whose records, taken away from the labels, leave a worse
    model behind. Two models are compared: without the labels of the most typical records, and without those of the most
    uncertain ones. Where the first is the worse one the budget is low, and the batch is by `typicality`; else it is by
    `margin`.

    Different here: accuracy is cross-validated on the labels (a test set is not ours to look at); the share that is
    taken away is fixed; taking labels away at random is not compared with, and there is no third strategy for budgets
    between low and high; each batch is decided anew. With tens of labels the two accuracies are mostly noise, which the
    paper's thousands are not.

    Args:
        low: the strategy for low budgets.
        high: the one for high budgets.
    """

    def __init__(self, low: str = "typicality", high: str = "margin") -> None:
        self._low = low
        self._high = high

    def choose(self, trial: Trial, situation: Situation, size: int, seed: int) -> Positions:
        """The next batch; see `Baseline.choose`."""
        missed = self.missed(trial, seed)
        low = missed is None or missed.typical < missed.uncertain
        names = (self._low, self._high, "random") if low else (self._high, self._low, "random")
        found = batches_of(names, situation.pool, size, seed)
        return next(found[name] for name in names if name in found)

    def missed(self, trial: Trial, seed: int) -> Missed | None:
        """What taking labels away does; None where there are too few of them to tell."""
        split, labeled = trial.split, np.flatnonzero(trial.labeled)
        y = split.y_pool[labeled]
        if len(labeled) < 2 * FOLDS or len(np.unique(y)) < 2:
            return None
        neighbours = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(split.X_pool))).fit(split.X_pool)
        distance = neighbours.kneighbors(split.X_pool[labeled])[0].mean(axis=1)
        atypical = _rank_within(y, distance)
        rng = np.random.default_rng([seed, 15])
        right = np.zeros(2)
        for _ in range(REPEATS):
            folds = _stratified(y, rng)
            probabilities = np.zeros((len(labeled), split.classes), np.float32)
            for fold in range(FOLDS):
                held = folds == fold
                probabilities[held] = trial.predictions(labeled[~held], split.X_pool[labeled[held]])
            ranked = np.sort(probabilities, axis=1)
            sure = ranked[:, -1] - ranked[:, -2]
            for fold in range(FOLDS):
                rest, held = np.flatnonzero(folds != fold), labeled[folds == fold]
                for number, values in enumerate((atypical, sure)):
                    kept = rest[np.argsort(values[rest], kind="stable")[round(REMOVED * len(rest)) :]]
                    predicted = trial.predictions(labeled[kept], split.X_pool[held]).argmax(axis=1)
                    right[number] += np.count_nonzero(predicted == split.y_pool[held])
        typical, uncertain = (right / (REPEATS * len(labeled))).tolist()
        return Missed(typical, uncertain)


def _rank_within(y: NDArray[np.int64], values: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n,) the place of each value among those of its class, smallest first, as a share of these."""
    shares = np.empty(len(y))
    for k in np.unique(y):
        of_class = np.flatnonzero(y == k)
        shares[of_class[np.argsort(values[of_class], kind="stable")]] = np.arange(len(of_class)) / len(of_class)
    return shares


def _stratified(y: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """(n,) the fold of each label: those of a class spread over all of them."""
    order = np.lexsort((rng.random(len(y)), y))
    folds = np.empty(len(y), np.int64)
    folds[order] = np.arange(len(y)) % FOLDS
    return folds
