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
        ((), 0, 10, True),  # the first model
        ((0,), 10, 4, False),
        ((0,), 10, 5, True),  # half as many again
        ((0, 10), 14, 1, True),  # since the first fit, not since the last
        ((0, 10, 14), 18, 4, False),  # 18 was from scratch; that is not 1.5 times as many
        ((0, 10, 14), 18, 9, True),
        ((0, 10, 10), 10, 0, False),  # reports without news change nothing
    ],
)
def test_from_scratch_once_labels_have_grown_by_half(
    before: tuple[int, ...], labels: int, batch: int, *, fresh: bool
) -> None:
    pool = Pool(np.arange(labels, 100), np.arange(labels), SignalSet({}, 100))
    history = tuple(PastLoop(number, count) for number, count in enumerate(before))
    assert retrain(Situation(pool, len(before), 100, history=history), batch) is fresh
