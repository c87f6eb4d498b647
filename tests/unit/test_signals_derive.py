"""Derived signals against plain transcriptions and independent libraries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import entropy as scipy_entropy
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.neighbors import NearestNeighbors

from loopwise.errors import InvalidInputError
from loopwise.signals import density, entropy, least_confidence, margin, predicted_class, typicality

Derive = Callable[[NDArray[Any]], NDArray[Any]]
FROM_PROBABILITIES: list[Derive] = [margin, least_confidence, entropy, predicted_class]


def dirichlet(rows: int, classes: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).dirichlet(np.full(classes, 0.3), rows).astype(np.float32)


def plain_margin(P: NDArray[Any]) -> NDArray[Any]:
    ordered = np.sort(np.column_stack([np.zeros(len(P)), P.astype(np.float64)]), axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


SHAPES = [(0, 3), (1, 1), (5, 1), (1, 2), (1, 7), (3000, 2), (3000, 3), (100_000, 10), (3000, 100), (300, 1001)]


@pytest.mark.parametrize("shape", SHAPES)
def test_values(shape: tuple[int, int]) -> None:
    P = dirichlet(*shape)
    before = P.copy()
    np.testing.assert_allclose(margin(P), plain_margin(P), atol=1e-6)
    np.testing.assert_allclose(least_confidence(P), 1 - P.max(axis=1, initial=0), atol=1e-6)
    np.testing.assert_array_equal(predicted_class(P), P.argmax(axis=1))
    expected = scipy_entropy(P.astype(np.float64) + 1e-300, axis=1) if len(P) else np.empty(0)
    np.testing.assert_allclose(entropy(P), expected, atol=1e-5)
    np.testing.assert_array_equal(P, before)


@pytest.mark.parametrize("derive", FROM_PROBABILITIES)
def test_layout_and_dtype_do_not_matter(derive: Derive) -> None:
    P = dirichlet(5000, 11)
    expected = derive(P)
    np.testing.assert_array_equal(derive(np.asfortranarray(P)), expected)
    np.testing.assert_array_equal(derive(np.repeat(P, 2, axis=0)[::2]), expected)
    np.testing.assert_array_equal(derive(P.astype(np.float64)), expected)
    assert derive(P).dtype == (np.int32 if derive is predicted_class else np.float32)


@pytest.mark.parametrize("classes", [1, 2, 10, 1000])
def test_one_hot_rows_are_certain(classes: int) -> None:
    P = np.eye(classes, dtype=np.int64)
    np.testing.assert_array_equal(margin(P), 1)
    np.testing.assert_array_equal(least_confidence(P), 0)
    np.testing.assert_array_equal(entropy(P), 0)  # 0 log 0 is 0: a certain record is never the first choice


@pytest.mark.parametrize("classes", [2, 10, 1000])
def test_uniform_rows_are_uncertain(classes: int) -> None:
    P = np.full((4, classes), 1 / classes, np.float32)
    np.testing.assert_array_equal(margin(P), 0)
    np.testing.assert_allclose(entropy(P), np.log(classes), rtol=1e-5)


def test_float16_is_taken_as_it_is() -> None:
    # Rows that do not sum to one exactly must not be normalised, or put through softmax, behind the user's back.
    P = dirichlet(2000, 1000).astype(np.float16)
    exact = -np.where(P > 0, P.astype(np.float64) * np.log(np.maximum(P.astype(np.float64), 1e-30)), 0).sum(axis=1)
    np.testing.assert_allclose(entropy(P), exact, atol=1e-5)
    np.testing.assert_allclose(margin(P), plain_margin(P), atol=1e-6)


@pytest.mark.parametrize("derive", [margin, least_confidence, entropy])
def test_nan_is_never_hidden(derive: Derive) -> None:
    P = dirichlet(50, 6)
    P[7, 3] = np.nan
    values = derive(P)
    assert np.isnan(values[7])
    assert not np.isnan(np.delete(values, 7)).any()


@pytest.mark.parametrize("derive", [*FROM_PROBABILITIES, density, typicality])
@pytest.mark.parametrize("wrong", [np.ones(3), np.ones((3, 0)), np.ones((3, 2), complex), np.array([["a"]])])
def test_what_is_no_matrix_of_numbers_is_refused(derive: Derive, wrong: NDArray[Any]) -> None:
    with pytest.raises(InvalidInputError, match="shape"):
        derive(wrong)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_density_is_the_mean_cosine_similarity(dtype: Any) -> None:
    E = (np.random.default_rng(0).normal(size=(700, 20)) + 0.3).astype(dtype)
    E[5] = 0
    np.testing.assert_allclose(density(E), cosine_similarity(E.astype(np.float64)).mean(axis=1), atol=1e-5)


def test_density_in_many_blocks() -> None:
    E = np.random.default_rng(0).normal(size=(40_000, 30)).astype(np.float32) + 0.2
    some = np.arange(0, 40_000, 997)
    expected = cosine_similarity(E[some].astype(np.float64), E.astype(np.float64)).mean(axis=1)
    np.testing.assert_allclose(density(E)[some], expected, atol=1e-5)


def test_typicality_is_the_inverse_mean_distance_to_the_neighbours() -> None:
    E = np.random.default_rng(0).normal(size=(1500, 8)).astype(np.float32) + 5
    distances, _ = NearestNeighbors(n_neighbors=21).fit(E.astype(np.float64)).kneighbors(E.astype(np.float64))
    np.testing.assert_allclose(typicality(E), 1 / distances[:, 1:].mean(axis=1), rtol=1e-3)


def test_typicality_of_few_records() -> None:
    np.testing.assert_array_equal(typicality(np.ones((1, 3))), 0)
    np.testing.assert_allclose(typicality(np.array([[0.0], [3.0], [4.0]])), [1 / 3.5, 1 / 2, 1 / 2.5], rtol=1e-4)
    assert np.isfinite(typicality(np.ones((30, 3)))).all()
