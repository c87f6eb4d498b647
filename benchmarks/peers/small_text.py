"""small-text: its query strategies; the one that needs PyTorch where there is PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from small_text.query_strategies.bayesian import BALD
from small_text.query_strategies.coresets import greedy_coreset
from small_text.query_strategies.strategies import BreakingTies, LeastConfidence, PredictionEntropy

from benchmarks.peers.task import Calls, Run, Task


class Given:
    """A classifier whose probabilities are there already."""

    def __init__(self, probabilities: NDArray[Any]) -> None:
        self._probabilities = probabilities

    def predict_proba(self, dataset: object, dropout_sampling: int = 1) -> NDArray[Any]:
        return self._probabilities


def query(strategy: Callable[[], Any]) -> Callable[[Task], Run]:
    def prepare(task: Task) -> Run:
        P = task.arrays["probabilities"]
        return _query(strategy(), P, task.batch)

    return prepare


def bald(task: Task) -> Run:
    members = np.ascontiguousarray(np.swapaxes(task.arrays["members"], 0, 1))
    return _query(BALD(members.shape[1]), members, task.batch)


def _query(strategy: Any, probabilities: NDArray[Any], batch: int) -> Run:
    everything, nobody = np.arange(len(probabilities)), np.arange(0)
    return lambda: strategy.query(Given(probabilities), probabilities, everything, nobody, nobody, n=batch)


def k_center(task: Task) -> Run:
    E = task.arrays["embeddings"]
    everything = np.arange(len(E))
    return lambda: greedy_coreset(E, everything, everything[:1], task.batch, distance_metric="euclidean")


def badge(task: Task) -> Run:
    from small_text.integrations.pytorch.query_strategies import BADGE  # noqa: PLC0415

    P, E = task.arrays["probabilities"], task.arrays["embeddings"]
    everything, nobody = np.arange(len(E)), np.arange(0)
    strategy = BADGE(P.shape[1])
    return lambda: strategy.sample(Given(P), E, everything, nobody, nobody, task.batch, E, embeddings_proba=P)


DISTRIBUTION = "small-text"
CALLS: dict[str, Calls] = {
    "small-text": {"badge": badge}
    if find_spec("torch")
    else {
        "margin": query(BreakingTies),
        "entropy": query(PredictionEntropy),
        "least_confidence": query(LeastConfidence),
        "k_center": k_center,
        "bald": bald,
    }
}
