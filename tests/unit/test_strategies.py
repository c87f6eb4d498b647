"""Every strategy of the registry keeps to the suite, and a stranger's ten lines do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loopwise.strategies import Blend, Pool, Strategy, UtilityStrategy, execute, get_strategy, strategies
from loopwise.testing import StrategySuite


class TestRegistry(StrategySuite):
    @pytest.fixture(params=sorted(strategies()))
    def subject(self, request: pytest.FixtureRequest) -> Strategy:
        return get_strategy(request.param)

    def test_a_batch_larger_than_the_pool_is_the_pool(self, subject: Strategy) -> None:
        pool = self.pool(subject)
        chosen = execute(Blend.single(subject.name), pool, 10_000, seed=0).positions
        np.testing.assert_array_equal(np.sort(chosen), pool.unlabeled)

    def test_of_an_empty_pool_nothing(self, subject: Strategy) -> None:
        full = self.pool(subject)
        empty = Pool(full.unlabeled[:0], np.arange(full.signals.pool_size), full.signals)
        assert len(execute(Blend.single(subject.name), empty, 5, seed=0).positions) == 0


class Hardest(UtilityStrategy):
    """Takes the records on which the model expects the largest loss.

    Args:
        power: Exponent of the loss.
    """

    name = "hardest"
    needs = ("loss",)
    description = "Takes the records of largest loss."
    reference = "Yoo and Kweon, Learning loss for active learning, CVPR 2019"

    def __init__(self, power: float = 1.0) -> None:
        self.power = power

    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        return np.asarray(pool.signal("loss") ** self.power)


class TestUsersStrategy(StrategySuite):
    strategy = Hardest()
