"""Strategies for numbers, against scikit-activeml and plain transcriptions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from skactiveml.base import SkactivemlRegressor
from skactiveml.pool import GreedySamplingTarget, GreedySamplingX, QueryByCommittee

from loopwise.errors import InvalidInputError
from loopwise.signals import SIGNALS, Column, SignalSet, prediction_variance
from loopwise.strategies import Pool, get_strategy
from tests.pools import Floats, pool_of

RNG = np.random.default_rng
ROWS, LABELED = 300, 12


class Known(SkactivemlRegressor):  # type: ignore[misc]
    """Predicts the numbers that it was given; the records are told apart by their first feature."""

    def __init__(self, of: dict[float, float] | None = None) -> None:
        super().__init__()
        self.of = of

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Known:
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def predict(self, X: Any) -> Floats:
        assert self.of is not None
        return np.array([self.of[float(row[0])] for row in np.asarray(X)])


def records(seed: int = 0, offset: float = 0.0) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rng = RNG(seed)
    X = (rng.normal(size=(ROWS, 5)) + offset).astype(np.float32)
    return X, (3 * X[:, 0] + np.sin(X[:, 1]) + rng.normal(size=ROWS)).astype(np.float32)


def labels_of(f: Floats, labeled: int) -> Floats:
    y = f.astype(np.float64)
    y[labeled:] = np.nan
    return y


def plain_greedy(f: Floats, labeled: int, size: int, X: Floats | None = None) -> list[int]:
    """Wu, Lin and Huang 2019 with all distances at once, in float64; the predictions stand for all labels."""
    distances = np.abs(f[:, None].astype(np.float64) - f)
    if X is not None:
        distances *= cdist(X, X)
    known = list(range(labeled))
    for _ in range(size):
        utilities = distances[:, known].min(axis=1)
        utilities[known] = -1
        known.append(int(utilities.argmax()))
    return known[labeled:]


@pytest.mark.parametrize(
    ("name", "method"), [("greedy_sampling_y", "GSy"), ("improved_greedy_sampling", "GSi"), ("k_center", None)]
)
def test_greedy_sampling_is_that_of_scikit_activeml(name: str, method: str | None) -> None:
    X, f = records()
    y = labels_of(f, LABELED)
    if method is None:
        expected = GreedySamplingX(random_state=0).query(X, y, batch_size=40)
    else:
        given = Known(of={float(row[0]): float(value) for row, value in zip(X, f, strict=True)})
        peer = GreedySamplingTarget(method=method, random_state=0)
        expected = peer.query(X, y, reg=given, fit_reg=False, batch_size=40)
    pool = pool_of(LABELED, sketch=X, prediction=f)
    np.testing.assert_array_equal(get_strategy(name).select(pool, 40, RNG(1)), expected)


@pytest.mark.parametrize("offset", [0.0, 50.0])
@pytest.mark.parametrize("scale", [1e-25, 1.0, 1e25])
def test_greedy_sampling_of_any_scale(offset: float, scale: float) -> None:
    X, f = records(1, offset)
    f = (f * scale).astype(np.float32)
    pool = pool_of(LABELED, sketch=X, prediction=f)
    both = get_strategy("improved_greedy_sampling").select(pool, 30, RNG(0))
    assert both.tolist() == plain_greedy(f, LABELED, 30, X)
    outputs = get_strategy("greedy_sampling_y").select(pool, 30, RNG(0))
    assert outputs.tolist() == plain_greedy(f, LABELED, 30)


def test_many_rows_are_worked_through_in_blocks() -> None:
    rng = RNG(0)
    X, f = rng.normal(size=(3000, 3)).astype(np.float32), rng.normal(size=3000).astype(np.float32)
    pool = pool_of(1000, sketch=X, prediction=f)  # a block is 1000 rows
    batch = get_strategy("improved_greedy_sampling").select(pool, 5, RNG(0))
    assert batch.tolist() == plain_greedy(f, 1000, 5, X)


def test_without_labeled_records_it_starts_in_the_middle() -> None:
    X, f = records(2)
    first = int(((X - X.mean(axis=0)) ** 2).sum(axis=1).argmin())
    batch = get_strategy("improved_greedy_sampling").select(pool_of(0, sketch=X, prediction=f), 3, RNG(0))
    assert batch[0] == first
    following = cdist(X, X[[first]])[:, 0] * np.abs(f - f[first])
    assert batch[1] == following.argmax()
    numbers = np.array([0.0, 1.0, 10.0, 4.0, 5.0])
    batch = get_strategy("greedy_sampling_y").select(pool_of(0, prediction=numbers), 3, RNG(0))
    assert batch.tolist() == [3, 2, 0]


def test_labeled_records_count_where_all_is_known_of_them() -> None:
    """Of record 0 there is no prediction, of record 1 no sketch: only record 2 keeps its neighbour away."""
    X = np.array([[8.0], [4.0], [0.0], [8.1], [4.1], [0.1]], np.float32)
    f = np.array([8.0, 4.0, 0.0, 8.1, 4.1, 0.1], np.float32)
    columns = {
        "sketch": Column(X[[0, 2, 3, 4, 5]], np.array([0, 2, 3, 4, 5])),
        "prediction": Column(f[1:], np.arange(1, 6)),
    }
    pool = Pool(np.arange(3, 6), np.arange(3), SignalSet(columns, 6))
    assert get_strategy("improved_greedy_sampling").select(pool, 3, RNG(0)).tolist() == [3, 4, 5]
    assert get_strategy("greedy_sampling_y").select(pool, 1, RNG(0)).tolist() == [3]  # 4.1 is near record 1's 4.0


@pytest.mark.parametrize("name", ["greedy_sampling_y", "improved_greedy_sampling"])
def test_copies_are_chosen_last_and_at_random(name: str) -> None:
    X, f = np.repeat(records()[0][:10], 5, axis=0), np.repeat(records()[1][:10], 5)
    batches = [get_strategy(name).select(pool_of(0, sketch=X, prediction=f), 20, RNG(seed)) for seed in range(30)]
    for batch in batches:
        assert len(set((batch[:10] // 5).tolist())) == 10
    for place in (0, 5, 15):
        assert len({int(batch[place]) for batch in batches}) >= 4


def test_equal_predictions_leave_the_choice_to_chance() -> None:
    X, f = records()[0], np.full(ROWS, 7.0, np.float32)
    pool = pool_of(LABELED, sketch=X, prediction=f)
    firsts = {int(get_strategy("improved_greedy_sampling").select(pool, 3, RNG(seed))[0]) for seed in range(20)}
    assert len(firsts) > 10


class TestVariance:
    members = RNG(0).normal(size=(7, 50_000)) * RNG(1).random(50_000) + 1000

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_values(self, dtype: Any) -> None:
        members = self.members.astype(dtype)
        before, exact = members.copy(), members.astype(np.float64)
        expected = ((exact - exact.mean(axis=0)) ** 2).mean(axis=0)
        variances = prediction_variance(members)
        assert variances.dtype == np.float32
        np.testing.assert_allclose(variances, expected, rtol=1e-5)
        np.testing.assert_array_equal(members, before)
        np.testing.assert_array_equal(prediction_variance(np.asfortranarray(members)), variances)
        assert SIGNALS["prediction_variance"].check(variances) is None

    def test_few_members_or_records(self) -> None:
        np.testing.assert_array_equal(prediction_variance(np.ones((1, 3))), 0)
        np.testing.assert_array_equal(prediction_variance(np.array([[1], [3]])), [1])
        assert prediction_variance(np.ones((3, 0))).shape == (0,)

    def test_nan_is_never_hidden(self) -> None:
        members = np.ones((3, 5))
        members[1, 2] = np.nan
        np.testing.assert_array_equal(np.flatnonzero(np.isnan(prediction_variance(members))), [2])

    @pytest.mark.parametrize("wrong", [np.ones(3), np.ones((0, 3)), np.ones((2, 3, 1)), np.array([["a"]])])
    def test_what_is_no_committee_is_refused(self, wrong: NDArray[Any]) -> None:
        with pytest.raises(InvalidInputError, match=r"\(members, records\)"):
            prediction_variance(wrong)

    def test_query_by_committee_of_scikit_activeml(self) -> None:
        X, f = records()
        members = f + RNG(0).normal(size=(4, ROWS)) * np.abs(X[:, 1])
        committee = [Known(of={float(r[0]): float(v) for r, v in zip(X, one, strict=True)}) for one in members]
        peer = QueryByCommittee(random_state=0, method="KL_divergence")
        y = labels_of(f, LABELED)
        expected, utilities = peer.query(X, y, committee, fit_ensemble=False, batch_size=20, return_utilities=True)
        np.testing.assert_allclose(np.sqrt(prediction_variance(members))[LABELED:], utilities[0, LABELED:], rtol=1e-5)
        pool = pool_of(LABELED, prediction_variance=prediction_variance(members))
        np.testing.assert_array_equal(get_strategy("prediction_variance").select(pool, 20, RNG(0)), expected)


def test_a_prediction_may_be_any_real_number() -> None:
    signal = SIGNALS["prediction"]
    assert signal.check(np.array([-1e30, 0, 1e30], np.float32)) is None
    assert signal.check(np.array([0, np.inf], np.float32)) is not None
    assert SIGNALS["prediction_variance"].check(np.array([-0.1])) is not None
