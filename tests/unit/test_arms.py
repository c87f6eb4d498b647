"""What is known of the batches that arms would pick, against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopwise.signals import Column, SignalSet
from loopwise.strategies import Pool
from loopwise_engine.policy import PastLoop, Situation
from loopwise_engine.policy.arms import ARMS, DEFAULT, batches, blends
from loopwise_engine.policy.descriptors import DESCRIPTORS, Surroundings

LINE = np.array([[0.0], [1.0], [2.0], [4.0], [5.0], [9.0]], dtype=np.float32)
PROBABILITIES = np.array([[0.5, 0.5], [0.6, 0.4], [0.9, 0.1], [0.2, 0.8], [1.0, 0.0]], dtype=np.float32)
UNLABELED = np.arange(5)

OF_THE_ARM = {"correct"}
"""Descriptors that `Surroundings` does not know."""


def pool(*names: str) -> Pool:
    columns = {"sketch": Column(LINE), "probabilities": Column(PROBABILITIES, UNLABELED)}
    return Pool(UNLABELED, np.array([5]), SignalSet({name: columns[name] for name in names}, pool_size=6))


def situation(known: Pool, classes: int | None = 2) -> Situation:
    return Situation(pool=known, loop=1, pool_size=6, classes=classes)


def alone(of: Situation, *positions: int) -> dict[str, float]:
    return Surroundings(of).describe({"arm": np.array(positions)}, DEFAULT)["arm"]


def test_descriptors_by_hand() -> None:
    # Nearest neighbours among the candidates are 1, 1, 1, 1 and 1 away: s = 1. The one label lies at 9.
    def kernel(distance: float, width: int) -> float:
        return math.exp(-((distance / width) ** 2) / 2)

    places, unsure = (0, 1, 2, 4, 5), np.array([1.0, 0.8, 0.2, 0.4, 0.0])
    chosen = {"arm": np.array([0, 3]), DEFAULT: np.array([3, 1])}
    found = Surroundings(situation(pool("sketch", "probabilities"))).describe(chosen, DEFAULT)["arm"]
    expected = {
        "uncertainty": (1.0 + 0.4) / 2,
        "uncertainty_rank": (4 / 5 + 2 / 5) / 2,
        "classes": 1.0,
        "imbalance": (abs(1 / 2 - 4 / 5) + abs(1 / 2 - 1 / 5)) / 2,
        "agreement": 0.5,
    }
    for w in (2, 4):
        nearest = [min(x, abs(4 - x)) for x in places]  # to 0 or 4
        gains = [max(kernel(d, w) - kernel(9 - x, w), 0) for d, x in zip(nearest, places, strict=True)]
        expected |= {f"gain_{w}": float(np.mean(gains)), f"uncertain_gain_{w}": unsure**2 @ gains / (unsure**2).sum()}
        of_sample = np.mean([kernel(x - y, w) for x in places for y in places])
        expected[f"typical_{w}"] = float(np.mean([kernel(x - y, w) for x in (0, 4) for y in places]) / of_sample)
        expected[f"novelty_{w}"] = 1 - (kernel(9, w) + kernel(5, w)) / 2
        expected[f"redundancy_{w}"] = kernel(4, w)
    around = [np.array([kernel(x - y, 2) for y in places]) for x in (0, 4)]
    expected["neighbours_uncertainty"] = float(np.mean([k @ unsure / k.sum() for k in around]))
    expected["neighbours_differ"] = 0.5  # 4 is of the second class, its neighbours together are of the first
    assert found == pytest.approx(expected, rel=1e-5)
    assert set(found) == set(DESCRIPTORS) - OF_THE_ARM


def test_what_is_not_known_is_absent() -> None:
    plain = alone(situation(pool("probabilities"), classes=None), 0, 3)
    assert set(plain) == {"uncertainty", "uncertainty_rank"}
    single = alone(situation(pool("sketch")), 0)
    unsure = {"uncertainty", "uncertainty_rank", "neighbours_uncertainty", "neighbours_differ"}
    assert set(single) == set(DESCRIPTORS) - unsure - {"classes", "imbalance", "agreement"} - OF_THE_ARM
    assert single["redundancy_2"] == pytest.approx(0)


@given(sizes=st.lists(st.integers(1, 300), min_size=1, max_size=6), seed=st.integers(0, 2**32 - 1))
def test_batches_are_described_as_each_alone_is(sizes: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns = {
        "sketch": Column(rng.normal(size=(400, 3)).astype(np.float32)),
        "probabilities": Column(rng.dirichlet(np.ones(3), 390).astype(np.float32), np.arange(390)),
    }
    around = Surroundings(
        Situation(Pool(np.arange(390), np.arange(390, 400), SignalSet(columns, pool_size=400)), 1, 400, classes=3)
    )
    chosen = {f"arm {i}": rng.choice(390, size, replace=False) for i, size in enumerate(sizes)}
    for arm, found in around.describe(chosen, DEFAULT).items():
        assert found == pytest.approx(around.describe({arm: chosen[arm]}, DEFAULT)[arm])


def test_copies_have_finite_descriptors() -> None:
    one = np.random.default_rng(0).normal(size=64).astype(np.float32)  # so wide that rounding differs between sums
    same = SignalSet({"sketch": Column(np.tile(one, (6, 1)))}, pool_size=6)
    found = alone(situation(Pool(UNLABELED, np.array([5]), same)), 0, 1)
    nothing = {name: 0 for name in found if name.startswith(("gain", "uncertain_gain", "novelty"))}
    alike = {name: 1 for name in found if name.startswith(("typical", "redundancy"))}
    assert found == pytest.approx(nothing | alike)


def test_many_classes_cost_no_memory_of_their_square() -> None:
    found = alone(situation(pool("sketch", "probabilities"), classes=200_000), 0, 3)
    assert found["neighbours_differ"] == 0.5
    assert found["imbalance"] == pytest.approx((abs(1 / 2 - 4 / 5) + abs(1 / 2 - 1 / 5)) / 2)


def test_only_arms_that_can_choose_do() -> None:
    assert set(blends(pool("sketch", "probabilities"), 2)) == set(ARMS)
    assert set(blends(pool("sketch"), 2)) == set()
    assert set(blends(pool("probabilities"), 2)) == {"margin", "margin_random"}


def test_every_arm_says_what_it_would_pick() -> None:
    found = batches(situation(pool("sketch", "probabilities")), 2, seed=3)
    assert set(found) == set(ARMS)
    for name, batch in found.items():
        assert len(set(batch.positions.tolist())) == 2, name
        assert set(batch.positions.tolist()) <= set(UNLABELED.tolist())
        assert set(batch.descriptors) == set(DESCRIPTORS) - OF_THE_ARM
    assert found[DEFAULT].descriptors["agreement"] == 1
    again = batches(situation(pool("sketch", "probabilities")), 2, seed=3)
    assert all((again[name].positions == batch.positions).all() for name, batch in found.items())


def test_an_arm_knows_how_right_the_model_was_about_what_its_strategy_chose() -> None:
    past = (PastLoop(0, 1, correct_by={"margin": 0.25, "random": 0.5}),)
    now = Situation(pool=pool("sketch", "probabilities"), loop=1, pool_size=6, classes=2, history=past)
    known = {name: batch.descriptors.get("correct") for name, batch in batches(now, 2, seed=3).items()}
    assert {name: right for name, right in known.items() if right is not None} == {
        "margin": 0.25,
        "margin_random": 0.25,
    }
