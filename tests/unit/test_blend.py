"""How a blend fills a batch, and which blends are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import rankdata

from loopwise.errors import InvalidInputError, MissingSignalError
from loopwise.signals import Column, SignalSet
from loopwise.strategies import RANDOM_SHARE, Blend, BlendMode, Part, Pool, execute, get_strategy
from loopwise.v1 import decision_pb2

SIZE = 200
RNG = np.random.default_rng(0)
P = RNG.dirichlet(np.ones(4), SIZE).astype(np.float32)
E = RNG.normal(size=(SIZE, 5)).astype(np.float32)
SIGNALS = SignalSet({"probabilities": Column(P), "sketch": Column(E)}, SIZE)
LABELED = np.arange(0, SIZE, 4)
UNLABELED = np.setdiff1d(np.arange(SIZE), LABELED)
POOL = Pool(UNLABELED, LABELED, SIGNALS)


def shares(*parts: tuple[str, float], random_share: float = 0.0) -> Blend:
    return Blend(BlendMode.SHARES, tuple(Part(*part) for part in parts), random_share=random_share)


def test_modes_and_the_random_share_are_those_of_the_contract() -> None:
    for mode in BlendMode:
        assert decision_pb2.BlendMode.Value(f"BLEND_MODE_{mode.name}") == mode
    assert RANDOM_SHARE == 255


def test_one_strategy_alone_is_that_strategy() -> None:
    selection = execute(Blend.single("margin", random_share=0), POOL, 30, seed=0)
    np.testing.assert_array_equal(
        selection.positions, get_strategy("margin").select(POOL, 30, np.random.default_rng(0))
    )
    assert (selection.propensities == 1).all()
    assert (selection.chosen_by == 0).all()
    assert selection.positions.dtype == np.int64
    assert selection.propensities.dtype == np.float64
    assert selection.chosen_by.dtype == np.uint8


@pytest.mark.parametrize(
    ("weights", "size", "counts"),
    [
        ((7, 3), 10, [7, 3]),
        ((1, 1, 1), 10, [4, 3, 3]),
        ((0.5, 0.3, 0.2), 7, [4, 2, 1]),  # 3.5, 2.1, 1.4: the largest fraction gets what is over
        ((1000, 1), 5, [5, 0]),
        ((1, 1000), 1, [0, 1]),
    ],
)
def test_shares_by_largest_remainder(weights: tuple[float, ...], size: int, counts: list[int]) -> None:
    names = ("margin", "k_center", "entropy")
    selection = execute(shares(*zip(names, weights, strict=False)), POOL, size, seed=0)
    assert np.bincount(selection.chosen_by, minlength=len(weights)).tolist() == counts
    assert (np.diff(selection.chosen_by.astype(int)) >= 0).all()


def test_each_share_sees_the_ones_before_it_as_labeled() -> None:
    selection = execute(shares(("margin", 1), ("k_center", 1)), POOL, 20, seed=0)
    first = selection.positions[:10]
    after = Pool(np.setdiff1d(UNLABELED, first), np.union1d(LABELED, first), SIGNALS)
    expected = get_strategy("k_center").select(after, 10, np.random.default_rng(0))
    np.testing.assert_array_equal(selection.positions[10:], expected)


def test_ranks_are_weighted_means() -> None:
    blend = Blend(BlendMode.RANKS, (Part("margin", 3), Part("density_weighted", 1)), random_share=0)
    selection = execute(blend, POOL, 25, seed=0)
    scores = []
    for name in ("margin", "density_weighted"):
        strategy: Any = get_strategy(name)
        scores.append((rankdata(strategy.utilities(POOL, np.random.default_rng(0))) - 1) / (len(UNLABELED) - 1))
    mean = 0.75 * scores[0] + 0.25 * scores[1]
    rows = np.searchsorted(UNLABELED, selection.positions)
    np.testing.assert_allclose(mean[rows], np.sort(mean)[::-1][:25])
    np.testing.assert_array_equal(selection.chosen_by, (0.25 * scores[1] > 0.75 * scores[0])[rows])


@pytest.mark.parametrize(("keep", "kept"), [(0.2, 30), (0.001, 12), (1.0, 150)])
def test_a_cascade_chooses_among_the_best(keep: float, kept: int) -> None:
    blend = Blend(BlendMode.CASCADE, (Part("margin"), Part("k_center")), keep=keep, random_share=0)
    selection = execute(blend, POOL, 12, seed=0)
    best = np.sort(get_strategy("margin").select(POOL, kept, np.random.default_rng(0)))
    expected = get_strategy("k_center").select(Pool(best, LABELED, SIGNALS), 12, np.random.default_rng(0))
    np.testing.assert_array_equal(selection.positions, expected)
    assert (selection.chosen_by == 1).all()


@pytest.mark.parametrize(
    ("size", "share", "count"),
    [(100, 0.05, 5), (10, 0.05, 0), (19, 0.01, 0), (20, 0.01, 1), (20, 0.0, 0), (20, 1.0, 20), (1, 0.05, 0)],
)
def test_the_random_share(size: int, share: float, count: int) -> None:
    selection = execute(Blend.single("margin", share), POOL, size, seed=1)
    by_chance = selection.chosen_by == RANDOM_SHARE
    assert by_chance.sum() == count
    np.testing.assert_allclose(selection.propensities[by_chance], count / (len(UNLABELED) - (size - count)))
    assert (selection.propensities[~by_chance] == 1).all()
    best = execute(Blend.single("margin", 0), POOL, size, seed=1).positions[: size - count]
    np.testing.assert_array_equal(selection.positions[~by_chance], best)


def test_the_random_share_leaves_the_strategies_draws_alone() -> None:
    with_share = execute(Blend.single("badge", 0.25), POOL, 40, seed=9).positions[:30]
    np.testing.assert_array_equal(with_share, execute(Blend.single("badge", 0), POOL, 30, seed=9).positions)


def test_the_propensity_of_random_choice() -> None:
    selection = execute(Blend.single("random", 0), POOL, 30, seed=0)
    np.testing.assert_allclose(selection.propensities, 30 / len(UNLABELED))


def frequencies(blend: Blend, size: int, runs: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How often each position was chosen over many seeds, and the mean of its propensities where it was."""
    chosen, propensities = np.zeros(SIZE), np.zeros(SIZE)
    for seed in range(runs):
        selection = execute(blend, POOL, size, seed)
        chosen[selection.positions] += 1
        propensities[selection.positions] += selection.propensities
    return chosen / runs, propensities / np.maximum(chosen, 1)


@pytest.mark.parametrize("blend", [Blend.single("margin", 0.25), Blend.single("random", 0.0)])
def test_propensities_are_inclusion_frequencies(blend: Blend) -> None:
    runs = 2000
    frequency, propensity = frequencies(blend, 40, runs)
    assert (frequency[LABELED] == 0).all()
    spread = np.sqrt(propensity * (1 - propensity) / runs)
    assert (np.abs(frequency - propensity)[UNLABELED] <= 5 * spread[UNLABELED]).all()
    assert (frequency[UNLABELED] > 0).all()  # every candidate has a chance


@pytest.mark.parametrize("share", [0.0, 0.05, 1.0])
@pytest.mark.parametrize("name", ["random", "margin", "badge"])
def test_the_whole_pool(name: str, share: float) -> None:
    for size in (len(UNLABELED), len(UNLABELED) + 1, 10**9):
        selection = execute(Blend.single(name, share), POOL, size, seed=0)
        np.testing.assert_array_equal(np.sort(selection.positions), UNLABELED)
        assert (selection.propensities == 1).all()


def test_nothing_left_to_label() -> None:
    nothing = Pool(UNLABELED[:0], np.arange(SIZE), SIGNALS)
    cascade = Blend(BlendMode.CASCADE, (Part("margin"), Part("k_center")))
    ranks = Blend(BlendMode.RANKS, (Part("margin"), Part("entropy")))
    for blend in (Blend.single("typicality"), shares(("margin", 1), ("random", 1)), cascade, ranks):
        assert execute(blend, nothing, 10, seed=0).positions.shape == (0,)


def test_what_cannot_be_executed_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"no strategy 'oracle'; there are .*badge, .*cluster_margin"):
        execute(Blend.single("oracle"), POOL, 5, seed=0)
    with pytest.raises(InvalidInputError, match="k_center cannot be ranked"):
        execute(Blend(BlendMode.RANKS, (Part("margin"), Part("k_center"))), POOL, 5, seed=0)
    with pytest.raises(InvalidInputError, match="random cannot filter"):
        execute(Blend(BlendMode.CASCADE, (Part("random"), Part("margin"))), POOL, 5, seed=0)
    for size, seed in ((0, 0), (-1, 0), (5, -1)):
        with pytest.raises(InvalidInputError, match="at least"):
            execute(Blend.single("margin"), POOL, size, seed)


def test_a_missing_signal_is_refused_with_the_strategy() -> None:
    bare = Pool(UNLABELED, LABELED, SignalSet({"probabilities": Column(P)}, SIZE))
    with pytest.raises(MissingSignalError, match="The strategy k_center cannot choose: sketch was not") as caught:
        execute(shares(("margin", 1), ("k_center", 1)), bare, 5, seed=0)
    assert caught.value.signal == "sketch"


@pytest.mark.parametrize(
    "fields",
    [
        {"mode": 7},
        {"parts": ()},
        {"parts": (Part("margin"),) * 255},
        {"mode": BlendMode.CASCADE},
        {"mode": BlendMode.CASCADE, "parts": (Part("margin"),) * 3},
        {"parts": (Part("margin", 0.0),)},
        {"parts": (Part("margin", -1.0),)},
        {"parts": (Part("margin", float("nan")),)},
        {"parts": (Part("margin", float("inf")),)},
        {"keep": 0.0},
        {"keep": 1.1},
        {"keep": float("nan")},
        {"random_share": -0.1},
        {"random_share": 1.1},
        {"random_share": float("nan")},
    ],
)
def test_impossible_blends_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        Blend(**{"mode": BlendMode.SHARES, "parts": (Part("margin"),), **fields})


def test_blends_in_words() -> None:
    both = (Part("margin", 7), Part("k_center", 3))
    assert Blend.single("margin").describe() == "margin, 5 % of it at random"
    assert Blend.single("margin", 0).describe() == "margin"
    assert Blend.single("margin", 0, 0.1).describe() == "margin, none nearer to another than 10 % of the spread"
    assert Blend(BlendMode.SHARES, both).describe() == "70 % margin, 30 % k_center, 5 % of it at random"
    assert Blend(BlendMode.RANKS, both, random_share=0).describe() == "mean rank of 70 % margin, 30 % k_center"
    cascade = Blend(BlendMode.CASCADE, both, keep=0.4, random_share=0.1)
    assert cascade.describe() == "k_center among the top 40 % by margin, 10 % of it at random"


class TestNearDuplicates:
    TWINS = np.repeat(np.arange(SIZE // 4), 4)  # groups of four records that are almost the same
    CLOSE = Column((E[TWINS] + 1e-4 * RNG.normal(size=E.shape)).astype(np.float32))
    MARGIN = Column(RNG.permutation(SIZE).astype(np.float32) / SIZE)

    def pool(self, labeled: list[int]) -> Pool:
        signals = SignalSet({"margin": self.MARGIN, "sketch": self.CLOSE, "entropy": self.MARGIN}, SIZE)
        return Pool(np.setdiff1d(np.arange(SIZE), labeled), np.array(labeled, np.int64), signals)

    def test_the_best_of_each_group_that_has_no_label(self) -> None:
        batch = execute(Blend.single("margin", 0, distinct=0.02), self.pool([0, 5]), 48, seed=0).positions
        best = np.argsort(self.MARGIN.values)
        groups = self.TWINS[best]
        firsts = best[np.sort(np.unique(groups, return_index=True)[1])]
        assert batch.tolist() == [position for position in firsts.tolist() if self.TWINS[position] not in (0, 1)]

    @pytest.mark.parametrize(
        "blend",
        [
            Blend.single("random", 0, distinct=0.02),
            Blend.single("k_center", 0, distinct=0.02),
            Blend(BlendMode.RANKS, (Part("margin"), Part("entropy")), random_share=0, distinct=0.02),
            Blend(BlendMode.CASCADE, (Part("margin"), Part("typicality")), 0.3, 0, distinct=0.02),
            Blend(BlendMode.SHARES, (Part("margin"), Part("random")), random_share=0, distinct=0.02),
        ],
    )
    def test_whatever_chooses_no_group_twice_while_there_are_others(self, blend: Blend) -> None:
        pool = self.pool([0])
        for size in (20, 49):
            assert len(np.unique(self.TWINS[execute(blend, pool, size, seed=1).positions])) == size
        everything = execute(blend, pool, SIZE, seed=1).positions
        np.testing.assert_array_equal(np.sort(everything), pool.unlabeled)
        assert len(np.unique(self.TWINS[everything[:49]])) == 49

    def test_nothing_is_passed_over_where_all_differ(self) -> None:
        plain, distinct = (execute(Blend.single("margin", 0, distinct=share), POOL, 30, seed=0) for share in (0, 1e-3))
        np.testing.assert_array_equal(plain.positions, distinct.positions)

    def test_without_embeddings_they_cannot_be_told(self) -> None:
        bare = Pool(UNLABELED, LABELED, SignalSet({"probabilities": Column(P)}, SIZE))
        with pytest.raises(MissingSignalError, match="Near-duplicates cannot be told"):
            execute(Blend.single("margin", distinct=0.1), bare, 5, seed=0)

    def test_many_copies_cost_few_rounds(self) -> None:
        """Copies of a labeled record fill no batch, and are not looked through two at a time."""
        size = 40_000
        E = np.random.default_rng(0).normal(size=(size, 4)).astype(np.float32)
        E[1:20_000] = E[0]
        margin = np.linspace(0, 1, size, dtype=np.float32)
        signals = SignalSet({"margin": Column(margin), "sketch": Column(E)}, size)
        pool = Pool(np.arange(1, size), np.arange(1), signals)
        calls = 0

        class Counting(SignalSet):
            def take(self, name: str, positions: NDArray[np.int64]) -> NDArray[Any]:
                nonlocal calls
                calls += name == "margin"
                return super().take(name, positions)

        counted = Pool(pool.unlabeled, pool.labeled, Counting({"margin": Column(margin), "sketch": Column(E)}, size))
        batch = execute(Blend.single("margin", 0, distinct=0.02), counted, 2, seed=0).positions
        assert batch.tolist() == [20_000, 20_001]
        assert calls < 20

    @pytest.mark.parametrize("candidates", [0, 1])
    def test_pools_of_hardly_any_candidates(self, candidates: int) -> None:
        full = self.pool([0])
        few = Pool(full.unlabeled[:candidates], full.labeled, full.signals)
        assert len(execute(Blend.single("margin", 0.05, distinct=0.02), few, 3, seed=0).positions) == candidates

    @pytest.mark.parametrize("share", [-0.1, np.inf, np.nan])
    def test_an_impossible_distance_is_refused(self, share: float) -> None:
        with pytest.raises(InvalidInputError, match="share of the spread"):
            Blend.single("margin", distinct=share)
