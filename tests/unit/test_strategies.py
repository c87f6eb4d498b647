"""Every strategy of the registry keeps to the suite, and a stranger's ten lines do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loopwise.strategies import Pool, Strategy, UtilityStrategy, get_strategy, strategies
from loopwise.testing import StrategySuite


class TestRegistry(StrategySuite):
    @pytest.fixture(params=sorted(strategies()))
    def subject(self, request: pytest.FixtureRequest) -> Strategy:
        return get_strategy(request.param)


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
