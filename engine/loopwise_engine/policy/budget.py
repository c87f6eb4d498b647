"""How many records may be asked for, and how many it is wise to ask for."""

from __future__ import annotations

from loopwise_engine.policy.base import Situation

LOOPS_PER_BUDGET = 15
MIN_BATCH = 10
MAX_BATCH = 1000
"""Without a budget."""

MAX_SHARE_OF_BUDGET = 10_000
"""Records; a batch that nobody fixed should not be a whole year's work."""


def affordable(situation: Situation) -> int:
    """Records that may still be asked for: what the budget leaves, at most the candidates."""
    candidates = len(situation.pool.unlabeled)
    if situation.label_budget is None:
        return candidates
    return max(0, min(candidates, situation.label_budget - len(situation.pool.labeled)))


def batch_size(situation: Situation) -> int:
    """Records to ask for now, never more than `affordable`.

    As the user fixed it; else a fifteenth of the budget, rounded up, at most 10,000; without a budget 1 % of the pool,
    between 10 and 1000 records.
    """
    if situation.batch_size is not None:
        wanted = situation.batch_size
    elif situation.label_budget is not None:
        wanted = min(MAX_SHARE_OF_BUDGET, -(-situation.label_budget // LOOPS_PER_BUDGET))
    else:
        wanted = max(MIN_BATCH, min(MAX_BATCH, situation.pool_size // 100))
    return min(wanted, affordable(situation))
