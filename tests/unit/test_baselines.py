from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from loopwise.strategies import Blend, execute
from loopwise_training.baselines import BASELINES, Albl, Lal, SelectAl, Tailor, lal
from loopwise_training.baselines.albl import Exp4P
from loopwise_training.baselines.base import batches_of
from loopwise_training.corpus.synthetic import synthetic
from loopwise_training.evaluate import evaluate
from loopwise_training.models import Classifier, model
from loopwise_training.protocols import PROTOCOLS
from loopwise_training.trial import Split, Trial


@pytest.fixture(scope="module", autouse=True)
def learned_from_less() -> Iterator[None]:
    """LAL learns from a quarter of its data sets, in a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lal, "TASKS", lal.TASKS // 4)
        lal.regressor.cache_clear()
        yield
    lal.regressor.cache_clear()


def trial_of(X: NDArray[np.float64], y: NDArray[np.int64], make: Callable[[], Classifier] | None = None) -> Trial:
    X = ((X - X.mean(axis=0)) / X.std(axis=0)).astype(np.float32)
    return Trial(Split(X, y, X[:50], y[:50]), make or (lambda: model("svm", 0)), batch_size=5, embeddings=X)


class Fixed:
    """A classifier that says what it was told, whatever it learns: the first feature is its probability of class 1."""

    classes_ = np.array([0, 1])

    def fit(self, X: NDArray[np.float64], y: NDArray[np.int64]) -> Fixed:
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: NDArray[np.float64]) -> NDArray[np.int64]:
        return (X[:, 0] > 0.5).astype(np.int64)

    def predict_proba(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack((1 - X[:, 0], X[:, 0]))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("protocol", ["bigbatch", "coldstart"])
def test_all_run_and_are_the_same_again(protocol: str) -> None:
    data = [synthetic(1).take(np.arange(250), "small")]

    def curves() -> list[tuple[str, list[float], list[int]]]:
        found = next(evaluate(data, PROTOCOLS[protocol], [*BASELINES, "random"], ["neighbours"], 1, 1))
        return [(row.strategy, row.curve, row.labels) for row in found]

    once = curves()
    assert once == curves()
    assert len({tuple(curve) for _, curve, _ in once}) == len(once)
    assert {tuple(labels) for _, _, labels in once} == {tuple(once[-1][2])}


class TestAlbl:
    def test_the_bandit_finds_the_advice_that_pays(self) -> None:
        advice = np.zeros((3, 30))
        for expert in range(3):
            advice[expert, 10 * expert : 10 * expert + 10] = 0.1
        bandit, rng = Exp4P(3, 400), np.random.default_rng(0)
        for _ in range(400):
            drawn = int(rng.choice(30, p=bandit.probabilities @ advice))
            bandit.learn(advice, drawn, float(drawn < 10))
        first, *others = bandit.probabilities.tolist()
        assert first > 0.7
        assert min(others) >= bandit.least

    def test_the_bandit_by_hand(self) -> None:
        bandit = Exp4P(2, 50)
        least = np.sqrt(np.log(2) / 100)
        assert bandit.least == pytest.approx(least)
        assert bandit.probabilities == pytest.approx([0.5, 0.5])
        bandit.learn(np.array([[1.0, 0.0], [0.5, 0.5]]), 0, 0.6)  # drawn with probability 3/4
        bonus = np.sqrt(np.log(20) / 100)
        logs = least / 2 * np.array([0.6 / 0.75 + bonus / 0.75, 0.3 / 0.75 + bonus * (0.5 / 0.75 + 0.5 / 0.25)])
        weights = np.exp(logs) / np.exp(logs).sum()
        assert bandit.probabilities == pytest.approx((1 - 2 * least) * weights + least)

    def test_its_reward_is_the_accuracy_over_the_pool_whatever_was_queried(self) -> None:
        """The importance weights undo that it queries uncertain records, of which the model is wrong more often."""
        found, truth, alone = [], [], []
        for seed in range(12):
            rng = np.random.default_rng(seed)
            sure = np.clip(rng.random((300, 2)), 0.01, 0.99)
            y = (rng.random(300) < sure[:, 0]).astype(np.int64)  # the model is calibrated
            trial = Trial(Split(sure, y, sure[:20], y[:20]), Fixed, batch_size=1, embeddings=None)
            trial.label(np.array([y.argmin(), y.argmax()]))
            right = (sure[:, 0] > 0.5) == y
            albl, queried, left = Albl(30, ("margin", "least_confidence")), [], []
            for step in range(30):
                left.append(right[~trial.labeled].sum() / 300)
                queried.append(albl.choose(trial, trial.situation(), 1, 1000 * seed + step))
                trial.label(queried[-1])
            found.append(albl._reward(trial, 1))
            truth.append(np.mean(left))
            alone.append(right[np.concatenate(queried)].mean() - right.mean())
        error = np.std(np.subtract(found, truth), ddof=1) / np.sqrt(len(found))
        assert np.mean(found) == pytest.approx(np.mean(truth), abs=3 * error)
        assert error < 0.1
        assert np.mean(alone) < -0.05


class TestTailor:
    def test_follows_the_strategy_that_finds_the_rare_class(self) -> None:
        rng = np.random.default_rng(0)
        rare = rng.random(600) < 0.1
        X = np.column_stack((np.where(rare, 0.45, 0.05), rng.normal(size=600)))  # the model is unsure of rare records
        trial = Trial(
            Split(X.astype(np.float32), rare.astype(np.int64), X[:20], np.zeros(20, np.int64)),
            Fixed,
            batch_size=5,
            embeddings=X,
        )
        trial.label(np.concatenate((np.flatnonzero(rare)[:1], np.flatnonzero(~rare)[:9])))
        tailor = Tailor(("random", "typicality", "margin"))
        for step in range(8):
            chosen = tailor.choose(trial, trial.situation(), 5, step)
            assert len(set(chosen.tolist())) == 5
            assert not trial.labeled[chosen].any()
            trial.label(chosen)
        assert 0.35 < rare[trial.labeled].mean() < 0.65  # of the pool it is a tenth

    def test_a_class_of_more_than_half_of_the_labels_is_worth_less_than_none(self) -> None:
        worth = Tailor._worth(np.array([0, 0, 0, 0, 1, 1]), 3)
        assert worth == pytest.approx([-1 / 4, 1 / 2, 1])


class TestLal:
    def test_prefers_the_boundary_of_two_gaussians(self) -> None:
        far, typical = [], []
        for seed in range(10):
            rng = np.random.default_rng(seed)
            y = rng.integers(2, size=400)
            X = rng.normal(size=(400, 2)) + np.outer(2 * y - 1, [1.5, 0])
            trial = trial_of(X, y)
            trial.label(rng.permutation(400)[:20])
            chosen = Lal().choose(trial, trial.situation(), 10, seed)
            far.append(np.abs(X[chosen, 0]).mean())
            typical.append(np.abs(X[~trial.labeled, 0]).mean())
        gap = np.array(typical) - np.array(far)
        assert gap.mean() > 2 * gap.std(ddof=1) / np.sqrt(len(gap))

    def test_draws_at_random_while_there_is_one_class(self) -> None:
        rng = np.random.default_rng(0)
        trial = trial_of(rng.normal(size=(100, 2)), rng.integers(2, size=100))
        trial.label(np.flatnonzero(trial.split.y_pool == 0)[:5])
        situation = trial.situation()
        assert set(Lal().choose(trial, situation, 5, 0)) != set(Lal().choose(trial, situation, 5, 1))


def eight_dense_classes(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Few labels: three of each class, in its one dense place, and eight of stray records that say nothing."""
    of = np.repeat(np.arange(9), [65] * 8 + [80])
    around = 6 * np.column_stack((np.cos(np.pi * of / 4), np.sin(np.pi * of / 4))) + rng.normal(size=(600, 2)) * 0.2
    X = np.where((of < 8)[:, None], around, rng.uniform(-4, 4, size=(600, 2)))
    labeled = [rng.permutation(np.flatnonzero(of == k))[:count] for k, count in enumerate([3] * 8 + [8])]
    return X, np.where(of < 8, of, rng.integers(8, size=600)), np.concatenate(labeled)


def checkerboard(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Many labels: half in two dense places that are known by now, half of a board whose edges are not."""
    of = rng.integers(4, size=600)
    dense = np.column_stack((8.0 * (of == 0) - 4, np.zeros(600))) + rng.normal(size=(600, 2)) * 0.2
    board = rng.uniform(-2, 2, size=(600, 2))
    X = np.where((of < 2)[:, None], dense, board)
    return X, np.where(of < 2, of == 0, np.floor(board).sum(axis=1) % 2).astype(np.int64), rng.permutation(600)[:300]


class TestSelectAl:
    @pytest.mark.parametrize(("data", "strategy"), [(eight_dense_classes, "typicality"), (checkerboard, "margin")])
    def test_typical_records_at_low_and_uncertain_ones_at_high_budgets(
        self,
        data: Callable[[np.random.Generator], tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]],
        strategy: str,
    ) -> None:
        followed = 0
        for seed in range(8):
            X, y, labeled = data(np.random.default_rng(seed))
            trial = trial_of(X, y)
            trial.label(labeled)
            situation = trial.situation()
            chosen = SelectAl().choose(trial, situation, 5, seed)
            alone = execute(Blend.single(strategy, random_share=0.0), situation.pool, 5, seed).positions
            followed += np.array_equal(chosen, alone)
        assert followed >= 6

    def test_is_typical_while_nothing_can_be_missed(self) -> None:
        rng = np.random.default_rng(0)
        trial = trial_of(rng.normal(size=(100, 2)), rng.integers(2, size=100))
        situation = trial.situation()
        expected = batches_of(["typicality"], situation.pool, 5, 3)["typicality"]
        assert np.array_equal(SelectAl().choose(trial, situation, 5, 3), expected)
