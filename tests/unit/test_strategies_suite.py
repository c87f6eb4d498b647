"""The suite finds what is wrong with a strategy: each broken one here fails the test that is meant for it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loopwise.errors import MissingSignalError
from loopwise.strategies import Pool, Strategy, UtilityStrategy
from loopwise.testing import StrategySuite

Positions = NDArray[np.int64]
Floats = NDArray[np.floating[Any]]


class Sound(Strategy):
    """Chooses by a short random order.

    Args:
        unused: Nothing.
    """

    name = "sound"
    needs = ("sketch",)
    description = "Chooses at random."
    reference = "a reference long enough"

    def __init__(self, unused: int = 1) -> None:
        self.unused = unused

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        pool.signal("sketch")
        return rng.choice(pool.unlabeled, size, replace=False)


class Repeats(Sound):
    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        return rng.choice(pool.unlabeled, size)


class TakesLabeled(Sound):
    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        return rng.choice(pool.signals.pool_size, size, replace=False)


class TakesTooMany(Sound):
    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        return super().select(pool, min(size + 1, len(pool.unlabeled)), rng)


class Remembers(Sound):
    calls = 0

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        self.calls += 1
        return np.roll(super().select(pool, size, rng), self.calls)


class UsesGlobalState(Sound):
    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        return np.random.permutation(pool.unlabeled)[:size]  # noqa: NPY002


class PrefersTheFirst(Sound):
    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        return pool.unlabeled[:size]


class Shuffles(Sound):
    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        rng.shuffle(pool.unlabeled)
        return pool.unlabeled[:size]


class HidesANeed(Sound):
    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        pool.signal("margin")
        return super().select(pool, size, rng)


class MakesDoWithout(Sound):
    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        try:
            return super().select(pool, size, rng)
        except MissingSignalError:
            return rng.choice(pool.unlabeled, size, replace=False)


class NeedsLabels(Sound):
    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        pool.labeled_signal("sketch").max(axis=0)
        return super().select(pool, size, rng)


class DividesByZero(UtilityStrategy):
    """By the cosine."""

    name = "cosine"
    needs = ("sketch",)
    description = "By the cosine."
    reference = "a reference long enough"

    def utilities(self, pool: Pool, rng: np.random.Generator) -> Floats:
        E = pool.signal("sketch")
        return np.asarray(E[:, 0] / np.sqrt((E**2).sum(axis=1)))


class NeedsTwoClasses(UtilityStrategy):
    """By the second probability."""

    name = "second"
    needs = ("probabilities",)
    description = "By the second probability."
    reference = "a reference long enough"

    def utilities(self, pool: Pool, rng: np.random.Generator) -> Floats:
        return np.asarray(pool.signal("probabilities")[:, 1])


class WorstFirst(NeedsTwoClasses):
    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        return super().select(pool, size, rng)[::-1]


class Undocumented(Sound):
    """Says nothing of its parameter."""

    def __init__(self, power: int = 2) -> None:
        self.power = power


class Mandatory(Sound):
    """Wants to be told.

    Args:
        power: Of what?
    """

    def __init__(self, power: int) -> None:
        self.power = power


class Nameless(Sound):
    name = "My Strategy"


@pytest.mark.parametrize(
    ("broken", "test", "arguments"),
    [
        (Repeats(), "test_batch", (20,)),
        (TakesLabeled(), "test_batch", (20,)),
        (TakesTooMany(), "test_batch", (20,)),
        (HidesANeed(), "test_batch", (20,)),
        (NeedsLabels(), "test_without_labeled_records", (20,)),
        (NeedsLabels(), "test_labeled_records_without_signals", ()),
        (Remembers(), "test_same_seed_same_records", ()),
        (UsesGlobalState(), "test_same_seed_same_records", ()),
        (UsesGlobalState(), "test_global_random_state_is_left_alone", ()),
        (PrefersTheFirst(), "test_equal_records", (0,)),
        (Shuffles(), "test_nothing_is_changed", ()),
        (MakesDoWithout(), "test_missing_signals_are_refused_by_name", (0,)),
        (MakesDoWithout(), "test_missing_signals_are_refused_by_name", (1,)),
        (DividesByZero(), "test_vectors_of_length_zero", (2,)),
        (NeedsTwoClasses(), "test_numbers_of_classes", (1,)),
        (WorstFirst(), "test_best_first", ()),
        (Undocumented(), "test_parameters_are_documented", ()),
        (Mandatory(2), "test_parameters_are_documented", ()),
        (Nameless(), "test_described", ()),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Strategy) else None,
)
def test_what_is_broken_is_found(broken: Strategy, test: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises((Exception, pytest.fail.Exception)):
        getattr(StrategySuite(), test)(broken, *arguments)


def test_loopwise_itself_does_without_pytest() -> None:
    script = "import sys, loopwise, loopwise.strategies, loopwise.signals; sys.exit('pytest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


class TestSound(StrategySuite):
    strategy = Sound()
