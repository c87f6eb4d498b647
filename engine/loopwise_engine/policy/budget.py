"""How many records may be asked for, and in what batches it is wise to ask for them.

Small batches early, larger ones later: a model gains most from its first labels, and the sooner it is replaced then,
the better is the one in use (docs/budget.md has figures).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise, repeat
from statistics import median

from loopwise_engine.policy.base import Situation
from loopwise_engine.policy.forecast import learning_curve

GROWTH = 1.25
"""From one batch to the next."""

LOOPS_PER_BUDGET = 15
"""At most, where nothing is known of what a loop costs."""

MIN_BATCH = 10
MAX_BATCH = 1000
"""Without a budget."""

MAX_BATCH_OF_BUDGET = 10_000
"""With a budget; a batch that nobody fixed should not be a whole year's work."""

MIN_GAIN = 0.0025
"""Of the metric in a loop; what is less, a test set of thousands cannot tell from chance."""

LISTED = 100
"""Batches that a schedule names, at most."""

_DURATIONS = 5
"""Loops, the latest ones, that tell how long a loop takes."""


@dataclass(frozen=True)
class Schedule:
    """The batches that are planned.

    Attributes:
        sizes: from this loop on, at most a hundred; empty where nothing may be asked for.
        why: in words, why batches are larger than usual; empty where they are not.
    """

    sizes: tuple[int, ...]
    why: str = ""


def labels_left(situation: Situation) -> int:
    """Labels that are still to come: what the budget leaves, at most one for each record that is open."""
    open_records = len(situation.pool.unlabeled) + len(situation.skipped)
    if situation.label_budget is None:
        return open_records
    return max(0, min(open_records, situation.label_budget - len(situation.pool.labeled)))


def affordable(situation: Situation) -> int:
    """Records that may be asked for now: what the budget leaves, at most the candidates."""
    return min(labels_left(situation), len(situation.pool.unlabeled))


def batch_size(situation: Situation) -> int:
    """Records to ask for now, never more than `affordable`: the first batch of the schedule."""
    return next(iter(schedule(situation).sizes), 0)


def schedule(situation: Situation) -> Schedule:
    """The batches from now on, which spend the labels that are left and no more.

    As large as the user fixed them; else growing by a quarter, of 10 to 10,000 records, in at most 15 loops (but for
    that size) and in no more than costs, the deadline and the learning curve make worth it. Without a budget, whose end
    nobody knows, only the next batch is planned: 1 % of the pool, between 10 and 1000 records.
    """
    left, now = labels_left(situation), affordable(situation)
    if now == 0:
        return Schedule(())
    sizes: Iterator[int]
    if situation.batch_size is not None:
        sizes, why = repeat(situation.batch_size), ""
    elif situation.label_budget is None:
        return Schedule((min(now, max(MIN_BATCH, min(MAX_BATCH, situation.pool_size // 100))),))
    else:
        loops, why = _loops(situation, left)
        sizes = (min(size, MAX_BATCH_OF_BUDGET) for size in growing(left, loops))
    return Schedule(tuple(islice(_spending(sizes, left, now), LISTED)), why)


def growing(labels: int, loops: int) -> Iterator[int]:
    """The sizes of batches that spend these labels, each about a quarter larger than the one before, none empty.

    Args:
        labels: to spend, all of them.
        loops: how many batches; fewer where there are fewer labels.
    """
    for left in range(min(loops, labels), 0, -1):
        size = max(1, round(labels * (GROWTH - 1) / (GROWTH**left - 1)))
        yield size
        labels -= size


def _spending(sizes: Iterator[int], left: int, first: int) -> Iterator[int]:
    """Batches of these sizes, the last one again and again, until nothing is left; the first one of `first` at most."""
    size, most = 0, first
    while left:
        size = next(sizes, size)
        yield min(size, most, left)
        left -= min(size, most, left)
        most = left


def _loops(situation: Situation, left: int) -> tuple[int, str]:
    """In how many loops to spend what is left, and why in so few."""
    before = [size for loop in situation.history if (size := loop.features.get("batch_size", 0)) > 0]
    if before:
        usual = round(_loops_from(left, max(MIN_BATCH, GROWTH * before[-1])))
    else:
        usual = min(LOOPS_PER_BUDGET, math.floor(_loops_from(left, MIN_BATCH)))
    usual = max(1, usual)
    limits = [(usual, ""), _by_cost(situation, left), _by_deadline(situation), _by_curve(situation, left, usual)]
    return min(limits, key=lambda limit: limit[0])


def _loops_from(left: int, first: float) -> float:
    """How many growing batches spend what is left when the first one is this large."""
    return math.log1p(left * (GROWTH - 1) / first) / math.log(GROWTH)


_NO_LIMIT = (1 << 53, "")


def _by_cost(situation: Situation, left: int) -> tuple[int, str]:
    """A retrain should not cost more than the labels that it learns from."""
    worth = situation.retrain_cost / situation.label_cost
    if worth <= 1:
        return _NO_LIMIT
    loops = max(1, math.floor(_loops_from(left, worth)))
    return loops, f"Larger batches, for a loop costs as much as {worth:,.0f} labels."


def _by_deadline(situation: Situation) -> tuple[int, str]:
    """Loops take as long as they took."""
    if situation.deadline is None or situation.now is None:
        return _NO_LIMIT
    if situation.now >= situation.deadline:
        return 1, "What is left in one batch, the best first, for the deadline has passed."
    moments = [loop.reported for loop in situation.history] + [situation.reported]
    took = [(after - before).total_seconds() for before, after in pairwise(moments) if before and after]
    usual = median(took[-_DURATIONS:]) if took else 0.0
    if usual <= 0:
        return _NO_LIMIT
    loops = max(1, int((situation.deadline - situation.now).total_seconds() / usual))
    more = "one more loop" if loops == 1 else f"{loops} more loops"
    return loops, f"Larger batches, for until the deadline there is time for {more} as long as those before."


def _by_curve(situation: Situation, left: int, usual: int) -> tuple[int, str]:
    """Where little is to be gained, retrains gain less; but batches are at most doubled, for curves may be wrong."""
    found = learning_curve(situation)
    if found is None:
        return _NO_LIMIT
    name, curve = found
    known = len(situation.pool.labeled)
    gain = curve.at(known + left)[0] - curve.at(known)[0]
    doubled = 2 * next(growing(left, usual))
    loops = max(math.ceil(gain / MIN_GAIN), math.ceil(_loops_from(left, doubled)))
    return loops, f"Larger batches, for {name} will hardly grow: by {100 * gain:.1f} points in all that is left."
