"""scikit-activeml: bare scores where it has them, and its query strategies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skactiveml.base import SkactivemlClassifier
from skactiveml.pool import Badge, CoreSet, ProbCover, TypiClust, UncertaintySampling, uncertainty_scores
from skactiveml.pool._bald import batch_bald
from skactiveml.pool._query_by_committee import average_kl_divergence, vote_entropy

from benchmarks.peers.task import Calls, Run, Task, best, of_scores


class Given(SkactivemlClassifier):  # type: ignore[misc]
    """A classifier whose probabilities are there already."""

    def __init__(
        self,
        probabilities: NDArray[Any] | None = None,
        classes: NDArray[Any] | None = None,
        missing_label: float = np.nan,
        cost_matrix: NDArray[Any] | None = None,
        random_state: int | None = None,
    ) -> None:
        super().__init__(
            classes=classes, missing_label=missing_label, cost_matrix=cost_matrix, random_state=random_state
        )
        self.probabilities = probabilities

    def fit(self, X: object, y: object, sample_weight: object = None) -> Given:
        return self

    def predict_proba(self, X: object) -> NDArray[Any] | None:
        return self.probabilities


def scores(method: str) -> Callable[[Task], Run]:
    return of_scores(lambda P: uncertainty_scores(P, method=method))


def uncertainty_query(method: str) -> Callable[[Task], Run]:
    def prepare(task: Task) -> Run:
        P = task.arrays["probabilities"]
        classifier = Given(P, np.arange(P.shape[1]))
        nobody = np.full(len(P), np.nan)
        strategy = UncertaintySampling(method=method, random_state=0)
        return lambda: strategy.query(P, nobody, classifier, fit_clf=False, batch_size=task.batch)

    return prepare


def query(strategy: Callable[[], Any]) -> Callable[[Task], Run]:
    """A strategy over embeddings alone, with no label yet."""

    def prepare(task: Task) -> Run:
        E = task.arrays["embeddings"]
        nobody = np.full(len(E), np.nan)
        return lambda: strategy().query(E, nobody, batch_size=task.batch)

    return prepare


def badge(task: Task) -> Run:
    P, E = task.arrays["probabilities"], task.arrays["embeddings"]
    classifier = Given(P, np.arange(P.shape[1]))
    nobody = np.full(len(E), np.nan)
    return lambda: Badge(random_state=0).query(E, nobody, clf=classifier, fit_clf=False, batch_size=task.batch)


def votes(task: Task) -> Run:
    M = task.arrays["members"]
    classes = np.arange(M.shape[2])
    return lambda: best(vote_entropy(M.argmax(axis=2).T, classes), task.batch)


def in_place(score: Callable[[NDArray[Any]], Any]) -> Callable[[Task], Run]:
    """Scores of a committee that change their input: they get an array of their own."""

    def prepare(task: Task) -> Run:
        M = task.arrays["members"].copy()
        return lambda: best(np.asarray(score(M)), task.batch)

    return prepare


DISTRIBUTION = "scikit-activeml"
CALLS: dict[str, Calls] = {
    "scikit-activeml": {
        "margin": scores("margin_sampling"),
        "entropy": scores("entropy"),
        "least_confidence": scores("least_confident"),
        "k_center": query(lambda: CoreSet(random_state=0)),
        "typicality": query(lambda: TypiClust(random_state=0)),
        "probcover": query(lambda: ProbCover(n_classes=10, random_state=0)),
        "badge": badge,
        "vote_entropy": votes,
        "bald": in_place(lambda M: batch_bald(M, 1)[0]),
        "kl_max": in_place(average_kl_divergence),  # the mean over the members; there is no largest
    },
    "scikit-activeml query": {"margin": uncertainty_query("margin_sampling")},
}
