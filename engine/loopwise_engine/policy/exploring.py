"""Exploring: now and then an arm that is drawn, so that logs tell what other arms than the usual ones bring."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np

from loopwise_engine.policy.arms import DEFAULT, arm_of, blends
from loopwise_engine.policy.base import Plan, Policy, Situation

PROPENSITY = "propensity"
"""Behind an arm's name and a slash, the feature that tells how likely the arm was to be followed."""


class ExploringPolicy(Policy):
    """Follows another policy, but for a share of the decisions an arm that is drawn, each with the same probability.

    Every decision that might have been drawn tells how likely each arm was to be followed. Left to the other policy
    alone are those at which the default arm cannot choose, batches of one record, and those for which the user asks for
    a strategy. The draw follows from the loop and from what is labeled.

    Args:
        policy: that one.
        share: of the decisions, above 0 and at most 1.
    """

    def __init__(self, policy: Policy, share: float) -> None:
        self._policy = policy
        self._share = share

    @property
    def name(self) -> str:  # type: ignore[override]
        """Of the policy that is followed."""
        return self._policy.name

    @property
    def version(self) -> str:  # type: ignore[override]
        """Of the same."""
        return self._policy.version

    def decide(self, situation: Situation) -> Plan:
        """The plan for this situation; raises as the other policy."""
        plan = self._policy.decide(situation)
        if plan.stop.stop or situation.strategy is not None or plan.batch_size == 1:
            return plan
        able = blends(situation.pool, plan.batch_size)
        if DEFAULT not in able:
            return plan
        chances = dict.fromkeys(able, self._share / len(able))
        followed = arm_of(plan.blend, plan.batch_size, len(situation.pool.unlabeled), situation.random_share)
        if followed is not None:
            chances[followed] += 1 - self._share
        told = {f"{arm}/{PROPENSITY}": chance for arm, chance in chances.items()}
        plan = replace(plan, features={**plan.features, **told})
        rng = np.random.default_rng([situation.loop, zlib.crc32(situation.pool.labeled.tobytes())])
        if rng.random() >= self._share:
            return plan
        drawn = str(rng.choice(list(able)))
        blend = replace(able[drawn], random_share=max(able[drawn].random_share, situation.random_share))
        why = (
            f"By {drawn}, drawn at random, as {self._share:.0%} of the decisions are, for logs to tell what arms bring."
        )
        return replace(plan, blend=blend, reason=why)
