"""Which records the model should look at next: inference on a part of the pool, chosen by what is known of it."""

from __future__ import annotations

import math

import numpy as np

from loopwise.signals.columns import Positions
from loopwise.strategies import get_strategy
from loopwise_engine.policy.base import Situation
from loopwise_engine.policy.prior import UNCERTAINTY

UNCERTAIN_SHARE = 0.5
"""Of the records to look at: those that the model was least sure of when it looked last. The others are those that it
has not looked at for longest."""

LEAST_BATCHES = 4
"""A batch is chosen from at least so many times its size."""


def infer_on(situation: Situation, chosen: Positions, share: float, seed: int) -> Positions:
    """The records to look at before the next decision.

    Some because they may well be chosen, for the model was unsure of them; the others in turn, so that none is out of
    sight for long. Where nothing is known yet, at random.

    Args:
        situation: in which the batch was chosen.
        chosen: the batch, some of the candidates; it is labeled by then.
        share: of the open records, in (0, 1].
        seed: of the decision; breaks ties.

    Returns:
        Ascending: `share` of the records that stay open, rounded up, at least four batches, at most all.
    """
    pool = situation.pool.without(chosen)
    candidates, skipped = pool.unlabeled, situation.skipped
    count = len(candidates) + len(skipped)
    size = min(count, max(math.ceil(share * count), LEAST_BATCHES * len(chosen)))
    rng = np.random.default_rng([seed, 1])  # the decision itself draws from default_rng(seed)
    uncertainty = next((name for name in UNCERTAINTY if get_strategy(name).why_unmet(pool) is None), None)
    few = min(len(candidates), round(UNCERTAIN_SHARE * size))
    uncertain = candidates[:0]
    if uncertainty is not None and few:
        uncertain = get_strategy(uncertainty).select(pool, few, rng)
    others = np.concatenate([skipped, pool.without(uncertain).unlabeled])
    skipped_for = np.zeros(len(others), np.int16)  # small integers sort in linear time
    skipped_for[: len(skipped)] = situation.skipped_for
    order = rng.permutation(len(others))
    longest = order[np.argsort(-skipped_for[order], kind="stable")[: size - len(uncertain)]]
    return np.sort(np.concatenate([uncertain, others[longest]]))
