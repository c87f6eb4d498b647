"""cardinal's scores, and its greedy k-center."""

from __future__ import annotations

from cardinal.clustering import KCenterGreedy  # type: ignore[import-not-found]
from cardinal.uncertainty import confidence_score, entropy_score, margin_score  # type: ignore[import-not-found]

from benchmarks.peers.task import Calls, Run, Task, of_scores


def k_center(task: Task) -> Run:
    """It wants a labeled record to begin with."""
    E = task.arrays["embeddings"]
    sampler = KCenterGreedy(lambda X: X, task.batch).fit(E[:1])
    return lambda: sampler.select_samples(E)


DISTRIBUTION = "cardinal"
CALLS: dict[str, Calls] = {
    "cardinal": {
        "margin": of_scores(lambda P: margin_score("precomputed", P)),
        "entropy": of_scores(lambda P: entropy_score("precomputed", P)),
        "least_confidence": of_scores(lambda P: confidence_score("precomputed", P)),
        "k_center": k_center,
    }
}
