"""Committees from a user's own model: who is fitted to what, and what comes back."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from loopwise.committees import bagging, feature_splits
from loopwise.errors import InvalidInputError
from loopwise.signals import committee_signals, vote_entropy

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 6)) + np.repeat(np.eye(3, 6) * 3, 20, axis=0)
LABELS = np.repeat(["a", "b", "c"], 20)
RECORDS = RNG.normal(size=(40, 6)) + 1

Build = Callable[..., NDArray[np.float32]]
BOTH: list[Build] = [bagging, feature_splits]


class Frequencies:
    """No scikit-learn: the shares of the labels that it was fitted to. Notes down what it is given."""

    def __init__(self) -> None:
        self.seen: list[tuple[NDArray[Any], NDArray[Any]]] = []
        self.notes = NOTES

    def __deepcopy__(self, memo: dict[int, Any]) -> Frequencies:
        return Frequencies()

    def fit(self, X: NDArray[Any], y: NDArray[Any]) -> None:
        self.shares = np.unique(y, return_counts=True)[1] / len(y)
        self.seen.append((X, y))
        self.notes.append((X, y))

    def predict_proba(self, records: NDArray[Any]) -> NDArray[Any]:
        return np.tile(self.shares, (len(records), 1))


NOTES: list[tuple[NDArray[Any], NDArray[Any]]] = []


@pytest.fixture
def notes() -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """What the members of a committee of `Frequencies` were fitted to."""
    NOTES.clear()
    return NOTES


@pytest.mark.parametrize("build", BOTH)
class TestBoth:
    def test_it_is_what_the_signals_take(self, build: Build) -> None:
        members = build(GaussianNB(), X, LABELS, RECORDS)
        assert members.dtype == np.float32
        assert members.shape[1:] == (40, 3)
        np.testing.assert_allclose(members.sum(axis=2), 1, atol=1e-5)
        assert (committee_signals(members)["bald"] > 0).any()

    def test_the_model_is_left_as_it_is(self, build: Build) -> None:
        model = LogisticRegression(warm_start=True).fit(X, LABELS)
        before = copy.deepcopy(model.__dict__)
        build(model, X, LABELS, RECORDS)
        np.testing.assert_equal(model.__dict__, before)

    def test_what_the_model_was_fitted_to_is_forgotten(self, build: Build) -> None:
        fitted = RandomForestClassifier(5, warm_start=True, random_state=0).fit(X[::-1], LABELS)
        expected = build(clone(fitted), X, LABELS, RECORDS, seed=3)
        np.testing.assert_array_equal(build(fitted, X, LABELS, RECORDS, seed=3), expected)

    def test_a_seed_governs_all_that_is_random(self, build: Build) -> None:
        model = make_pipeline(StandardScaler(), RandomForestClassifier(3))
        np.random.seed(0)  # noqa: NPY002
        expected = build(model, X, LABELS, RECORDS, seed=5)
        np.random.seed(1)  # noqa: NPY002
        np.testing.assert_array_equal(build(model, X, LABELS, RECORDS, seed=5), expected)
        assert (build(model, X, LABELS, RECORDS, seed=6) != expected).any()

    def test_members_have_seeds_of_their_own(self, build: Build) -> None:
        alike = {"views": [[0, 1, 2]] * 6} if build is feature_splits else {"members": 6}
        labels = LABELS if build is feature_splits else np.repeat(["a", "b"], 30)
        tree = DecisionTreeClassifier(splitter="random", max_depth=2, random_state=0)
        members = build(tree, X, labels, RECORDS, **alike)
        assert len({member.tobytes() for member in members}) > 1

    def test_classes_in_the_users_order(self, build: Build) -> None:
        expected = build(GaussianNB(), X, LABELS, RECORDS)
        members = build(GaussianNB(), X, LABELS, RECORDS, classes=["c", "unseen", "a", "b"])
        np.testing.assert_array_equal(members[:, :, [2, 3, 0]], expected)
        np.testing.assert_array_equal(members[:, :, 1], 0)

    def test_sparse_matrices_and_data_frames(self, build: Build) -> None:
        model = LogisticRegression()
        expected = build(model, X, LABELS, RECORDS)
        sparse = build(model, csr_matrix(X), list(LABELS), csr_matrix(RECORDS))
        np.testing.assert_allclose(sparse, expected, atol=1e-3)
        names = list("uvwxyz")
        index = np.arange(60)[::-1]
        frames = pd.DataFrame(X, index, names), pd.Series(LABELS, index), pd.DataFrame(RECORDS, columns=names)
        np.testing.assert_array_equal(build(model, *frames), expected)

    def test_a_model_without_probabilities_votes(self, build: Build) -> None:
        members = build(LinearSVC(), X, LABELS, RECORDS)
        assert set(np.unique(members)) == {0, 1}
        np.testing.assert_array_equal(members.sum(axis=2), 1)
        assert (vote_entropy(members) > 0).any()

    def test_nothing_is_changed(self, build: Build) -> None:
        class Greedy(GaussianNB):  # type: ignore[misc]
            def fit(self, X: NDArray[Any], y: NDArray[Any]) -> Any:
                fitted = super().fit(X, y)
                X[:] = 0
                return fitted

        given, labels = X.copy(), LABELS.copy()
        build(Greedy(), given, labels, RECORDS)
        np.testing.assert_array_equal(given, X)
        np.testing.assert_array_equal(labels, LABELS)

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ((X, LABELS[1:], RECORDS), "one label for each"),
            ((X[0], LABELS, RECORDS), "one label for each"),
            ((X.tolist(), LABELS, RECORDS), "one label for each"),
            ((X, np.repeat("a", 60), RECORDS), "the labels have 1"),
            ((X[:0], LABELS[:0], RECORDS), "the labels have 0"),
        ],
    )
    def test_wrong_input_is_refused(self, build: Build, arguments: tuple[Any, ...], words: str) -> None:
        with pytest.raises(InvalidInputError, match=words):
            build(GaussianNB(), *arguments)

    @pytest.mark.parametrize(("classes", "words"), [(["a", "b"], "'c' is none"), (["a", "b", "c", "a"], "different")])
    def test_wrong_classes_are_refused(self, build: Build, classes: list[str], words: str) -> None:
        with pytest.raises(InvalidInputError, match=words):
            build(GaussianNB(), X, LABELS, RECORDS, classes=classes)

    def test_probabilities_that_do_not_fit_are_refused(self, build: Build) -> None:
        class Short(GaussianNB):  # type: ignore[misc]
            def predict_proba(self, X: NDArray[Any]) -> Any:
                return super().predict_proba(X)[:, 1:]

        with pytest.raises(InvalidInputError, match="for its 3 classes"):
            build(Short(), X, LABELS, RECORDS)


class TestBagging:
    def test_bootstraps(self, notes: list[tuple[NDArray[Any], NDArray[Any]]]) -> None:
        model = Frequencies()
        bagging(model, np.arange(60.0)[:, None], LABELS, RECORDS[:, :1], members=40)
        assert len(notes) == 40
        assert model.seen == []
        for features, labels in notes:
            rows = features[:, 0].astype(int)
            assert len(rows) == 60
            np.testing.assert_array_equal(LABELS[rows], labels)
            assert 25 < len(np.unique(rows)) < 50  # 60 (1 - 1/e) = 38 on average
        assert len({features.tobytes() for features, _ in notes}) == 40

    def test_classes_that_a_bootstrap_lacks_are_improbable(self) -> None:
        labels = np.where(np.arange(60) == 0, "rare", LABELS)
        members = bagging(Frequencies(), X, labels, RECORDS, members=40)
        rare = members[:, 0, 3]
        assert (rare == 0).any()
        assert (rare > 0).any()
        np.testing.assert_allclose(members.sum(axis=2), 1, atol=1e-6)

    def test_every_bootstrap_has_two_classes(self, notes: list[tuple[NDArray[Any], NDArray[Any]]]) -> None:
        bagging(Frequencies(), X, np.arange(60) == 0, RECORDS, members=50)
        assert all(len(np.unique(labels)) == 2 for _, labels in notes)

    def test_the_mean_is_like_that_of_scikit_learn(self) -> None:
        peer = BaggingClassifier(GaussianNB(), 200, random_state=0).fit(X, LABELS)
        members = bagging(GaussianNB(), X, LABELS, RECORDS, members=200)
        assert np.abs(members.mean(axis=0) - peer.predict_proba(RECORDS)).mean() < 0.03

    def test_no_member_is_refused(self) -> None:
        with pytest.raises(InvalidInputError, match="not 0"):
            bagging(GaussianNB(), X, LABELS, RECORDS, members=0)


class TestFeatureSplits:
    def test_views_share_the_features_out(self, notes: list[tuple[NDArray[Any], NDArray[Any]]]) -> None:
        feature_splits(Frequencies(), np.arange(60.0).reshape(6, 10), LABELS[::10], np.ones((1, 10)), views=3)
        assert sorted(features.shape[1] for features, _ in notes) == [3, 3, 4]
        assert sorted(column for features, _ in notes for column in features[0]) == list(range(10))
        for features, labels in notes:
            assert len(features) == 6
            np.testing.assert_array_equal(labels, LABELS[::10])

    def test_views_of_the_user(self) -> None:
        views: list[Any] = [[2, 0], np.array([1, 2, 5])]
        members = feature_splits(GaussianNB(), X, LABELS, RECORDS, views=views)
        for member, view in zip(members, views, strict=True):
            expected = GaussianNB().fit(X[:, view], LABELS).predict_proba(RECORDS[:, view])
            np.testing.assert_allclose(member, expected, atol=1e-6)

    @pytest.mark.parametrize(
        ("views", "words"),
        [
            (0, "1 to 6 views, not 0"),
            (7, "1 to 6 views, not 7"),
            ([], "not 0"),
            ([[0], []], "View 1"),
            ([[0, 6]], "View 0"),
            ([[-1]], "View 0"),
            ([[0.5]], "View 0"),
        ],
    )
    def test_wrong_views_are_refused(self, views: Any, words: str) -> None:
        with pytest.raises(InvalidInputError, match=words):
            feature_splits(GaussianNB(), X, LABELS, RECORDS, views=views)
