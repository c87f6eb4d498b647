"""Contrast with what is labeled: against plain transcriptions, scikit-activeml and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.special import rel_entr
from skactiveml.classifier import ParzenWindowClassifier, SklearnClassifier
from skactiveml.pool import ContrastiveAL, DiscriminativeAL
from sklearn.linear_model import LogisticRegression

from loopwise.signals import Column, SignalSet
from loopwise.strategies import Pool, get_strategy
from loopwise.strategies.contrast import ContrastiveLearning, DiscriminativeLearning, discriminator, mean_divergence
from tests.pools import Floats, pool_of


def normal(*shape: int, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def dirichlet(rows: int, classes: int = 5) -> Floats:
    return np.random.default_rng(1).dirichlet(np.full(classes, 2.0), rows).astype(np.float32)


class TestContrastiveLearning:
    E, P = normal(400, 6), dirichlet(400)

    def plain(self, candidates: range, others: range, neighbours: int) -> list[float]:
        """Mean KL divergence from the nearest of the others, as the paper has it."""
        values = []
        for one in candidates:
            distances = cdist(self.E[[one]], self.E[others])[0]
            distances[[other == one for other in others]] = np.inf
            nearest = np.asarray(others)[np.argsort(distances)[:neighbours]]
            values.append(np.mean([rel_entr(self.P[other].astype(float), self.P[one]).sum() for other in nearest]))
        return values

    @pytest.mark.parametrize("labeled", [1, 7, 60])
    @pytest.mark.parametrize("neighbours", [1, 10])
    def test_utilities(self, labeled: int, neighbours: int) -> None:
        pool = pool_of(labeled, sketch=self.E, probabilities=self.P)
        utilities = ContrastiveLearning(neighbours).utilities(pool, np.random.default_rng(0))
        expected = self.plain(range(labeled, 400), range(labeled), neighbours)
        np.testing.assert_allclose(utilities, expected, atol=5e-6)

    @pytest.mark.parametrize("reported", [0, 40])
    def test_without_predictions_for_labeled_records_candidates_are_compared(self, reported: int) -> None:
        own = np.arange(40, 400)
        sketch = Column(self.E) if reported else Column(self.E[40:], own)
        signals = SignalSet({"sketch": sketch, "probabilities": Column(self.P[40:], own)}, 400)
        pool = Pool(own, np.arange(40), signals)
        utilities = ContrastiveLearning().utilities(pool, np.random.default_rng(0))
        np.testing.assert_allclose(utilities, self.plain(range(40, 400), range(40, 400), 10), atol=5e-6)

    def test_in_many_blocks(self) -> None:
        E, P = normal(30_000, 4), dirichlet(30_000, 3)
        own = np.random.default_rng(0).permutation(30_000)[:300]
        whole = mean_divergence(P, E, P[own], E[own], 5, own)
        some = np.concatenate([own[:20], np.arange(0, 30_000, 997)])
        distances = cdist(E[some].astype(float), E[own].astype(float))
        distances[some[:, None] == own] = np.inf
        nearest = own[np.argsort(distances, axis=1)[:, :5]]
        expected = rel_entr(P[nearest].astype(float), P[some][:, None]).sum(axis=2).mean(axis=1)
        np.testing.assert_allclose(whole[some], expected, atol=5e-6)

    def test_like_scikit_activeml(self) -> None:
        X, y = self.E.astype(float), np.full(400, np.nan)
        y[:30] = np.arange(30) % 3
        model = ParzenWindowClassifier(classes=[0, 1, 2], metric_dict={"gamma": 0.5}).fit(X, y)
        P = model.predict_proba(X)
        peer = ContrastiveAL(nearest_neighbors_dict={"n_neighbors": 10}, random_state=0)
        expected, (utilities, *_) = peer.query(X, y, model, fit_clf=False, batch_size=20, return_utilities=True)
        pool = pool_of(30, sketch=self.E, probabilities=P.astype(np.float32))
        ours = ContrastiveLearning().utilities(pool, np.random.default_rng(0))
        np.testing.assert_allclose(ours, utilities[30:], rtol=1e-4, atol=1e-6)
        assert get_strategy("cal").select(pool, 20, np.random.default_rng(0)).tolist() == list(expected)

    def test_certain_predictions_are_far_apart_but_not_infinitely(self) -> None:
        P = np.array([[1, 0], [0, 1], [1, 0]], np.float32)
        pool = pool_of(1, sketch=normal(3, 2), probabilities=P)
        utilities = ContrastiveLearning().utilities(pool, np.random.default_rng(0))
        np.testing.assert_allclose(utilities, [np.log(1e7), 0], atol=1e-4)

    def test_a_candidate_without_any_neighbour(self) -> None:
        pool = pool_of(sketch=normal(1, 2), probabilities=np.array([[0.5, 0.5]]))
        assert ContrastiveLearning().utilities(pool, np.random.default_rng(0)).tolist() == [0]


class TestDiscriminator:
    @pytest.mark.parametrize(("labeled", "unlabeled"), [(1, 1), (3, 30), (200, 2000)])
    @pytest.mark.parametrize("shift", [0.0, 0.5, 6.0])
    def test_like_scikit_learn(self, labeled: int, unlabeled: int, shift: float) -> None:
        L, U = normal(labeled, 8), normal(unlabeled, 8, seed=1) + np.float32(shift)
        ours = discriminator(L, U)
        model = LogisticRegression(class_weight="balanced", tol=1e-10, max_iter=10_000)
        model.fit(np.concatenate([L, U]).astype(float), np.repeat([0, 1], [labeled, unlabeled]))
        np.testing.assert_allclose(ours, [*model.coef_[0], *model.intercept_], rtol=2e-2, atol=2e-3)

    def test_the_start_does_not_matter(self) -> None:
        L, U = normal(40, 5), normal(300, 5, seed=1) + 1
        np.testing.assert_allclose(discriminator(L, U, np.full(6, 9.0)), discriminator(L, U), rtol=2e-2, atol=2e-3)


class TestDiscriminativeLearning:
    def pool(self) -> Pool:
        """The candidates are standardised already, so that others need not standardise."""
        E = np.random.default_rng(0).normal(size=(300, 4)) * [1, 2, 1, 1] + 3
        E[:60] += [2, 0, -1, 1]
        E -= E[60:].mean(axis=0)
        E /= E[60:].std(axis=0)
        return pool_of(60, sketch=E.astype(np.float32))

    @pytest.mark.parametrize("size", [1, 12])
    def test_like_scikit_activeml(self, size: int) -> None:
        pool = self.pool()
        X = pool.signals.take("sketch", np.arange(300)).astype(float)
        y = np.full(300, np.nan)
        y[:60] = 0
        model = SklearnClassifier(LogisticRegression(class_weight="balanced", tol=1e-10, max_iter=10_000))
        expected = DiscriminativeAL(random_state=0).query(X, y, model, batch_size=size)
        batch = DiscriminativeLearning(sub_batches=size).select(pool, size, np.random.default_rng(0))
        assert batch.tolist() == list(expected)

    def test_one_part_is_one_ranking(self) -> None:
        pool = self.pool()
        X = pool.signals.take("sketch", np.arange(300)).astype(float)
        model = LogisticRegression(class_weight="balanced", tol=1e-10).fit(X, np.arange(300) >= 60)
        batch = DiscriminativeLearning(sub_batches=1).select(pool, 30, np.random.default_rng(0))
        assert batch.tolist() == (60 + np.argsort(-model.decision_function(X[60:]))[:30]).tolist()

    def test_the_next_part_comes_from_elsewhere(self) -> None:
        """What was taken counts as labeled: two groups without labels, on two sides, are both visited."""
        E = normal(300, 2)
        E[100:200] += [40, 0]
        E[200:] += [-30, 0]
        pool = pool_of(50, sketch=E)
        batch = DiscriminativeLearning(sub_batches=5).select(pool, 20, np.random.default_rng(0))
        assert {1, 2} <= set((batch // 100).tolist())
        once = DiscriminativeLearning(sub_batches=1).select(pool, 20, np.random.default_rng(0))
        assert not {1, 2} <= set((once // 100).tolist())

    def test_without_labels_the_batch_is_random(self) -> None:
        pool = pool_of(sketch=normal(200, 3))
        firsts = {int(get_strategy("dal").select(pool, 5, np.random.default_rng(seed))[0]) for seed in range(30)}
        assert len(firsts) > 20

    @pytest.mark.parametrize("size", [10, 500])
    def test_large_pools_are_sampled(self, size: int) -> None:
        E = normal(5000, 3)
        E[2000:] += 5
        batch = DiscriminativeLearning(sample=100).select(pool_of(1000, sketch=E), size, np.random.default_rng(0))
        assert len(set(batch.tolist())) == size
        assert (batch[:10] >= 2000).all()
