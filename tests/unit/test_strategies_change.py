"""Expected change and error, against explicit gradients, explicit refits and scikit-activeml."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import xlogy
from skactiveml.classifier import ParzenWindowClassifier, SklearnClassifier
from skactiveml.pool import ExpectedModelChangeMaximization, MonteCarloEER
from skactiveml.regressor import SklearnRegressor
from sklearn.datasets import make_blobs
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB

from loopwise.errors import InvalidInputError
from loopwise.lookahead import expected_error
from loopwise.signals import SIGNALS, expected_gradient_length, expected_model_change, gradient_norm
from loopwise.strategies import get_strategy
from tests.pools import pool_of


@pytest.mark.parametrize(
    ("strategy", "signal", "sign"),
    [
        ("largest_loss", "loss", 1),
        ("gradient_norm", "gradient_norm", 1),
        ("expected_gradient_length", "expected_gradient_length", 1),
        ("expected_model_change", "expected_model_change", 1),
        ("expected_error", "expected_error", -1),
    ],
)
def test_order_of_choice(strategy: str, signal: str, sign: int) -> None:
    values = np.random.default_rng(0).exponential(size=200).astype(np.float32)
    assert SIGNALS[signal].check(values) is None
    batch = get_strategy(strategy).select(pool_of(20, **{signal: values}), 30, np.random.default_rng(0))
    np.testing.assert_array_equal(batch, 20 + np.argsort(-sign * values[20:])[:30])


class TestExpectedGradientLength:
    @staticmethod
    def explicit(P: NDArray[Any], X: NDArray[Any]) -> list[float]:
        """Each possible label's gradient as a matrix, (classes, width)."""
        return [
            sum(p[c] * np.linalg.norm(np.outer(p - np.eye(len(p))[c], x)) for c in range(len(p)))
            for p, x in zip(P.astype(np.float64), X.astype(np.float64), strict=True)
        ]

    @pytest.mark.parametrize("classes", [1, 2, 7])
    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_explicit_gradients(self, classes: int, dtype: Any) -> None:
        rng = np.random.default_rng(classes)
        P, X = rng.dirichlet(np.full(classes, 0.4), 300).astype(dtype), rng.normal(size=(300, 5)).astype(dtype)
        before = P.copy(), X.copy()
        lengths = expected_gradient_length(P, X)
        np.testing.assert_allclose(lengths, self.explicit(P, X), rtol=1e-5, atol=1e-6)
        assert lengths.dtype == np.float32
        np.testing.assert_array_equal(P, before[0])
        np.testing.assert_array_equal(X, before[1])

    def test_the_gradients_are_those_of_the_loss(self) -> None:
        rng = np.random.default_rng(0)
        W, x, step = rng.normal(size=(3, 4)), rng.normal(size=4), 1e-6

        def log_loss(weights: NDArray[Any], label: int) -> float:
            logits = weights @ x
            return float(np.log(np.exp(logits).sum()) - logits[label])

        p = np.exp(W @ x) / np.exp(W @ x).sum()
        expected = 0.0
        for label in range(3):
            gradient = [
                (log_loss(W + step * unit.reshape(3, 4), label) - log_loss(W - step * unit.reshape(3, 4), label))
                / (2 * step)
                for unit in np.eye(12)
            ]
            expected += p[label] * float(np.linalg.norm(gradient))
        np.testing.assert_allclose(expected_gradient_length(p[None], x[None]), expected, rtol=1e-6)

    def test_almost_certain_records_keep_their_order(self) -> None:
        rest = np.logspace(-1, -6, 13)
        P = np.column_stack([1 - rest, rest])
        lengths = expected_gradient_length(P, np.ones((13, 1)))
        np.testing.assert_allclose(lengths, 2 * np.sqrt(2) * rest * (1 - rest), rtol=1e-3)

    def test_many_blocks(self) -> None:
        rng = np.random.default_rng(0)
        P, X = rng.dirichlet(np.ones(10), 50_000).astype(np.float32), rng.normal(size=(50_000, 30))
        lengths = expected_gradient_length(P, X)
        rows = rng.permutation(50_000)[:50]
        np.testing.assert_allclose(lengths[rows], self.explicit(P[rows], X[rows]), rtol=1e-5)

    def test_nan_is_never_hidden(self) -> None:
        P, X = np.full((6, 2), 0.5), np.ones((6, 3))
        P[1, 0], X[4, 2] = np.nan, np.nan
        assert np.flatnonzero(np.isnan(expected_gradient_length(P, X))).tolist() == [1, 4]

    def test_rows_must_match(self) -> None:
        with pytest.raises(InvalidInputError, match="5 rows of features for 6 records"):
            expected_gradient_length(np.full((6, 2), 0.5), np.ones((5, 3)))
        with pytest.raises(InvalidInputError, match="shape"):
            expected_gradient_length(np.full(6, 0.5), np.ones((6, 3)))


def test_gradient_norm_is_the_euclidean_length() -> None:
    G = np.random.default_rng(0).normal(size=(30_000, 20)).astype(np.float32)
    np.testing.assert_allclose(gradient_norm(G), np.linalg.norm(G.astype(np.float64), axis=1), rtol=1e-6)
    assert gradient_norm(np.full((1, 2), 1e30, np.float32)) == pytest.approx(np.sqrt(2) * 1e30)


class TestExpectedModelChange:
    def test_like_scikit_activeml(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rng = np.random.default_rng(0)
        X = rng.normal(size=(80, 4))
        y = X @ [1.0, 2.0, 0.0, -1.0] + rng.normal(size=80)
        y[30:] = np.nan
        members = []
        for _ in range(7):
            rows = rng.integers(0, 30, 30)
            members.append(SklearnRegressor(LinearRegression()).fit(X[rows], y[rows]))
        monkeypatch.setattr(
            "skactiveml.pool._expected_model_change_maximization._bootstrap_estimators", lambda *_, **__: members
        )
        model = SklearnRegressor(LinearRegression()).fit(X[:30], y[:30])
        query = ExpectedModelChangeMaximization(random_state=0).query(
            X, y, model, fit_reg=False, batch_size=1, return_utilities=True
        )
        predictions = np.stack([member.predict(X) for member in members])
        change = expected_model_change(predictions, model.predict(X), X)
        np.testing.assert_allclose(change[30:], query[1][0, 30:], rtol=1e-5)
        batch = get_strategy("expected_model_change").select(
            pool_of(30, expected_model_change=change), 1, np.random.default_rng(0)
        )
        np.testing.assert_array_equal(batch, query[0])

    def test_many_blocks(self) -> None:
        rng = np.random.default_rng(0)
        F, X = rng.normal(size=(6, 100_000)).astype(np.float32), rng.normal(size=(100_000, 3))
        f = F.mean(axis=0)
        expected = np.mean([np.abs(member - f) for member in F], axis=0) * np.linalg.norm(X, axis=1)
        np.testing.assert_allclose(expected_model_change(F, f, X), expected, rtol=1e-5)

    @pytest.mark.parametrize(
        ("members", "predictions", "features"),
        [
            (np.ones((2, 5)), np.ones(4), np.ones((5, 2))),
            (np.ones((2, 5)), np.ones((5, 1)), np.ones((5, 2))),
            (np.ones((0, 5)), np.ones(5), np.ones((5, 2))),
            (np.ones((2, 5)), np.ones(5), np.ones((4, 2))),
            (np.ones((2, 5)), np.array(list("abcde")), np.ones((5, 2))),
        ],
    )
    def test_what_does_not_fit_is_refused(self, members: Any, predictions: Any, features: Any) -> None:
        with pytest.raises(InvalidInputError):
            expected_model_change(members, predictions, features)


X, Y = make_blobs(120, 3, centers=3, cluster_std=4.0, random_state=1)
KNOWN, CANDIDATES, POOL = slice(0, 15), slice(15, 22), slice(22, 120)


class Nearest:
    """A classifier without `classes_` that overwrites what it is given, as some do."""

    def fit(self, X: NDArray[Any], y: NDArray[Any]) -> None:
        self.means = np.stack([X[y == label].mean(axis=0) for label in np.unique(y)])
        X[:] = 0
        y[:] = y[0]

    def predict_proba(self, X: NDArray[Any]) -> NDArray[Any]:
        P = np.exp(-np.linalg.norm(X[:, None] - self.means, axis=2))
        return np.asarray(P / P.sum(axis=1, keepdims=True))


class TestExpectedError:
    @pytest.mark.parametrize(("loss", "method"), [("log", "log_loss"), ("zero_one", "misclassification_loss")])
    @pytest.mark.parametrize("kind", ["logistic", "bayes", "parzen"])
    def test_like_scikit_activeml(self, loss: Any, method: str, kind: str) -> None:
        model = {
            "logistic": SklearnClassifier(LogisticRegression(), classes=[0, 1, 2]),
            "bayes": SklearnClassifier(GaussianNB(), classes=[0, 1, 2]),
            "parzen": ParzenWindowClassifier(classes=[0, 1, 2], metric_dict={"gamma": 0.1}, class_prior=0.1),
        }[kind]
        errors = expected_error(model, X[KNOWN], Y[KNOWN], X[CANDIDATES], X[POOL], loss=loss)
        picked, utilities = MonteCarloEER(method=method, random_state=0).query(
            X[KNOWN], Y[KNOWN].astype(float), model, candidates=X[CANDIDATES], X_eval=X[POOL], return_utilities=True
        )
        np.testing.assert_allclose(errors, -utilities[0] / len(X[POOL]), rtol=1e-5)  # a sum over the pool there
        batch = get_strategy("expected_error").select(pool_of(expected_error=errors), 1, np.random.default_rng(0))
        np.testing.assert_array_equal(batch, picked)

    @pytest.mark.parametrize("loss", ["log", "zero_one"])
    def test_like_the_paper(self, loss: Any) -> None:
        labels = np.array(["sun", "rain", "thunderstorm"])[Y]
        errors = expected_error(GaussianNB(), X[KNOWN], labels[KNOWN], X[CANDIDATES], X[POOL], loss=loss)
        now = GaussianNB().fit(X[KNOWN], labels[KNOWN])
        for row, x in enumerate(X[CANDIDATES]):
            expected = 0.0
            for label, probability in zip(now.classes_, now.predict_proba([x])[0], strict=True):
                ahead = GaussianNB().fit([*X[KNOWN], x], [*labels[KNOWN], label])
                for p in ahead.predict_proba(X[POOL]):
                    error = -xlogy(p, p).sum() if loss == "log" else 1 - p.max()
                    expected += probability * error / len(X[POOL])
            assert errors[row] == pytest.approx(expected, rel=1e-5)
        assert errors.dtype == np.float32
        assert SIGNALS["expected_error"].check(errors) is None

    def test_nothing_is_changed(self) -> None:
        model = GaussianNB().fit(X[POOL], Y[POOL])
        before, arrays = copy.deepcopy(model), (X.copy(), Y.copy())
        expected_error(model, X[KNOWN], Y[KNOWN], X[CANDIDATES], X[POOL])
        np.testing.assert_equal(vars(model), vars(before))
        np.testing.assert_array_equal(X, arrays[0])
        np.testing.assert_array_equal(Y, arrays[1])

    def test_a_model_without_classes_that_spoils_its_input(self) -> None:
        given = X[KNOWN].copy(), Y[KNOWN].copy()
        errors = expected_error(Nearest(), *given, X[CANDIDATES], X[POOL])
        np.testing.assert_array_equal(given[0], X[KNOWN])
        now = Nearest()
        now.fit(X[KNOWN].copy(), Y[KNOWN].copy())
        expected = np.zeros(7)
        for label in range(3):
            for row, x in enumerate(X[CANDIDATES]):
                ahead = Nearest()
                ahead.fit(np.vstack([X[KNOWN], x]), np.append(Y[KNOWN], label))
                P = ahead.predict_proba(X[POOL])
                expected[row] += now.predict_proba(x[None])[0, label] * -(P * np.log(P)).sum(axis=1).mean()
        np.testing.assert_allclose(errors, expected, rtol=1e-5)

    def test_the_pool_is_sampled_by_the_seed(self) -> None:
        def errors(sample: int = 500, seed: int = 0) -> list[float]:
            given = X[KNOWN], Y[KNOWN], X[CANDIDATES], X[POOL]
            return [float(error) for error in expected_error(GaussianNB(), *given, sample=sample, seed=seed)]

        assert errors(sample=10, seed=1) == errors(sample=10, seed=1)
        assert errors(sample=10, seed=1) != errors(sample=10, seed=2)
        assert errors(sample=98, seed=1) == errors(sample=98, seed=2) == errors()

    @pytest.mark.parametrize(
        ("change", "word"),
        [
            ({"labels": Y[:3]}, "one label"),
            ({"candidates": X[:0]}, "candidates"),
            ({"candidates": X[CANDIDATES, :2]}, r"\(3,\)"),
            ({"pool": X[0]}, "pool"),
            ({"loss": "hinge"}, "hinge"),
            ({"sample": 0}, "At least one"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, change: dict[str, Any], word: str) -> None:
        given = {"X": X[KNOWN], "labels": Y[KNOWN], "candidates": X[CANDIDATES], "pool": X[POOL], **change}
        with pytest.raises(InvalidInputError, match=word):
            expected_error(GaussianNB(), **given)

    def test_probabilities_that_are_none_are_refused(self) -> None:
        class Broken(Nearest):
            def predict_proba(self, X: NDArray[Any]) -> NDArray[Any]:
                return np.full((len(X), 3), np.nan)

        with pytest.raises(InvalidInputError, match="finite probabilities"):
            expected_error(Broken(), X[KNOWN], Y[KNOWN], X[CANDIDATES], X[POOL])
