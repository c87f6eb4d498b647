"""Exploring: as often as was asked for, each arm as likely, and told so."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from loopwise.signals import Column, SignalSet
from loopwise.strategies import Pool
from loopwise_engine.policy import PriorPolicy, Situation
from loopwise_engine.policy.arms import ARMS, arm_of
from loopwise_engine.policy.exploring import ExploringPolicy

RNG = np.random.default_rng(0)
KNOWN = {
    "sketch": Column(RNG.normal(size=(60, 2)).astype(np.float32)),
    "probabilities": Column(RNG.dirichlet(np.ones(3), 60).astype(np.float32)),
}


def situation(number: int = 0, *, sketched: bool = True) -> Situation:
    """Twelve labels, others for each number."""
    labeled = np.sort(np.random.default_rng(number).permutation(60)[:12])
    known = KNOWN if sketched else {"probabilities": KNOWN["probabilities"]}
    pool = Pool(np.setdiff1d(np.arange(60), labeled), labeled, SignalSet(known, 60))
    return Situation(pool, 3, 60, classes=3, batch_size=5, random_share=0.2)


def test_a_share_of_the_decisions_is_drawn_from_all_arms() -> None:
    exploring, usual, count = ExploringPolicy(PriorPolicy(), 0.6), PriorPolicy(), 400
    followed: Counter[str | None] = Counter()
    drawn = 0
    for number in range(count):
        at = situation(number)
        plan, expected = exploring.decide(at), usual.decide(at)
        arm = arm_of(plan.blend, 5, 48, 0.2)
        assert arm is not None
        followed[arm] += 1
        drawn += "drawn at random" in plan.reason
        if "drawn at random" not in plan.reason:
            assert replace(plan, features=expected.features) == expected
        told = {name: plan.features[f"{name}/propensity"] for name in ARMS}
        assert told == pytest.approx({name: 0.1 + 0.4 * (name == "refine") for name in ARMS})
    assert drawn / count == pytest.approx(0.6, abs=4 * np.sqrt(0.6 * 0.4 / count))
    for name in ARMS:
        chance = 0.1 + 0.4 * (name == "refine")
        assert followed[name] / count == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / count))


def test_the_same_situation_gives_the_same_plan() -> None:
    assert ExploringPolicy(PriorPolicy(), 0.5).decide(situation(7)) == ExploringPolicy(PriorPolicy(), 0.5).decide(
        situation(7)
    )


@pytest.mark.parametrize(
    "left_alone",
    [
        replace(situation(), batch_size=1),
        replace(situation(), strategy="entropy"),
        replace(situation(), label_budget=12),
        situation(sketched=False),
    ],
    ids=["one record", "a strategy of the user's", "no budget left", "no embeddings"],
)
def test_what_is_no_choice_among_arms_is_left_alone(left_alone: Situation) -> None:
    assert ExploringPolicy(PriorPolicy(), 1.0).decide(left_alone) == PriorPolicy().decide(left_alone)


def test_it_goes_by_the_name_of_what_it_follows() -> None:
    exploring = ExploringPolicy(PriorPolicy(), 1.0)
    assert (exploring.name, exploring.version) == (PriorPolicy.name, PriorPolicy.version)
