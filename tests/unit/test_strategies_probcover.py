"""ProbCover against brute force, and against scikit-activeml."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from skactiveml.pool import ProbCover as PeerProbCover

from loopwise.signals import Column, SignalSet
from loopwise.strategies import Pool
from loopwise.strategies.probcover import ProbCover, greedy_cover, pure_square
from tests.pools import Floats, blobs, pool_of


def normal(rows: int, width: int = 3) -> Floats:
    return np.random.default_rng(0).normal(size=(rows, width)).astype(np.float32)


class TestGreedyCover:
    @pytest.mark.parametrize("radius", [0.2, 0.7, 2.0])
    @pytest.mark.parametrize("labeled", [0, 5])
    def test_each_choice_is_the_greedy_one(self, radius: float, labeled: int) -> None:
        E = normal(700)
        inside = cdist(E, E) < radius
        covered = inside[:labeled].any(axis=0)
        chosen = greedy_cover(E, covered, radius**2, 60)
        for one in chosen:
            gains = (inside & ~covered).sum(axis=1)
            assert gains[one] == gains.max() > 0
            covered |= inside[one]
        assert len(chosen) == 60 or covered.all()

    def test_it_ends_when_all_is_covered(self) -> None:
        E = np.array([[0.0], [1.0], [2.0], [10.0], [11.0], [30.0]], np.float32)
        assert greedy_cover(E, np.zeros(6, np.bool_), 1.5**2, 6).tolist() == [1, 3, 5]
        assert greedy_cover(E, np.ones(6, np.bool_), 1.5**2, 6).tolist() == []

    def test_a_ball_is_open_and_holds_its_centre(self) -> None:
        E = np.array([[0.0], [2.0], [4.0]], np.float32)
        assert greedy_cover(E, np.zeros(3, np.bool_), 4.0, 3).tolist() == [0, 1, 2]
        assert greedy_cover(E, np.zeros(3, np.bool_), 0.0, 3).tolist() == [0, 1, 2]

    def test_an_infinite_radius_covers_all_at_once(self) -> None:
        assert len(greedy_cover(normal(300), np.zeros(300, np.bool_), np.inf, 5)) == 1

    def test_an_offset_costs_no_precision(self) -> None:
        E = (np.random.default_rng(0).integers(0, 60, (500, 2)) + 8192).astype(np.float32)
        near = greedy_cover(E - 8192, np.zeros(500, np.bool_), 30.5, 40)
        np.testing.assert_array_equal(greedy_cover(E, np.zeros(500, np.bool_), 30.5, 40), near)


class TestRadius:
    @pytest.mark.parametrize("purity", [0.5, 0.9, 0.95, 1.0])
    def test_the_largest_pure_radius(self, purity: float) -> None:
        E = normal(600)
        clusters = (E[:, 0] > 0).astype(np.int64) + 2 * (E[:, 1] > 0.3)
        distances, other = cdist(E, E), clusters[:, None] != clusters

        def share(radius: float) -> float:
            return float(1 - ((distances < radius) & other).any(axis=1).mean())

        radius = pure_square(E, clusters, purity) ** 0.5
        assert share(radius * (1 - 1e-4)) >= purity
        assert share(radius * (1 + 1e-4)) < purity

    def test_one_cluster_is_pure_everywhere(self) -> None:
        assert pure_square(normal(20), np.zeros(20, np.int64), 0.95) == np.inf


class TestProbCover:
    def test_each_choice_has_the_largest_utility_of_scikit_activeml(self) -> None:
        E, y = normal(300).astype(float), np.full(300, np.nan)
        y[:4] = 0
        pool = pool_of(4, sketch=E.astype(np.float32))
        batch = ProbCover(delta=0.6).select(pool, 25, np.random.default_rng(0))
        for one in batch:
            peer = PeerProbCover(deltas=[0.6], random_state=0)
            with pytest.warns(UserWarning, match="maximum purity"):  # it says so of every single delta
                _, (utilities,) = peer.query(E, y, return_utilities=True)
            assert utilities[one] == np.nanmax(utilities)
            y[one] = 0

    def test_the_estimated_radius_separates_groups(self) -> None:
        E, groups = blobs([60, 50, 40, 30, 20])
        batch = ProbCover(classes=5).select(pool_of(sketch=E), 5, np.random.default_rng(0))
        assert groups[batch].tolist() == [0, 1, 2, 3, 4]  # the largest first

    def test_groups_with_labels_are_covered(self) -> None:
        E, groups = blobs([60, 50, 40, 30, 20])
        labeled = np.flatnonzero(groups <= 2)[::10]
        pool = Pool(np.setdiff1d(np.arange(200), labeled), labeled, SignalSet({"sketch": Column(E)}, 200))
        batch = ProbCover(classes=5).select(pool, 2, np.random.default_rng(0))
        assert groups[batch].tolist() == [3, 4]

    def test_the_rest_of_the_batch_is_random(self) -> None:
        E, _ = blobs([60, 50])
        batches = [ProbCover(delta=50).select(pool_of(sketch=E), 3, np.random.default_rng(seed)) for seed in range(30)]
        assert all(len(set(batch.tolist())) == 3 for batch in batches)
        assert len({int(batch[2]) for batch in batches}) > 15

    @pytest.mark.parametrize("size", [3, 200])
    def test_large_pools_are_sampled(self, size: int) -> None:
        E, groups = blobs([9000, 5000, 3000])
        strategy = ProbCover(classes=3, sample=100)
        batch = strategy.select(pool_of(sketch=E.astype(np.float16)), size, np.random.default_rng(0))
        assert groups[batch[:3]].tolist() == [0, 1, 2]
        assert len(set(batch.tolist())) == size

    def test_equal_gains_are_chosen_from_at_random(self) -> None:
        E: NDArray[np.float32] = np.arange(40, dtype=np.float32)[:, None]
        firsts = [
            int(ProbCover(delta=0.5).select(pool_of(sketch=E), 1, np.random.default_rng(s))[0]) for s in range(60)
        ]
        assert len(set(firsts)) > 20
