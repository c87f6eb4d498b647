"""What is known of the batches that arms would pick, against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from loopwise.signals import Column, SignalSet
from loopwise.strategies import Pool
from loopwise_engine.policy.arms import ARMS, DEFAULT, DESCRIPTORS, Surroundings, batches, blends

LINE = np.array([[0.0], [1.0], [2.0], [4.0], [5.0], [9.0]], dtype=np.float32)
PROBABILITIES = np.array([[0.5, 0.5], [0.6, 0.4], [0.9, 0.1], [0.2, 0.8], [1.0, 0.0]], dtype=np.float32)
UNLABELED = np.arange(5)


def pool(*names: str) -> Pool:
    columns = {"sketch": Column(LINE), "probabilities": Column(PROBABILITIES, UNLABELED)}
    return Pool(UNLABELED, np.array([5]), SignalSet({name: columns[name] for name in names}, pool_size=6))


def test_descriptors_by_hand() -> None:
    # Nearest neighbours among the candidates are 1, 1, 1, 1 and 1 away: s = 1. The one label lies at 9.
    def kernel(distance: float) -> float:
        return math.exp(-(distance**2) / 2)

    found = Surroundings(pool("sketch", "probabilities"), classes=2).describe(np.array([0, 3]), np.array([3, 1]))
    after = [1, kernel(1), kernel(2), 1, kernel(1)]  # from 0 and 4
    gains = [new - kernel(9 - x) for new, x in zip(after, (0, 1, 2, 4, 5), strict=True)]
    weights = np.array([1.0, 0.8, 0.2, 0.4, 0.0]) ** 2
    typical = [kernel(abs(x - y)) for x in (0, 4) for y in (0, 1, 2, 4, 5)]
    assert found == pytest.approx(
        {
            "uncertainty": (1.0 + 0.4) / 2,
            "classes": 1.0,
            "agreement": 0.5,
            "gain": np.mean(gains),
            "uncertain_gain": weights @ gains / weights.sum(),
            "typical": np.mean(typical),
            "novelty": (9 + 5) / 2,
            "spread": 4.0,
        },
        rel=1e-5,
    )
    assert set(found) == set(DESCRIPTORS)


def test_what_is_not_known_is_absent() -> None:
    plain = Surroundings(pool("probabilities"), classes=None).describe(np.array([0, 3]), None)
    assert set(plain) == {"uncertainty"}
    alone = Surroundings(pool("sketch"), classes=2).describe(np.array([0]), None)
    assert set(alone) == {"gain", "uncertain_gain", "typical", "novelty"}


def test_copies_have_finite_descriptors() -> None:
    same = SignalSet({"sketch": Column(np.zeros((6, 2), np.float16))}, pool_size=6)
    found = Surroundings(Pool(UNLABELED, np.array([5]), same), classes=2).describe(np.array([0, 1]), None)
    assert found == pytest.approx({"gain": 0, "uncertain_gain": 0, "typical": 1, "novelty": 0, "spread": 0})


def test_only_arms_that_can_choose_do() -> None:
    assert set(blends(pool("sketch", "probabilities"), 2)) == set(ARMS)
    assert set(blends(pool("sketch"), 2)) == {"typicality", "random"}
    without = set(blends(pool("probabilities"), 2))
    assert {"margin", "margin_random", "random"} <= without
    assert not {DEFAULT, "margin_k_center", "badge"} & without


def test_every_arm_says_what_it_would_pick() -> None:
    found = batches(pool("sketch", "probabilities"), 2, seed=3, classes=2)
    assert set(found) == set(ARMS)
    for name, batch in found.items():
        assert len(set(batch.positions.tolist())) == 2, name
        assert set(batch.positions.tolist()) <= set(UNLABELED.tolist())
        assert set(batch.descriptors) == set(DESCRIPTORS)
    assert found[DEFAULT].descriptors["agreement"] == 1
    again = batches(pool("sketch", "probabilities"), 2, seed=3, classes=2)
    assert all((again[name].positions == batch.positions).all() for name, batch in found.items())
