"""Forecasts: exact on curves made by hand, silent where too little is known, and as sure as they may be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from loopwise.signals import SignalSet
from loopwise.strategies import Pool
from loopwise_engine.policy import PastLoop, Situation, budget
from loopwise_engine.policy.forecast import SPREAD, LearningCurve, forecast

LABELS = np.array([12.0, 27, 45, 68, 96, 131, 175])


def power_law(labels: Any, exponent: float = 0.5) -> Any:
    return 0.95 - 1.5 * np.asarray(labels) ** -exponent


def situation(values: Any, labels: Any = LABELS, name: str = "accuracy", **known: Any) -> Situation:
    """Reports of a metric with so many labels, the last one just now."""
    counts = [int(count) for count in labels]
    reports = [{name: float(value)} for value in values]
    history = tuple(PastLoop(number, *past) for number, past in enumerate(zip(counts, reports, strict=True)))[:-1]
    candidates = Pool(np.arange(counts[-1], 1000), np.arange(counts[-1]), SignalSet({}, 1000))
    return Situation(candidates, len(counts), 1000, **{"history": history, "metrics": reports[-1], **known})


@pytest.mark.parametrize("exponent", [0.3, 0.5, 1.0])
@pytest.mark.parametrize("labels", [200, 300, 600])
def test_a_power_law_is_continued(exponent: float, labels: int) -> None:
    found = forecast(situation(power_law(LABELS, exponent)), labels)
    assert found is not None
    assert found.value == pytest.approx(power_law(labels, exponent), abs=0.02)
    assert found.low < power_law(labels, exponent) < found.high
    assert (found.metric, found.labels, found.labels_for_target) == ("accuracy", labels, None)


def test_the_further_ahead_the_wider() -> None:
    curve = LearningCurve(LABELS, power_law(LABELS))
    deviations = [curve.at(labels)[1] for labels in (175, 250, 400, 800)]
    assert deviations == sorted(deviations)
    assert deviations[-1] > 2 * deviations[0]


def test_noise_widens() -> None:
    still = LearningCurve(LABELS, power_law(LABELS)).at(300)[1]
    noisy = LearningCurve(LABELS, power_law(LABELS) + np.array([4, -4, 4, -4, 4, -4, 4]) / 100).at(300)[1]
    assert noisy > 1.5 * still


def test_a_flat_curve_stays_flat_and_so_does_one_that_falls() -> None:
    assert LearningCurve(LABELS, np.full(7, 0.8)).at(1000)[0] == pytest.approx(0.8)
    falling = np.linspace(0.9, 0.8, 7)
    weights = np.arange(1, 8)
    assert LearningCurve(LABELS, falling).at(1000)[0] == pytest.approx(np.average(falling, weights=weights))


def test_an_interval_stays_within_what_a_share_can_be() -> None:
    high, low = (forecast(situation(np.linspace(a, b, 7)), 900) for a, b in ((0.9, 1.0), (0.0, 0.001)))
    assert high is not None
    assert low is not None
    assert high.value <= high.high == 1.0
    assert 0.0 == low.low <= low.value


@pytest.mark.parametrize("target", [0.84, 0.86, 0.88])
def test_labels_for_a_wished_accuracy(target: float) -> None:
    found = forecast(situation(power_law(LABELS), target_accuracy=target), 300)
    assert found is not None
    needed = found.labels_for_target
    assert needed is not None
    curve = LearningCurve(LABELS, power_law(LABELS))
    assert curve.at(needed)[0] >= target > curve.at(needed - 1)[0]
    exact = (1.5 / (0.95 - target)) ** 2
    assert needed == pytest.approx(exact, rel=0.25)


def test_what_is_reached_takes_no_more_labels_and_what_the_pool_cannot_give_is_not_promised() -> None:
    reached, beyond = (forecast(situation(power_law(LABELS), target_accuracy=goal), 300) for goal in (0.7, 0.99))
    assert reached is not None
    assert beyond is not None
    assert reached.labels_for_target == 175
    assert beyond.labels_for_target is None


@pytest.mark.parametrize(
    "unknown",
    [
        situation(power_law(LABELS[:3]), LABELS[:3]),
        situation(power_law(LABELS), metrics={}),
        situation(power_law(LABELS), metrics={"f1": 0.5, "precision": 0.4}),
        situation(100 * power_law(LABELS)),
        situation(power_law(LABELS), np.zeros(7)),
        situation(power_law(LABELS), [50] * 7),
        situation([0.5, 0.6, 0.7], [0, 10, 20]),
        situation([*power_law(LABELS), 0.5], [*LABELS, 0]),
    ],
    ids=[
        "three points",
        "none now",
        "two others",
        "in per cent",
        "no labels",
        "the same labels",
        "two and a start",
        "taken back",
    ],
)
def test_where_too_little_is_known_nothing_is_forecast(unknown: Situation) -> None:
    assert forecast(unknown, 300) is None


def test_the_one_metric_that_is_reported_or_accuracy_among_several() -> None:
    one = forecast(situation(power_law(LABELS), name="f1"), 300)
    among = forecast(situation(power_law(LABELS), metrics={"accuracy": 0.85, "f1": 0.1}), 300)
    assert one is not None
    assert among is not None
    assert (one.metric, among.metric) == ("f1", "accuracy")


def test_an_error_that_falls_is_not_taken_for_an_accuracy_that_does_not_rise() -> None:
    errors = situation(1 - power_law(LABELS), name="error", label_budget=400)
    assert forecast(errors, 300) is None
    assert budget.schedule(errors).sizes == budget.schedule(replace(errors, metrics={})).sizes


def test_what_was_not_reported_in_a_loop_or_twice_is_no_harm() -> None:
    whole = situation(power_law(LABELS))
    gap = PastLoop(9, 96, {})
    again = PastLoop(10, 96, {"accuracy": float(power_law(96))})
    more = situation(power_law(LABELS), history=(*whole.history, gap, again))
    assert forecast(more, 300) == forecast(whole, 300)


def test_intervals_of_noisy_curves_hold_what_they_promise() -> None:
    """Power laws measured on 400 records: about 80 % of what comes must lie within."""
    rng = np.random.default_rng(0)
    held = []
    for _ in range(400):
        ceiling, exponent = rng.uniform(0.7, 0.98), rng.uniform(0.3, 1.0)
        reach = rng.uniform(0.1, 0.4) * LABELS[0] ** exponent
        measured = [rng.binomial(400, ceiling - reach * n**-exponent) / 400 for n in (*LABELS, 300)]
        value, deviation = LearningCurve(LABELS, np.array(measured[:-1])).at(300)
        held.append(abs(measured[-1] - value) <= SPREAD * deviation)
    assert 0.7 <= np.mean(held) <= 0.95
