"""Whether the next model should be fitted from scratch, or may go on from the last one's weights."""

from __future__ import annotations

from loopwise_engine.policy.base import Situation

GROWTH = 1.5
"""Labels, as a multiple of those of the last fit from scratch, from which on the next fit is from scratch again."""


def retrain(situation: Situation, batch_size: int) -> bool:
    """Whether the model that learns from this batch too should be fitted from scratch.

    Args:
        situation: in which the batch was chosen.
        batch_size: records in the batch; they are labeled by then.
    """
    labels = len(situation.pool.labeled)
    last, fresh = 0, True
    for count in (*(loop.labeled_count for loop in situation.history), labels, labels + batch_size):
        fresh = count >= GROWTH * last
        if fresh:
            last = count
    return fresh
