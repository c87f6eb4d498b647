"""Ratio, top classes and softmax against plain transcriptions; all uncertainties against other libraries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from modAL.uncertainty import classifier_entropy, classifier_margin, classifier_uncertainty
from numpy.typing import NDArray
from scipy.special import softmax as scipy_softmax
from skactiveml.pool import uncertainty_scores
from small_text import BreakingTies, LeastConfidence, PredictionEntropy

from loopwise.errors import InvalidInputError
from loopwise.signals import Column, SignalSet, entropy, least_confidence, margin, ratio, softmax, top_classes

SHAPES = [(0, 3), (1, 1), (5, 1), (1, 2), (1, 7), (3000, 2), (3000, 3), (60_000, 10), (3000, 100), (300, 1001)]


def dirichlet(rows: int, classes: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).dirichlet(np.full(classes, 0.3), rows).astype(np.float32)


class Model:
    """A model that knows its probabilities already."""

    def __init__(self, P: NDArray[Any]) -> None:
        self.P = P

    def predict_proba(self, X: Any) -> NDArray[Any]:
        return self.P


@pytest.mark.parametrize("classes", [2, 3, 10, 300])
class TestAsOtherLibraries:
    def test_scikit_activeml(self, classes: int) -> None:
        P = dirichlet(1000, classes).astype(np.float64)
        P /= P.sum(axis=1, keepdims=True)
        for values, method in (
            (least_confidence(P), "least_confident"),
            (1 - margin(P), "margin_sampling"),
            (entropy(P), "entropy"),
        ):
            # A class of probability 0 counts as 1e-300 or so there.
            np.testing.assert_allclose(values, uncertainty_scores(P, method=method), atol=2e-6, err_msg=method)

    def test_modal(self, classes: int) -> None:
        P = dirichlet(1000, classes).astype(np.float64)
        np.testing.assert_allclose(least_confidence(P), classifier_uncertainty(Model(P), P), atol=1e-6)
        np.testing.assert_allclose(margin(P), classifier_margin(Model(P), P), atol=1e-6)
        np.testing.assert_allclose(entropy(P), classifier_entropy(Model(P), P), atol=2e-6)

    def test_small_text(self, classes: int) -> None:
        P = np.maximum(dirichlet(1000, classes).astype(np.float64), 1e-12)
        every, none = np.arange(1000), np.arange(0)
        for values, peer in (
            (1 - least_confidence(P), LeastConfidence()),
            (margin(P), BreakingTies()),
            (entropy(P), PredictionEntropy()),
        ):
            theirs = peer.get_confidence(Model(P), P, every, none, none)
            np.testing.assert_allclose(values, theirs, atol=2e-6, err_msg=str(peer))


class TestRatio:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_values(self, shape: tuple[int, int]) -> None:
        P = dirichlet(*shape)
        before = P.copy()
        ordered = np.sort(np.column_stack([np.zeros(len(P)), P.astype(np.float64)]), axis=1)
        np.testing.assert_allclose(ratio(P), ordered[:, -2] / ordered[:, -1], atol=1e-6)
        np.testing.assert_array_equal(P, before)

    def test_bounds(self) -> None:
        np.testing.assert_array_equal(ratio(np.eye(5)), 0)
        np.testing.assert_array_equal(ratio(np.full((3, 7), 1 / 7)), 1)

    def test_layout_and_dtype_do_not_matter(self) -> None:
        P = dirichlet(5000, 11)
        expected = ratio(P)
        assert expected.dtype == np.float32
        np.testing.assert_array_equal(ratio(np.asfortranarray(P)), expected)
        np.testing.assert_array_equal(ratio(P.astype(np.float64)), expected)

    def test_nan_is_never_hidden(self) -> None:
        P = dirichlet(50, 6)
        P[7, 3] = np.nan
        assert np.flatnonzero(np.isnan(ratio(P))).tolist() == [7]

    def test_it_follows_from_probabilities(self) -> None:
        P = dirichlet(50, 6)
        np.testing.assert_array_equal(SignalSet({"probabilities": Column(P)}, 50).column("ratio").values, ratio(P))


class TestTopClasses:
    @pytest.mark.parametrize("shape", SHAPES)
    @pytest.mark.parametrize("k", [1, 3, 20])
    def test_values(self, shape: tuple[int, int], k: int) -> None:
        P = dirichlet(*shape)
        before = P.copy()
        classes, best = top_classes(P, k)
        order = np.argsort(-P.astype(np.float64), axis=1, kind="stable")[:, :k]
        np.testing.assert_array_equal(classes, order)
        np.testing.assert_array_equal(best, np.take_along_axis(P, order, axis=1))
        np.testing.assert_array_equal(P, before)
        assert classes.dtype == np.int32
        assert best.dtype == np.float32

    def test_the_first_of_equals(self) -> None:
        classes, best = top_classes(np.array([[0.2, 0.4, 0.4]]), 2)
        assert classes.tolist() == [[1, 2]]
        np.testing.assert_allclose(best, [[0.4, 0.4]])

    def test_nan_comes_first(self) -> None:
        classes, best = top_classes(np.array([[0.2, 0.8], [0.9, np.nan]]), 1)
        assert classes.tolist() == [[1], [1]]
        assert np.isnan(best[1, 0])

    @pytest.mark.parametrize("k", [0, -1])
    def test_at_least_one(self, k: int) -> None:
        with pytest.raises(InvalidInputError, match="at least 1"):
            top_classes(np.eye(2), k)


class TestSoftmax:
    @pytest.mark.parametrize("shape", SHAPES)
    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_values(self, shape: tuple[int, int], dtype: Any) -> None:
        Z = (np.random.default_rng(0).normal(size=shape) * 20).astype(dtype)
        before = Z.copy()
        P = softmax(Z)
        np.testing.assert_allclose(P, scipy_softmax(Z.astype(np.float64), axis=1), atol=1e-6)
        np.testing.assert_array_equal(Z, before)
        assert P.dtype == np.float32
        assert P.shape == shape
        SignalSet({"probabilities": Column(P)}, len(P))  # they are possible ones

    def test_large_logits(self) -> None:
        np.testing.assert_array_equal(softmax(np.array([[1e308, -1e308], [-1e308, -1e308]])), [[1, 0], [0.5, 0.5]])
        np.testing.assert_array_equal(softmax(np.array([[3e38, -3e38]], np.float32)), [[1, 0]])
        np.testing.assert_allclose(softmax(np.array([[60_000, 60_001]])), scipy_softmax([[0.0, 1.0]]), atol=1e-6)
        # What is lost by rounding logits to float32 first would change these.
        np.testing.assert_allclose(softmax(np.array([[1e9, 1e9 + 1]])), scipy_softmax([[0.0, 1.0]]), atol=1e-6)

    @pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
    @pytest.mark.parametrize("row", [0, 49_999])
    def test_the_first_bad_row_is_named(self, wrong: float, row: int) -> None:
        Z = np.zeros((60_000, 10))
        Z[row, 3] = Z[55_000, 1] = wrong
        with pytest.raises(InvalidInputError, match=f"row {row} "):
            softmax(Z)


@pytest.mark.parametrize("function", [ratio, softmax, top_classes])
@pytest.mark.parametrize("wrong", [np.ones(3), np.ones((3, 0)), np.ones((3, 2), complex)])
def test_what_is_no_matrix_of_numbers_is_refused(function: Any, wrong: NDArray[Any]) -> None:
    with pytest.raises(InvalidInputError, match="shape"):
        function(wrong)
