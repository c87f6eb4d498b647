"""Signals and strategies of kernel machines, against scikit-learn's and plain transcriptions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from sklearn.datasets import make_blobs
from sklearn.svm import SVC

from loopwise.errors import InvalidInputError
from loopwise.signals import SIGNALS, Column, SignalSet, boundary_distance, decision_gap, nearest_support
from loopwise.strategies import Pool, get_strategy
from tests.pools import pool_of


@pytest.fixture(scope="module")
def machine() -> tuple[SVC, NDArray[Any]]:
    X, y = make_blobs(900, 5, centers=4, cluster_std=5.0, random_state=0)
    return SVC(decision_function_shape="ovr", random_state=0).fit(X[:120], y[:120]), X[120:]


def plain_gap(F: NDArray[Any]) -> NDArray[Any]:
    return np.array([sorted(row)[-1] - sorted(row)[-2] for row in F.astype(np.float64).tolist()])


@pytest.mark.parametrize("shape", [(0, 3), (5, 2), (700, 3), (60_000, 10), (20, 1001)])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_values_of_several_classes(shape: tuple[int, int], dtype: Any) -> None:
    F = (3 * np.random.default_rng(0).normal(size=shape) - 1).astype(dtype)  # most of them negative
    before = F.copy()
    np.testing.assert_allclose(boundary_distance(F), np.abs(F.astype(np.float64)).min(axis=1), rtol=1e-6)
    np.testing.assert_allclose(decision_gap(F), plain_gap(F), atol=2e-6)
    np.testing.assert_array_equal(F, before)
    for derive in (boundary_distance, decision_gap):
        assert derive(F).dtype == np.float32
        np.testing.assert_array_equal(derive(np.asfortranarray(F)), derive(F))


@pytest.mark.parametrize("wide", [False, True])
def test_values_of_two_classes(wide: bool) -> None:
    f = np.random.default_rng(0).normal(size=400)
    F = f[:, None] if wide else f
    np.testing.assert_allclose(boundary_distance(F), np.abs(f), rtol=1e-6)
    np.testing.assert_allclose(decision_gap(F), plain_gap(np.column_stack([f, -f])), rtol=1e-6)


def test_values_are_possible_ones(machine: tuple[SVC, NDArray[Any]]) -> None:
    model, X = machine
    F = model.decision_function(X)
    assert SIGNALS["boundary_distance"].check(boundary_distance(F)) is None
    assert SIGNALS["decision_gap"].check(decision_gap(F)) is None
    assert SIGNALS["nearest_support"].check(nearest_support(X, model.support_vectors_)) is None


@pytest.mark.parametrize("derive", [boundary_distance, decision_gap])
def test_nan_is_never_hidden(derive: Any) -> None:
    F = np.random.default_rng(0).normal(size=(30, 4))
    F[11, 2] = np.nan
    assert np.flatnonzero(np.isnan(derive(F))).tolist() == [11]


@pytest.mark.parametrize("derive", [boundary_distance, decision_gap])
@pytest.mark.parametrize("wrong", [np.ones((3, 0)), np.ones((3, 2, 2)), np.array(["a"]), np.float64(1)])
def test_what_is_no_decision_values_is_refused(derive: Any, wrong: NDArray[Any]) -> None:
    with pytest.raises(InvalidInputError, match="decision values"):
        derive(wrong)


class TestNearestSupport:
    def test_nearest_in_the_space_of_the_kernel(self, machine: tuple[SVC, NDArray[Any]]) -> None:
        model, X = machine
        similarity = np.exp(-0.01 * cdist(X, model.support_vectors_, "sqeuclidean"))
        found = nearest_support(X, model.support_vectors_)
        np.testing.assert_array_equal(found, similarity.argmax(axis=1))
        assert found.dtype == np.int32
        assert len(np.unique(found)) > 10

    @pytest.mark.parametrize("supports", [1, 7, 3000])
    def test_an_offset_costs_no_precision(self, supports: int) -> None:
        rng = np.random.default_rng(1)
        E, S = rng.normal(size=(2000, 4)), rng.normal(size=(supports, 4))
        expected = cdist(E, S).argmin(axis=1)
        np.testing.assert_array_equal(nearest_support(E, S), expected)
        agree = nearest_support(E + 500, S + 500) == expected
        assert agree.mean() > 0.99

    def test_wrong_input_is_refused(self) -> None:
        E = np.ones((5, 3))
        for S in (np.ones((0, 3)), np.ones((2, 4))):
            with pytest.raises(InvalidInputError, match="width 3"):
                nearest_support(E, S)
        with pytest.raises(InvalidInputError, match="Support vectors must be finite"):
            nearest_support(E, np.full((2, 3), np.nan))
        for bad in (np.nan, np.inf):
            E[3, 1] = bad
            with pytest.raises(InvalidInputError, match="row 3"):
                nearest_support(E, np.ones((2, 3)))


@pytest.mark.parametrize(
    ("strategy", "signal", "derive"),
    [("boundary_distance", "boundary_distance", boundary_distance), ("mclu", "decision_gap", decision_gap)],
)
def test_the_smallest_come_first(strategy: str, signal: str, derive: Any, machine: tuple[SVC, NDArray[Any]]) -> None:
    model, X = machine
    values = derive(model.decision_function(X))
    batch = get_strategy(strategy).select(pool_of(100, **{signal: values}), 30, np.random.default_rng(0))
    np.testing.assert_array_equal(batch, 100 + np.argsort(values[100:])[:30])


class TestClosestSupport:
    @staticmethod
    def pool(distances: NDArray[Any], supports: NDArray[Any]) -> Pool:
        columns = {"boundary_distance": Column(distances), "nearest_support": Column(supports)}
        return Pool(np.arange(len(distances)), np.arange(0), SignalSet(columns, len(distances)))

    @staticmethod
    def plain(distances: NDArray[Any], supports: NDArray[Any], size: int) -> list[int]:
        """As the paper says it: down the list of distances, past support vectors that are taken; then once more."""
        waiting = [int(record) for record in np.argsort(distances, kind="stable")]
        chosen: list[int] = []
        while len(chosen) < size:
            taken: set[int] = set()
            for record in list(waiting):
                if int(supports[record]) not in taken and len(chosen) < size:
                    taken.add(int(supports[record]))
                    chosen.append(record)
                    waiting.remove(record)
        return chosen

    @pytest.mark.parametrize("size", [1, 10, 60, 400, 780])
    def test_like_the_paper(self, size: int, machine: tuple[SVC, NDArray[Any]]) -> None:
        model, X = machine
        distances = boundary_distance(model.decision_function(X))
        supports = nearest_support(X, model.support_vectors_)
        pool = self.pool(distances, supports)
        batch = get_strategy("ms_csv").select(pool, size, np.random.default_rng(0))
        assert batch.tolist() == self.plain(distances, supports, size)

    def test_equal_records_take_turns(self) -> None:
        pool = self.pool(np.ones(40, np.float32), np.arange(40, dtype=np.int32) % 4)
        batches = [get_strategy("ms_csv").select(pool, 4, np.random.default_rng(seed)) for seed in range(60)]
        assert all(sorted((batch % 4).tolist()) == [0, 1, 2, 3] for batch in batches)
        assert len({int(batch[0]) for batch in batches}) > 20
