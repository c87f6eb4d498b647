"""The lazy selections, k-center and BADGE, against their plain definitions."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.stats import chisquare

from loopwise.strategies import badge, get_strategy
from loopwise.strategies.badge import GradientEmbeddings, plus_plus
from loopwise.strategies.coverage import farthest_first
from tests.pools import Floats, pool_of


def pools(kind: str, rows: int = 3000, width: int = 16) -> Floats:
    rng = np.random.default_rng(0)
    E: Floats = rng.normal(size=(rows, width))
    if kind == "clusters":
        E = 5 * rng.normal(size=(40, width))[rng.integers(0, 40, rows)] + 0.1 * E
    elif kind == "copies":
        E = E[rng.integers(0, 300, rows)]
    elif kind == "far from the origin":
        E += 3000
    elif kind == "outliers":
        E[::100] *= 1000
    elif kind == "some zero":
        E[::2] = 0
    elif kind == "a sphere":  # all nearly equally far from the middle, closer than float32 products can tell
        E = np.vstack([np.zeros(width), E[1:] / np.linalg.norm(E[1:], axis=1, keepdims=True)])
    elif kind == "a grid":
        E = rng.integers(0, 3, (rows, 6)).astype(np.float32)
    return E.astype(np.float32)


KINDS = ["normal", "clusters", "copies", "far from the origin", "outliers", "some zero", "a sphere", "a grid"]


def assert_greedy(E: Floats, centres: Floats, chosen: NDArray[np.int64]) -> None:
    """Each chosen row was, in float64, one of the farthest that were left."""
    E, centres = E.astype(np.float64), centres.astype(np.float64)
    assert len(np.unique(chosen)) == len(chosen)
    start = 0
    if len(centres):
        squares = cdist(E, centres, "sqeuclidean").min(axis=1)
    else:
        to_mean = cdist(E, E.mean(axis=0, keepdims=True))[:, 0]
        assert to_mean[chosen[0]] <= to_mean.min() + 1e-4 * np.abs(E).max()
        squares, start = cdist(E, E[chosen[:1]], "sqeuclidean")[:, 0], 1
        squares[chosen[0]] = -1
    for row in chosen[start:]:
        assert squares[row] >= squares.max() * (1 - 1e-12)
        squares = np.minimum(squares, cdist(E, E[row, None], "sqeuclidean")[:, 0])
        squares[row] = -1


class TestKCenter:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("labeled", [0, 1, 50])
    @pytest.mark.parametrize("dtype", [np.float32, np.float16])
    def test_like_the_plain_greedy(self, kind: str, labeled: int, dtype: type) -> None:
        E: Floats = pools(kind).astype(dtype)
        assert_greedy(E[labeled:], E[:labeled], farthest_first(E[labeled:], E[:labeled], 150, np.random.default_rng(0)))

    @settings(max_examples=200, deadline=None)
    @given(st.data())
    def test_small_and_tied(self, data: st.DataObject) -> None:
        rows, width, labeled = (data.draw(st.integers(low, high)) for low, high in ((1, 30), (1, 3), (0, 5)))
        values = data.draw(st.lists(st.integers(-2, 2), min_size=rows * width, max_size=rows * width))
        E = np.array(values, np.float32).reshape(rows, width)
        centres = E[np.arange(labeled) % rows]
        size = data.draw(st.integers(1, rows))
        assert_greedy(E, centres, farthest_first(E, centres, size, np.random.default_rng(0)))

    def test_memory_layout_does_not_matter(self) -> None:
        E = pools("normal")
        expected = farthest_first(E, E[:0], 100, np.random.default_rng(0))
        for same in (np.asfortranarray(E), np.repeat(E, 2, axis=1)[:, ::2]):
            np.testing.assert_array_equal(farthest_first(same, E[:0], 100, np.random.default_rng(0)), expected)

    def test_equally_far_rows_are_chosen_evenly(self) -> None:
        corners = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], np.float32)
        E = np.concatenate([np.zeros((3000, 2), np.float32), corners])
        firsts = [farthest_first(E, E[:1], 1, np.random.default_rng(seed))[0] for seed in range(200)]
        assert chisquare(np.bincount(firsts, minlength=3004)[3000:]).pvalue > 1e-6

    def test_memory_is_bounded(self) -> None:
        E = pools("normal", 100_000, 64).astype(np.float16)
        tracemalloc.start()
        farthest_first(E, E[:1], 100, np.random.default_rng(0))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1.5 * E.nbytes


class TestBadge:
    @staticmethod
    def explicit(P: Floats, E: Floats) -> Floats:
        """Gradient embeddings as the paper defines them, (rows, classes * width)."""
        errors = P - np.eye(P.shape[1])[P.argmax(axis=1)]
        return np.asarray(np.einsum("nc,nd->ncd", errors, E).reshape(len(P), -1))

    @pytest.mark.parametrize("proposals", [1, 3, 256])  # few: many rounds, and bounds brought up to date
    def test_each_is_drawn_in_proportion_to_its_squared_distance(
        self, proposals: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(badge, "_PROPOSALS", proposals)
        rng = np.random.default_rng(3)
        P, E = rng.dirichlet(np.ones(3), 6).astype(np.float32), rng.normal(size=(6, 4)).astype(np.float32)
        G = self.explicit(P, E)
        squares = cdist(G, G, "sqeuclidean")
        first = int((G**2).sum(axis=1).argmax())
        expected, seen = {}, dict.fromkeys(itertools.permutations(range(6), 3), 0)
        for second, third in itertools.permutations(range(6), 2):
            after = np.minimum(squares[first], squares[second])
            chance = squares[first, second] / squares[first].sum() * after[third] / after.sum()
            expected[first, second, third] = chance
        gradients = GradientEmbeddings(P, E)
        for _ in range(4000):
            seen[tuple(plus_plus(gradients, 3, rng).tolist())] += 1
        possible = [picks for picks, chance in expected.items() if chance > 0]
        assert sum(seen[picks] for picks in possible) == 4000
        counts = [seen[picks] for picks in possible]
        assert chisquare(counts, [4000 * expected[picks] for picks in possible]).pvalue > 1e-4

    def test_spread_like_the_plain_k_means_plus_plus(self) -> None:
        """What is left uncovered after a long batch, on average."""
        rng = np.random.default_rng(0)
        P, E = rng.dirichlet(np.ones(4), 400).astype(np.float32), pools("clusters", 400, 8)
        G = self.explicit(P, E)
        squares = cdist(G, G, "sqeuclidean")
        gradients = GradientEmbeddings(P, E)

        def plain() -> float:
            nearest = squares[(G**2).sum(axis=1).argmax()]
            for _ in range(59):
                nearest = np.minimum(nearest, squares[rng.choice(400, p=nearest / nearest.sum())])
            return float(nearest.sum())

        lazy = [squares[plus_plus(gradients, 60, rng)].min(axis=0).sum() for _ in range(60)]
        expected = [plain() for _ in range(60)]
        error = np.hypot(np.std(lazy), np.std(expected)) / np.sqrt(60)
        assert abs(np.mean(lazy) - np.mean(expected)) < 4.5 * error

    def test_copies_come_last(self) -> None:
        rng = np.random.default_rng(0)
        P, E = rng.dirichlet(np.ones(3), 5).astype(np.float32), rng.normal(size=(5, 4)).astype(np.float32) + 20
        kinds = np.arange(2000) % 5
        pool = pool_of(probabilities=P[kinds], sketch=E[kinds])
        for seed in range(5):
            batch = get_strategy("badge").select(pool, 50, np.random.default_rng(seed))
            assert len(np.unique(kinds[batch[:5]])) == 5
            assert len(np.unique(batch)) == 50

    @pytest.mark.parametrize("dtype", [np.float32, np.float16])
    def test_distances_to_the_nearest_of_several(self, dtype: type) -> None:
        rng = np.random.default_rng(0)
        P = rng.dirichlet(np.ones(5), 5000).astype(np.float32)
        E: Floats = pools("normal", 5000).astype(dtype)
        G, centres = self.explicit(P, E.astype(np.float64)), np.array([7, 4000, 1234])
        expected = cdist(G, G[centres], "sqeuclidean").min(axis=1)
        np.testing.assert_allclose(GradientEmbeddings(P, E).nearest(centres), expected, rtol=1e-3, atol=1e-3)

    def test_memory_is_bounded(self) -> None:
        P = np.random.default_rng(0).dirichlet(np.ones(10), 50_000).astype(np.float32)
        E = pools("normal", 50_000, 64).astype(np.float16)
        pool = pool_of(probabilities=P, sketch=E)
        tracemalloc.start()
        get_strategy("badge").select(pool, 100, np.random.default_rng(0))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1.5 * (P.nbytes + E.nbytes)
