"""Policies: from what is known of an experiment to what to label next. They know no store and no wire."""

from loopwise_engine.policy.base import PastLoop, Plan, Policy, Situation
from loopwise_engine.policy.features import FEATURES, state_features
from loopwise_engine.policy.meta import MetaPolicy
from loopwise_engine.policy.model import Card, MetaModel, ModelError
from loopwise_engine.policy.prior import PriorPolicy

__all__ = [
    "FEATURES",
    "Card",
    "MetaModel",
    "MetaPolicy",
    "ModelError",
    "PastLoop",
    "Plan",
    "Policy",
    "PriorPolicy",
    "Situation",
    "state_features",
]
