"""Strategies for streams keep to their suite, and decide as the papers and scikit-activeml do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from skactiveml.stream.budgetmanager import (
    FixedUncertaintyBudgetManager,
    RandomVariableUncertaintyBudgetManager,
    SplitBudgetManager,
    VariableUncertaintyBudgetManager,
)

from loopwise.errors import InvalidInputError
from loopwise.strategies.streams import (
    STREAM_STRATEGIES,
    DenseThreshold,
    FixedThreshold,
    RandomizedThreshold,
    Split,
    StreamRandom,
    StreamStrategy,
    VariableThreshold,
)
from loopwise.testing import StreamSuite

ROWS = 3000


class TestStreams(StreamSuite):
    @pytest.fixture(params=STREAM_STRATEGIES, ids=lambda one: str(one.name))
    def subject(self, request: pytest.FixtureRequest) -> type[StreamStrategy]:
        subject: type[StreamStrategy] = request.param
        return subject


class Draws(np.random.RandomState):
    """Random numbers as the strategies draw them, for a peer that insists on the older generator."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def __deepcopy__(self, memo: Any) -> Draws:
        return self

    def get_state(self, legacy: bool = True) -> Any:
        return None

    def set_state(self, state: Any) -> None:
        return None

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        return self.rng.normal(loc, scale, size)

    def random_sample(self, size: Any = None) -> Any:
        return self.rng.random(size)


class ChanceOfBudget(Draws):
    """For a peer whose budget differs: the second number of a pair, which it compares with its budget, is scaled."""

    def __init__(self, seed: int, budget: float, theirs: float, chance: float) -> None:
        super().__init__(seed)
        self.scale = theirs / budget
        self.chance = chance
        self.second = False

    def random_sample(self, size: Any = None) -> Any:
        drawn = super().random_sample(size)
        if self.second:
            self.second = False
            return drawn * self.scale
        self.second = drawn < self.chance
        return drawn


def utilities(rows: int = ROWS) -> NDArray[np.float64]:
    """A model that learns, until the stream drifts."""
    rng = np.random.default_rng(0)
    return np.asarray(rng.beta(1, 2 + (np.arange(rows) % 1000) / 50) / 2)


def limit(budget: float, window: int) -> float:
    """What is left of labels at regular distances, 1 / budget, when the next one is due."""
    count = round(1 / budget)
    return sum((1 - 1 / window) ** (count * n - 1) for n in range(1, 10_000))


def peer_budget(budget: float, window: int) -> float:
    """The budget with which scikit-activeml, which labels more than its budget, labels as many."""
    return limit(budget, window) / window


@pytest.mark.parametrize("budget", [0.02, 0.1, 0.5])
@pytest.mark.parametrize("window", [50, 100])
class TestAsScikitActiveml:
    def test_fixed(self, budget: float, window: int) -> None:
        threshold = peer_budget(budget, window)
        peer = FixedUncertaintyBudgetManager(classes=[0, 1], w=window, budget=threshold)
        ours = FixedThreshold(1 - (0.5 + threshold / 2), budget, window)
        check(ours, peer, budget, np.random.default_rng(0).random(ROWS))

    def test_variable(self, budget: float, window: int) -> None:
        peer = VariableUncertaintyBudgetManager(s=0.03, w=window, budget=peer_budget(budget, window))
        check(VariableThreshold(0.03, budget, window), peer, budget)

    def test_randomized(self, budget: float, window: int) -> None:
        peer = RandomVariableUncertaintyBudgetManager(
            delta=0.7, s=0.02, w=window, budget=peer_budget(budget, window), random_state=Draws(5)
        )
        check(RandomizedThreshold(0.7, 0.02, budget, window, seed=5), peer, budget)

    def test_split(self, budget: float, window: int) -> None:
        theirs = peer_budget(budget, window)
        peer = SplitBudgetManager(
            v=0.3, s=0.02, w=window, budget=theirs, random_state=ChanceOfBudget(5, budget, theirs, 0.3)
        )
        check(Split(0.3, 0.02, budget, window, seed=5), peer, budget)


def check(ours: StreamStrategy, peer: Any, budget: float, values: NDArray[Any] | None = None) -> None:
    """The same decisions; in one call, for between two calls the peers repeat some of their random numbers."""
    values = utilities() if values is None else values
    expected = np.zeros(ROWS, np.bool_)
    expected[peer.query_by_utility(values)] = True
    assert 0.2 * budget * ROWS < expected.sum() < ROWS
    np.testing.assert_array_equal(ours.query(values), expected)


@pytest.mark.parametrize(("budget", "window"), [(0.3, 100), (0.1, 100), (0.07, 30), (0.01, 100), (0.001, 100)])
def test_the_budget_is_spent_and_no_more(budget: float, window: int) -> None:
    count = 50_000
    labeled = FixedThreshold(0.0, budget, window).query(np.ones(count)).sum()
    assert 0.98 * budget * count <= labeled <= budget * (count + max(window, 1 / budget))


def test_a_tiny_budget_is_spent() -> None:
    labeled = FixedThreshold(0.0, budget=1e-5, window=1).query(np.ones(300_001))
    assert 3 <= labeled.sum() <= 4


def test_random_is_random() -> None:
    labeled = StreamRandom(0.5, window=100_000).query(np.linspace(0, 1, 20_000))
    assert abs(labeled.mean() - 0.5) < 0.02
    assert abs(labeled[:10_000].mean() - 0.5) < 0.02
    assert 0.7 * 0.1 < StreamRandom(0.1).query(np.zeros(20_000)).mean() <= 0.101


def test_uncertain_records_are_labeled() -> None:
    values = utilities()
    for strategy in (FixedThreshold(0.2), VariableThreshold(), RandomizedThreshold(), Split()):
        labeled = strategy.query(values)
        assert values[labeled].mean() > 1.05 * values.mean(), strategy.name


def test_the_variable_threshold_follows_a_model_that_learns() -> None:
    labeled = VariableThreshold(window=100).query(
        np.random.default_rng(0).random(20_000) * np.repeat([1, 0.01], 10_000)
    )
    assert labeled[11_000:].mean() > 0.05
    assert FixedThreshold(0.3).query(np.full(1000, 0.01)).sum() == 0


def plain_dense(values: NDArray[Any], E: NDArray[Any], budget: float, window: int, seed: int) -> NDArray[np.bool_]:
    """Ienco et al., with distances from scratch for every record."""
    rng, threshold, count = np.random.default_rng(seed), 1.0, 0.0
    distances, decisions = cdist(E, E), np.zeros(len(E), np.bool_)
    for t in range(len(E)):
        dense = False
        for i in range(max(0, t - window), t):
            earlier = [j for j in range(max(0, i - window), t) if j != i]
            dense |= all(distances[i, t] < distances[i, j] for j in earlier)
        wanted = False
        if dense and count < limit(budget, window):
            wanted = 1 - values[t] < threshold * rng.normal(1, 1)
            threshold *= 0.99 if wanted else 1.01
        count = count * (1 - 1 / window) + wanted
        decisions[t] = wanted
    return decisions


def test_dense() -> None:
    rng = np.random.default_rng(1)
    E, values = rng.normal(size=(500, 2)), rng.random(500)
    expected = plain_dense(values, E, 0.25, 20, seed=3)
    ours = DenseThreshold(budget=0.25, window=20, seed=3).query(values, E)
    assert 20 < expected.sum() < 300
    np.testing.assert_array_equal(ours, expected)


def test_outliers_are_passed_by() -> None:
    E = np.zeros((2000, 202))
    E[:, :2] = np.random.default_rng(1).normal(size=(2000, 2))
    E[::10, 2:] = 1000 * np.eye(200)  # further from each other than from the rest
    values = np.where(np.arange(2000) % 10 == 0, 1.0, 0.4)
    assert VariableThreshold().query(values)[::10].mean() > 0.5
    dense = DenseThreshold().query(values, E)
    assert dense[::10].sum() < 0.1 * dense.sum()


@pytest.mark.parametrize(
    ("strategy", "wrong"),
    [
        (VariableThreshold, {"step": 0.0}),
        (VariableThreshold, {"step": 1.0}),
        (RandomizedThreshold, {"spread": -1.0}),
        (RandomizedThreshold, {"spread": np.nan}),
        (Split, {"chance": 1.5}),
    ],
)
def test_impossible_parameters_are_refused(strategy: type[StreamStrategy], wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        strategy(**wrong)
