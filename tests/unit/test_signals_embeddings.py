"""Where a record lies among the others: distances to the labeled, clusters, and the tools beneath."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.neighbors import NearestNeighbors

from loopwise.errors import InvalidInputError
from loopwise.signals import SIGNALS, typicality
from loopwise.signals.embeddings import cluster, distance_to_labeled
from loopwise.signals.kmeans import means
from loopwise.signals.vectors import nearest
from tests.pools import blobs


def normal(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


class TestDistanceToLabeled:
    @pytest.mark.parametrize(("rows", "labeled", "width"), [(1, 1, 1), (700, 1, 5), (9000, 30, 20), (300, 9000, 3)])
    def test_values(self, rows: int, labeled: int, width: int) -> None:
        E, L = normal(rows, width), normal(labeled, width, seed=1)
        before = E.copy(), L.copy()
        values = distance_to_labeled(E, L)
        np.testing.assert_allclose(values, cdist(E, L).min(axis=1), atol=1e-4)
        assert values.dtype == np.float32
        np.testing.assert_array_equal(E, before[0])
        np.testing.assert_array_equal(L, before[1])

    def test_a_labeled_record_is_at_no_distance(self) -> None:
        E = normal(500, 8)
        np.testing.assert_array_equal(distance_to_labeled(E, E[:7])[:7], 0)

    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int32])
    def test_dtypes(self, dtype: Any) -> None:
        E, L = (normal(400, 6) * 10).astype(dtype), (normal(20, 6, seed=1) * 10).astype(dtype)
        expected = cdist(E.astype(float), L.astype(float)).min(axis=1)
        np.testing.assert_allclose(distance_to_labeled(E, L), expected, atol=1e-4)

    def test_an_offset_costs_no_precision(self) -> None:
        E, L = normal(400, 6), normal(20, 6, seed=1)
        offset = np.float32(4096)
        expected = cdist((E + offset).astype(float), (L + offset).astype(float)).min(axis=1)
        np.testing.assert_allclose(distance_to_labeled(E + offset, L + offset), expected, atol=1e-4)

    def test_nan_is_never_hidden(self) -> None:
        E, L = normal(100, 4), normal(5000, 4, seed=1)
        E[3, 2] = np.nan
        values = distance_to_labeled(E, L)
        np.testing.assert_array_equal(np.flatnonzero(np.isnan(values)), [3])
        L[4500, 0] = np.nan
        assert np.isnan(distance_to_labeled(E, L)).all()

    def test_no_records(self) -> None:
        assert distance_to_labeled(np.empty((0, 4)), np.ones((2, 4))).shape == (0,)

    @pytest.mark.parametrize("wrong", [np.ones((0, 4)), np.ones((2, 3)), np.ones(4), np.ones((2, 4), complex)])
    def test_what_is_no_labeled_record_is_refused(self, wrong: NDArray[Any]) -> None:
        with pytest.raises(InvalidInputError, match="labeled embeddings"):
            distance_to_labeled(np.ones((5, 4)), wrong)


class TestCluster:
    def test_like_scikit_learn_where_the_clusters_are_unmistakable(self) -> None:
        E, _ = blobs([300, 200, 100, 50])
        clusters = cluster(E, 4, np.random.default_rng(0))
        expected = KMeans(4, n_init=5, random_state=0).fit_predict(E)
        assert adjusted_rand_score(clusters, expected) == 1
        assert clusters.dtype == np.int32
        assert sorted(set(clusters.tolist())) == [0, 1, 2, 3]

    def test_about_as_tight_as_scikit_learn_where_they_are_not(self) -> None:
        E = normal(3000, 5)
        clusters = cluster(E, 20, np.random.default_rng(0))
        centres = np.stack([E[clusters == one].mean(axis=0) for one in range(20)])
        inertia = ((E - centres[clusters]) ** 2).sum()
        assert inertia < 1.05 * KMeans(20, n_init=1, random_state=0).fit(E).inertia_

    def test_records_outside_the_sample_belong_to_the_nearest_centre(self) -> None:
        E, groups = blobs([4000, 2000, 1000])
        clusters = cluster(E.astype(np.float16), 3, np.random.default_rng(0), sample=100)
        assert adjusted_rand_score(clusters, groups) == 1

    @pytest.mark.parametrize("count", [1, 3, 7, 50])
    def test_few_distinct_records(self, count: int) -> None:
        clusters = cluster(np.repeat(np.eye(3), 4, axis=0), count, np.random.default_rng(0))
        assert sorted(set(clusters.tolist())) == list(range(min(count, 3)))
        assert (clusters.reshape(3, 4) == clusters[::4, None]).all()

    def test_same_seed_same_clusters(self) -> None:
        E = normal(500, 3)
        first = cluster(E, 9, np.random.default_rng(4))
        np.testing.assert_array_equal(cluster(E, 9, np.random.default_rng(4)), first)

    def test_no_records(self) -> None:
        assert cluster(np.empty((0, 3)), 2, np.random.default_rng(0)).shape == (0,)

    @pytest.mark.parametrize(("E", "count"), [(np.ones(3), 1), (np.ones((3, 2)), 0), (np.full((3, 2), np.nan), 1)])
    def test_bad_input_is_refused(self, E: NDArray[Any], count: int) -> None:
        with pytest.raises(InvalidInputError):
            cluster(E, count, np.random.default_rng(0))


def test_typicality_of_many_records() -> None:
    E = normal(6000, 8)
    distances, _ = NearestNeighbors(n_neighbors=21).fit(E).kneighbors(E[:200])
    np.testing.assert_allclose(typicality(E)[:200], 1 / distances[:, 1:].mean(axis=1), rtol=1e-3)


@pytest.mark.parametrize("centres", [3, 5000])
def test_nearest(centres: int) -> None:
    E, C = normal(2000, 6), normal(centres, 6, seed=1)
    distances = cdist(E, C)
    indices, squares = nearest(E, C)
    np.testing.assert_array_equal(indices, distances.argmin(axis=1))
    np.testing.assert_allclose(squares, distances.min(axis=1) ** 2, atol=1e-4)


def test_means() -> None:
    E, weights = normal(300, 4), np.random.default_rng(0).random(300).astype(np.float32)
    clusters = np.random.default_rng(1).integers(0, 5, 300)
    weights[clusters == 2] = 0
    centres = means(E, clusters, 7, weights)
    assert np.isnan(centres[[2, 5, 6]]).all()
    for one in (0, 1, 3, 4):
        expected = np.average(E[clusters == one], axis=0, weights=weights[clusters == one])
        np.testing.assert_allclose(centres[one], expected, atol=1e-5)
    plain = means(E, clusters, 5)
    np.testing.assert_allclose(plain, np.stack([E[clusters == one].mean(axis=0) for one in range(5)]), atol=1e-5)


def test_share_levels() -> None:
    """Neither says more of a record than a number: both may leave as scores."""
    for name in ("distance_to_labeled", "cluster"):
        assert SIGNALS[name].level.name == "SCORES"
    assert SIGNALS["cluster"].check(np.array([0, 3], np.int32)) is None
    assert SIGNALS["cluster"].check(np.array([0, -3], np.int32)) is not None
    assert SIGNALS["distance_to_labeled"].check(np.array([0.0, np.inf], np.float32)) is not None
