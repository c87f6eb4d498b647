"""modAL's scoring functions; its `query` fails on scikit-learn 1.9."""

from __future__ import annotations

from typing import Any

import numpy as np
from modAL.density import information_density
from modAL.disagreement import KL_max_disagreement, vote_entropy
from modAL.uncertainty import _proba_entropy, _proba_margin, _proba_uncertainty
from numpy.typing import NDArray

from benchmarks.peers.task import Calls, Run, Task, best, of_scores


class Committee:
    """Members whose probabilities are there already, (records, members, classes)."""

    def __init__(self, probabilities: NDArray[Any]) -> None:
        self._probabilities = probabilities
        self.classes_ = np.arange(probabilities.shape[2])

    def __len__(self) -> int:
        return len(self._probabilities[0])

    def __iter__(self) -> Any:
        return iter(range(len(self)))

    def vote(self, X: object) -> NDArray[Any]:
        return np.asarray(self._probabilities.argmax(axis=2))

    def vote_proba(self, X: object) -> NDArray[Any]:
        return self._probabilities


def disagreement(score: Any) -> Any:
    def prepare(task: Task) -> Run:
        records = np.ascontiguousarray(np.swapaxes(task.arrays["members"], 0, 1))
        committee = Committee(records)
        return lambda: best(score(committee, records), task.batch)

    return prepare


DISTRIBUTION = "modAL-python"
CALLS: dict[str, Calls] = {
    "modAL": {
        "margin": of_scores(lambda P: -_proba_margin(P)),
        "entropy": of_scores(_proba_entropy),
        "least_confidence": of_scores(_proba_uncertainty),
        "density": of_scores(information_density, "embeddings"),
        "vote_entropy": disagreement(vote_entropy),
        "kl_max": disagreement(KL_max_disagreement),
    }
}
