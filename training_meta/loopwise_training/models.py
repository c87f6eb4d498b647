"""The models that simulated experiments train: the kinds that teams use, quick enough to be fitted a million times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

from loopwise.errors import InvalidInputError


class Classifier(Protocol):
    """A model as scikit-learn's classifiers are; `fit` starts anew each time."""

    classes_: NDArray[Any]

    def fit(self, X: NDArray[Any], y: NDArray[Any]) -> object:
        """Learns from features (n, features) and labels (n,)."""

    def predict(self, X: NDArray[Any]) -> NDArray[Any]:
        """Labels (n,)."""

    def predict_proba(self, X: NDArray[Any]) -> NDArray[Any]:
        """Probabilities (n, classes), columns as in `classes_`."""


class KernelMachine(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A support vector machine whose probabilities are the softmax of its decision values.

    Platt's calibration fits five more machines and may contradict `predict`; the order by margin needs neither.

    Args:
        kernel: as scikit-learn's SVC.
        C: likewise.
        gamma: likewise.
    """

    def __init__(self, kernel: str = "rbf", C: float = 1.0, gamma: str = "scale") -> None:
        self.kernel = kernel
        self.C = C
        self.gamma = gamma

    def fit(self, X: NDArray[Any], y: NDArray[Any]) -> KernelMachine:
        """Learns from features (n, features) and labels (n,)."""
        self._machine = SVC(kernel=self.kernel, C=self.C, gamma=self.gamma).fit(X, y)
        self.classes_ = self._machine.classes_
        return self

    def predict(self, X: NDArray[Any]) -> NDArray[Any]:
        """Labels (n,)."""
        labels: NDArray[Any] = self._machine.predict(X)
        return labels

    def predict_proba(self, X: NDArray[Any]) -> NDArray[np.float64]:
        """Probabilities (n, classes)."""
        values = self._machine.decision_function(X)
        if values.ndim == 1:
            values = np.column_stack((-values, values))
        values = np.exp(values - values.max(axis=1, keepdims=True))
        probabilities: NDArray[np.float64] = values / values.sum(axis=1, keepdims=True)
        return probabilities


class Neighbours(KNeighborsClassifier):  # type: ignore[misc]
    """The vote of the five nearest labeled records, or of all while there are fewer."""

    def fit(self, X: NDArray[Any], y: NDArray[Any]) -> Neighbours:
        """Learns from features (n, features) and labels (n,)."""
        self.n_neighbors = min(5, len(y))
        super().fit(X, y)
        return self


def _boosting(seed: int) -> Classifier:
    from lightgbm import LGBMClassifier  # noqa: PLC0415  slow to import, and only this one needs it

    model: Classifier = LGBMClassifier(
        n_estimators=40, num_leaves=8, min_child_samples=3, learning_rate=0.2, random_state=seed, n_jobs=1, verbose=-1
    )
    return model


MODELS: dict[str, Callable[[int], Classifier]] = {
    "logistic": lambda seed: LogisticRegression(C=1.0, max_iter=200, random_state=seed),
    "svm": lambda _: KernelMachine(),
    "forest": lambda seed: RandomForestClassifier(n_estimators=25, random_state=seed, n_jobs=1),
    "boosting": _boosting,
    "neighbours": lambda _: Neighbours(),
    "bayes": lambda _: GaussianNB(var_smoothing=1e-3),
    "mlp": lambda seed: MLPClassifier((32,), max_iter=60, learning_rate_init=0.01, random_state=seed),
}
"""By name: a new model, governed by a seed."""


def model(name: str, seed: int) -> Classifier:
    """A new model by its name; raises InvalidInputError for one that is not there."""
    if name not in MODELS:
        raise InvalidInputError(f"there is no model {name!r}; there are {', '.join(MODELS)}")
    return MODELS[name](seed)
