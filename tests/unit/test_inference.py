"""Which records the model is advised to look at next: by hand, and what always holds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from loopwise.signals import Column, SignalSet
from loopwise.strategies import Pool
from loopwise_engine.policy import Situation
from loopwise_engine.policy.inference import LEAST_BATCHES, infer_on

MARGINS = np.array([0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4, 0.5, 0.95], np.float32)


def situation(
    candidates: NDArray[np.int64], pool_size: int, margins: NDArray[Any] | None = None, **known: Any
) -> Situation:
    columns = {} if margins is None else {"margin": Column(margins, candidates)}
    pool = Pool(candidates, np.empty(0, np.int64), SignalSet(columns, pool_size))
    return Situation(pool, loop=2, pool_size=pool_size, **known)


def test_half_are_the_least_sure_and_half_those_out_of_sight_for_longest() -> None:
    """Records 0 to 9 were looked at, 10 to 29 were not: 20 to 24 for four loops, the others for one."""
    skipped = np.arange(10, 30)
    skipped_for = np.where((skipped >= 20) & (skipped < 25), 4, 1)
    seen = situation(np.arange(10), 30, MARGINS, skipped=skipped, skipped_for=skipped_for)

    advised = infer_on(seen, np.array([1, 3]), 10 / 28, seed=0)

    assert advised.tolist() == [4, 5, 6, 7, 8, 20, 21, 22, 23, 24]


def test_what_is_tied_is_drawn_by_the_seed() -> None:
    skipped = np.arange(10, 1000)
    seen = situation(np.arange(10), 1000, MARGINS, skipped=skipped, skipped_for=np.ones(990, np.int64))

    one, again, other = (infer_on(seen, np.array([0]), 0.25, seed) for seed in (5, 5, 6))

    assert one.tolist() == again.tolist() != other.tolist()
    assert set(range(1, 10)) <= set(one.tolist()) & set(other.tolist())


def test_in_turn_no_record_is_out_of_sight_for_long() -> None:
    """However sure the model stays of it: with a quarter looked at, each one in eight loops."""
    size, waits = 80, np.zeros(80, np.int64)
    margins = np.linspace(0, 1, size, dtype=np.float32)
    seen = np.arange(size)
    for loop in range(40):
        skipped = np.setdiff1d(np.arange(size), seen)
        known = situation(seen, size, margins[seen], skipped=skipped, skipped_for=waits[skipped])
        seen = infer_on(known, np.empty(0, np.int64), 0.25, seed=loop)
        waits += 1
        waits[seen] = 0
        assert waits.max() <= 8


def test_nothing_known_all_are_alike() -> None:
    unknown = situation(np.arange(1000), 1000)

    advised = infer_on(unknown, np.arange(10), 0.1, seed=1)

    assert len(advised) == 99
    assert not set(advised.tolist()) & set(range(10))
    assert 400 < advised.mean() < 600


def test_a_batch_is_chosen_from_several_times_its_size() -> None:
    known = situation(np.arange(200), 200, np.linspace(0, 1, 200, dtype=np.float32))

    assert len(infer_on(known, np.arange(20), 0.01, seed=0)) == 20 * LEAST_BATCHES
    assert len(infer_on(known, np.arange(60), 0.01, seed=0)) == 140  # all that there are


@given(data=st.data(), size=st.integers(2, 120), share=st.floats(0.01, 1.0), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=80, deadline=None)
def test_whatever_the_state(data: st.DataObject, size: int, share: float, seed: int) -> None:
    """Open records outside of the batch, each once, as many as asked for; the same when asked again."""
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    kind = rng.integers(0, 3, size)  # labeled, skipped, candidate
    kind[0] = 2
    candidates, skipped = np.flatnonzero(kind == 2), np.flatnonzero(kind == 1)
    margins = rng.integers(0, 4, len(candidates)).astype(np.float32) / 4 if data.draw(st.booleans()) else None
    known = situation(
        candidates, size, margins, skipped=skipped, skipped_for=rng.integers(1, 11, len(skipped)).astype(np.int64)
    )
    batch = rng.permutation(candidates)[: data.draw(st.integers(0, len(candidates)))]

    advised = infer_on(known, batch, share, seed)

    left = np.setdiff1d(np.flatnonzero(kind > 0), batch)
    assert np.isin(advised, left).all()
    assert (np.diff(advised) > 0).all()
    assert len(advised) == min(len(left), max(math.ceil(share * len(left)), LEAST_BATCHES * len(batch)))
    assert infer_on(known, batch, share, seed).tolist() == advised.tolist()


@pytest.mark.parametrize(
    ("signal", "least_sure"),
    [("label_margin", range(10)), ("prediction_variance", range(90, 100)), ("detection_uncertainty", range(90, 100))],
)
def test_of_any_task(signal: str, least_sure: range) -> None:
    """What the model is least sure of is what the task's own measure says."""
    values = np.linspace(0.01, 1, 100, dtype=np.float32)
    pool = Pool(np.arange(100), np.empty(0, np.int64), SignalSet({signal: Column(values)}, 100))

    assert set(least_sure) <= set(infer_on(Situation(pool, loop=2, pool_size=100), pool.labeled, 0.2, 0).tolist())
