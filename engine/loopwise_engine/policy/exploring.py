"""Exploring: now and then an arm that is drawn, so that logs tell what other arms than the usual ones bring."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np

from loopwise.strategies import Blend
from loopwise_engine.policy.arms import DEFAULT, arm_of, blends
from loopwise_engine.policy.base import Plan, Policy, Situation

PROPENSITY = "propensity"
"""Behind an arm's name and a slash, the feature that tells how likely the arm was to be followed."""

DRAWN = "drawn"
"""Feature, 1, of a decision whose arm was drawn."""


class ExploringPolicy(Policy):
    """Follows another policy, but for a share of the decisions an arm that is drawn, each with the same probability.

    Every decision that might have been drawn tells how likely each arm was to be followed. Left to the other policy
    alone are those at which the default arm cannot choose, batches of one record, and those for which the user asks for
    a strategy. The draw follows from the experiment's uid and the loop.

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

        def arm(blend: Blend) -> str | None:
            return arm_of(blend, plan.batch_size, len(situation.pool.unlabeled), situation.random_share)

        chances = dict.fromkeys(able, 0.0)
        if (followed := arm(plan.blend)) is not None:
            chances[followed] += 1 - self._share
        drawn = [replace(one, random_share=max(one.random_share, situation.random_share)) for one in able.values()]
        for name in filter(None, map(arm, drawn)):  # a share of the user's can make one arm of two
            chances[name] += self._share / len(drawn)
        features = {**plan.features, **{f"{name}/{PROPENSITY}": chance for name, chance in chances.items()}}
        rng = np.random.default_rng([zlib.crc32(situation.uid.encode()), situation.loop])
        if rng.random() >= self._share:
            return replace(plan, features=features)
        blend = drawn[rng.integers(len(drawn))]
        why = f"By {arm(blend)}, drawn at random as {self._share:.0%} of the decisions are; else: {plan.reason}"
        return replace(plan, blend=blend, reason=why, features=features | {DRAWN: 1.0})
