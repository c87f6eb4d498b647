"""Query by committee: the records whose signal is largest, and BatchBALD against brute force and a peer."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import xlogy
from skactiveml.pool import batch_bald as skactiveml_batch_bald

from loopwise.errors import InvalidInputError
from loopwise.signals import bald, committee_signals, epig, flatten_members
from loopwise.strategies import Pool, get_strategy
from loopwise.strategies.batchbald import BatchBald, Joint, _shape
from loopwise.strategies.committee import PowerBald
from tests.pools import pool_of

LARGEST = [
    "bald",
    "consensus_entropy",
    "epig",
    "kl_max",
    "mean_std",
    "normalised_vote_entropy",
    "variation_ratio",
    "vote_entropy",
]


def committee(members: int, records: int, classes: int, seed: int = 0, spread: float = 0.5) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(classes, spread), (members, records)).astype(np.float32)


def pool_of_committee(members: NDArray[Any], labeled: int = 0) -> Pool:
    return pool_of(labeled, members=flatten_members(members))


@pytest.mark.parametrize("name", LARGEST)
def test_the_records_of_most_disagreement(name: str) -> None:
    M = committee(9, 400, 5)
    values = committee_signals(M)[name] if name != "epig" else epig(M, M[:, :50])
    batch = get_strategy(name).select(pool_of(100, **{name: values}), 30, np.random.default_rng(0))
    assert (batch >= 100).all()
    np.testing.assert_array_equal(values[batch], np.sort(values[100:])[::-1][:30])


class TestPowerBald:
    VALUES = np.array([0.0, 0.1, 0.2, 0.7])

    @pytest.mark.parametrize("beta", [1.0, 2.0])
    def test_it_draws_in_proportion_to_a_power(self, beta: float) -> None:
        strategy = PowerBald(beta)
        pool, rng = pool_of(bald=self.VALUES), np.random.default_rng(0)
        counts = np.bincount([strategy.select(pool, 1, rng)[0] for _ in range(4000)], minlength=4)
        np.testing.assert_allclose(counts / 4000, self.VALUES**beta / (self.VALUES**beta).sum(), atol=0.03)

    def test_a_record_that_all_agree_on_comes_last(self) -> None:
        batch = get_strategy("power_bald").select(pool_of(bald=self.VALUES), 4, np.random.default_rng(0))
        assert batch[-1] == 0


def joint_information(members: NDArray[Any], records: list[int]) -> float:
    """I(classes of the records; member) from all combinations of classes, as the paper defines it."""
    M = members.astype(np.float64)
    joint = [
        np.mean([np.prod([M[m, r, c] for r, c in zip(records, classes, strict=True)]) for m in range(len(M))])
        for classes in itertools.product(range(M.shape[2]), repeat=len(records))
    ]
    conditional = sum(-xlogy(M[:, r], M[:, r]).sum(axis=1).mean() for r in records)
    return float(-xlogy(joint, joint).sum() - conditional)


def plain_greedy(members: NDArray[Any], size: int) -> list[int]:
    chosen: list[int] = []
    for _ in range(size):
        rest = [record for record in range(members.shape[1]) if record not in chosen]
        chosen.append(max(rest, key=lambda record: joint_information(members, [*chosen, record])))
    return chosen


class TestBatchBald:
    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize(("members", "classes", "size"), [(4, 3, 3), (8, 2, 5), (3, 6, 2)])
    def test_the_brute_force_greedy(self, members: int, classes: int, size: int, seed: int) -> None:
        M = committee(members, 20, classes, seed)
        batch = BatchBald().select(pool_of_committee(M), size, np.random.default_rng(0))
        assert batch.tolist() == plain_greedy(M, size)

    def test_old_gains_bound_new_ones(self, monkeypatch: pytest.MonkeyPatch) -> None:
        M = committee(4, 40, 3)
        monkeypatch.setattr(Joint, "room", lambda *_: 2)  # as where there are many classes
        batch = BatchBald().select(pool_of_committee(M), 4, np.random.default_rng(0))
        assert batch.tolist() == plain_greedy(M, 4)

    def test_a_peer(self) -> None:
        M = committee(6, 80, 3, spread=2)
        utilities = skactiveml_batch_bald(M.astype(np.float64), 4, n_MC_samples=100_000, random_state=0)
        batch = BatchBald().select(pool_of_committee(M), 4, np.random.default_rng(0))
        assert batch.tolist() == np.nanargmax(utilities, axis=1).tolist()

    def test_gains_are_those_of_the_joint_information(self) -> None:
        M = committee(5, 12, 3)
        joint = Joint(5, 10**6, np.random.default_rng(0))
        for count in range(5):
            before = joint_information(M, list(range(count)))
            expected = [joint_information(M, [*range(count), record]) - before for record in range(12)]
            np.testing.assert_allclose(joint.gains(M.swapaxes(0, 1)), expected, atol=2e-6)
            joint.add(M[:, count])

    @pytest.mark.parametrize("spread", [2.0, 0.7])  # configurations about equally probable, and not
    def test_sampled_gains_are_right_on_average(self, spread: float) -> None:
        M = committee(6, 40, 4, spread=spread)
        exact = Joint(6, 10**6, np.random.default_rng(0))
        sampled = [Joint(6, 50, np.random.default_rng(seed)) for seed in range(100)]
        for record in range(6):
            for joint in (exact, *sampled):
                joint.add(M[:, record])
        P = np.ascontiguousarray(M[:, 6:].swapaxes(0, 1))
        gains = np.stack([joint.gains(P) for joint in sampled])
        deviation = gains.std(axis=0)
        assert (deviation > 0).all()  # it is a sample
        assert (deviation < 0.5 * exact.gains(P)).all()
        assert (np.abs(gains.mean(axis=0) - exact.gains(P)) < 4 * deviation / np.sqrt(len(gains))).all()

    def test_sampled_batches_tell_as_much_as_exact_ones(self) -> None:
        M = committee(6, 60, 4, spread=1)
        pool = pool_of_committee(M)
        exact = BatchBald(configurations=10**6).select(pool, 6, np.random.default_rng(0))
        sampled = BatchBald(configurations=400).select(pool, 6, np.random.default_rng(0))
        assert joint_information(M, sampled.tolist()) > 0.99 * joint_information(M, exact.tolist())

    def test_no_gain_is_lost_in_a_long_batch(self) -> None:
        # Products of a hundred probabilities are no float32 any more; beliefs are.
        joint, M = Joint(10, 500, np.random.default_rng(0)), committee(10, 200, 50, spread=20)
        for record in range(150):
            joint.add(M[:, record])
        gains = joint.gains(np.ascontiguousarray(M[:, 150:].swapaxes(0, 1)))
        assert np.isfinite(gains).all()
        assert (gains >= -1e-6).all()

    def test_a_copy_is_not_chosen_while_others_tell_more(self) -> None:
        disputed = np.eye(2)[[0, 0, 1, 1]]  # the members two by two
        other = 0.8 * np.eye(2)[[0, 1, 0, 1]] + 0.1  # another division, less sharp
        M = np.stack([*[disputed] * 10, *[other] * 10], axis=1)
        for seed in range(10):
            rng = np.random.default_rng(seed)
            batch = BatchBald().select(pool_of_committee(M), 2, rng)
            assert sorted((batch >= 10).tolist()) == [False, True]
            assert (get_strategy("bald").select(pool_of(bald=bald(M)), 2, rng) < 10).all()

    def test_candidates_are_the_largest_by_bald_and_fill_the_batch(self) -> None:
        M = committee(5, 500, 3)
        by_bald = np.argsort(-bald(M), kind="stable")
        batch = BatchBald(candidates=20).select(pool_of_committee(M), 60, np.random.default_rng(0))
        assert set(batch[:20].tolist()) <= set(by_bald[:20].tolist())
        assert set(batch.tolist()) == set(by_bald[:60].tolist())

    def test_once_the_members_are_told_apart_bald_goes_on(self) -> None:
        sharp = np.eye(4)[:, None, :].repeat(3, axis=1)  # each tells at once which member is right
        M = np.concatenate([sharp, committee(4, 50, 4)], axis=1)
        batch = BatchBald().select(pool_of_committee(M), 30, np.random.default_rng(0))
        values = bald(M)[batch]
        np.testing.assert_array_equal(values[1:], np.sort(values[1:])[::-1])
        assert set(batch.tolist()) == set(np.argsort(-bald(M))[:30].tolist())

    @pytest.mark.parametrize(("members", "classes"), [(1, 12), (2, 6), (3, 4), (4, 3), (6, 2), (12, 1), (100, 7)])
    @pytest.mark.parametrize("dtype", [np.float16, np.float32])
    def test_the_number_of_members_is_seen(self, members: int, classes: int, dtype: Any) -> None:
        flat = flatten_members(committee(members, 50, classes)).astype(dtype)
        assert _shape(flat) == (members, classes)

    @pytest.mark.parametrize("wrong", [{"candidates": 0}, {"configurations": 0}])
    def test_parameters(self, wrong: dict[str, int]) -> None:
        with pytest.raises(InvalidInputError, match="at least"):
            BatchBald(**wrong)
