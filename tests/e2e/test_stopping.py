"""Experiments that stop by advice, with the engine in every mode."""

from __future__ import annotations

from loopwise.resources import StopAdvice
from tests.e2e.iris import Open, X, fit_and_report, labels, run_one

LOOPS = 5


def advised(open_experiment: Open, name: str, loops: int, **options: object) -> list[StopAdvice]:
    with open_experiment(name, embeddings=X, secret="s", budget=60, **options) as experiment:
        for _ in range(loops):
            run_one(experiment)
        experiment.ask()
        return [record.stop for record in experiment.history]


def test_an_experiment_stops_at_the_confidence_that_it_asks_for_and_goes_on_when_told(open_experiment: Open) -> None:
    advice = advised(open_experiment, "advised", LOOPS)
    assert not any(one.stop for one in advice)
    surest = max(range(2, LOOPS), key=lambda loop: advice[loop].confidence)
    assert {rule.name for rule in advice[surest].rules} >= {"agreement", "max_uncertainty", "selected_accuracy"}
    asked = {"embeddings": X, "secret": "s", "budget": 60, "stop_confidence": advice[surest].confidence}
    first = min(loop for loop in range(LOOPS) if advice[loop].confidence >= asked["stop_confidence"])

    with open_experiment("stopped", **asked) as experiment:
        while batch := experiment.ask():
            experiment.tell(batch, labels(batch))
            fit_and_report(experiment)
        assert batch.loop == first
        assert len(batch) == 0
        assert batch.why == advice[first].reason
        assert "Stopping now would cost about" in batch.why
        assert len(experiment.labeled) == 6 * first

    with open_experiment("stopped", **{**asked, "budget": 90}) as experiment:  # as sure as it was
        assert not experiment.ask()
    with open_experiment("stopped", **{**asked, "budget": 90, "stop_confidence": None}) as experiment:
        assert len(experiment.ask()) == 6
        run_one(experiment)
        assert len(experiment.labeled) == 6 * (first + 1)


def test_advice_makes_do_with_scores(open_experiment: Open) -> None:
    *_, last = advised(open_experiment, "scores", 3, share="scores")
    assert {"agreement", "classification_change", "expected_error", "plateau"} <= {rule.name for rule in last.rules}
