"""In what batches labels are asked for: on histories made by hand, and what must hold of every schedule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopwise.signals import SignalSet
from loopwise.strategies import Pool
from loopwise_engine.policy import PastLoop, PriorPolicy, Situation
from loopwise_engine.policy.budget import LISTED, batch_size, growing, schedule

NOW = datetime(2026, 1, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
USUAL = (12, 15, 18, 23, 28, 35, 44, 56, 69)
"""What 300 labels are spent in."""


def situation(
    batches: tuple[int, ...] = (), pool: int = 2000, skipped: int = 0, metrics: Any = None, **known: Any
) -> Situation:
    """After these batches, reported an hour apart, the last one right now; the metric of each report by its labels."""
    counts = [0, *np.cumsum(batches, dtype=int).tolist()]
    reports = [{} if metrics is None else {"accuracy": metrics(count)} for count in counts]
    began = NOW - HOUR * len(batches)
    history = tuple(
        PastLoop(number, counts[number], reports[number], {"batch_size": size}, reported=began + HOUR * number)
        for number, size in enumerate(batches)
    )
    labeled = np.arange(counts[-1])
    unlabeled = np.arange(counts[-1], pool - skipped)
    told = {"label_budget": 300, "history": history, "metrics": reports[-1], "reported": NOW, "now": NOW, **known}
    open_but_skipped = np.arange(pool - skipped, pool)
    candidates = Pool(unlabeled, labeled, SignalSet({}, pool))
    return Situation(candidates, len(batches), pool, skipped=open_but_skipped, **told)


def flat(labels: int) -> float:
    return 0.8


def steep(labels: int) -> float:
    return 0.9 - 2 / (labels + 3)


# Growing


def test_batches_grow_by_a_quarter_and_spend_all() -> None:
    assert tuple(growing(300, 9)) == USUAL
    assert list(growing(1000, 1)) == [1000]
    assert list(growing(5, 9)) == [1] * 5


@given(st.integers(0, 1 << 40), st.integers(1, 60))
def test_growing_batches_are_never_empty(labels: int, loops: int) -> None:
    sizes = list(growing(labels, loops))
    assert sum(sizes) == labels
    assert len(sizes) == min(loops, labels)
    assert all(size >= 1 for size in sizes)
    assert all(after >= before - 1 for before, after in pairwise(sizes))


@pytest.mark.parametrize("done", range(len(USUAL)))
def test_a_schedule_that_is_followed_stays_as_it_was(done: int) -> None:
    assert schedule(situation(USUAL[:done])).sizes == USUAL[done:]


def test_a_fixed_size_is_honoured() -> None:
    assert schedule(situation(batch_size=70)).sizes == (70, 70, 70, 70, 20)
    assert schedule(situation((12, 15), batch_size=1)).sizes == (1,) * LISTED
    slow = situation(batch_size=70, retrain_cost=1e6, deadline=NOW)
    assert schedule(slow).sizes == (70, 70, 70, 70, 20)
    assert schedule(situation(batch_size=70, label_budget=None)).sizes == (70,) * 28 + (40,)


def test_after_a_fixed_size_batches_grow_from_there() -> None:
    assert schedule(situation((40, 40))).sizes[0] == pytest.approx(50, abs=12)
    assert schedule(situation((1,) * 20)).sizes[0] >= 10


def test_without_a_budget_only_the_next_batch_is_planned() -> None:
    assert schedule(situation(label_budget=None)).sizes == (20,)
    assert schedule(situation(label_budget=None, pool=50)).sizes == (10,)
    assert schedule(situation(label_budget=None, pool=300_000)).sizes == (1000,)


def test_a_batch_that_nobody_fixed_is_no_years_work() -> None:
    sizes = schedule(situation(label_budget=1 << 53, pool=2_000_000)).sizes
    assert max(sizes) == 10_000
    assert len(sizes) == LISTED


def test_a_batch_comes_from_what_the_model_looked_at_a_schedule_from_all_that_is_open() -> None:
    sizes = schedule(situation(pool=400, skipped=395)).sizes
    assert sizes[0] == 5
    assert sum(sizes) == 300
    assert schedule(situation(pool=200, skipped=150)).sizes == tuple(growing(200, 8))


# Fewer loops


def test_a_retrain_costs_no_more_than_the_labels_before_it() -> None:
    dear = schedule(situation(retrain_cost=40))
    assert dear.sizes == tuple(growing(300, 4)) == (52, 65, 81, 102)
    assert dear.why == "Larger batches, for a loop costs as much as 40 labels."
    assert schedule(situation(retrain_cost=80, label_cost=2)) == dear
    assert schedule(situation(retrain_cost=8)).sizes == USUAL
    assert schedule(situation(retrain_cost=1e300, label_cost=1e-300)).sizes == (300,)


@pytest.mark.parametrize(
    ("hours", "loops", "why"),
    [
        (3.5, 3, "Larger batches, for until the deadline there is time for 3 more loops as long as those before."),
        (0.5, 1, "Larger batches, for until the deadline there is time for one more loop as long as those before."),
        (0, 1, "What is left in one batch, the best first, for the deadline has passed."),
        (100, 7, ""),
    ],
)
def test_loops_fit_before_the_deadline(hours: float, loops: int, why: str) -> None:
    planned = schedule(situation(USUAL[:2], deadline=NOW + hours * HOUR))
    assert planned.sizes == tuple(growing(273, loops))
    assert planned.why == why


def test_before_a_first_loop_nobody_knows_how_long_one_takes() -> None:
    assert schedule(situation(deadline=NOW + timedelta(seconds=1))).sizes == USUAL


@pytest.mark.parametrize(("budget", "done"), [(300, USUAL[:4]), (600, (12, 15, 18, 23)), (100_000, (40, 50, 60, 75))])
def test_where_little_is_to_be_gained_batches_are_at_most_doubled(budget: int, done: tuple[int, ...]) -> None:
    otherwise = schedule(situation(done, 200_000, label_budget=budget)).sizes
    planned = schedule(situation(done, 200_000, label_budget=budget, metrics=flat))
    assert sum(planned.sizes) == sum(otherwise)
    assert 1.25 * otherwise[0] < planned.sizes[0] <= 2 * otherwise[0]
    assert planned.why == "Larger batches, for accuracy will hardly grow: by 0.0 points in all that is left."


def test_the_plan_says_why_and_what_comes() -> None:
    told = situation(USUAL[:5], metrics=steep, target_accuracy=0.88, retrain_cost=60)
    plan = PriorPolicy().decide(told)
    assert plan.schedule == schedule(told).sizes
    assert plan.batch_size == plan.schedule[0]
    assert plan.reason.endswith("Larger batches, for a loop costs as much as 60 labels.")
    assert plan.forecast is not None
    assert (plan.forecast.metric, plan.forecast.labels) == ("accuracy", 300)
    assert plan.forecast.low < plan.forecast.value < plan.forecast.high


# What must always hold


@settings(max_examples=40)
@given(
    data=st.data(),
    pool=st.integers(1, 400),
    budget=st.none() | st.integers(1, 500),
    fixed=st.none() | st.integers(1, 500),
    worth=st.floats(0, 1e4),
    hours=st.none() | st.floats(-5, 50),
    curve=st.sampled_from([None, flat, steep]),
)
def test_a_schedule_never_exceeds_the_budget_nor_stops_before_it_is_spent(
    data: st.DataObject,
    pool: int,
    budget: int | None,
    fixed: int | None,
    worth: float,
    hours: float | None,
    curve: Any,
) -> None:
    batches: tuple[int, ...] = ()
    deadline = None if hours is None else NOW + hours * HOUR
    told = situation(
        pool=pool, label_budget=budget, batch_size=fixed, retrain_cost=worth, deadline=deadline, metrics=curve
    )
    limit = pool if budget is None else min(pool, budget)
    while sum(batches) < limit:
        sizes = schedule(told).sizes
        assert sizes[0] == batch_size(told)
        assert all(size >= 1 for size in sizes)
        assert len(sizes) <= LISTED
        assert sum(batches) + sum(sizes) <= limit
        if len(sizes) < LISTED and (budget is not None or fixed is not None):
            assert sum(batches) + sum(sizes) == limit
        answered = data.draw(st.integers(1, sizes[0])) if len(batches) < 3 else sizes[0]
        batches = (*batches, answered)
        again = situation(batches, pool, metrics=curve, label_budget=budget, batch_size=fixed)
        told = replace(again, retrain_cost=worth, deadline=deadline)
        if len(batches) > 30:
            return
    assert schedule(told).sizes == ()
    assert batch_size(told) == 0
