"""What a model's report may hold besides probabilities: committees, further signals, rows of the whole pool."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

import loopwise
from loopwise import Experiment, InvalidInputError, committees
from loopwise.rpc import Rpc
from loopwise.signals import bald, margin, vote_entropy
from loopwise.signals.history import WINDOW
from loopwise_engine.store import Store
from tests.contract.modes import Engine as Running
from tests.e2e.iris import IDS, ROW, Open, X, fit_and_report, labels, rows, run_one


def told(experiment: Experiment) -> None:
    batch = experiment.ask()
    experiment.tell(batch, labels(batch))


def fitted(experiment: Experiment) -> LogisticRegression:
    told(experiment)
    return LogisticRegression().fit(rows(experiment.labeled), experiment.labels)


def bagged(experiment: Experiment) -> NDArray[Any]:
    """A committee on the unlabeled records."""
    known, asked = rows(experiment.labeled), rows(experiment.unlabeled)
    return committees.bagging(
        LogisticRegression(), known, experiment.labels, asked, members=5, classes=[0, 1, 2], seed=0
    )


def best(values: NDArray[Any], ids: Any, count: int) -> set[str]:
    """The ids of the largest values; there is no tie at the end."""
    order = np.argsort(-values, kind="stable")
    assert values[order[count - 1]] > values[order[count]]
    return set(np.asarray(ids)[order[:count]].tolist())


def test_a_committee_chooses_where_it_disagrees(open_experiment: Open) -> None:
    experiment = open_experiment(batch_size=10, strategy="bald", random_share=0.0)
    told(experiment)
    members = bagged(experiment)
    experiment.report(committee=members)
    assert set(experiment.ask().ids.tolist()) == best(bald(members), experiment.unlabeled, 10)


def test_of_a_committee_scores_leave_even_where_probabilities_may_not(open_experiment: Open) -> None:
    experiment = open_experiment(batch_size=10, share="scores", strategy="vote_entropy", random_share=0.0)
    told(experiment)
    members = bagged(experiment)
    experiment.report(committee=members)
    sent = set(experiment.ledger.by_kind())
    assert {"vote_entropy", "bald", "margin"} <= sent
    assert "probabilities" not in sent
    chosen = experiment.ask().ids.tolist()
    of = dict(zip(experiment.unlabeled.tolist(), vote_entropy(members).tolist(), strict=True))
    assert min(of[one] for one in chosen) >= max(value for one, value in of.items() if one not in chosen) - 1e-6


def test_a_decision_says_that_what_it_lacks_stayed_at_home(open_experiment: Open) -> None:
    experiment = open_experiment(batch_size=10, share="scores", strategy="batch_bald")
    told(experiment)
    experiment.report(committee=bagged(experiment))
    lacking = "members stays at home at the share level scores; it leaves at probabilities and above."
    batch = experiment.ask()
    assert lacking in batch.why
    assert "members" not in experiment.ledger.by_kind()


def test_a_model_may_speak_besides_its_committee(open_experiment: Open) -> None:
    experiment = open_experiment(batch_size=10, strategy="margin", random_share=0.0)
    told(experiment)
    members = bagged(experiment)
    P = LogisticRegression().fit(X, [ROW[one] % 3 for one in IDS]).predict_proba(rows(experiment.unlabeled))
    experiment.report(P, committee=members)
    assert set(experiment.ask().ids.tolist()) == best(-margin(P), experiment.unlabeled, 10)


def test_a_signal_of_ones_own(open_experiment: Open) -> None:
    experiment = open_experiment(batch_size=10, strategy="largest_loss", random_share=0.0)
    fitted(experiment)
    losses = np.random.default_rng(0).normal(size=len(experiment.unlabeled))
    experiment.report(signals={"loss": losses})
    assert set(experiment.ask().ids.tolist()) == best(losses, experiment.unlabeled, 10)


def test_rows_follow_their_ids(open_experiment: Open) -> None:
    experiment = open_experiment(batch_size=10, strategy="largest_loss", random_share=0.0)
    model = fitted(experiment)
    some = experiment.unlabeled[::-2]
    losses = np.random.default_rng(0).normal(size=len(some))
    experiment.report(model.predict_proba(rows(some)), signals={"loss": pd.Series(losses, index=some)}, ids=some)
    assert set(experiment.ask().ids.tolist()) == best(losses, some, 10)


def test_rows_of_the_whole_pool_are_told_by_their_number(open_experiment: Open) -> None:
    plain, whole = (open_experiment(name, batch_size=10, strategy="margin") for name in ("plain", "whole"))
    model = fitted(plain)
    fitted(whole)
    plain.report(model.predict_proba(rows(plain.unlabeled)))
    whole.report(model.predict_proba(rows(IDS)))
    np.testing.assert_array_equal(plain.ask().ids, whole.ask().ids)


def test_what_is_known_of_labeled_records_counts(open_experiment: Open) -> None:
    """Greedy sampling of outputs keeps away from the predictions of labeled records, once these are told."""
    experiment = open_experiment(batch_size=1, strategy="greedy_sampling_y", random_share=0.0)
    told(experiment)
    predictions = np.full(len(IDS), 6.0)
    far = str(experiment.unlabeled[1])
    predictions[ROW[far]] = 0
    experiment.report(signals={"prediction": predictions}, labeled=True)
    assert experiment.ask().ids.tolist() == [far]


@pytest.mark.parametrize("share", ["scores", "probabilities"])
def test_what_a_model_says_of_labeled_records_stays_home(open_experiment: Open, running: Running, share: str) -> None:
    """It nearly tells their labels; unless the user says that it may leave."""
    experiment = open_experiment(share=share, batch_size=30, budget=120)
    model = fitted(experiment)
    sent: list[int] = []
    for labeled in (False, True):
        experiment.report(model.predict_proba(rows(IDS)), labeled=labeled)
        columns = Rpc(running.channel).list_loops("iris")[-1].columns
        sent += {column.rows for column in columns}
        fitted(experiment)
    assert sent == [len(IDS) - 30, len(IDS)]


def test_batch_bald_gets_the_committee_that_it_needs(open_experiment: Open) -> None:
    experiment = open_experiment(batch_size=10, strategy="batch_bald")
    told(experiment)
    experiment.report(committee=bagged(experiment))
    batch = experiment.ask()
    assert batch.why == "By batch_bald, as this experiment asks."
    assert "members" in experiment.ledger.by_kind()


def test_of_many_loops_the_latest_count(open_experiment: Open) -> None:
    """The window moves on, and the present loop is not its own past."""
    experiment = open_experiment(batch_size=1, budget=100, random_share=0.0)
    told(experiment)
    rng = np.random.default_rng(0)
    said = [rng.dirichlet(np.ones(3), len(IDS)).astype(np.float32) for _ in range(WINDOW + 3)]
    for P in said:
        experiment.report(P)
        told(experiment)
    experiment.report()  # brings no model: what the last one said stays in force
    experiment.close()
    experiment = open_experiment(batch_size=6, budget=100, random_share=0.0, strategy="history_uncertainty")
    mean = np.mean([margin(P) for P in said[-WINDOW:]], axis=0)
    of = dict(zip(IDS, mean.tolist(), strict=True))
    chosen = experiment.ask().ids.tolist()
    rest = set(experiment.unlabeled.tolist()) - set(chosen)
    assert max(of[one] for one in chosen) < min(of[one] for one in rest)


def test_strategies_look_back_over_loops(open_experiment: Open) -> None:
    experiment = open_experiment(batch_size=30, budget=120, random_share=0.0)
    first, second = (
        dict(zip(IDS, fitted_and_reported(experiment), strict=True)),
        dict(zip(IDS, fitted_and_reported(experiment), strict=True)),
    )
    experiment.close()
    experiment = open_experiment(batch_size=6, budget=120, random_share=0.0, strategy="temporal_discrepancy")
    change = np.array([np.linalg.norm(second[one] - first[one]) for one in experiment.unlabeled.tolist()])
    assert set(experiment.ask().ids.tolist()) == best(change, experiment.unlabeled, 6)


def fitted_and_reported(experiment: Experiment) -> NDArray[Any]:
    """What a new model says of all records; it reports what it says of the unlabeled ones."""
    P: NDArray[Any] = fitted(experiment).predict_proba(rows(IDS)).astype(np.float32)
    experiment.report(P[[ROW[one] for one in experiment.unlabeled]])
    return P


def test_before_there_is_a_history_a_strategy_that_needs_it_waits(open_experiment: Open) -> None:
    experiment = open_experiment(strategy="temporal_discrepancy", batch_size=10)
    run_one(experiment)
    batch = experiment.ask()
    assert "none of an earlier loop yet" in batch.why
    assert [part.strategy for part in batch.decision.blend.parts] == ["random"]


class TestRefused:
    @pytest.fixture
    def experiment(self, open_experiment: Open) -> Experiment:
        experiment = open_experiment()
        fitted(experiment)
        return experiment

    @pytest.mark.parametrize(
        ("name", "values", "words"),
        [
            ("no_such", np.zeros(144), "there is no signal 'no_such'; signals are .*margin"),
            ("sketch", np.zeros((144, 2)), "embeddings= does"),
            ("probabilities", np.zeros((144, 3)), "probabilities= does"),
            ("loss", np.zeros(143), r"loss has the shape \(143,\) for 144 records"),
            ("loss", 3.0, r"loss has the shape \(\)"),
            ("loss", np.where(np.arange(144) == 7, np.nan, 0), "loss is wrong in row 7: it holds nan"),
            ("loss", np.full(144, 1e300), "loss is wrong in row 0: it holds inf"),
            ("margin", np.where(np.arange(144) == 9, 1.5, 0), "margin is wrong in row 9: it holds 1.5"),
            ("predicted_class", np.zeros(144), "takes integers, not float64"),
            ("group", np.where(np.arange(144) == 5, 2**40, 0), "row 5: it holds a number that int32 cannot"),
            ("loss", np.array(["a"] * 144), "takes real numbers"),
            ("predicted_class", np.full(144, 3), "predicted_class is wrong in row 0: it holds 3"),
            ("entropy", np.full(144, 1.2), "entropy is wrong in row 0: it holds 1.2"),
        ],
    )
    def test_signals(self, experiment: Experiment, name: str, values: Any, words: str) -> None:
        sent = experiment.ledger.total
        with pytest.raises(InvalidInputError, match=words):
            experiment.report(signals={name: values})
        assert experiment.ledger.total == sent
        fit_and_report(experiment)
        assert experiment.ask()

    @pytest.mark.parametrize(
        ("members", "words"),
        [
            (np.full((144, 3), 1 / 3), r"shape \(members, records, classes\), not \(144, 3\)"),
            (np.empty((0, 144, 3)), r"not \(0, 144, 3\)"),
            (np.full((2, 143, 3), 1 / 3), "member 0 of the committee: probabilities have 143 rows for 144 records"),
            (np.full((2, 144, 4), 1 / 4), "member 0 of the committee: probabilities have 4 columns"),
            (
                np.where(np.arange(2 * 144).reshape(2, 144, 1) == 150, np.nan, np.full(3, 1 / 3)),
                "member 1 of the committee: probabilities are wrong in row 6: holds nan",
            ),
            ([np.ones((144, 3)), np.ones((5, 3))], r"shape \(members, records, classes\)"),
        ],
    )
    def test_committees(self, experiment: Experiment, members: Any, words: str) -> None:
        with pytest.raises(InvalidInputError, match=words):
            experiment.report(committee=members)
        assert isinstance(experiment, loopwise.Experiment)
        fit_and_report(experiment)


@pytest.mark.parametrize(("share", "leave"), [("scores", False), ("probabilities", True), ("embeddings", True)])
def test_numbers_of_all_labels_leave_where_probabilities_may(share: str, leave: bool, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/engine.db"
    with (
        loopwise.connect(url) as engine,
        engine.experiment("x", pool=range(20), classes=2, share=share, journal=tmp_path / "journal") as experiment,
    ):
        experiment.tell([1, 2, 3], [0, 1, 1])
        experiment.report(np.full((17, 2), 0.5))
    with closing(Store(url)) as store, store.read() as transaction:
        reported = [loop.label_features for loop in transaction.loops.page("x", 0, 10)]
    assert reported[0] == {}
    assert bool(reported[-1]) is leave
    if leave:
        assert reported[-1]["commonest_share"] == pytest.approx(2 / 3)
