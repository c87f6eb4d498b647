"""Uncertainty, with noise and with density: the picks of other libraries, plain transcriptions, and frequencies."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import numpy as np
import pytest
from modAL.uncertainty import entropy_sampling, margin_sampling, uncertainty_sampling
from numpy.typing import NDArray
from scipy.stats import chisquare
from skactiveml.classifier import SklearnClassifier
from skactiveml.pool import UncertaintySampling
from sklearn.linear_model import LogisticRegression
from small_text import BreakingTies, LeastConfidence, PredictionEntropy

from loopwise.errors import InvalidInputError
from loopwise.signals import density, margin
from loopwise.strategies import get_strategy
from loopwise.strategies.noise import EpsilonMargin, PowerEntropy, PowerMargin
from tests.pools import Floats, pool_of


class Model:
    """A model that knows its probabilities already."""

    def __init__(self, P: NDArray[Any]) -> None:
        self.P = P

    def predict_proba(self, X: Any) -> NDArray[Any]:
        return self.P


def dirichlet(rows: int, classes: int) -> Floats:
    return np.random.default_rng(0).dirichlet(np.ones(classes), rows).astype(np.float32)


def picks(name: str, size: int, **signals: Floats) -> list[int]:
    return [int(row) for row in get_strategy(name).select(pool_of(0, **signals), size, np.random.default_rng(0))]


PEERS = [
    ("least_confidence", uncertainty_sampling, LeastConfidence, "least_confident"),
    ("margin", margin_sampling, BreakingTies, "margin_sampling"),
    ("entropy", entropy_sampling, PredictionEntropy, "entropy"),
]


@pytest.mark.parametrize(("name", "modal", "small_text", "method"), PEERS)
class TestPicks:
    @pytest.mark.parametrize("classes", [2, 3, 10])
    def test_modal_and_small_text(self, name: str, modal: Any, small_text: Any, method: str, classes: int) -> None:
        P = dirichlet(500, classes)
        ours = set(picks(name, 30, probabilities=P))
        assert set(np.ravel(modal(Model(P), P, n_instances=30)[0]).tolist()) == ours
        labeled = np.arange(0)
        theirs = small_text().query(Model(P), P, np.arange(500), labeled, labeled, n=30)
        assert set(theirs.tolist()) == ours

    def test_scikit_activeml(self, name: str, modal: Any, small_text: Any, method: str) -> None:
        rng = np.random.default_rng(0)
        X, y = rng.normal(size=(300, 3)), np.full(300, np.nan)
        y[:30] = rng.integers(0, 3, 30)
        model = SklearnClassifier(LogisticRegression(), classes=[0, 1, 2]).fit(X, y)
        theirs = UncertaintySampling(method=method, random_state=0).query(X, y, model, fit_clf=False, batch_size=20)
        pool = pool_of(30, probabilities=model.predict_proba(X).astype(np.float32))
        ours = get_strategy(name).select(pool, 20, rng)
        assert len(np.intersect1d(ours, theirs)) >= 19  # float32 may exchange the last


def test_ratio_takes_the_largest() -> None:
    P = np.array([[0.30, 0.20, 0.20, 0.30], [0.5, 0.5, 0, 0], [0.9, 0.1, 0, 0], [0.05, 0.3, 0.35, 0.3]], np.float32)
    assert set(picks("ratio", 2, probabilities=P)) == {0, 1}
    assert picks("ratio", 4, probabilities=P)[2:] == [3, 2]


def test_ratio_is_margin_for_two_classes() -> None:
    P = dirichlet(300, 2)
    assert picks("ratio", 50, probabilities=P) == picks("margin", 50, probabilities=P)


@pytest.mark.parametrize("beta", [0.0, 1.0, 2.5])
def test_margin_density(beta: float) -> None:
    P, E = dirichlet(300, 3), np.random.default_rng(1).normal(size=(300, 4)).astype(np.float32) + 1
    weights = np.maximum(density(E).astype(np.float64), 0) ** beta
    strategy = type(get_strategy("margin_density"))(beta=beta)  # type: ignore[call-arg]
    batch = strategy.select(pool_of(probabilities=P, sketch=E), 20, np.random.default_rng(0))
    np.testing.assert_array_equal(batch, np.argsort(-(1 - margin(P)) * weights)[:20])


class TestPower:
    @pytest.mark.parametrize("beta", [0.5, 1.0, 3.0])
    def test_draws_without_replacement_in_proportion_to_a_power_of_the_score(self, beta: float) -> None:
        scores = np.array([0.9, 0.5, 0.3, 0.1])
        pool, rng = pool_of(entropy=scores), np.random.default_rng(0)
        drawn = Counter(tuple(PowerEntropy(beta).select(pool, 2, rng).tolist()) for _ in range(6000))
        weights = scores**beta
        expected = {
            (i, j): weights[i] / weights.sum() * weights[j] / (weights.sum() - weights[i])
            for i, j in itertools.permutations(range(4), 2)
        }
        observed = [drawn[pair] for pair in expected]
        assert sum(observed) == 6000
        assert chisquare(observed, 6000 * np.array(list(expected.values()))).pvalue > 1e-4

    def test_margins_are_turned_round(self) -> None:
        pool, rng = pool_of(margin=np.array([0.9, 0.1, 0.7])), np.random.default_rng(0)
        first = np.bincount([PowerMargin().select(pool, 1, rng)[0] for _ in range(3000)], minlength=3)
        assert chisquare(first, 3000 * np.array([0.1, 0.9, 0.3]) / 1.3).pvalue > 1e-4

    def test_certain_records_come_last(self) -> None:
        margins = np.array([1, 0.5, 1, 0.9999, 1])
        for seed in range(20):
            batch = PowerMargin().select(pool_of(margin=margins), 5, np.random.default_rng(seed))
            assert set(batch[:2].tolist()) == {1, 3}

    def test_a_large_beta_is_the_strategy_without_noise(self) -> None:
        P = dirichlet(300, 3)
        batch = PowerMargin(1e6).select(pool_of(probabilities=P), 20, np.random.default_rng(0))
        assert batch.tolist() == picks("margin", 20, probabilities=P)

    @pytest.mark.parametrize("beta", [0.0, -1.0, np.nan])
    def test_beta_is_positive(self, beta: float) -> None:
        with pytest.raises(InvalidInputError, match="beta"):
            PowerMargin(beta)


class TestEpsilon:
    MARGINS = np.linspace(0, 1, 20)

    def select(self, epsilon: float, size: int, rng: np.random.Generator) -> list[int]:
        return [int(row) for row in EpsilonMargin(epsilon).select(pool_of(margin=self.MARGINS), size, rng)]

    def test_never_at_random(self) -> None:
        assert self.select(0.0, 20, np.random.default_rng(0)) == list(range(20))

    def test_always_at_random(self) -> None:
        rng = np.random.default_rng(0)
        last = np.bincount([self.select(1.0, 5, rng)[-1] for _ in range(4000)], minlength=20)
        assert chisquare(last).pvalue > 1e-4

    def test_the_best_that_is_left_or_any_of_the_rest(self) -> None:
        rng = np.random.default_rng(0)
        pairs = Counter(tuple(self.select(0.3, 2, rng)) for _ in range(8000))
        expected: dict[tuple[int, int], float] = {}
        for first, second in itertools.permutations(range(20), 2):
            best = 1 if first == 0 else 0
            p_first = 0.3 / 20 + 0.7 * (first == 0)
            expected[first, second] = p_first * (0.3 / 19 + 0.7 * (second == best))
        grouped = [
            (sum(pairs[p] for p in group), 8000 * sum(expected[p] for p in group))
            for group in (
                [(0, 1)],
                [(0, s) for s in range(2, 20)],
                [(f, 0) for f in range(1, 20)],
                [p for p in expected if p[0] and p[1]],
            )
        ]
        observed, wanted = zip(*grouped, strict=True)
        assert sum(observed) == 8000
        assert chisquare(observed, wanted).pvalue > 1e-4

    @pytest.mark.parametrize("epsilon", [-0.1, 1.1, np.nan])
    def test_epsilon_is_a_probability(self, epsilon: float) -> None:
        with pytest.raises(InvalidInputError, match="epsilon"):
            EpsilonMargin(epsilon)
