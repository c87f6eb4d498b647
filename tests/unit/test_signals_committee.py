"""Signals of a committee against plain transcriptions and other libraries."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from modAL.disagreement import KL_max_disagreement
from numpy.typing import NDArray
from scipy.special import xlogy
from skactiveml.pool import average_kl_divergence
from skactiveml.pool import variation_ratios as skactiveml_variation_ratios
from skactiveml.pool import vote_entropy as skactiveml_vote_entropy
from small_text.query_strategies.bayesian import _bald

from loopwise.errors import InvalidInputError
from loopwise.signals import (
    SIGNALS,
    SignalSet,
    bald,
    committee_signals,
    consensus,
    consensus_entropy,
    epig,
    flatten_members,
    kl_max,
    mean_std,
    normalised_vote_entropy,
    variation_ratio,
    vote_entropy,
)
from loopwise.signals.columns import Column

Measure = Callable[[NDArray[Any]], NDArray[Any]]
SCALARS: list[Measure] = [
    vote_entropy,
    normalised_vote_entropy,
    variation_ratio,
    consensus_entropy,
    bald,
    kl_max,
    mean_std,
]
DISAGREEMENT = [measure for measure in SCALARS if measure is not consensus_entropy]
EVERY: list[Measure] = [
    *SCALARS,
    consensus,
    flatten_members,
    lambda members: epig(members, committee(max(1, len(members)), 9, 3)),
]


def committee(members: int, records: int, classes: int, seed: int = 0, spread: float = 0.3) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(classes, spread), (members, records)).astype(np.float32)


def shannon(weights: NDArray[Any]) -> float:
    shares = weights / weights.sum()
    return float(-xlogy(shares, shares).sum())


def divergence(p: NDArray[Any], q: NDArray[Any]) -> float:
    return float((xlogy(p, p) - xlogy(p, q)).sum())


def plain(members: NDArray[Any]) -> dict[str, list[float]]:
    """The formulas as they are in the papers, record by record in float64."""
    found: dict[str, list[float]] = {measure.__name__: [] for measure in SCALARS}
    for record in np.swapaxes(members, 0, 1).astype(np.float64):
        mean = record.mean(axis=0)
        votes = np.bincount(record.argmax(axis=1), minlength=record.shape[1])
        parties = np.count_nonzero(votes)
        divergences = [divergence(row, mean) for row in record]
        found["vote_entropy"].append(shannon(votes))
        found["normalised_vote_entropy"].append(shannon(votes) / np.log(parties) if parties > 1 else 0.0)
        found["variation_ratio"].append(1 - votes.max() / len(record))
        found["consensus_entropy"].append(shannon(mean))
        found["bald"].append(shannon(mean) - sum(shannon(row) for row in record) / len(record))
        found["kl_max"].append(max(divergences))
        found["mean_std"].append(record.std(axis=0).mean())
    return found


SHAPES = [
    (1, 5, 3),
    (2, 0, 3),
    (2, 1, 1),
    (3, 300, 2),
    (10, 1500, 10),
    (300, 40, 4),
    (4, 60, 64),
    (4, 60, 65),
    (3, 9, 999),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_values(shape: tuple[int, int, int]) -> None:
    M = committee(*shape)
    before = M.copy()
    together = committee_signals(M)
    assert set(together) == {measure.__name__ for measure in SCALARS}
    for name, expected in plain(M).items():
        np.testing.assert_allclose(together[name], expected, atol=2e-6, err_msg=name)
    for measure in SCALARS:
        np.testing.assert_array_equal(measure(M), together[measure.__name__])
        assert measure(M).dtype == np.float32
    np.testing.assert_allclose(consensus(M), M.astype(np.float64).mean(axis=0), atol=1e-6)
    np.testing.assert_array_equal(M, before)


def test_values_in_many_blocks() -> None:
    M = committee(5, 50_000, 6)
    some = np.concatenate([np.arange(0, 50_000, 1009), [49_999]])
    found = committee_signals(M)
    for name, expected in plain(M[:, some]).items():
        np.testing.assert_allclose(found[name][some], expected, atol=2e-6, err_msg=name)


class TestPeers:
    M = committee(7, 400, 5)

    def test_vote_entropy(self) -> None:
        votes = self.M.argmax(axis=2).T
        np.testing.assert_allclose(vote_entropy(self.M), skactiveml_vote_entropy(votes, np.arange(5)), atol=1e-6)

    def test_variation_ratio(self) -> None:
        votes = self.M.argmax(axis=2).T
        np.testing.assert_allclose(variation_ratio(self.M), skactiveml_variation_ratios(votes), atol=1e-6)

    def test_bald_is_mcallum_and_nigams_mean_divergence(self) -> None:
        np.testing.assert_allclose(bald(self.M), average_kl_divergence(self.M.astype(np.float64)), atol=1e-6)

    def test_bald(self) -> None:
        bits = _bald(self.M.swapaxes(0, 1).astype(np.float64))
        np.testing.assert_allclose(bald(self.M), bits * np.log(2), atol=1e-6)

    def test_kl_max(self) -> None:
        class Committee(list[None]):
            def vote_proba(self, X: NDArray[Any]) -> NDArray[Any]:
                return X

        divergences = KL_max_disagreement(Committee([None] * 7), self.M.swapaxes(0, 1).astype(np.float64))
        np.testing.assert_allclose(kl_max(self.M), divergences, atol=1e-6)


class TestAgreement:
    @pytest.mark.parametrize("measure", DISAGREEMENT)
    def test_one_member_never_disagrees(self, measure: Measure) -> None:
        np.testing.assert_array_equal(measure(committee(1, 500, 6)), 0)

    @pytest.mark.parametrize("measure", DISAGREEMENT)
    def test_equal_members_never_disagree(self, measure: Measure) -> None:
        np.testing.assert_allclose(measure(np.repeat(committee(1, 500, 6), 7, axis=0)), 0, atol=1e-6)

    @pytest.mark.parametrize("classes", [1, 2, 100])
    @pytest.mark.parametrize("measure", SCALARS)
    def test_certain_members_that_agree(self, measure: Measure, classes: int) -> None:
        values = measure(np.repeat(np.eye(classes)[None], 3, axis=0))
        np.testing.assert_array_equal(values, 0)  # 0 log 0 is 0
        assert not np.signbit(values).any()

    def test_certain_members_that_all_disagree(self) -> None:
        M = np.eye(4)[:, None, :]
        for measure in (vote_entropy, consensus_entropy, bald, kl_max):
            np.testing.assert_allclose(measure(M), np.log(4), rtol=1e-6)
        np.testing.assert_array_equal(normalised_vote_entropy(M), 1)
        np.testing.assert_array_equal(variation_ratio(M), 0.75)
        np.testing.assert_allclose(mean_std(M), np.sqrt(3) / 4, rtol=1e-6)

    def test_normalised_by_the_classes_that_got_a_vote(self) -> None:
        votes = np.array([[0, 0], [0, 1], [1, 2], [1, 2]])  # a tie between two, and three parties of unequal size
        M = np.eye(6)[votes]
        np.testing.assert_allclose(normalised_vote_entropy(M), [1, 1.5 * np.log(2) / np.log(3)], rtol=1e-6)

    @pytest.mark.parametrize("classes", [4, 100])
    def test_of_equally_probable_classes_the_first_gets_the_vote(self, classes: int) -> None:
        M = np.zeros((2, 1, classes))
        M[0, 0, [1, 2]] = 0.5
        M[1, 0, 1] = 1
        np.testing.assert_array_equal(vote_entropy(M), 0)
        M[1, 0] = np.eye(classes)[2]
        np.testing.assert_array_equal(variation_ratio(M), 0.5)


class TestInput:
    @pytest.mark.parametrize("measure", EVERY)
    def test_layout_and_dtype_do_not_matter(self, measure: Measure) -> None:
        M = committee(4, 3000, 7)
        expected = measure(M)
        np.testing.assert_array_equal(measure(np.ascontiguousarray(M.swapaxes(0, 1)).swapaxes(0, 1)), expected)
        np.testing.assert_array_equal(measure(np.asfortranarray(M)), expected)
        np.testing.assert_array_equal(measure(M.astype(np.float64)), expected)

    @pytest.mark.parametrize("measure", EVERY)
    def test_float16_is_computed_in_float32(self, measure: Measure) -> None:
        M = committee(4, 200, 50).astype(np.float16)
        np.testing.assert_array_equal(measure(M), measure(M.astype(np.float32)))

    @pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.int64])
    def test_votes_are_a_committee(self, dtype: Any) -> None:
        M = np.eye(3)[np.array([[0, 1], [0, 2], [1, 1]])]
        np.testing.assert_array_equal(vote_entropy(M.astype(dtype)), vote_entropy(M))

    @pytest.mark.parametrize("measure", EVERY)
    @pytest.mark.parametrize("shape", [(3,), (4, 3), (0, 4, 3), (2, 4, 0), (2, 2, 2, 2)])
    def test_other_shapes_are_refused(self, measure: Measure, shape: tuple[int, ...]) -> None:
        with pytest.raises(InvalidInputError, match="members, records, classes"):
            measure(np.ones(shape))

    @pytest.mark.parametrize("measure", EVERY)
    def test_what_is_no_number_is_refused(self, measure: Measure) -> None:
        with pytest.raises(InvalidInputError, match="complex"):
            measure(np.ones((2, 2, 1), complex))

    @pytest.mark.parametrize("measure", EVERY)
    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ([np.nan, 0.5, 0.5], "nan"),
            ([1e300, 0, 0], "inf"),
            ([0.9, 0.3, 0.3], "sums to 1.5"),
            ([1.5, -0.5, 0], "-0.5"),
        ],
    )
    def test_member_and_row_are_named(self, measure: Measure, wrong: list[float], words: str) -> None:
        M = committee(4, 30_000, 3).astype(np.float64)
        row = M.shape[1] - 2
        M[2, row] = wrong
        with pytest.raises(InvalidInputError, match=f"Member 2 is wrong in row {row}: it .*{words}"):
            measure(M)

    def test_memory_is_bounded_by_a_block(self) -> None:
        M = committee(4, 100_000, 10)
        tracemalloc.start()
        committee_signals(M)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 7 * 4 * M.shape[1] + 8_000_000  # the result, and blocks


class TestEpig:
    def brute_force(self, pool: NDArray[Any], targets: NDArray[Any]) -> NDArray[Any]:
        """Mutual information of two joint distributions' classes, pair by pair."""
        gains = np.zeros((pool.shape[1], targets.shape[1]))
        for record in range(pool.shape[1]):
            for target in range(targets.shape[1]):
                p, q = pool[:, record].astype(np.float64), targets[:, target].astype(np.float64)
                joint = np.mean([np.outer(one, other) for one, other in zip(p, q, strict=True)], axis=0)
                gains[record, target] = divergence(joint, np.outer(p.mean(axis=0), q.mean(axis=0)))
        return np.asarray(gains.mean(axis=1))

    @pytest.mark.parametrize(("members", "classes"), [(1, 3), (5, 2), (8, 4), (3, 30)])
    def test_values(self, members: int, classes: int) -> None:
        pool, targets = committee(members, 60, classes), committee(members, 25, classes, seed=1)
        pool[:, :10] = np.eye(classes)[0]  # 0 log 0
        np.testing.assert_allclose(epig(pool, targets), self.brute_force(pool, targets), atol=2e-6)

    def test_values_in_many_blocks(self) -> None:
        pool, targets = committee(4, 1100, 5, spread=3), committee(4, 300, 5, seed=1, spread=3)
        some = np.array([0, 101, 102, 103, 1099])
        np.testing.assert_allclose(epig(pool, targets)[some], self.brute_force(pool[:, some], targets), atol=2e-6)

    def test_a_record_tells_all_of_itself_that_can_be_known(self) -> None:
        M = np.eye(4)[:, None, :]
        np.testing.assert_allclose(epig(M, M), np.log(4), rtol=1e-6)

    def test_members_that_agree_on_a_record_learn_nothing_by_it(self) -> None:
        agreed = np.repeat(committee(1, 50, 40), 6, axis=0).astype(np.float16)  # rows that sum to 1 only nearly
        np.testing.assert_allclose(epig(agreed, committee(6, 40, 40, seed=1).astype(np.float16)), 0, atol=2e-6)

    def test_the_targets_must_be_the_same_committees(self) -> None:
        with pytest.raises(InvalidInputError, match="same 3 members"):
            epig(committee(3, 5, 2), committee(4, 5, 2))
        with pytest.raises(InvalidInputError, match="same 3 members"):
            epig(committee(3, 5, 2), committee(3, 0, 2))

    def test_targets_may_have_classes_of_their_own(self) -> None:
        pool, targets = committee(4, 20, 3), committee(4, 10, 5)
        np.testing.assert_allclose(epig(pool, targets), self.brute_force(pool, targets), atol=2e-6)


def test_flattened_members_are_record_by_record() -> None:
    M = committee(3, 5, 4)
    flat = flatten_members(M)
    assert flat.shape == (5, 12)
    for record in range(5):
        np.testing.assert_array_equal(flat[record], np.concatenate([M[member, record] for member in range(3)]))


@pytest.mark.parametrize("shape", [(1, 50, 1), (2, 50, 2), (20, 50, 3), (4, 50, 70)])
def test_every_value_is_allowed_by_its_definition(shape: tuple[int, int, int]) -> None:
    M = committee(*shape, spread=0.02)
    columns = committee_signals(M) | {"members": flatten_members(M), "epig": epig(M, M)}
    for name, values in columns.items():
        assert SIGNALS[name].check(values, shape[2]) is None
    assert SignalSet({name: Column(values) for name, values in columns.items()}, 50).has("members")
