"""Looking at a part of the pool only, as the engine advises."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from loopwise import Experiment
from tests.e2e.iris import IDS, LABEL, Open, X, labels, rows


def fit(experiment: Experiment) -> LogisticRegression:
    return LogisticRegression().fit(rows(experiment.labeled), experiment.labels)


def look(experiment: Experiment) -> list[str]:
    """Reports about the advised records alone; returns them."""
    ids = experiment.infer_on
    model = fit(experiment)
    experiment.report(model.predict_proba(rows(ids)), ids=ids, classes=model.classes_)
    return list(ids)


def answer(experiment: Experiment) -> list[str]:
    batch = experiment.ask()
    experiment.tell(batch, labels(batch))
    return list(batch)


def test_a_quarter_of_the_pool_is_looked_at_and_chosen_from(open_experiment: Open) -> None:
    experiment = open_experiment(embeddings=X, inference_share=0.25)
    seen = IDS
    while batch := experiment.ask():
        assert set(batch) <= set(seen)
        experiment.tell(batch, labels(batch))
        seen = look(experiment)
        left = len(experiment.unlabeled)
        assert len(seen) == -(-left // 4)
        assert seen == sorted(seen)
        assert set(seen) <= set(experiment.unlabeled)
    assert len(experiment.labeled) == 30
    assert fit(experiment).score(X, [LABEL[name] for name in IDS]) > 0.9
    margins = experiment.signal("margin")
    assert np.isfinite(margins).sum(axis=1).tolist() == [0, 36, 35, 33, 32, 30]


def test_what_is_labeled_meanwhile_is_left_out(open_experiment: Open) -> None:
    experiment = open_experiment(inference_share=0.5)
    answer(experiment)
    before = experiment.infer_on.tolist()
    experiment.tell(before[:3], labels(before[:3]))
    assert experiment.infer_on.tolist() == before[3:]
    experiment.tell(before[3:], [None] * len(before[3:]))
    assert experiment.infer_on.tolist() == experiment.unlabeled.tolist() != []


@pytest.mark.parametrize("share", [None, 1.0])
def test_without_a_share_all_that_is_unlabeled(open_experiment: Open, share: float | None) -> None:
    experiment = open_experiment(inference_share=share)
    assert experiment.infer_on.tolist() == IDS
    answer(experiment)
    assert experiment.infer_on.tolist() == experiment.unlabeled.tolist()
    assert len(experiment.infer_on) == 144


def test_opened_again_the_advice_is_the_same(open_experiment: Open) -> None:
    experiment = open_experiment(inference_share=0.25)
    assert experiment.infer_on.tolist() == IDS  # nothing was decided yet
    for _ in range(2):
        answer(experiment)
        advised, retrain = experiment.infer_on.tolist(), experiment.retrain
        experiment.close()
        experiment = open_experiment()
        assert (experiment.infer_on.tolist(), experiment.retrain) == (advised, retrain)
        look(experiment)


def test_strategies_over_loops_wait_for_records_that_were_looked_at_before(open_experiment: Open) -> None:
    """What was skipped has no history; none is made up."""
    experiment = open_experiment(inference_share=0.25, strategy="history_uncertainty")
    answer(experiment)
    look(experiment)
    answer(experiment)
    look(experiment)
    batch = experiment.ask()
    assert "history_uncertainty, as this experiment asks, cannot choose yet: margin_history is there for" in batch.why
    experiment.tell(batch, labels(batch))
    for _ in range(2):
        model = fit(experiment)
        experiment.report(model.predict_proba(rows(experiment.unlabeled)))
    assert experiment.ask().why == "By history_uncertainty, as this experiment asks."


def test_from_scratch_or_not(open_experiment: Open) -> None:
    experiment = open_experiment(budget=60)
    advice = [experiment.retrain]
    for _ in range(9):
        answer(experiment)
        advice.append(experiment.retrain)
        look(experiment)
    labels_then = [0, *range(6, 60, 6)]
    assert [count for count, fresh in zip(labels_then, advice, strict=True) if fresh] == [0, 6, 12, 18, 24, 30, 42, 54]
