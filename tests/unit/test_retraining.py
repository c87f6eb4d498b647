"""When to fit from scratch."""

from __future__ import annotations

import numpy as np
import pytest

from loopwise.signals import SignalSet
from loopwise.strategies import Pool
from loopwise_engine.policy import PastLoop, Situation
from loopwise_engine.policy.retraining import retrain


@pytest.mark.parametrize(
    ("before", "labels", "batch", "fresh"),
    [
        ((), 0, 20, True),  # the first model
        ((0,), 20, 4, False),
        ((0,), 20, 5, True),  # a quarter more
        ((0, 20), 24, 1, True),  # since the first fit, not since the last
        ((0, 20, 24), 28, 6, False),  # 28 was from scratch; 34 is not a quarter more
        ((0, 20, 24), 28, 7, True),
        ((0, 20, 20), 20, 0, False),  # reports without news change nothing
    ],
)
def test_from_scratch_once_labels_have_grown_by_a_quarter(
    before: tuple[int, ...], labels: int, batch: int, *, fresh: bool
) -> None:
    pool = Pool(np.arange(labels, 100), np.arange(labels), SignalSet({}, 100))
    history = tuple(PastLoop(number, count) for number, count in enumerate(before))
    assert retrain(Situation(pool, len(before), 100, history=history), batch) is fresh
