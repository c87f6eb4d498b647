"""The prior policy: a rule that a person can read, and the fallback that no learned policy may undercut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from loopwise.resources import StopAdvice, UnmetStrategy
from loopwise.strategies import Blend, BlendMode, Part, get_strategy, strategies
from loopwise_engine.policy import budget
from loopwise_engine.policy.base import Plan, Policy, Situation
from loopwise_engine.policy.features import state_features

FEW_LABELS_PER_CLASS = 10.0
"""Below it, cover the uncertain regions rather than ask for the most uncertain records."""

MANY_LABELS_PER_CLASS = 30.0
"""From it on, the most uncertain records as they are."""

COVERING_KEEP = 0.4
"""Share of the candidates among which covering happens: the most uncertain ones."""


class PriorPolicy(Policy):
    """Cover first, sharpen later.

    Without labels it asks for typical records; while there are few labels per class, for records spread over the
    uncertain regions; then for one record out of each group of uncertain records; then for the most uncertain records.
    It falls back to what the reported signals allow, and says what is missing.
    """

    name: ClassVar[str] = "prior"
    version: ClassVar[str] = "1"

    def decide(self, situation: Situation) -> Plan:
        """The plan for this situation."""
        features = state_features(situation)
        unmet = _unmet(situation)
        stop = _stop(situation)
        if stop.stop:
            blend = Blend.single("random", random_share=0.0)
            return Plan(blend, 0, stop.reason, unmet=unmet, stop=stop, features=features)
        size = budget.batch_size(situation)
        share = situation.random_share if size > 1 else 0.0
        missing = {item.strategy: item for item in unmet}
        if situation.strategy is not None:
            blend, reason = _pinned(situation.strategy, share, missing)
        else:
            blend, reason = _rule(features, size, share, missing)
        return Plan(blend, size, reason, unmet=unmet, stop=stop, features=features)


def _stop(situation: Situation) -> StopAdvice:
    if budget.affordable(situation) > 0:
        return StopAdvice(False, "Budget and candidates are left.")
    if len(situation.pool.unlabeled) == 0:
        return StopAdvice(True, "No unlabeled record is left in the pool.")
    return StopAdvice(True, f"The budget of {situation.label_budget} labels is spent.")


def _unmet(situation: Situation) -> tuple[UnmetStrategy, ...]:
    reasons = ((name, strategy.why_unmet(situation.pool)) for name, strategy in sorted(strategies().items()))
    return tuple(UnmetStrategy(name, *reason) for name, reason in reasons if reason is not None)


def _pinned(name: str, share: float, missing: Mapping[str, UnmetStrategy]) -> tuple[Blend, str]:
    get_strategy(name)
    if name not in missing:
        return _single(name, share), f"{name}, as this experiment asks."
    return _single(
        "random", share
    ), f"At random: {name}, which this experiment asks for, has to wait. {missing[name].reason}"


def _rule(
    features: Mapping[str, float], size: int, share: float, missing: Mapping[str, UnmetStrategy]
) -> tuple[Blend, str]:
    uncertain, sketched = "margin" not in missing, "k_center" not in missing
    labels = features["labeled_count"]
    per_class = features.get("labels_per_class", labels / 2)
    so_far = f"{per_class:.1f} labels per class so far"
    if not uncertain and not sketched:
        return _single("random", share), (
            "At random: nothing is known of the records yet. Report probabilities, and embeddings if there are any, "
            "and later batches are chosen."
        )
    if not uncertain:
        return _single("typicality", share), _typical(labels)
    if size == 1:
        return _single("margin", share), f"The one record that the model is least sure of; {so_far}."
    if not sketched:
        return _single("margin", share), (
            f"The records that the model is least sure of; {so_far}. Some may be much alike: "
            "without embeddings the batch cannot be spread out."
        )
    if per_class < FEW_LABELS_PER_CLASS:
        parts = (Part("margin"), Part("k_center"))
        return Blend(BlendMode.CASCADE, parts, keep=COVERING_KEEP, random_share=share), (
            f"{so_far}: spread over the uncertain regions, away from what is labeled."
        )
    if per_class < MANY_LABELS_PER_CLASS:
        return _single("cluster_margin", share), f"{so_far}: one record out of each group that the model is unsure of."
    return _single("margin", share), f"{so_far}: the records that the model is least sure of."


def _typical(labels: float) -> str:
    if labels == 0:
        return "No labels yet: typical records, one out of each dense region."
    return f"{labels:.0f} labels, but no model's probabilities yet: typical records of regions without labels."


def _single(name: str, share: float) -> Blend:
    return Blend.single(name, random_share=0.0 if name == "random" else share)
