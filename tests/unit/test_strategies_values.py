"""Strategies against brute force, and the tools that they are made of."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import chisquare, rankdata

from loopwise.errors import InvalidInputError
from loopwise.signals import Column, SignalSet, density, entropy
from loopwise.signals.kmeans import kmeans
from loopwise.signals.vectors import draw, nearest
from loopwise.strategies import Pool, get_strategy, top_k
from loopwise.strategies.badge import GradientEmbeddings
from loopwise.strategies.base import ranks
from loopwise.strategies.clusters import ClusterMargin
from loopwise.strategies.samples import draw_rows
from tests.pools import Floats, blobs, pool_of


class TestTopK:
    @pytest.mark.parametrize("count", [1, 10, 1000, 200_000])
    @pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.9, 1.0])
    @pytest.mark.parametrize("levels", [2, 1000, 10**9])
    def test_like_a_full_sort(self, count: int, share: float, levels: int) -> None:
        rng = np.random.default_rng(count)
        utilities = rng.integers(-levels, levels, count).astype(np.float32)
        k = int(share * count)
        best = top_k(utilities, k, rng)
        np.testing.assert_array_equal(utilities[best], np.sort(utilities)[::-1][:k])
        assert len(np.unique(best)) == k

    def test_few_large_values_between_the_samples(self) -> None:
        utilities = np.zeros(1_000_000, np.float32)
        utilities[1::2000] = 1 + np.arange(500)
        best = top_k(utilities, 400, np.random.default_rng(0))
        np.testing.assert_array_equal(best, 1 + 2000 * np.arange(499, 99, -1))

    def test_a_misleading_sample(self) -> None:
        utilities = np.zeros(1_000_000, np.float32)
        utilities[:: 1_000_000 // 2**14] = 1  # exactly the values that are looked at first
        best = top_k(utilities, 50_000, np.random.default_rng(0))
        assert utilities[best].sum() == utilities.sum()

    @pytest.mark.parametrize("levels", [1, 3])
    def test_ties_in_great_number(self, levels: int) -> None:
        """Each of them is as likely, wherever in the pool it stands."""
        utilities = np.random.default_rng(0).integers(0, levels, 300_000).astype(np.float32)
        best = np.flatnonzero(utilities == levels - 1)
        rng = np.random.default_rng(1)
        picks = np.concatenate([top_k(utilities, 5, rng) for _ in range(300)])
        assert set(picks.tolist()) <= set(best.tolist())
        assert chisquare(np.histogram(np.searchsorted(best, picks), 20, (0, len(best)))[0]).pvalue > 1e-6

    @pytest.mark.parametrize("levels", [1, 3, 10**6])
    def test_memory_is_a_share_of_the_utilities(self, levels: int) -> None:
        utilities = np.random.default_rng(0).integers(0, levels, 4_000_000).astype(np.float32)
        tracemalloc.start()
        top_k(utilities, 100, np.random.default_rng(0))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 0.25 * utilities.nbytes

    def test_infinite_utilities(self) -> None:
        assert top_k(np.array([0.0, np.inf, -np.inf]), 3, np.random.default_rng(0)).tolist() == [1, 0, 2]

    @pytest.mark.parametrize("count", [100, 100_000])
    def test_nan_is_never_chosen(self, count: int) -> None:
        utilities = np.zeros(count)
        utilities[73] = np.nan
        with pytest.raises(InvalidInputError, match="73"):
            top_k(utilities, 5, np.random.default_rng(0))

    def test_more_than_there_are(self) -> None:
        with pytest.raises(InvalidInputError, match="best 4 of 3"):
            top_k(np.zeros(3), 4, np.random.default_rng(0))

    def test_ties_are_broken_evenly(self) -> None:
        utilities = np.array([1.0, 2.0, 1.0, 1.0, 1.0, 0.0])
        rng = np.random.default_rng(0)
        picks = np.array([top_k(utilities, 3, rng) for _ in range(4000)])
        assert (picks[:, 0] == 1).all()
        for place in (1, 2):
            counts = np.bincount(picks[:, place], minlength=6)[[0, 2, 3, 4]]
            assert counts.sum() == 4000
            assert chisquare(counts).pvalue > 1e-6


class TestRanks:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize("kind", ["normal", "whole", "equal", "signed zeros", "infinite"])
    @pytest.mark.parametrize("count", [0, 1, 2, 500])
    def test_equal_ones_share_their_mean(self, count: int, kind: str, dtype: type) -> None:
        rng = np.random.default_rng(count)
        values: Floats = {
            "normal": rng.normal(size=count),
            "whole": rng.integers(-3, 3, count),
            "equal": np.zeros(count),
            "signed zeros": np.copysign(0, rng.normal(size=count)),
            "infinite": rng.choice([np.inf, -np.inf, 0, 1e-40, -1e-40], count),
        }[kind].astype(dtype)
        np.testing.assert_allclose(ranks(values), (rankdata(values) - 1) / max(1, count - 1), atol=1e-6)


def test_rows_are_drawn_evenly() -> None:
    rng = np.random.default_rng(0)
    counts = np.zeros((2, 40))
    for _ in range(4000):
        rows = draw_rows(40, 5, rng)
        assert len(np.unique(rows)) == 5
        counts[0, rows[0]] += 1
        counts[1, rows[4]] += 1
    assert (chisquare(counts, axis=1).pvalue > 1e-6).all()


class TestUncertainty:
    def test_a_certain_record_is_never_first(self) -> None:
        P = np.array([[1, 0, 0], [0.4, 0.3, 0.3], [0, 1, 0], [0.5, 0.5, 0]], np.float32)
        pool = pool_of(probabilities=P)
        rng = np.random.default_rng(0)
        assert get_strategy("entropy").select(pool, 2, rng).tolist() == [1, 3]
        assert get_strategy("margin").select(pool, 2, rng).tolist() == [3, 1]
        assert get_strategy("least_confidence").select(pool, 2, rng).tolist() == [1, 3]

    def test_float16_probabilities_of_many_classes(self) -> None:
        P = np.random.default_rng(0).dirichlet(np.full(1000, 0.05), 2000).astype(np.float32)
        rng = np.random.default_rng(0)
        exact = get_strategy("entropy").select(pool_of(probabilities=P), 100, rng)
        rounded = get_strategy("entropy").select(pool_of(probabilities=P.astype(np.float16)), 100, rng)
        assert len(np.intersect1d(exact, rounded)) >= 95


def test_density_weighted_is_entropy_times_density() -> None:
    rng = np.random.default_rng(0)
    P, E = rng.dirichlet(np.ones(3), 300).astype(np.float32), rng.normal(size=(300, 4)).astype(np.float32) + 1
    batch = get_strategy("density_weighted").select(pool_of(probabilities=P, sketch=E), 20, rng)
    expected = np.argsort(-entropy(P) * np.maximum(density(E), 0))[:20]
    np.testing.assert_array_equal(batch, expected)


@pytest.mark.parametrize("labeled", [1, 40])
def test_k_center_is_the_brute_force_greedy(labeled: int) -> None:
    E = np.random.default_rng(0).normal(size=(400, 10)) * 3 + 20
    distances = cdist(E, E)
    centres, expected = list(range(labeled)), []
    for _ in range(60):
        farthest = int(distances[:, centres].min(axis=1).argmax())
        centres.append(farthest)
        expected.append(farthest)
    pool = pool_of(labeled, sketch=E.astype(np.float32))
    assert get_strategy("k_center").select(pool, 60, np.random.default_rng(0)).tolist() == expected


def test_k_center_without_labels_starts_in_the_middle() -> None:
    E = np.array([[0.0], [1.0], [10.0], [4.0], [5.0]])
    assert get_strategy("k_center").select(pool_of(sketch=E), 3, np.random.default_rng(0)).tolist() == [3, 2, 0]


class TestTypicality:
    def test_one_record_of_each_group_and_the_most_typical(self) -> None:
        E, groups = blobs([60, 50, 40, 30, 20])
        batch = get_strategy("typicality").select(pool_of(sketch=E), 5, np.random.default_rng(0))
        assert groups[batch].tolist() == [0, 1, 2, 3, 4]  # the largest first
        for record in batch:
            own = E[groups == groups[record]]
            neighbours = np.sort(cdist(own, own), axis=1)[:, 1:21].mean(axis=1)
            np.testing.assert_array_equal(own[neighbours.argmin()], E[record])

    def test_outliers_come_last(self) -> None:
        """Clusters of five or fewer wait, as in the authors' code, although they have no label."""
        E, groups = blobs([60, 50, 5, 40])
        strategy = type(get_strategy("typicality"))(max_clusters=4)  # type: ignore[call-arg]
        batch = strategy.select(pool_of(sketch=E), 150, np.random.default_rng(0))
        assert (groups[batch] != 2).all()
        everything = strategy.select(pool_of(sketch=E), 155, np.random.default_rng(0))
        assert len(np.unique(everything)) == 155

    def test_labeled_neighbours_make_nothing_typical(self) -> None:
        """The record beside many labeled ones is not the most typical of those that are left."""
        rng = np.random.default_rng(0)
        labeled = 0.01 * rng.normal(size=(20, 2)) + 3
        left = np.concatenate([rng.normal(size=(30, 2)), [[3.0, 3.0]]])
        E = np.concatenate([labeled, left]).astype(np.float32)
        strategy = type(get_strategy("typicality"))(max_clusters=1)  # type: ignore[call-arg]
        best = strategy.select(pool_of(20, sketch=E), 1, np.random.default_rng(0))[0]
        neighbours = np.sort(cdist(left, left), axis=1)[:, 1:21].mean(axis=1)
        assert best == 20 + neighbours.argmin() != 50

    def test_groups_without_labels_come_first(self) -> None:
        E, groups = blobs([60, 50, 40, 30, 20])
        positions = np.arange(200)
        labeled = np.flatnonzero(groups <= 2)[::10]
        pool = Pool(np.setdiff1d(positions, labeled), labeled, SignalSet({"sketch": Column(E)}, 200))
        batch = get_strategy("typicality").select(pool, 2, np.random.default_rng(0))
        assert sorted(groups[batch].tolist()) == [3, 4]

    def test_large_pools_are_sampled(self) -> None:
        E, groups = blobs([20_000, 9_000, 6_000])
        batch = get_strategy("typicality").select(pool_of(sketch=E), 3, np.random.default_rng(0))
        assert groups[batch].tolist() == [0, 1, 2]


class TestBadge:
    P = np.random.default_rng(0).dirichlet(np.ones(5), 300).astype(np.float32)
    E = np.random.default_rng(1).normal(size=(300, 8)).astype(np.float32)

    def explicit(self) -> Floats:
        """Gradient embeddings as the paper defines them, (records, classes * width)."""
        onehot = np.eye(5)[self.P.argmax(axis=1)]
        return np.asarray(np.einsum("nc,nd->ncd", self.P - onehot, self.E).reshape(300, -1))

    def test_factored_distances(self) -> None:
        gradients, explicit = GradientEmbeddings(self.P, self.E), self.explicit()
        np.testing.assert_allclose(gradients.norms, (explicit**2).sum(axis=1), rtol=1e-4)
        for row in range(0, 300, 50):
            expected = ((explicit - explicit[row]) ** 2).sum(axis=1)
            np.testing.assert_allclose(gradients.nearest(np.array([row])), expected, rtol=1e-4, atol=1e-4)


class TestClusterMargin:
    def test_one_uncertain_record_of_each_group(self) -> None:
        E, groups = blobs([50, 50, 50, 50])
        margins = np.where(np.arange(200) % 2, 0.1, 0.9).astype(np.float32)
        batch = get_strategy("cluster_margin").select(pool_of(sketch=E, margin=margins), 4, np.random.default_rng(0))
        assert sorted(groups[batch].tolist()) == [0, 1, 2, 3]
        assert (margins[batch] < 0.5).all()

    def test_groups_without_labels_come_first(self) -> None:
        E, groups = blobs([50, 50, 50, 50])
        labeled = np.array([0, 1, 2, 100, 101])
        signals = SignalSet({"sketch": Column(E), "margin": Column(np.full(200, 0.3, np.float32))}, 200)
        pool = Pool(np.setdiff1d(np.arange(200), labeled), labeled, signals)
        batch = ClusterMargin(factor=100).select(pool, 2, np.random.default_rng(0))
        assert sorted(groups[batch].tolist()) == [1, 3]


class TestKMeans:
    def test_groups_are_found(self) -> None:
        E, groups = blobs([30, 20, 10, 5])
        clusters, squares = kmeans(E, 4, np.random.default_rng(0))
        assert len({(group, cluster) for group, cluster in zip(groups, clusters, strict=True)}) == 4
        for group in range(4):
            own = E[groups == group]
            np.testing.assert_allclose(
                squares[groups == group], ((own - own.mean(axis=0)) ** 2).sum(axis=1), rtol=1e-3, atol=1e-2
            )

    def test_weights_move_the_centre(self) -> None:
        E = np.array([[0.0, 0.0], [4.0, 0.0]], np.float32)
        _, squares = kmeans(E, 1, np.random.default_rng(0), weights=np.array([3.0, 1.0], np.float32))
        np.testing.assert_allclose(squares, [1.0, 9.0], rtol=1e-5)

    def test_assignment_is_stable(self) -> None:
        E = np.random.default_rng(0).normal(size=(180, 3)).astype(np.float32)
        clusters, squares = kmeans(E, 7, np.random.default_rng(0), iterations=200)
        means = np.stack([E[clusters == cluster].mean(axis=0) for cluster in range(7)])
        distances = cdist(E, means) ** 2
        np.testing.assert_array_equal(distances.argmin(axis=1), clusters)
        np.testing.assert_allclose(squares, distances.min(axis=1), atol=1e-4)

    @pytest.mark.parametrize("seed", range(5))
    def test_of_many_records_one_in_200_may_still_move(self, seed: int) -> None:
        E = np.random.default_rng(seed).normal(size=(2000, 3)).astype(np.float32)
        clusters, _ = kmeans(E, 7, np.random.default_rng(0), iterations=200)
        means = np.stack([E[clusters == cluster].mean(axis=0) for cluster in range(7)])
        assert (cdist(E, means).argmin(axis=1) != clusters).sum() <= 2 * 2000 // 200

    @pytest.mark.parametrize("count", [1, 5, 12])
    def test_fewer_distinct_records_than_clusters(self, count: int) -> None:
        E = np.repeat(np.eye(3, dtype=np.float32), 4, axis=0)
        clusters, squares = kmeans(E, count, np.random.default_rng(0))
        assert len(np.unique(clusters)) == min(count, 3)
        if count >= 3:
            np.testing.assert_allclose(squares, 0, atol=1e-6)

    def test_records_without_weight_make_no_cluster(self) -> None:
        E, groups = blobs([30, 30, 30])
        weights = (groups > 0).astype(np.float32)
        clusters, _ = kmeans(E, 2, np.random.default_rng(0), weights=weights)
        assert len(set(zip(groups[groups > 0], clusters[groups > 0], strict=True))) == 2

    def test_an_offset_costs_no_precision(self) -> None:
        E, _ = blobs([40, 30, 20])
        near = kmeans(E, 3, np.random.default_rng(0))[0]
        np.testing.assert_array_equal(kmeans(E + 5000, 3, np.random.default_rng(0))[0], near)


class TestTools:
    def test_nearest(self) -> None:
        rng = np.random.default_rng(0)
        E, centres = rng.normal(size=(5000, 6)).astype(np.float32), rng.normal(size=(700, 6)).astype(np.float32)
        distances = cdist(E, centres)
        indices, squares = nearest(E, centres)
        np.testing.assert_array_equal(indices, distances.argmin(axis=1))
        np.testing.assert_allclose(squares, distances.min(axis=1) ** 2, atol=1e-4)

    def test_draw_follows_the_weights(self) -> None:
        rng = np.random.default_rng(0)
        weights = np.array([0.0, 1.0, 2.0, 0.0, 5.0, 0.0])
        counts = np.bincount([draw(weights, rng) for _ in range(8000)], minlength=6)
        assert counts[[0, 3, 5]].sum() == 0
        assert chisquare(counts[[1, 2, 4]], [1000, 2000, 5000]).pvalue > 1e-6
