"""Signals and strategies of records with several labels, against plain transcriptions of the papers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import entropy as scipy_entropy
from scipy.stats import rankdata

from loopwise.errors import InvalidInputError
from loopwise.signals import SIGNALS, Column, SignalSet, label_cardinality, label_margin, mean_label_entropy
from loopwise.strategies import Pool, UtilityStrategy, get_strategy
from loopwise.strategies.multilabel import CategoryVectorInconsistency, LabelCardinalityInconsistency
from tests.pools import Floats, pool_of

Derive = Callable[[NDArray[Any]], NDArray[Any]]
DERIVED: list[Derive] = [label_margin, mean_label_entropy, label_cardinality]
RNG = np.random.default_rng


def probabilities(rows: int, labels: int, seed: int = 0) -> NDArray[np.float32]:
    """Of labels that are mostly absent, some of them certain."""
    P = RNG(seed).beta(0.3, 0.6, (rows, labels)).astype(np.float32)
    P[::7] = np.round(P[::7])
    return P


@pytest.mark.parametrize("shape", [(0, 3), (1, 1), (500, 1), (60_000, 5), (3000, 300)])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_signals(shape: tuple[int, int], dtype: Any) -> None:
    P = probabilities(*shape).astype(dtype)
    before, exact = P.copy(), P.astype(np.float64)
    np.testing.assert_allclose(label_margin(P), np.abs(2 * exact - 1).min(axis=1, initial=1), atol=1e-6)
    binary = scipy_entropy(np.stack([exact, 1 - exact]), axis=0) if P.size else exact
    np.testing.assert_allclose(mean_label_entropy(P), binary.sum(axis=1) / shape[1], atol=1e-5)
    np.testing.assert_array_equal(label_cardinality(P), (exact > 0.5).sum(axis=1))
    np.testing.assert_array_equal(P, before)
    for derive in DERIVED:
        assert derive(P).dtype == np.float32
        assert SIGNALS[derive.__name__].check(derive(P)) is None


def test_signals_at_the_ends() -> None:
    P = np.array([[0, 1, 1], [0.5, 0.5, 0.5], [-0.0005, 1.0005, 0]])  # rounding passes the check of the probabilities
    np.testing.assert_allclose(label_margin(P), [1, 0, 1])
    np.testing.assert_allclose(mean_label_entropy(P), [0, np.log(2), 0], atol=1e-6)
    np.testing.assert_array_equal(label_cardinality(P), [2, 0, 1])
    assert not np.signbit(mean_label_entropy(P)).any()


@pytest.mark.parametrize("derive", DERIVED)
def test_nan_is_never_hidden(derive: Derive) -> None:
    P = probabilities(50, 6)
    P[8, 3] = np.nan
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(derive(P))), [8])


@pytest.mark.parametrize("derive", DERIVED)
@pytest.mark.parametrize("wrong", [np.ones(3), np.ones((3, 0)), np.array([["a"]])])
def test_what_is_no_matrix_of_numbers_is_refused(derive: Derive, wrong: NDArray[Any]) -> None:
    with pytest.raises(InvalidInputError, match="shape"):
        derive(wrong)


def test_label_probabilities_need_not_sum_to_one() -> None:
    signal = SIGNALS["label_probabilities"]
    assert signal.check(np.array([[0.9, 0.9, 0.0], [0, 0, 0]])) is None
    assert signal.check(np.array([[0.9, 0.9], [0.5, 1.1]])) is not None


@pytest.mark.parametrize(
    ("name", "derive", "sign"), [("label_margin", label_margin, -1), ("mean_label_entropy", mean_label_entropy, 1)]
)
def test_uncertainty(name: str, derive: Derive, sign: int) -> None:
    P = RNG(1).random((400, 6), dtype=np.float32)
    batch = get_strategy(name).select(pool_of(30, label_probabilities=P), 25, RNG(0))
    np.testing.assert_array_equal(batch, 30 + np.argsort(-sign * derive(P[30:]))[:25])


class TestLabelCardinalityInconsistency:
    """Li and Guo 2013, eq. 5: | predicted number of labels - mean number of labels of the labeled records |."""

    P = probabilities(200, 9)
    numbers = (P > 0.5).sum(axis=1)

    def utilities(self, strategy: UtilityStrategy, pool: Pool) -> Floats:
        return strategy.utilities(pool, RNG(0))

    def test_to_the_labeled_records(self) -> None:
        pool = pool_of(40, label_probabilities=self.P)
        expected = np.abs(self.numbers[40:] - self.numbers[:40].mean())
        np.testing.assert_allclose(self.utilities(LabelCardinalityInconsistency(), pool), expected, atol=1e-6)

    def test_to_a_given_average(self) -> None:
        pool = pool_of(40, label_probabilities=self.P)
        utilities = self.utilities(LabelCardinalityInconsistency(cardinality=1.25), pool)
        np.testing.assert_allclose(utilities, np.abs(self.numbers[40:] - 1.25), atol=1e-6)

    def test_to_the_pool_without_labeled_records(self) -> None:
        pool = pool_of(0, label_probabilities=self.P)
        expected = np.abs(self.numbers - self.numbers.mean())
        np.testing.assert_allclose(self.utilities(LabelCardinalityInconsistency(), pool), expected, atol=1e-6)

    def test_numbers_alone_will_do(self) -> None:
        """At the level of scores no probabilities travel; and true numbers may be reported for labeled records."""
        numbers = np.array([2, 4, 1, 3, 9], np.float32)
        batch = get_strategy("label_cardinality_inconsistency").select(pool_of(2, label_cardinality=numbers), 3, RNG(0))
        assert batch[0] == 4
        assert batch[2] == 3


def plain_cvirs(P: Floats, labeled: Floats) -> Floats:
    """Reyes, Morell and Ventura 2018, record by record, with predicted labels for the labeled records.

    small-text's CategoryVectorInconsistencyAndRanking cannot serve: its margin is |p - sum p|, its ranks are the
    indices that sort, and it computes the entropy distance but returns Hamming's.
    """
    P = P.astype(np.float64)
    count, labels = P.shape
    ranks = np.stack([rankdata(np.abs(P[:, label] - (1 - P[:, label]))) for label in range(labels)])
    borda = (count - ranks).sum(axis=0) / (labels * (count - 1))
    if not len(labeled):
        return np.asarray(borda)

    def entropy(*counts: int) -> float:
        return -math.fsum(count / labels * math.log(count / labels) for count in counts if count)

    def distance(own: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
        if (own != other).all():
            return 1.0
        a, b, c, d = ((own & other).sum(), (own & ~other).sum(), (~own & other).sum(), (~own & ~other).sum())
        joint = entropy(a, b, c, d)
        return (2 * joint - entropy(a + b, c + d) - entropy(a + c, b + d)) / joint if joint > 0 else 0.0

    means = [np.mean([distance(own, other) for other in labeled > 0.5]) for own in P > 0.5]
    return np.asarray(borda * means)


class TestCvirs:
    strategy = CategoryVectorInconsistency()

    @pytest.mark.parametrize(("rows", "labels", "labeled"), [(90, 6, 30), (60, 1, 20), (60, 2, 20), (50, 40, 25)])
    def test_the_paper(self, rows: int, labels: int, labeled: int) -> None:
        P = probabilities(rows, labels, seed=labels)
        utilities = self.strategy.utilities(pool_of(labeled, label_probabilities=P), RNG(0))
        np.testing.assert_allclose(utilities, plain_cvirs(P[labeled:], P[:labeled]), atol=1e-6)

    def test_without_labeled_records(self) -> None:
        P = probabilities(60, 5)
        utilities = self.strategy.utilities(pool_of(0, label_probabilities=P), RNG(0))
        np.testing.assert_allclose(utilities, plain_cvirs(P, P[:0]), atol=1e-6)
        assert self.strategy.utilities(pool_of(0, label_probabilities=P[:1]), RNG(0)).tolist() == [0]

    def test_empty_and_full_sets_of_labels(self) -> None:
        P = np.array([[0.9, 0.8], [0.2, 0.1], [0.6, 0.6], [0.4, 0.4], [0.45, 0.6], [0.6, 0.45]], np.float32)
        for labeled in (1, 2):
            utilities = self.strategy.utilities(pool_of(labeled, label_probabilities=P), RNG(0))
            np.testing.assert_allclose(utilities, plain_cvirs(P[labeled:], P[:labeled]), atol=1e-6)

    def test_many_rows_are_worked_through_in_blocks(self) -> None:
        P = np.tile(probabilities(100, 3), (1000, 1))
        known = np.arange(100)
        pool = Pool(np.arange(100, 100_000), known, SignalSet({"label_probabilities": Column(P)}, 100_000))
        utilities = self.strategy.utilities(pool, RNG(0))
        few = plain_cvirs(P[100:200], P[:100])
        # Ranks of copies are those of the originals, stretched; the blocks must not be seen in them.
        np.testing.assert_array_equal(utilities.reshape(-1, 100), np.tile(utilities[:100], (999, 1)))
        np.testing.assert_allclose(utilities[:100], few, atol=5e-3)

    def test_labeled_records_are_sampled(self) -> None:
        P = probabilities(640, 4)
        pool = pool_of(600, label_probabilities=P)
        every = CategoryVectorInconsistency(sample=600).utilities(pool, RNG(0))
        np.testing.assert_allclose(every, plain_cvirs(P[600:], P[:600]), atol=1e-6)
        some = CategoryVectorInconsistency(sample=200).utilities(pool, RNG(0))
        np.testing.assert_allclose(some, every, atol=0.1)
        assert not np.array_equal(some, every)
