"""The learned policy: a strong arm as default, another one where the meta-model promises enough more."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from loopwise.strategies import Blend, BlendMode, Part
from loopwise_engine.policy import budget
from loopwise_engine.policy.arms import ARMS, DEFAULT, batches
from loopwise_engine.policy.base import Plan, Policy, Situation
from loopwise_engine.policy.model import MetaModel, stage
from loopwise_engine.policy.prior import PriorPolicy

_SEED = 0
"""Of what arms would pick, as far as chance has a part in it; the decision itself has a seed of its own."""

_BLENDED = 4
"""Strategies that share a batch, at most."""

_TEMPERATURE = 0.25
"""Difference of promises that makes one share e times another."""

_LEAST = 1e-6
"""Weight of a strategy that promises next to nothing; a blend takes no zero."""

_WORDS = {
    "uncertainty": "how unsure the model is of its records",
    "uncertainty_rank": "how unsure the model is of its records",
    "neighbours_uncertainty": "how unsure the model is around its records",
    "neighbours_differ": "how its records stand against their neighbours",
    "gain": "how much of the pool it represents",
    "uncertain_gain": "how many uncertain records it represents",
    "novelty": "how far it lies from what is labeled",
    "redundancy": "how alike its records are",
    "typical": "how typical its records are",
    "classes": "how many classes it spans",
    "imbalance": "how evenly it spans the classes",
    "agreement": "how much it differs from the usual batch",
    "correct": "how often the model was right about such records",
}


class MetaPolicy(Policy):
    """Follows the default arm unless the meta-model promises more of another one than its threshold.

    What it has not learned is decided by the prior policy: the start without a model, batches of one record, a strategy
    that the user asks for, pools without embeddings, and states outside of what the model was trained on. In stages at
    which leaving the default arm did not pay it is followed without asking the model.

    Args:
        model: predicts what arms gain.
        blending: share every batch among the strategies that promise most, instead of following one arm.
    """

    def __init__(self, model: MetaModel, *, blending: bool = False) -> None:
        self._model = model
        self._blending = blending
        self._prior = PriorPolicy()

    @property
    def name(self) -> str:  # type: ignore[override]
        """Of the policy: "meta", or "blend" where batches are shared."""
        return name_of(blending=self._blending)

    @property
    def version(self) -> str:  # type: ignore[override]
        """Of the model."""
        return self._model.card.version

    def decide(self, situation: Situation) -> Plan:
        """The plan for this situation.

        Raises:
            InvalidInputError: the situation pins a strategy that does not exist.
        """
        plan = self._prior.decide(situation)
        if plan.stop.stop or situation.strategy is not None or plan.batch_size == 1:
            return plan
        if DEFAULT in {item.strategy for item in plan.unmet}:
            return plan
        if unusual := self._model.unusual(plan.features):
            return replace(plan, reason=f"{plan.reason} (The meta-model has not learned from such a {unusual[0]}.)")
        if self._model.card.thresholds.get(stage(plan.features)) is None and not self._blending:
            blend = ARMS[DEFAULT](plan.batch_size, len(situation.pool.unlabeled))
            return _followed(
                plan, situation, blend, f"{_so_far(plan)}: by {DEFAULT}, which nothing beats at this stage."
            )
        arms = batches(situation, plan.batch_size, _SEED)
        descriptors = {name: batch.descriptors for name, batch in arms.items()}
        promises = self._model.promises(plan.features, descriptors)
        arm = self._model.followed(plan.features, promises)
        features = dict(plan.features)
        for name, of_batch in descriptors.items():
            features |= {f"{name}/{key}": value for key, value in of_batch.items()}
            features[f"{name}/promise"] = promises[name]
        if self._blending:
            blend = _shared({name: batch.blend for name, batch in arms.items()}, promises)
            reason = f"{_so_far(plan)}: shared among the strategies that promise most, {blend.describe()}."
        else:
            blend, reason = arms[arm].blend, self._reason(plan, descriptors, arm)
        return _followed(replace(plan, features=features), situation, blend, reason)

    def _reason(self, plan: Plan, descriptors: Mapping[str, Mapping[str, float]], arm: str) -> str:
        if arm == DEFAULT:
            return f"{_so_far(plan)}: by {DEFAULT}, as nothing else promises enough more."
        strongest = self._model.reasons(plan.features, descriptors, arm)
        words = [_WORDS[name] for text in strongest if (name := _descriptor(text)) in _WORDS]
        why = " and ".join(dict.fromkeys(words[:2])) or "what it gained in such states of other experiments"
        return f"{_so_far(plan)}: by {arm} rather than {DEFAULT}, most of all for {why}."


def name_of(*, blending: bool) -> str:
    """What a policy on a model is called."""
    return "blend" if blending else "meta"


def _descriptor(name: str) -> str:
    """What an input tells of a batch, whatever the kernel's width; "" of one that tells of the state."""
    return name.rpartition(" ")[2].rstrip("_24") if name.startswith("batch ") else ""


def _followed(plan: Plan, situation: Situation, blend: Blend, reason: str) -> Plan:
    share = max(blend.random_share, situation.random_share)
    return replace(
        plan,
        blend=replace(blend, random_share=share),
        reason=f"{reason} {budget.schedule(situation).why}".rstrip(),
    )


def _so_far(plan: Plan) -> str:
    return f"{plan.features['labeled_count']:.0f} labels so far"


def _shared(blends: Mapping[str, Blend], promises: Mapping[str, float]) -> Blend:
    """The arms that are one strategy each, those that promise most, by the softmax of their promises."""
    alone = [name for name, blend in blends.items() if len(blend.parts) == 1 and blend.random_share == 0]
    best = sorted(alone, key=lambda name: -promises[name])[:_BLENDED]
    weights = [max(math.exp((promises[name] - promises[best[0]]) / _TEMPERATURE), _LEAST) for name in best]
    parts = (Part(blends[name].parts[0].strategy, weight) for name, weight in zip(best, weights, strict=True))
    return Blend(BlendMode.SHARES, tuple(parts), random_share=0.0)
