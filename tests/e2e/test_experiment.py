"""The SDK as a user meets it, with the engine in every mode."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

import loopwise
from loopwise import (
    Engine,
    EngineError,
    Experiment,
    InvalidInputError,
    JournalError,
    OutOfOrderError,
)
from loopwise.signals import SIGNALS
from tests.contract.modes import Engine as Running
from tests.e2e.iris import IDS, LABEL, Open, X, Y, fit_and_report, labels, outcomes, rows, run, run_one

EAST = timezone(timedelta(hours=8))


def test_a_run_spends_the_budget_and_says_why_it_stops(open_experiment: Open) -> None:
    experiment = open_experiment(embeddings=X)
    chosen = run(experiment)
    assert len(chosen) == len(set(chosen)) == 30
    assert sorted(chosen) == experiment.labeled.tolist()
    assert experiment.labels.tolist() == labels(experiment.labeled)
    assert not experiment.ask()
    assert "budget" in experiment.ask().why
    history = experiment.history
    assert [record.labeled for record in history] == [0, 6, 12, 18, 24, 30]
    assert history[0].blend is not None
    assert [part.strategy for part in history[0].blend.parts] == ["typicality"]
    assert history[-1].stop.stop
    assert experiment.blend == history[-1].blend
    assert all(record.why for record in history)
    assert history[1].metrics["accuracy"] > 0.5


def test_the_history_is_a_frame_where_pandas_is_there(open_experiment: Open) -> None:
    experiment = open_experiment()
    run(experiment)
    sent = experiment.ledger.total
    frame = experiment.history.to_pandas()
    assert frame["labeled"].tolist() == [0, 6, 12, 18, 24, 30]
    assert frame["accuracy"].iloc[1:].notna().all()
    assert frame["bytes_sent"].sum() == sent


def test_without_embeddings_the_first_batch_is_drawn_at_random(open_experiment: Open) -> None:
    batch = open_experiment().ask()
    np.testing.assert_allclose(batch.propensities, 6 / 150)
    assert "t random" in batch.why


def test_the_seed_governs_every_choice(open_experiment: Open) -> None:
    first = run(open_experiment("a", embeddings=X, secret="s", seed=1))
    again = run(open_experiment("b", embeddings=X, secret="s", seed=1))
    other = run(open_experiment("c", embeddings=X, secret="s", seed=2))
    assert first == again
    assert first != other


def test_asked_twice_it_returns_the_same_batch(open_experiment: Open) -> None:
    experiment = open_experiment()
    first = experiment.ask()
    assert experiment.ask().ids.tolist() == first.ids.tolist()
    again = open_experiment()
    assert again.ask().ids.tolist() == first.ids.tolist()
    assert again.ask().decision == first.decision


def test_a_batch_may_be_told_in_parts_in_any_order(open_experiment: Open) -> None:
    experiment = open_experiment()
    ids = experiment.ask().ids.tolist()
    experiment.tell(ids[4:1:-1], labels(ids[4:1:-1]))
    assert experiment.ask().ids.tolist() == [ids[0], ids[1], ids[5]]
    experiment.tell([ids[5]], labels([ids[5]]))
    experiment = open_experiment()
    assert experiment.ask().ids.tolist() == ids[:2]
    experiment.tell(ids[:2], labels(ids[:2]))
    with pytest.raises(OutOfOrderError, match=r"report\(\)"):
        experiment.ask()
    fit_and_report(experiment)
    assert len(experiment.ask()) == 6


def test_a_report_closes_a_batch_that_is_told_in_part(open_experiment: Open) -> None:
    experiment = open_experiment()
    ids = experiment.ask().ids.tolist()
    experiment.tell(ids[:4], [0, 1, 2, 0])
    fit_and_report(experiment)
    assert set(ids[4:]) <= set(experiment.unlabeled.tolist())
    assert len(experiment.ask()) == 6


def test_annotators_may_abstain_and_change_their_minds(open_experiment: Open) -> None:
    experiment = open_experiment()
    ids = experiment.ask().ids.tolist()
    experiment.tell(ids, [None, 1, 2, 0, 1, 2])
    assert experiment.abstained.tolist() == [ids[0]]
    assert ids[0] not in experiment.unlabeled
    assert len(experiment.labeled) == 5
    experiment.tell([ids[1]], [2])
    assert dict(zip(experiment.labeled, experiment.labels, strict=True))[ids[1]] == 2
    fit_and_report(experiment)
    chosen = run(experiment)
    assert ids[0] not in chosen
    assert len(experiment.labeled) == 30, "an abstention spends no label"
    experiment.tell([ids[0]], [0])
    assert ids[0] in experiment.labeled
    with pytest.raises(InvalidInputError, match="replaced, not withdrawn"):
        experiment.tell([ids[0]], [None])


def test_labels_from_before_count(open_experiment: Open) -> None:
    experiment = open_experiment()
    old = IDS[::15]
    experiment.tell(old, labels(old))
    fit_and_report(experiment)
    batch = experiment.ask()
    assert not set(old) & set(batch.ids.tolist())
    assert batch.decision.blend.parts[0].strategy != "random"


def test_a_model_that_was_trained_elsewhere_may_report_first(open_experiment: Open) -> None:
    experiment = open_experiment()
    model = LogisticRegression().fit(X[::10], Y[::10])
    experiment.report(model.predict_proba(rows(experiment.unlabeled)))
    batch = experiment.ask()
    assert batch.loop == 0
    assert batch.decision.blend.parts[0].strategy == "margin"


def test_one_strategy_can_be_pinned_and_let_go(open_experiment: Open) -> None:
    experiment = open_experiment(strategy="entropy", random_share=0.0, embeddings=X)
    experiment.tell(IDS[::15], labels(IDS[::15]))
    fit_and_report(experiment)
    model = LogisticRegression().fit(rows(experiment.labeled), experiment.labels)
    P = model.predict_proba(rows(experiment.unlabeled))
    entropy = -(P * np.log(P)).sum(axis=1)
    batch = experiment.ask()
    assert batch.ids.tolist() == experiment.unlabeled[np.argsort(-entropy)[:6]].tolist()
    experiment.tell(batch, labels(batch))
    free = open_experiment(embeddings=X, strategy=None)
    fit_and_report(free)
    free.ask()
    assert free.blend is not None
    assert free.blend.parts[0].strategy != "entropy"


def test_a_larger_budget_goes_on(open_experiment: Open) -> None:
    run(open_experiment())
    longer = open_experiment(budget=42)
    chosen = run(longer)
    assert len(chosen) == 12
    assert len(longer.labeled) == 42


def test_only_reported_records_can_be_chosen(open_experiment: Open) -> None:
    experiment = open_experiment()
    batch = experiment.ask()
    experiment.tell(batch, labels(batch))
    some = experiment.unlabeled[::-2][:20]
    model = LogisticRegression().fit(X, Y)
    experiment.report(model.predict_proba(rows(some)), ids=some)
    assert set(experiment.ask().ids.tolist()) <= set(some.tolist())


@pytest.mark.parametrize("share", ["scores", "probabilities", "embeddings"])
def test_nothing_above_the_share_level_leaves(open_experiment: Open, share: str) -> None:
    experiment = open_experiment(share=share, embeddings=X)
    run(experiment)
    sent = set(experiment.ledger.by_kind())
    signals = sent - {"report", "labels", "questions"}
    levels = {SIGNALS[name].level.name.lower() for name in signals}
    expected = {
        "scores": {"scores"},
        "probabilities": {"scores", "probabilities"},  # density stands for the embeddings that must not leave
        "embeddings": {"probabilities", "embeddings"},
    }
    assert levels == expected[share]


def test_outcomes_travel_and_labels_do_not(open_experiment: Open, running: Running) -> None:
    experiment = open_experiment(embeddings=X)
    first = experiment.ask()
    experiment.tell(first, labels(first), cost=2.5, seconds=[1, 2, 3, 4, 5, 6], annotator="Ann\u00a0B")
    fit_and_report(experiment)
    second = experiment.ask()
    model = LogisticRegression().fit(rows(experiment.labeled), experiment.labels)
    P = dict(zip(second, model.predict_proba(rows(second)), strict=True))
    experiment.tell(second, labels(second))
    known = outcomes(running)
    for seconds, name in enumerate(first, start=1):
        assert known[name]["cost"] == 2.5
        assert known[name]["seconds"] == seconds
        assert known[name]["annotator"] == "Ann\u00a0B"
        assert known[name]["correct"] is None, "there was no model yet"
    for name in second:
        column = model.classes_.tolist().index(LABEL[name])
        assert known[name]["loop"] == 1
        assert known[name]["correct"] == (P[name].argmax() == column)
        assert known[name]["loss"] == pytest.approx(-np.log(P[name][column]), rel=1e-4)
    fit_and_report(experiment)
    name, other = second.ids[0], (LABEL[second.ids[0]] + 1) % 3
    experiment.tell([first.ids[0], name], [LABEL[first.ids[0]], other], annotator="Bob")
    again = outcomes(running)
    assert again[first.ids[0]] == {**known[first.ids[0]], "annotator": "Bob"}
    column = model.classes_.tolist().index(other)
    assert again[name]["loop"] == 1, "it answers the batch that it was in"
    assert again[name]["correct"] == (P[name].argmax() == column)


def test_reopened_between_ask_and_tell_the_outcomes_are_the_same(
    engine: Engine, open_experiment: Open, running: Running
) -> None:
    for name in ("whole", "split"):
        experiment = open_experiment(name, seed=3)
        run_one(experiment)
        ids = experiment.ask().ids
        if name == "split":
            experiment = open_experiment(name, seed=3)
        experiment.tell(ids, labels(ids))
        told = outcomes(running)
        assert all(told[one]["correct"] is not None for one in ids)
        if name == "whole":
            expected = {one: told[one] for one in ids}
            engine.delete_experiment(name)
    assert {one: told[one] for one in ids} == expected


@pytest.mark.parametrize("container", ["frame", "tensor", "fortran", "float16"])
def test_probabilities_come_as_they_are(open_experiment: Open, container: str) -> None:
    experiment = open_experiment()
    batch = experiment.ask()
    experiment.tell(batch, labels(batch))
    P = LogisticRegression().fit(X, Y).predict_proba(rows(experiment.unlabeled))

    class Tensor:
        def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
            return np.array(P, dtype=dtype)

    forms = {
        "frame": pd.DataFrame(P, index=experiment.unlabeled),
        "tensor": Tensor(),
        "fortran": np.asfortranarray(P),
        "float16": P.astype(np.float16),
    }
    experiment.report(forms[container])
    assert len(experiment.ask()) == 6


def wrong_reports(experiment: Experiment) -> Iterator[tuple[dict[str, Any], str]]:
    P = np.full((len(experiment.unlabeled), 3), 1 / 3)
    off, nan, negative = P.copy(), P.copy(), P.copy()
    off[7] = [0.5, 0.5, 0.01]
    nan[8, 1] = np.nan
    negative[9] = [-0.2, 0.6, 0.6]
    yield {"probabilities": off}, r"row 7\b"
    yield {"probabilities": nan}, r"row 8\b"
    yield {"probabilities": negative}, r"row 9\b"
    yield {"probabilities": P[:-1]}, "143 rows for 144 records"
    yield {"probabilities": P[:, :1] * 3}, "1 columns, the experiment has 3 classes"
    yield {"probabilities": P[:2], "ids": [experiment.unlabeled[0], "nobody"]}, r"'nobody' \(row 1\) is not in the pool"
    yield {"probabilities": P[:1], "ids": [experiment.labeled[0]]}, r"\(row 0\) is labeled already"
    yield {"probabilities": P[:2], "ids": [experiment.unlabeled[0]] * 2}, r"\(row 1\) was given twice"
    yield {"probabilities": P, "classes": [0, 1, 7]}, "7 is none of"
    yield {"probabilities": P, "metrics": {"accuracy": float("nan")}}, "accuracy"
    yield {"probabilities": P, "embeddings": np.full((len(P), 2), np.inf)}, r"row 0\b"
    yield {"classes": [0, 1, 2]}, "none were given"


def test_a_wrong_report_names_the_row_and_sends_nothing(open_experiment: Open) -> None:
    experiment = open_experiment()
    batch = experiment.ask()
    experiment.tell(batch, labels(batch))
    sent = experiment.ledger.total
    for report, sentence in wrong_reports(experiment):
        with pytest.raises(ValueError, match=sentence):
            experiment.report(**report)
    assert experiment.ledger.total == sent
    fit_and_report(experiment)
    assert len(experiment.ask()) == 6


@pytest.mark.parametrize(
    ("records", "told", "sentence"),
    [
        (["r000", "r001"], [0], "1 labels were given for 2 records"),
        (["nobody"], [0], "not in the pool"),
        (["r000", "r000"], [0, 1], "given twice"),
        (["r000"], ["setosa"], "none of the experiment's classes"),
        (["r000"], [np.nan], "None"),
    ],
)
def test_wrong_labels_are_refused_whole(open_experiment: Open, records: Any, told: Any, sentence: str) -> None:
    experiment = open_experiment()
    with pytest.raises(InvalidInputError, match=sentence):
        experiment.tell(records, told)
    assert len(experiment.labeled) == 0
    assert open_experiment().labeled.tolist() == []


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"pool": IDS[::-1]}, JournalError, "another pool"),
        ({"classes": 4}, JournalError, r"\[0, 1, 2\], now they are \[0, 1, 2, 3\]"),
        ({"seed": 9}, InvalidInputError, "seed=0"),
        ({"share": "scores"}, InvalidInputError, "share='embeddings'"),
        ({"share": "all"}, InvalidInputError, "scores, probabilities, embeddings"),
        ({"budget": 0}, InvalidInputError, "budget"),
        ({"batch_size": 2.5}, InvalidInputError, "batch_size"),
        ({"random_share": 2}, InvalidInputError, "random_share"),
        ({"log_for_training": "no"}, InvalidInputError, "log_for_training must be True or False; it is 'no'"),
        ({"keep_loops": 0}, InvalidInputError, "keep_loops must be a whole number from 1 to 1000000000, or"),
        ({"keep_loops": 1 << 40}, InvalidInputError, "keep_loops .* or None; it is 1099511627776"),
        ({"budget": 1 << 70}, InvalidInputError, "budget must be a whole number from 1 to 9007199254740992"),
        ({"batch_size": "ten"}, InvalidInputError, "batch_size .* it is 'ten'"),
        ({"label_cost": 0}, InvalidInputError, "label_cost 0.0 must be finite and above 0"),
        ({"label_cost": None}, InvalidInputError, "label_cost must be a number; it is None"),
        ({"retrain_cost": -1}, InvalidInputError, "retrain_cost -1.0 must be finite and not negative"),
        ({"retrain_cost": "dear"}, InvalidInputError, "retrain_cost must be a number; it is 'dear'"),
        ({"deadline": datetime(2030, 1, 31)}, InvalidInputError, "deadline must be a datetime with a time zone"),
        ({"deadline": "tomorrow"}, InvalidInputError, "deadline must be a datetime .* it is 'tomorrow'"),
        ({"deadline": datetime.min.replace(tzinfo=EAST)}, InvalidInputError, "deadline .* years 1 to 9999, in UTC"),
        ({"target_accuracy": 90}, InvalidInputError, "target_accuracy 90.0 must be above 0 and at most 1"),
        ({"stop_confidence": True}, InvalidInputError, "stop_confidence must be a number; it is True"),
        ({"inference_share": 25}, InvalidInputError, "inference_share 25.0 must be above 0 and at most 1"),
        ({"strategy": "magic"}, EngineError, "magic"),
        ({"embeddings": X[:-1]}, InvalidInputError, "149 rows for 150 records"),
        ({"name": "no/slash"}, InvalidInputError, "letters, digits"),
    ],
)
def test_what_cannot_be_opened_is_told(
    open_experiment: Open, changes: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    open_experiment().close()
    with pytest.raises(error, match=sentence):
        open_experiment(**changes)
    assert len(open_experiment().ask()) == 6


def test_costs_and_levels_stay_until_others_are_given(engine: Engine, open_experiment: Open) -> None:
    def known() -> tuple[Any, ...]:
        (info,) = engine.experiments()
        return info.label_cost, info.retrain_cost, info.deadline, info.target_accuracy, info.stop_confidence

    due = datetime(2030, 1, 31, 18, 0, 0, 5, EAST)
    open_experiment(label_cost=2, retrain_cost=30.5, deadline=due, target_accuracy=0.9, stop_confidence=1).close()
    assert known() == (2.0, 30.5, due, 0.9, 1.0)
    open_experiment().close()
    assert known() == (2.0, 30.5, due, 0.9, 1.0)
    open_experiment(label_cost=0.5, deadline=None, target_accuracy=None, stop_confidence=0.5).close()
    assert known() == (0.5, 30.5, None, None, 0.5)
    open_experiment(retrain_cost=0, stop_confidence=None).close()
    assert known() == (0.5, 0.0, None, None, None)


def test_a_lost_journal_is_told(open_experiment: Open, tmp_path: Path) -> None:
    experiment = open_experiment()
    batch = experiment.ask()
    experiment.tell(batch, labels(batch))
    experiment.close()
    with pytest.raises(JournalError, match="labels of 6 records"):
        open_experiment(journal=tmp_path / "new.journal")


def test_a_new_engine_takes_over_an_old_journal(engine: Engine, open_experiment: Open) -> None:
    run(open_experiment(embeddings=X))
    engine.delete_experiment("iris")
    experiment = open_experiment(embeddings=X, budget=36)
    assert len(experiment.labeled) == 30
    fit_and_report(experiment)
    assert len(run(experiment)) == 6
    assert "sketch" in experiment.ledger.by_kind()


def test_after_a_crash_before_the_report_the_same_script_goes_on(open_experiment: Open) -> None:
    experiment = open_experiment()
    batch = experiment.ask()
    experiment.tell(batch, labels(batch))
    again = open_experiment()
    rest = again.ask()
    assert again.ask().ids.tolist() == rest.ids.tolist()
    assert rest, "the loop must go on"
    assert len(rest) == 0, "but nothing is left to label"
    again.tell(rest, labels(rest))
    fit_and_report(again)
    assert len(again.ask()) == 6


def test_classes_may_be_named_or_unknown(open_experiment: Open) -> None:
    species = ["setosa", "versicolor", "virginica"]
    named = open_experiment("named", classes=species)
    batch = named.ask()
    named.tell(batch, [species[LABEL[name]] for name in batch])
    assert set(named.labels) <= set(species)
    unknown = open_experiment("unknown", classes=None)
    batch = unknown.ask()
    unknown.tell(batch, labels(batch))
    P = np.full((144, 3), 1 / 3)
    unknown.report(P)
    with pytest.raises(InvalidInputError, match="the experiment has 3 classes"):
        unknown.report(np.full((144, 4), 1 / 4))


def test_the_engine_tells_what_it_has(engine: Engine, open_experiment: Open) -> None:
    open_experiment("one")
    open_experiment("two")
    assert [info.id for info in engine.experiments()] == ["one", "two"]
    engine.delete_experiment("one")
    assert [info.id for info in engine.experiments()] == ["two"]
    with pytest.raises(EngineError) as refused:
        engine.delete_experiment("one")
    assert refused.value.code == "NOT_FOUND"
    known = {strategy.name: strategy for strategy in engine.strategies()}
    assert {"random", "margin", "typicality", "badge", "cluster_margin"} <= set(known)
    assert known["margin"].needs == ("margin",)
    assert engine.info().max_pool_size > 10**7


@pytest.mark.parametrize("target", ["http://x:1", "grpc://x", "grpc://x:y", "localhost:1", "sqlite"], ids=str)
def test_a_target_that_is_no_engine_is_refused(target: str) -> None:
    with pytest.raises(InvalidInputError, match="host:port"):
        loopwise.connect(target)


def test_an_experiment_opts_out_of_the_logs_until_it_says_otherwise(engine: Engine, open_experiment: Open) -> None:
    def logged() -> list[bool]:
        return [info.log_for_training for info in engine.experiments()]

    open_experiment(log_for_training=False).close()
    assert logged() == [False]
    open_experiment().close()
    assert logged() == [False]
    open_experiment(log_for_training=True).close()
    assert logged() == [True]
