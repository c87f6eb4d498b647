"""What may go wrong between the user and the engine, and how a run goes on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import loopwise
from loopwise import (
    Engine,
    EngineError,
    EngineUnavailableError,
    InvalidInputError,
    JournalError,
    OutOfOrderError,
    channel,
)
from loopwise.rpc import Rpc
from tests.contract.modes import MODES
from tests.e2e.iris import IDS, Open, X, fit_and_report, labels, outcomes, rows, run, run_one


def test_opened_with_less_it_stays_as_it_was(engine: Engine, open_experiment: Open, tmp_path: Path) -> None:
    open_experiment(strategy="entropy", random_share=0.5, seed=4, share="scores").close()
    before = engine.experiments()[0]
    again = engine.experiment("iris", pool=IDS, journal=tmp_path / "iris.journal")
    assert engine.experiments()[0] == before
    with pytest.raises(InvalidInputError, match="none of the experiment's classes"):
        again.tell(IDS[:1], ["setosa"])
    engine.experiment("iris", pool=IDS, journal=tmp_path / "iris.journal", budget=None, strategy=None)
    assert engine.experiments()[0].label_budget is None
    assert engine.experiments()[0].strategy is None


def test_what_was_refused_leaves_no_journal(open_experiment: Open, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="margn"):
        open_experiment(strategy="margn")
    assert not (tmp_path / "iris.journal").exists()
    assert len(open_experiment(strategy="margin", pool=IDS[:50]).ask()) == 6


@pytest.mark.parametrize("annotator", ["two\nlines", "nul\0", "x" * 257, 3])
def test_an_annotator_that_the_engine_would_refuse_is_refused_at_home(open_experiment: Open, annotator: Any) -> None:
    experiment = open_experiment()
    with pytest.raises(InvalidInputError, match="annotator"):
        experiment.tell(IDS[:1], [0], annotator=annotator)
    assert len(experiment.labeled) == 0
    assert len(experiment.ask()) == 6


def test_a_pool_may_be_labeled_to_its_end(open_experiment: Open) -> None:
    experiment = open_experiment(pool=IDS[::15], budget=None)
    while batch := experiment.ask():
        experiment.tell(batch, labels(batch))
        experiment.report(np.full((len(experiment.unlabeled), 3), 1 / 3))
    assert len(experiment.labeled) == 10
    assert "left" in batch.why
    other = open_experiment("no-report", pool=IDS[:6])
    batch = other.ask()
    other.tell(batch, labels(batch))
    assert not other.ask(), "there is nothing to report on"


class LostError(Exception):
    """Stands for Ctrl-C, or a lost answer, after the engine has done its work."""


@pytest.mark.parametrize("goes_on_with", ["report", "ask", "tell"])
def test_a_report_whose_answer_was_lost_may_be_made_again(open_experiment: Open, goes_on_with: str) -> None:
    experiment = open_experiment(embeddings=X)
    batch = experiment.ask()
    experiment.tell(batch, labels(batch))
    answer = experiment._rpc.report_loop

    def lose_the_answer(*arguments: Any) -> None:
        experiment._rpc.report_loop = answer  # type: ignore[method-assign]
        answer(*arguments)
        raise LostError

    experiment._rpc.report_loop = lose_the_answer  # type: ignore[method-assign, assignment]
    with pytest.raises(LostError):
        fit_and_report(experiment)
    if goes_on_with == "tell":
        experiment.tell(IDS[-1:], labels(IDS[-1:]))
    if goes_on_with != "ask":
        fit_and_report(experiment)
    batch = experiment.ask()
    assert batch.loop == (2 if goes_on_with == "tell" else 1)
    assert [record.loop for record in experiment.history] == list(range(batch.loop + 1))


def test_another_holder_of_the_experiment_is_noticed(engine: Engine, open_experiment: Open, tmp_path: Path) -> None:
    experiment = open_experiment()
    batch = experiment.ask()
    experiment.tell(batch, labels(batch))
    shutil.copy(tmp_path / "iris.journal", tmp_path / "copy.journal")
    fit_and_report(engine.experiment("iris", pool=IDS, journal=tmp_path / "copy.journal"))
    with pytest.raises(EngineError, match="not the next"):
        experiment.report(np.full((144, 3), 1 / 3))
    with pytest.raises(OutOfOrderError, match="another process has reported loop 1"):
        experiment.report(np.full((144, 3), 1 / 3))
    assert open_experiment().ask().loop == 1


def test_labels_told_while_the_engine_is_away_are_kept(tmp_path: Path) -> None:
    options: dict[str, Any] = {"pool": IDS, "classes": 3, "batch_size": 6, "journal": tmp_path / "j"}
    with MODES["gRPC and SQLite"](tmp_path) as running:
        engine = Engine(Rpc(running.channel), "")
        ids = engine.experiment("iris", **options).ask().ids
        away = engine.experiment("iris", **options)  # this process has not asked for the batch itself
        away._rpc = Rpc(channel.open_channel("grpc://127.0.0.1:1"), deadline=0.5)  # nothing listens there
        with pytest.raises(EngineUnavailableError):
            away.tell(ids, labels(ids))
        assert away.labels.tolist() == labels(sorted(ids))
        back = engine.experiment("iris", **options)
        assert back.labels.tolist() == labels(sorted(ids))
        assert len(back.ask()) == 0
        assert set(outcomes(running)) == set(ids)


def test_an_older_copy_of_the_engines_database_is_brought_up_to_date(tmp_path: Path) -> None:
    options: dict[str, Any] = {"pool": IDS, "classes": 3, "batch_size": 6, "budget": 30, "journal": tmp_path / "j"}
    database = tmp_path / "engine.db"
    with loopwise.connect(f"sqlite:///{database}") as engine:
        run_one(engine.experiment("iris", **options))
    shutil.copy(database, tmp_path / "copy.db")
    with loopwise.connect(f"sqlite:///{database}") as engine:
        run_one(engine.experiment("iris", **options))
    for left in tmp_path.glob("engine.db*"):
        left.unlink()
    shutil.copy(tmp_path / "copy.db", database)
    with loopwise.connect(f"sqlite:///{database}") as engine:
        experiment = engine.experiment("iris", **options)
        fit_and_report(experiment)
        run(experiment)
        assert engine.experiments()[0].labeled_count == 30 == len(experiment.labeled)


def test_a_model_that_has_not_seen_all_classes_may_report_as_it_is(open_experiment: Open) -> None:
    experiment = open_experiment()
    setosa_and_virginica = [*IDS[:3], *IDS[-3:]]
    experiment.tell(setosa_and_virginica, labels(setosa_and_virginica))
    model = LogisticRegression().fit(rows(experiment.labeled), experiment.labels)
    experiment.report(model.predict_proba(rows(experiment.unlabeled)))
    batch = experiment.ask()
    experiment.tell(batch, labels(batch))
    with pytest.raises(InvalidInputError, match="1 columns, the experiment has 3 classes"):
        experiment.report(np.ones((len(experiment.unlabeled), 1)))


def test_a_refused_reopening_leaves_the_open_experiment_alone(open_experiment: Open) -> None:
    experiment = open_experiment()
    with pytest.raises(JournalError, match="another pool"):
        open_experiment(pool=IDS[:-1])
    assert len(experiment.ask()) == 6
    later = open_experiment()
    with pytest.raises(JournalError, match="closed"):
        experiment.report(np.full((150, 3), 1 / 3))
    assert len(later.history) == 1


def test_a_new_engine_learns_what_the_experiment_was_begun_with(
    engine: Engine, open_experiment: Open, tmp_path: Path
) -> None:
    run_one(open_experiment(share="scores", seed=5))
    before = engine.experiments()[0]
    engine.delete_experiment("iris")
    engine.experiment("iris", pool=IDS, journal=tmp_path / "iris.journal")
    after = engine.experiments()[0]
    assert (after.share_level, after.seed, after.classes) == (before.share_level, before.seed, before.classes)


def test_a_first_report_whose_answer_was_lost_does_not_stop_labels(open_experiment: Open) -> None:
    experiment = open_experiment()
    answer = experiment._rpc.report_loop

    def lose_the_answer(*arguments: Any) -> None:
        experiment._rpc.report_loop = answer  # type: ignore[method-assign]
        answer(*arguments)
        raise LostError

    experiment._rpc.report_loop = lose_the_answer  # type: ignore[method-assign, assignment]
    P = np.full((150, 3), 1 / 3)
    with pytest.raises(LostError):
        experiment.report(P)
    experiment.tell(IDS[:3], labels(IDS[:3]))
    assert len(experiment.ask()) == 6
