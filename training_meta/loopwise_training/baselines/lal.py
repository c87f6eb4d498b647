"""LAL: learned on synthetic data, how much a label would lower the error of a random forest."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier

from loopwise.signals.columns import Positions
from loopwise.strategies.base import top_k
from loopwise_engine.policy import Situation
from loopwise_training.baselines.base import Baseline
from loopwise_training.trial import Trial

TREES = 12
"""Of a forest whose error is to be lowered."""

TASKS = 30
"""Synthetic data sets that are learned from."""

SIZES = 4
"""Numbers of labels that each is looked at with."""

CANDIDATES = 5
"""Records whose label is tried at each of these."""

MOST_LABELS = 60
SEED = 17
"""Of what is learned: the same in every process."""


class Forest:
    """Bagged trees, fitted to two classes.

    Args:
        X: (n, features) float32.
        y: (n,) 0 or 1.
        drawn: (trees, draws) rows of each tree's bootstrap sample.
    """

    def __init__(self, X: NDArray[np.float32], y: NDArray[np.int64], drawn: NDArray[np.int64]) -> None:
        self._X, self._y, self._drawn = X, y, drawn
        self._trees = [
            DecisionTreeClassifier(max_features="sqrt", random_state=number).fit(X[rows], y[rows], check_input=False)
            for number, rows in enumerate(drawn)
        ]

    @classmethod
    def fitted(cls, X: NDArray[np.float32], y: NDArray[np.int64], rng: np.random.Generator) -> Forest:
        """A forest on bootstrap samples of these records."""
        return cls(X, y, rng.integers(len(y), size=(TREES, len(y))))

    def with_label(self, x: NDArray[np.float32], y: int, rng: np.random.Generator) -> Forest:
        """A forest on bootstrap samples of one record more, as like this one's as can be: less is left to chance."""
        count = len(self._y)
        drawn = np.where(rng.random(self._drawn.shape) < 1 / (count + 1), count, self._drawn)
        drawn = np.column_stack((drawn, rng.integers(count + 1, size=TREES)))
        return Forest(np.vstack((self._X, x)), np.append(self._y, y), drawn)

    def votes(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """(trees, len(X)) each tree's probability of class 1."""
        return np.stack([tree.predict_proba(X, check_input=False) @ tree.classes_ for tree in self._trees])

    def error(self, X: NDArray[np.float32], y: NDArray[np.int64]) -> float:
        """Mean distance of the votes' mean from the class: it moves where the share of wrong answers still stands."""
        return float(np.abs(self.votes(X).mean(axis=0) - y).mean())

    def features(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """(len(X), 7) what the regressor is told of candidates.

        Of each the mean and the standard deviation of the trees' votes; then the share of class 1 among the labels, the
        accuracy out of bag (0.5 where no label was out of one), the mean over the candidates of the votes' variance,
        the mean depth of the trees, and the number of labels.
        """
        votes = self.votes(X)
        out = np.stack([~np.isin(np.arange(len(self._y)), drawn) for drawn in self._drawn])
        told = out.any(axis=0)
        share = (self.votes(self._X) * out).sum(axis=0)[told] / out.sum(axis=0)[told]
        accuracy = float(((share > 0.5) == self._y[told]).mean()) if told.any() else 0.5
        depth = float(np.mean([tree.tree_.max_depth for tree in self._trees]))
        of_all = [float(self._y.mean()), accuracy, float(votes.var(axis=0).mean()), depth, float(len(self._y))]
        return np.column_stack((votes.mean(axis=0), votes.std(axis=0), np.tile(of_all, (len(X), 1))))


@cache
def regressor() -> RandomForestRegressor:
    """What LAL learned: from features to how much a label lowers the error; learned once in a process, in seconds."""
    told, gained = [], []
    for task in range(TASKS):
        rng = np.random.default_rng([SEED, task])
        X, y = _gaussians(rng, 300)
        pool, test = slice(0, 100), slice(100, 300)
        order = rng.permutation(100)
        order = order[np.argsort(_number_within_class(y[order]) > 0, kind="stable")]  # one of each class comes first
        for size in np.unique(np.exp(rng.uniform(np.log(2), np.log(MOST_LABELS), SIZES)).astype(int)):
            labeled, rest = order[:size], rng.permutation(order[size:])
            forest = Forest.fitted(X[labeled], y[labeled], rng)
            before = forest.error(X[test], y[test])
            told.append(forest.features(X[pool][rest])[:CANDIDATES])
            for one in rest[:CANDIDATES]:
                after = forest.with_label(X[one], int(y[one]), rng)
                gained.append(before - after.error(X[test], y[test]))
    learned = RandomForestRegressor(100, min_samples_leaf=10, max_features=0.5, random_state=SEED, n_jobs=1)
    return learned.fit(np.concatenate(told), np.array(gained))


def _gaussians(rng: np.random.Generator, count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Two classes, two-dimensional Gaussians of random places, shapes and shares; both are among the first records."""
    y = (rng.random(count) < rng.uniform(0.1, 0.9)).astype(np.int64)
    y[:10] = np.repeat([0, 1], 5)
    means, shapes = rng.normal(scale=1.5, size=(2, 2)), rng.normal(size=(2, 2, 2))
    X = np.einsum("nij,nj->ni", shapes[y], rng.normal(size=(count, 2))) + means[y]
    return X.astype(np.float32), y


def _number_within_class(y: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) how many records of its class come before each."""
    return np.where(y == 1, np.cumsum(y), np.cumsum(1 - y)) - 1


class Lal(Baseline):
    """LAL, our reimplementation: the records whose labels would lower the error of a forest most, as learned elsewhere.

    Konyushkova, Sznitman and Fua, Learning active learning from data, NeurIPS 2017; the variant that is learned from
    synthetic two-dimensional data, labeled in random order. While there are labels of one class only, at random.

    Different here: what is learned from is far less (seconds of one core), on forests of 12 trees, and of a smoother
    error than the share of wrong answers; how unevenly features matter is not among the inputs, for two features say
    little of that. The paper's forest is also the classifier that is judged; here it only chooses, beside whatever
    model is judged. With more than two classes there is a forest for each of them against the rest, and promises are
    added up. A batch is the records that promise most; the paper asks for one at a time.
    """

    def choose(self, trial: Trial, situation: Situation, size: int, seed: int) -> Positions:
        """The next batch; see `Baseline.choose`."""
        candidates = situation.pool.unlabeled
        X = np.ascontiguousarray(trial.split.X_pool, np.float32)
        known, y = X[trial.labeled], trial.split.y_pool[trial.labeled]
        rng = np.random.default_rng([seed, 16])
        promises = np.zeros(len(candidates))
        seen = np.unique(y)
        for k in seen[1:] if len(seen) <= 2 else seen:
            forest = Forest.fitted(known, (y == k).astype(np.int64), rng)
            promises += regressor().predict(forest.features(X[candidates]))
        return candidates[top_k(promises, size, rng)]
