"""Stopping: each rule on predictions made by hand, and what is said of all of them together."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from loopwise.resources import StopRule
from loopwise.signals.columns import Column, SignalSet
from loopwise.strategies import Pool
from loopwise_engine.policy import PastLoop, PriorPolicy, Situation, state_features
from loopwise_engine.policy.stopping import (
    CHANGE,
    KAPPA,
    RULES,
    SURE,
    Combination,
    Input,
    advise,
    inputs,
    kappa,
    shipped,
    stability,
    values,
)

NOW = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.5, 0.5], [0.2, 0.8], [0.1, 0.9]], np.float32)
BEFORE = np.array([[0.6, 0.4], [0.4, 0.6], [0.2, 0.8], [0.9, 0.1], [0.8, 0.2], [0.3, 0.7]], np.float32)
UNLABELED = np.arange(94, 100)
ACCURACY = (0.5, 0.6, 0.7)


def situation(
    now: dict[str, Any] | None = None, before: dict[str, Any] | None = None, *, labeled: int = 4, **known: Any
) -> Situation:
    """A hundred records; signals by name, of the six candidates, or as columns of their own."""

    def columns(signals: dict[str, Any]) -> dict[str, Column]:
        return {name: x if isinstance(x, Column) else Column(x, UNLABELED) for name, x in signals.items()}

    past = () if before is None else (columns(before),)
    pool = Pool(UNLABELED, np.arange(labeled), SignalSet(columns(now or {}), 100, past))
    return Situation(pool, **{"loop": 3, "pool_size": 100, "classes": 2, "batch_size": 2, **known})


def rules_of(of: Situation) -> dict[str, float]:
    return values(of, state_features(of) | stability(of.pool))


def reported(*accuracy: float) -> dict[str, Any]:
    """History and metrics: one label at first, then twice as many in every loop."""
    *past, last = [PastLoop(n, 2**n, {"accuracy": value}) for n, value in enumerate(accuracy)]
    return {"history": tuple(past), "metrics": last.metrics, "labeled": last.labeled_count}


class TestRules:
    def test_kappa_is_that_of_scikit_learn(self) -> None:
        rng = np.random.default_rng(0)
        for classes in (2, 3, 40):
            one = rng.integers(classes, size=200)
            other = np.where(rng.random(200) < 0.3, rng.integers(classes, size=200), one)
            assert kappa(one, other) == pytest.approx(cohen_kappa_score(one, other), abs=1e-12)
        assert kappa(np.array([0, 1]), np.array([1, 0])) == -1
        assert kappa(np.array([7, 7]), np.array([7, 7])) == 1  # scikit-learn has no number for it
        assert kappa(np.array([7, 7]), np.array([8, 8])) == 0

    def test_predictions_are_compared_with_those_of_the_loop_before(self) -> None:
        found = stability(situation({"probabilities": NOW}, {"probabilities": BEFORE}).pool)
        classes = [0, 0, 1, 0, 1, 1], [0, 1, 1, 0, 0, 1]
        assert found == {KAPPA: pytest.approx(cohen_kappa_score(*classes)), CHANGE: pytest.approx(2 / 6)}
        told = stability(situation(*({"predicted_class": np.array(predicted, np.int32)} for predicted in classes)).pool)
        assert told == found

    def test_only_records_that_both_models_looked_at_are_compared(self) -> None:
        some = Column(BEFORE[[0, 1]], np.array([94, 95]))
        found = stability(situation({"probabilities": NOW}, {"probabilities": some}).pool)
        assert found[CHANGE] == 0.5

    def test_agreement_is_the_mean_of_three_loops(self) -> None:
        history = tuple(PastLoop(n, n, {}, {KAPPA: value}) for n, value in enumerate([0.1, 0.8, 0.9]))
        of = situation({"probabilities": NOW}, {"probabilities": BEFORE}, history=history)
        assert rules_of(of)["agreement"] == pytest.approx((0.8 + 0.9 + stability(of.pool)[KAPPA]) / 3)
        assert rules_of(replace(of, history=()))["agreement"] == pytest.approx(stability(of.pool)[KAPPA])

    def test_uncertainty_of_all_and_of_the_most_uncertain(self) -> None:
        found = rules_of(situation({"probabilities": NOW}))
        entropy = -(NOW * np.log(NOW)).sum(axis=1) / math.log(2)
        assert found["overall_uncertainty"] == pytest.approx(entropy.mean(), abs=1e-6)
        assert found["max_uncertainty"] == pytest.approx(np.sort(entropy)[-2:].mean(), abs=1e-6)
        assert found["expected_error"] == pytest.approx((1 - NOW.max(axis=1)).mean(), abs=1e-6)

    def test_selected_accuracy_is_that_of_the_last_three_batches_known(self) -> None:
        history = tuple(PastLoop(n, n, correct=right) for n, right in enumerate([0.0, 0.5, None, 0.75, 1.0]))
        assert rules_of(situation(history=history)) == {"selected_accuracy": 0.75}

    def test_a_plateau_is_seen_in_points_per_doubling(self) -> None:
        found = rules_of(situation(**reported(*ACCURACY), label_cost=2.0, retrain_cost=1.0))
        assert found["plateau"] == pytest.approx(10)
        so_far = (np.mean(ACCURACY) - 0.5) / (2 * 3 + 1 * 2)
        assert found["gain_per_cost"] == pytest.approx(0.1 * math.log2(6 / 4) / (2 * 2 + 1) / so_far)
        assert rules_of(situation(**reported(0.1, 0.9, 0.9, 0.9, 0.9)))["plateau"] > 5
        assert rules_of(situation(**reported(0.1, 0.9, 0.9, 0.9, 0.9, 0.9)))["plateau"] == pytest.approx(0, abs=1e-9)

    def test_dear_labels_make_the_next_batch_dearer_beside_dear_loops(self) -> None:
        by_labels, by_loops = (
            rules_of(situation(**reported(*ACCURACY), batch_size=1, label_cost=label, retrain_cost=loop))
            for label, loop in ((1.0, 0.0), (0.01, 1.0))
        )
        assert by_loops["gain_per_cost"] < by_labels["gain_per_cost"]

    @pytest.mark.parametrize(("label", "loop"), [(1e308, 0.0), (1e308, 1e308), (5e-324, 0.0), (5e-324, 1e308)])
    def test_costs_may_be_of_any_size(self, label: float, loop: float) -> None:
        plan = PriorPolicy().decide(situation(**reported(*ACCURACY), label_cost=label, retrain_cost=loop))
        assert np.isfinite([rule.value for rule in plan.stop.rules]).all()
        assert "gain_per_cost" in {rule.name for rule in plan.stop.rules}

    @pytest.mark.parametrize(
        ("of", "known"),
        [
            (situation(), set()),
            (situation({"probabilities": NOW}), {"overall_uncertainty", "max_uncertainty", "expected_error"}),
            (
                situation({"predicted_class": NOW.argmax(1)}, {"predicted_class": BEFORE.argmax(1)}),
                {"agreement", "classification_change"},
            ),
            (situation({"predicted_class": NOW.argmax(1)}, {"margin": BEFORE[:, 0]}), set()),
            (situation(**reported(*ACCURACY[:2])), set()),
            (situation(**reported(*ACCURACY)), {"plateau", "gain_per_cost"}),
            (situation(**reported(0.7, 0.6, 0.5)), {"plateau"}),
            (situation(**{**reported(*ACCURACY), "metrics": {}}), set()),
            (situation(**reported(50, 60, 70)), set()),  # in per cent
        ],
    )
    def test_what_lacks_a_signal_is_absent(self, of: Situation, known: set[str]) -> None:
        assert set(rules_of(of)) == known
        assert np.isfinite(list(rules_of(of).values())).all()


WEIGHED = Combination(
    1.0,
    -1.0,
    {"agreement": Input(-2.0, 0.5, -2.0, 0.25), "labels_per_class": Input(5.0, 2.0, 1.0, 0.5)},
    {"agreement": 0.95, "overall_uncertainty": 0.1},
    (2.0, -0.5),
)


class TestCombination:
    def test_log_odds_are_weighed_distances_and_what_is_absent(self) -> None:
        known = {"agreement": -2.5, "labels_per_class": 5.0, "plateau": 3.0}
        assert WEIGHED.confidence(known) == pytest.approx(1 / (1 + math.exp(1 - 2)))
        assert WEIGHED.confidence({}) == pytest.approx(1 / (1 + math.exp(1 - 0.25 - 0.5)))
        assert WEIGHED.expected_cost(0.5) == pytest.approx(math.exp(2 - 0.25))

    def test_a_rule_speaks_from_its_threshold_on(self) -> None:
        assert [WEIGHED.speaks("agreement", value) for value in (0.94, 0.95, 1.0)] == [False, True, True]
        assert [WEIGHED.speaks("overall_uncertainty", value) for value in (0.2, 0.1, 0.0)] == [False, True, True]
        assert not WEIGHED.speaks("plateau", 0.0)

    def test_the_file_tells_all_of_it(self) -> None:
        assert Combination.from_json(WEIGHED.as_json()) == WEIGHED

    def test_the_shipped_one_knows_every_rule_and_is_surer_the_more_agree(self) -> None:
        combination = shipped()
        assert set(RULES) <= set(combination.inputs)
        assert combination.origin["families"] >= 5
        assert combination.cost[1] < 0
        stable, moving = (
            situation({"probabilities": NOW}, {"probabilities": before}, history=(PastLoop(0, 2),))
            for before in (NOW, NOW[:, ::-1])
        )
        assert confidence(stable) > confidence(moving)


def confidence(of: Situation) -> float:
    return advise(of, state_features(of))[0].confidence


class TestAdvice:
    SURE = situation({"probabilities": NOW}, {"probabilities": NOW}, **reported(0.9, 0.9, 0.9))

    def test_it_says_what_the_rules_say(self) -> None:
        advice = PriorPolicy().decide(self.SURE).stop
        assert {rule.name: rule.value for rule in advice.rules} == pytest.approx(rules_of(self.SURE))
        features = state_features(self.SURE) | stability(self.SURE.pool)
        assert advice.confidence == shipped().confidence(inputs(self.SURE, features, rules_of(self.SURE)))
        assert "Stopping now would cost about" in advice.reason
        assert "agreement 1" in advice.reason

    def test_confidence_is_the_mean_of_three_loops(self) -> None:
        now = confidence(self.SURE)
        past = [replace(loop, features={SURE: sure}) for loop, sure in zip(self.SURE.history, (0.2, 0.3), strict=True)]
        assert confidence(replace(self.SURE, history=tuple(past))) == pytest.approx((0.2 + 0.3 + now) / 3)
        far = (PastLoop(0, 1, features={SURE: 0.9}), *past)
        assert confidence(replace(self.SURE, history=far)) == pytest.approx((0.2 + 0.3 + now) / 3)

    def test_it_is_advice_alone_while_no_confidence_is_set(self) -> None:
        plan = PriorPolicy().decide(self.SURE)
        assert not plan.stop.stop
        assert plan.batch_size == 2

    def test_it_stops_at_the_confidence_that_is_set(self) -> None:
        sure = PriorPolicy().decide(self.SURE).stop.confidence
        plans = [PriorPolicy().decide(replace(self.SURE, stop_confidence=at)) for at in (sure, math.nextafter(sure, 1))]
        assert [(plan.stop.stop, plan.batch_size) for plan in plans] == [(True, 0), (False, 2)]
        assert plans[0].reason == plans[0].stop.reason

    def test_where_nothing_is_known_it_never_stops(self) -> None:
        advice = PriorPolicy().decide(situation(stop_confidence=1e-9)).stop
        assert (advice.stop, advice.confidence, advice.rules) == (False, 0.0, ())

    def test_a_target_that_is_reached_for_sure_is_reason_enough(self) -> None:
        known = reported(0.905, 0.91, 0.9)
        missed, near, reached = (
            PriorPolicy().decide(situation(**known, target_accuracy=target)).stop for target in (0.95, 0.905, 0.85)
        )
        assert reached.rules[-1] == StopRule("target_accuracy", missed.rules[-1].value, stop=True)
        assert not missed.rules[-1].stop
        assert missed.rules[-1].value == pytest.approx(0.905)
        assert reached.confidence > 0.99
        assert near.confidence == pytest.approx(0.5)
        assert missed.confidence == PriorPolicy().decide(situation(**known)).stop.confidence

    def test_a_target_is_not_reached_by_what_is_no_share(self) -> None:
        told = situation(**reported(61, 62, 63), target_accuracy=0.95, stop_confidence=0.9)
        assert not PriorPolicy().decide(told).stop.stop

    def test_what_is_kept_of_a_loop_stands_beside_its_features(self) -> None:
        of = situation({"probabilities": NOW}, {"probabilities": BEFORE})
        kept = PriorPolicy().decide(of).features
        assert kept.items() >= stability(of.pool).items()
        assert kept[SURE] == confidence(of)
