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
from loopwise_engine.policy.exploring import DRAWN, ExploringPolicy

RNG = np.random.default_rng(0)
KNOWN = {
    "sketch": Column(RNG.normal(size=(60, 2)).astype(np.float32)),
    "probabilities": Column(RNG.dirichlet(np.ones(3), 60).astype(np.float32)),
}


def situation(number: int = 0, *, sketched: bool = True, random_share: float = 0.2) -> Situation:
    """Twelve labels in an experiment of this number."""
    known = KNOWN if sketched else {"probabilities": KNOWN["probabilities"]}
    pool = Pool(np.arange(12, 60), np.arange(12), SignalSet(known, 60))
    return Situation(pool, 3, 60, classes=3, batch_size=5, random_share=random_share, uid=f"number {number}")


@pytest.mark.parametrize("random_share", [0.0, 0.2, 0.3])
def test_a_share_of_the_decisions_is_drawn_from_all_arms(random_share: float) -> None:
    exploring, usual, count = ExploringPolicy(PriorPolicy(), 0.6), PriorPolicy(), 400
    chances = {name: 0.1 + 0.4 * (name == "refine") for name in ARMS}
    if random_share > 0.25:  # of small margins with a quarter at random, and without, nothing is left to tell apart
        chances |= {"margin": 0.2, "margin_random": 0.0}
    followed: Counter[str | None] = Counter()
    drawn = 0.0
    for number in range(count):
        at = situation(number, random_share=random_share)
        plan, expected = exploring.decide(at), usual.decide(at)
        arm = arm_of(plan.blend, 5, 48, random_share)
        followed[arm] += 1
        drawn += plan.features.get(DRAWN, 0.0)
        if DRAWN in plan.features:
            assert plan.reason == f"By {arm}, drawn at random as 60% of the decisions are; else: {expected.reason}"
        else:
            assert replace(plan, features=expected.features) == expected
        assert {name: plan.features[f"{name}/propensity"] for name in ARMS} == pytest.approx(chances)
    assert drawn / count == pytest.approx(0.6, abs=4 * np.sqrt(0.6 * 0.4 / count))
    for name, chance in chances.items():
        assert followed[name] / count == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / count))
    assert set(followed) <= set(ARMS)


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
