"""One record of each cluster: against plain transcriptions, and against other libraries on unmistakable clusters."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import softmax
from scipy.stats import entropy as scipy_entropy
from skactiveml.classifier import ParzenWindowClassifier
from skactiveml.pool import Clue as PeerClue
from skactiveml.pool import TypiClust
from sklearn.cluster import KMeans as PeerKMeans
from small_text.query_strategies.strategies import EmbeddingKMeans

from loopwise.signals import Column, SignalSet
from loopwise.strategies import Pool, clusters, get_strategy
from loopwise.strategies.clusters import Clue, ClusterMargin, KMeans, tempered_entropy
from loopwise.strategies.turns import in_turns, places
from tests.pools import Floats, blobs, pool_of

COUNTS = [60, 50, 40, 30, 20]


def central(E: Floats, groups: NDArray[np.int64], weights: Floats | None = None) -> list[int]:
    """The record of each group that is nearest to the group's weighted mean."""
    picks = []
    for group in np.unique(groups):
        own = np.flatnonzero(groups == group)
        mean = np.average(E[own], axis=0, weights=None if weights is None else weights[own])
        picks.append(int(own[((E[own] - mean) ** 2).sum(axis=1).argmin()]))
    return picks


def dirichlet(rows: int, classes: int = 4) -> Floats:
    return np.random.default_rng(3).dirichlet(np.full(classes, 0.1), rows).astype(np.float32)


class TestKMeans:
    def test_the_central_record_of_each_group_large_groups_first(self) -> None:
        E, groups = blobs(COUNTS)
        batch = KMeans().select(pool_of(sketch=E), 5, np.random.default_rng(0))
        assert batch.tolist() == central(E, groups)

    def test_like_scikit_learn(self) -> None:
        E, _ = blobs(COUNTS)
        distances = PeerKMeans(5, n_init=5, random_state=0).fit(E).transform(E)
        batch = KMeans().select(pool_of(sketch=E), 5, np.random.default_rng(0))
        assert sorted(batch.tolist()) == sorted(distances.argmin(axis=0).tolist())

    def test_the_groups_of_small_text(self) -> None:
        E, groups = blobs(COUNTS)
        np.random.seed(0)  # noqa: NPY002 - it has no seed of its own
        peer = EmbeddingKMeans().sample(None, None, np.arange(200), np.empty(0, int), None, 5, E)
        batch = KMeans().select(pool_of(sketch=E), 5, np.random.default_rng(0))
        assert sorted(groups[batch]) == sorted(groups[peer])

    def test_groups_with_labels_are_left_alone(self) -> None:
        E, groups = blobs(COUNTS)
        labeled = np.flatnonzero((groups == 0) | (groups == 3))[::10]
        pool = Pool(np.setdiff1d(np.arange(200), labeled), labeled, SignalSet({"sketch": Column(E)}, 200))
        batch = KMeans().select(pool, 3, np.random.default_rng(0))
        assert groups[batch].tolist() == [1, 2, 4]

    def test_each_cluster_gives_several_records_to_a_very_large_batch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clusters, "MAX_CLUSTERS", 5)
        E, groups = blobs(COUNTS)
        batch = KMeans().select(pool_of(sketch=E), 12, np.random.default_rng(0))
        assert batch[:5].tolist() == central(E, groups)
        assert groups[batch].tolist() == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]

    def test_large_pools_are_sampled(self) -> None:
        E, groups = blobs([20_000, 9_000, 6_000])
        batch = KMeans(sample=1000).select(pool_of(sketch=E.astype(np.float16)), 3, np.random.default_rng(0))
        assert groups[batch].tolist() == [0, 1, 2]

    def test_a_batch_may_exceed_the_sample(self) -> None:
        E, _ = blobs(COUNTS)
        batch = KMeans(sample=20).select(pool_of(sketch=E), 150, np.random.default_rng(0))
        assert len(set(batch.tolist())) == 150


class TestClue:
    E, groups = blobs([50, 50, 50, 50])

    def test_the_record_nearest_to_the_weighted_centre(self) -> None:
        P = dirichlet(200)
        weights = scipy_entropy(P.astype(float), axis=1)
        batch = Clue().select(pool_of(sketch=self.E, probabilities=P), 4, np.random.default_rng(0))
        assert sorted(batch.tolist()) == central(self.E, self.groups, weights)
        assert sorted(batch.tolist()) != central(self.E, self.groups)
        mass = np.bincount(self.groups, weights)
        assert groups_of(self.groups, batch) == np.argsort(-mass).tolist()  # the most uncertain cluster first

    def test_like_scikit_activeml(self) -> None:
        y = np.full(200, np.nan)
        y[::20] = np.arange(10) % 3
        model = ParzenWindowClassifier(classes=[0, 1, 2], metric_dict={"gamma": 1e-4}).fit(self.E, y)
        P = model.predict_proba(self.E).astype(np.float32)
        free = np.flatnonzero(np.isnan(y))
        peer = PeerClue(cluster_algo_dict={"n_init": 5, "random_state": 0}, random_state=0)
        expected = peer.query(self.E, y, model, fit_estimator=False, batch_size=4)
        signals = SignalSet({"sketch": Column(self.E), "probabilities": Column(P)}, 200)
        pool = Pool(free, np.flatnonzero(~np.isnan(y)), signals)
        assert sorted(Clue().select(pool, 4, np.random.default_rng(0))) == sorted(expected)

    def test_clusters_form_where_the_model_is_uncertain(self) -> None:
        P = np.eye(4, dtype=np.float32)[np.zeros(200, int)]
        P[self.groups >= 2] = 0.25
        batch = Clue().select(pool_of(sketch=self.E, probabilities=P), 2, np.random.default_rng(0))
        assert sorted(groups_of(self.groups, batch)) == [2, 3]

    @pytest.mark.parametrize("temperature", [0.01, 0.1, 1.0, 3.0])
    def test_temperature(self, temperature: float) -> None:
        logits = np.random.default_rng(0).normal(size=(300, 5)) * 2
        expected = scipy_entropy(softmax(logits / temperature, axis=1), axis=1)
        P = softmax(logits, axis=1).astype(np.float32)
        np.testing.assert_allclose(tempered_entropy(P, temperature), expected, atol=1e-5)

    @pytest.mark.parametrize("temperature", [0.01, 1.0, 3.0])
    def test_temperature_of_certain_predictions(self, temperature: float) -> None:
        weights = tempered_entropy(np.eye(3, dtype=np.float32), temperature)
        np.testing.assert_allclose(weights, 0, atol=1e-6)


class TestClusterMargin:
    def test_only_uncertain_records_the_most_uncertain_first(self) -> None:
        E, groups = blobs([50, 50, 50, 50])
        margins = np.random.default_rng(0).random(200).astype(np.float32)
        batch = ClusterMargin(factor=20).select(pool_of(sketch=E, margin=margins), 4, np.random.default_rng(0))
        uncertain = np.argsort(margins)[:80]
        expected = [uncertain[one] for one in central(E[uncertain], groups[uncertain], 1 - margins[uncertain])]
        assert sorted(batch.tolist()) == sorted(expected)
        np.testing.assert_array_equal(margins[batch], np.sort(margins[batch]))


def test_typicality_is_typiclust_of_scikit_activeml() -> None:
    E, _ = blobs(COUNTS)
    peer = TypiClust(k=20, cluster_algo_dict={"n_init": 5}, random_state=0)
    expected = peer.query(E, np.full(200, np.nan), batch_size=5)
    assert get_strategy("typicality").select(pool_of(sketch=E), 5, np.random.default_rng(0)).tolist() == list(expected)


@pytest.mark.parametrize("name", ["k_means", "clue", "typicality"])
def test_a_large_batch_is_not_simply_the_sample(name: str) -> None:
    """What is sampled is more than what is chosen, or there would be no choice."""
    rng = np.random.default_rng(0)
    E = rng.normal(size=(3000, 4)).astype(np.float32)
    P = np.where(np.arange(3000)[:, None] < 300, [0.5, 0.5], [0.999, 0.001]).astype(np.float32)
    strategy = type(get_strategy(name))(sample=500)  # type: ignore[call-arg]
    pool = pool_of(sketch=E, probabilities=P)
    batch = strategy.select(pool, 500, np.random.default_rng(0))
    assert set(batch.tolist()) != set(np.random.default_rng(0).permutation(3000)[:500].tolist())
    if name == "clue":
        assert (batch < 300).sum() > 100  # of 50 by chance


def test_cluster_margin_keeps_away_from_labels() -> None:
    """Of two uncertain groups of the same size the one with labels is left."""
    rng = np.random.default_rng(0)
    E = (np.repeat([[0.0, 0.0], [50.0, 0.0]], 60, axis=0) + rng.normal(size=(120, 2))).astype(np.float32)
    labeled = np.arange(20)
    pool = Pool(
        np.arange(20, 120),
        labeled,
        SignalSet({"sketch": Column(E), "margin": Column(rng.random(120, dtype=np.float32) / 10)}, 120),
    )
    batch = get_strategy("cluster_margin").select(pool, 4, np.random.default_rng(0))
    assert (batch >= 60).sum() >= 3


def test_typicality_takes_clusters_in_turn() -> None:
    """Labels count: a cluster with two of them waits until the others have given two records."""
    E, groups = blobs([60, 50, 40])
    labeled = np.flatnonzero(groups == 1)[:2]
    pool = Pool(np.setdiff1d(np.arange(150), labeled), labeled, SignalSet({"sketch": Column(E)}, 150))
    strategy = type(get_strategy("typicality"))(max_clusters=3)  # type: ignore[call-arg]
    batch = strategy.select(pool, 7, np.random.default_rng(0))
    assert groups[batch].tolist() == [0, 2, 0, 2, 0, 1, 2]


def test_places() -> None:
    groups = np.array([5, 2, 5, 5, 2])
    assert places(groups, np.array([3, 4, 0, 1, 2])).tolist() == [1, 1, 2, 0, 0]


def test_in_turns() -> None:
    groups = np.array([0, 1, 0, 1, 0])
    assert in_turns(groups, np.array([4, 1, 0, 3, 2]), np.array([1, 2, 1, 2, 1])).tolist() == [1, 4, 3, 0, 2]


def groups_of(groups: NDArray[np.int64], batch: NDArray[np.int64]) -> list[int]:
    found: list[int] = groups[batch].tolist()
    return found
