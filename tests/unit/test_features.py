"""State features against values worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopwise.signals import Column, SignalSet
from loopwise.strategies import Pool
from loopwise_engine.policy import FEATURES, PastLoop, Situation, state_features

UNLABELED = np.array([1, 2, 3, 4])
LABELED = np.array([0, 5])
PROBABILITIES = np.array([[0.9, 0.1], [0.6, 0.4], [0.5, 0.5], [0.2, 0.8]], dtype=np.float32)
SKETCH = np.array([[0.0], [1.0], [2.0], [4.0], [5.0], [9.0]], dtype=np.float16)


def situation(columns: dict[str, Column], **known: Any) -> Situation:
    pool = Pool(UNLABELED, LABELED, SignalSet(columns, pool_size=6))
    return Situation(pool, **{"loop": 1, "pool_size": 6, "classes": 2, "batch_size": 2, **known})


def everything(**known: Any) -> Situation:
    columns = {"probabilities": Column(PROBABILITIES, UNLABELED), "sketch": Column(SKETCH)}
    return situation(columns, label_budget=8, **known)


def test_counts() -> None:
    features = state_features(everything())
    expected = {
        "loop": 1,
        "pool_size": 6,
        "labeled_count": 2,
        "unlabeled_share": 4 / 6,
        "budget_spent": 0.25,
        "batch_size": 2,
        "batch_share": 0.5,
        "classes": 2,
        "labels_per_class": 1,
    }
    assert {name: features[name] for name in expected} == pytest.approx(expected)


def test_what_was_right_before_it_was_learned() -> None:
    shares = (0.5, None, 0.1, 0.2, 0.3, 0.4, 0.6)
    past = tuple(PastLoop(number, 2, correct=share) for number, share in enumerate(shares))
    features = state_features(everything(history=past))
    assert features["correct_last"] == 0.6
    assert features["correct_mean"] == pytest.approx((0.1 + 0.2 + 0.3 + 0.4 + 0.6) / 5)
    assert features["correct_slope"] == pytest.approx((-2 * 0.1 - 0.2 + 0.4 + 2 * 0.6) / 10)
    assert "correct_slope" not in state_features(everything(history=past[:2]))
    assert "correct_last" not in state_features(everything(history=(PastLoop(0, 0),)))


def test_what_was_right_of_records_drawn_at_random_is_of_the_last_five_loops() -> None:
    shares: tuple[dict[str, float], ...] = (
        {"random": 1.0},
        {"random": 0.5, "margin": 0.1},
        {},
        {"margin": 0.3},
        {"random": 0.25},
        {},
    )
    past = tuple(PastLoop(number, 2, correct=0.5, correct_by=by) for number, by in enumerate(shares))
    now = everything(history=past)
    assert state_features(now)["correct_random"] == pytest.approx((0.5 + 0.25) / 2)
    assert now.correct_by("margin") == pytest.approx((0.1 + 0.3) / 2)
    assert now.correct_by("entropy") is None
    later = tuple(PastLoop(number, 2, correct=0.5) for number in range(1, 6))
    assert "correct_random" not in state_features(everything(history=past[:1] + later))


def test_label_features_are_those_that_are_defined() -> None:
    features = state_features(everything(label_features={"rarest_share": 0.2, "something else": 1.0}))
    assert features["rarest_share"] == 0.2
    assert set(features) <= set(FEATURES)


def test_margin() -> None:
    # The margins are 0, 0.2, 0.6 and 0.8; quantiles lie on the straight lines between them.
    features = state_features(everything())
    expected = {"mean": 0.4, "q10": 0.06, "q25": 0.15, "q50": 0.4, "q75": 0.65, "q90": 0.74}
    assert {name: features[f"margin_{name}"] for name in expected} == pytest.approx(expected, abs=1e-6)


def test_entropy_is_relative_to_that_of_even_classes() -> None:
    # Binary entropies in bits, from a table: H(0.1), H(0.2), H(0.4), H(0.5).
    features = state_features(everything())
    assert features["entropy_mean"] == pytest.approx((0.4690 + 0.7219 + 0.9710 + 1) / 4, abs=1e-4)
    assert features["entropy_q50"] == pytest.approx((0.7219 + 0.9710) / 2, abs=1e-4)


def test_predicted_classes() -> None:
    # Three records are predicted as class 0, one as class 1: H(1/4) = 0.8113 bits.
    features = state_features(everything())
    assert features["predicted_balance"] == pytest.approx(0.8113, abs=1e-4)
    assert features["predicted_classes"] == 1.0


def test_coverage_counts_in_distances_of_neighbours() -> None:
    # Nearest candidates are 1 apart; the distances to the nearest of the labeled ones at 0 and 9 are 1, 2, 4 and 4.
    features = state_features(everything())
    assert features["neighbour_distance"] == pytest.approx(1)
    assert features["coverage_q50"] == pytest.approx(3)
    assert features["coverage_q90"] == pytest.approx(4)


def test_what_is_new_and_what_is_uncertain() -> None:
    # The candidates lie at 1, 2, 4 and 5, s = 1, 1 - margin is 0.2, 0.8, 1 and 0.4; labels at 0 and 9.
    features = state_features(everything())
    places, unsure = np.array([1.0, 2, 4, 5]), np.array([0.2, 0.8, 1.0, 0.4])
    novelty = 1 - np.exp(-(np.array([1.0, 2, 4, 4]) ** 2) / 8)
    kernel = np.exp(-((places[:, None] - places) ** 2) / 8)
    density = kernel.mean(axis=1)
    assert features["novelty_mean"] == pytest.approx(novelty.mean())
    assert features["uncertain_novelty"] == pytest.approx(novelty @ unsure**2 / (unsure**2).sum(), rel=1e-5)
    assert features["density_variation"] == pytest.approx(density.std() / density.mean())
    # Ranks of uncertainty are 0, 2, 3, 1; those of novelty 0, 1, 2, 3.
    assert features["uncertainty_novelty"] == pytest.approx(np.corrcoef([0, 2, 3, 1], [0, 1, 2, 3])[0, 1])
    assert features["neighbours_differ"] == 0.25  # the one at 5 is of another class than the three near it


def test_whether_uncertainty_lies_where_records_do() -> None:
    # At 1, 2, 4 and 7, s^2 = (1 + 4) / 2: the third has the most around it, then the second, the first, the last.
    apart = situation({"probabilities": Column(PROBABILITIES, UNLABELED), "sketch": Column(SKETCH + (SKETCH == 5) * 2)})
    assert state_features(apart)["uncertainty_density"] == pytest.approx(np.corrcoef([0, 2, 3, 1], [1, 2, 3, 0])[0, 1])


def test_coverage_does_not_depend_on_the_unit_of_the_embeddings() -> None:
    scaled = situation({"sketch": Column(SKETCH * np.float16(8))})
    assert state_features(scaled)["coverage_q50"] == pytest.approx(3)
    assert state_features(scaled)["neighbour_distance"] == pytest.approx(8)


def test_change_since_the_loop_before() -> None:
    history = (PastLoop(0, 0, features={"margin_mean": 0.9}), PastLoop(1, 2, features={"margin_mean": 0.25}))
    assert state_features(everything(history=history))["margin_mean_change"] == pytest.approx(0.15)


def test_no_change_between_what_is_about_other_records() -> None:
    before = PastLoop(0, 0, features={"margin_mean": 0.9})
    assert "margin_mean_change" in state_features(everything(history=(before,)))
    assert "margin_mean_change" not in state_features(everything(history=(replace(before, complete=False),)))
    assert "margin_mean_change" not in state_features(everything(history=(before,), skipped=np.array([3])))


@pytest.mark.parametrize("history", [(), (PastLoop(0, 0, features={"margin_mean": 0.9}), PastLoop(1, 2))])
def test_no_change_where_the_loop_before_had_no_margin(history: tuple[PastLoop, ...]) -> None:
    assert "margin_mean_change" not in state_features(everything(history=history))


def test_what_is_not_known_is_absent() -> None:
    features = state_features(situation({}, classes=None))
    signals = {name for name in features if name.startswith("has_")}
    assert set(features) - signals == {
        "loop",
        "pool_size",
        "labeled_count",
        "unlabeled_share",
        "batch_size",
        "batch_share",
    }
    assert all(features[name] == 0 for name in signals)


def test_which_signals_are_there() -> None:
    features = state_features(everything())
    there = {name.removeprefix("has_") for name, value in features.items() if name.startswith("has_") and value}
    derived = {"least_confidence", "margin", "entropy", "predicted_class", "density"}
    assert there == {"probabilities", "sketch"} | derived


def test_a_signal_that_some_candidates_lack_is_not_there() -> None:
    features = state_features(situation({"margin": Column(np.array([0.1, 0.2, 0.3], np.float32), UNLABELED[:3])}))
    assert features["has_margin"] == 0
    assert "margin_mean" not in features


@pytest.mark.parametrize(
    ("columns", "classes"),
    [
        ({"probabilities": Column(PROBABILITIES, UNLABELED)}, 2),
        ({"predicted_class": Column(np.array([4, 0, 2, 0], np.int32), UNLABELED)}, 3),
        ({"predicted_class": Column(np.zeros(4, np.int32), UNLABELED)}, 2),
    ],
)
def test_the_number_of_classes_is_estimated_where_it_is_not_declared(columns: dict[str, Column], classes: int) -> None:
    features = state_features(situation(columns, classes=None))
    assert features["classes"] == classes
    assert features["labels_per_class"] == pytest.approx(2 / classes)


def test_a_declared_number_of_classes_counts_more_than_predictions() -> None:
    predicted = {"predicted_class": Column(np.array([0, 1, 1, 0], np.int32), UNLABELED)}
    assert state_features(situation(predicted, classes=8))["predicted_classes"] == 0.25


def test_no_coverage_where_most_records_are_copies() -> None:
    copies = np.zeros((6, 1), np.float16)
    features = state_features(situation({"sketch": Column(copies)}))
    assert features["neighbour_distance"] == 0
    assert "coverage_q50" not in features


def test_no_candidates_leave_the_counts() -> None:
    pool = Pool(np.empty(0, np.int64), np.arange(6), SignalSet({"sketch": Column(SKETCH)}, pool_size=6))
    features = state_features(Situation(pool, loop=3, pool_size=6, classes=2))
    assert features["unlabeled_share"] == 0
    assert "batch_share" not in features
    assert "neighbour_distance" not in features


def test_large_pools_are_looked_at_through_a_sample_of_all_of_them() -> None:
    count = 200_000
    margins = np.linspace(0, 1, count, dtype=np.float32)
    pool = Pool(np.arange(count), np.empty(0, np.int64), SignalSet({"margin": Column(margins)}, pool_size=count))
    features = state_features(Situation(pool, loop=1, pool_size=count))
    for quantile in (10, 25, 50, 75, 90):
        assert features[f"margin_q{quantile}"] == pytest.approx(quantile / 100, abs=1e-3)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sets(st.sampled_from(["probabilities", "margin", "sketch", "loss", "typicality"])))
def test_features_are_defined_finite_and_repeatable(seed: int, names: set[str]) -> None:
    rng = np.random.default_rng(seed)
    columns = {
        "probabilities": Column(rng.dirichlet(np.ones(3), 4).astype(np.float32), UNLABELED),
        "margin": Column(rng.random(4, dtype=np.float32), UNLABELED),
        "sketch": Column(rng.integers(0, 2, (6, 3)).astype(np.float16)),
        "loss": Column(rng.random(2, dtype=np.float32), LABELED),
        "typicality": Column(rng.random(6, dtype=np.float32)),
    }
    asked = situation({name: columns[name] for name in names}, classes=None)
    before = {name: column.values.tobytes() for name, column in columns.items()}
    features = state_features(asked)
    assert set(features) <= set(FEATURES)
    assert all(type(value) is float and np.isfinite(value) for value in features.values())
    assert features == state_features(asked)
    assert before == {name: column.values.tobytes() for name, column in columns.items()}
