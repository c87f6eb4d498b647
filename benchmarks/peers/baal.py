"""baal's heuristics, on arrays; it needs PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
from baal.active.heuristics import BALD, Certainty, Entropy, Margin  # type: ignore[import-not-found]

from benchmarks.peers.task import Calls, Run, Task, of_scores


def scores(heuristic: Any) -> Any:
    sign = 1 if heuristic.reversed else -1
    return of_scores(lambda P: sign * heuristic.get_uncertainties(P))


def bald(task: Task) -> Run:
    """Its own layout is (records, classes, members)."""
    members = np.ascontiguousarray(np.moveaxis(task.arrays["members"], 0, 2))
    run: Run = scores_of_members(Task({"probabilities": members}, task.batch))
    return run


scores_of_members = scores(BALD())

DISTRIBUTION = "baal"
CALLS: dict[str, Calls] = {
    "baal": {
        "margin": scores(Margin()),
        "entropy": scores(Entropy()),
        "least_confidence": scores(Certainty()),
        "bald": bald,
    }
}
