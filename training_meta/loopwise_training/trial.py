"""A simulated experiment in this process: the situations that an engine would see, without the engine around them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning

from loopwise.errors import MissingSignalError
from loopwise.label_features import label_features
from loopwise.privacy import Projection
from loopwise.resources import StopAdvice
from loopwise.signals.columns import Column, SignalSet
from loopwise.signals.history import WINDOW
from loopwise.strategies import Blend, Pool, Selection, execute
from loopwise_engine.policy import PastLoop, Situation
from loopwise_engine.policy.base import share_right
from loopwise_training.models import Classifier

_TOLERANCE = 5e-4
"""Of a sum of probabilities beside one; an experiment refuses twice that."""


@dataclass(frozen=True, eq=False)
class Split:
    """A pool to label, and a test set to measure by.

    Attributes:
        X_pool: (pool, features) float.
        y_pool: (pool,) the labels that an annotator would give.
        X_test: (test, features).
        y_test: (test,).
    """

    X_pool: NDArray[np.floating]
    y_pool: NDArray[np.int64]
    X_test: NDArray[np.floating]
    y_test: NDArray[np.int64]

    @property
    def classes(self) -> int:
        """Number of classes, in pool and test set together; labels are 0 .. classes - 1."""
        return int(max(self.y_pool.max(), self.y_test.max())) + 1


@dataclass(frozen=True)
class Scores:
    """What a model came to on the test set.

    Attributes:
        accuracy: share of records that it is right about.
        balanced_accuracy: mean over the classes of the test set of the share that it is right about.
        likelihood: mean over the records of the logarithm of the true class's probability, at least 1 %.
    """

    accuracy: float
    balanced_accuracy: float
    likelihood: float


class Trial:
    """A simulated experiment: some records are labeled, a model is fitted, and a situation is described.

    Args:
        split: the data.
        model: makes the model that is fitted after each batch.
        batch_size: records per batch, None where the policy decides.
        budget: labels in all, None for no limit.
        embeddings: (pool, dimensions) what records are compared by, None where nothing is known of them.
        random_share: of every batch that a policy draws at random.
        seed: of the projection.

    Attributes:
        labeled: (pool,) which records are.
        embeddings: as given.
        predicted: (pool, classes) what the model thinks of all records; None before there is one.
        tested: (test, classes) what it thinks of the test set; no rows before there is one.
        advised: labels, and what a policy said about stopping then, as far as `remember` was told.
    """

    def __init__(
        self,
        split: Split,
        model: Callable[[], Classifier],
        *,
        batch_size: int | None,
        budget: int | None = None,
        embeddings: NDArray[np.floating] | None,
        random_share: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.split = split
        self.labeled = np.zeros(len(split.X_pool), dtype=np.bool_)
        self.predicted: NDArray[np.float32] | None = None
        self._model = model
        self.batch_size = batch_size
        self._budget = budget
        self._random_share = random_share
        self.embeddings = embeddings
        self._known: dict[str, Column] = {}
        self._past: tuple[dict[str, Column], ...] = ()
        self._history: tuple[PastLoop, ...] = ()
        self._label_features: dict[str, float] = {}
        self._looks: tuple[NDArray[np.bool_], ...] = ()
        self._chosen: tuple[Blend, Selection] | None = None
        self.tested = np.empty((0, split.classes), np.float32)
        self.advised: list[tuple[int, StopAdvice]] = []
        if embeddings is not None:
            self._known["sketch"] = Column(Projection(str(seed).encode()).sketch(embeddings))

    @property
    def probabilities(self) -> NDArray[np.float32] | None:
        """(unlabeled, classes) what the model thinks of the unlabeled records; None where there is none yet."""
        known = self._known.get("probabilities")
        return None if known is None else known.values

    def copy(self) -> Trial:
        """Another trial that stands where this one stands."""
        twin = object.__new__(Trial)
        twin.__dict__ |= self.__dict__
        twin.labeled = self.labeled.copy()
        return twin

    def label(self, positions: NDArray[np.int64], infer_on: NDArray[np.int64] | None = None) -> Scores:
        """Labels these records, fits the model, and opens the next loop; returns what the model came to.

        Args:
            positions: the records to label.
            infer_on: those that the model then looks at; None, all that are not labeled.
        """
        self._take_in(positions)
        pool = self.split
        labeled = np.flatnonzero(self.labeled)
        predicted = self.predictions(labeled, np.concatenate((pool.X_pool, pool.X_test)))
        self.predicted = predicted[: len(pool.X_pool)]
        told_apart = (pool.y_pool[labeled] != pool.y_pool[labeled[0]]).any()
        self._report(self.predicted if told_apart else None, infer_on)
        self.tested = predicted[len(pool.X_pool) :]
        return _scores(self.tested, pool.y_test)

    def predictions(self, known: NDArray[np.int64], X: NDArray[np.floating]) -> NDArray[np.float32]:
        """(len(X), classes) probabilities by a new model, fitted to these records' labels."""
        y = self.split.y_pool[known]
        seen = np.unique(y)
        predicted = np.zeros((len(X), self.split.classes), np.float32)
        if len(seen) == 1:  # nothing to tell apart yet, which most models refuse to learn
            predicted[:, seen[0]] = 1
            return predicted
        model = self._model()
        with warnings.catch_warnings(), sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
            warnings.simplefilter("ignore", ConvergenceWarning)
            warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)  # few labels, many classes
            model.fit(self.split.X_pool[known], y)
            told = model.predict_proba(X)
        sums = told.sum(axis=1, keepdims=True)  # float32 does not do for the likelihoods of naive Bayes
        predicted[:, seen] = np.where(np.abs(sums - 1) < _TOLERANCE, told, told / sums)
        return predicted

    def situation(self) -> Situation:
        """All that an engine would know now."""
        labeled = np.flatnonzero(self.labeled)
        unlabeled, skipped, skipped_for = self._candidates()
        signals = SignalSet(self._known, len(self.labeled), self._past, checked=True)
        return Situation(
            pool=Pool(unlabeled, labeled, signals),
            loop=len(self._history),
            pool_size=len(self.labeled),
            classes=self.split.classes,
            label_budget=self._budget,
            batch_size=self.batch_size,
            random_share=self._random_share,
            history=self._history,
            label_features=self._label_features,
            skipped=skipped,
            skipped_for=skipped_for,
        )

    def remember(self, features: Mapping[str, float], metrics: Mapping[str, float] | None = None) -> None:
        """Keeps what the policy saw in this situation, and what was reported, for the situations to come."""
        complete = len(self._candidates()[1]) == 0
        count = int(self.labeled.sum())
        loop = PastLoop(len(self._history), count, metrics or {}, features, complete=complete)
        self._history = (*self._history, loop)

    def choose(self, blend: Blend, situation: Situation, size: int, seed: int) -> NDArray[np.int64]:
        """What a blend chooses in a situation; at random where it lacks a signal. Nothing is labeled.

        Where just these are labeled next, it is known which strategy chose each.
        """
        try:
            selection = execute(blend, situation.pool, size, seed)
        except MissingSignalError:
            blend = Blend.single("random", random_share=0.0)
            selection = execute(blend, situation.pool, size, seed)
        self._chosen = blend, selection
        return selection.positions

    def _take_in(self, positions: NDArray[np.int64]) -> None:
        """Labels these records, and notes whether the model had predicted their labels."""
        known = self._known.get("probabilities")
        if known is not None and known.positions is not None and self._history:
            predicted = known.values[np.searchsorted(known.positions, positions)].argmax(axis=1)
            right = predicted == self.split.y_pool[positions]
            *before, last = self._history
            by = {}
            if self._chosen is not None and np.array_equal(self._chosen[1].positions, positions):
                by = share_right(self._chosen[0], self._chosen[1].chosen_by, right)
            self._history = (*before, replace(last, correct=float(right.mean()), correct_by=by))
        self.labeled[positions] = True
        labeled, pool = np.flatnonzero(self.labeled), self.split
        self._label_features = label_features(pool.y_pool[labeled], pool.classes, self.embeddings, labeled)

    def _candidates(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The candidates, the records that the model has skipped, and for how many loops in a row."""
        is_open = ~self.labeled
        seen = self._looks[-1] if self._looks else is_open
        if not (is_open & seen).any():
            return np.flatnonzero(is_open), _NONE, _NONE
        skipped = np.flatnonzero(is_open & ~seen)
        unseen = np.logical_and.accumulate([~looks[skipped] for looks in reversed(self._looks)] or [skipped < 0])
        return np.flatnonzero(is_open & seen), skipped, unseen.sum(axis=0)

    def _report(self, probabilities: NDArray[np.float32] | None, infer_on: NDArray[np.int64] | None) -> None:
        if "probabilities" in self._known:
            past = {name: column for name, column in self._known.items() if name != "sketch"}
            self._past = (*self._past, past)[-(WINDOW - 1) :]
        self._known = {name: column for name, column in self._known.items() if name == "sketch"}
        looked_at = ~self.labeled
        if infer_on is not None:
            looked_at &= np.isin(np.arange(len(looked_at)), infer_on)
        positions = np.flatnonzero(looked_at)
        if probabilities is not None and len(positions):
            self._known["probabilities"] = Column(probabilities[positions], positions)
            self._looks = (*self._looks, looked_at)[-WINDOW:]


_NONE = np.empty(0, np.int64)


def _scores(probabilities: NDArray[np.float32], y: NDArray[np.int64]) -> Scores:
    right = probabilities.argmax(axis=1) == y
    of_class = [right[y == k].mean() for k in np.unique(y)]
    true: NDArray[Any] = np.maximum(probabilities[np.arange(len(y)), y], 0.01)
    return Scores(float(right.mean()), float(np.mean(of_class)), float(np.log(true).mean()))
