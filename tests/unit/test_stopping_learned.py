"""Stopping as it is learned and judged: targets on curves made by hand, and the whole at toy size."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from joblib import parallel_config

from loopwise.errors import InvalidInputError
from loopwise.resources import StopAdvice, StopRule
from loopwise_engine.policy.stopping import RULES, Combination
from loopwise_training.comparison import summarise
from loopwise_training.corpus.synthetic import synthetic
from loopwise_training.evaluate import evaluate
from loopwise_training.metacli import meta
from loopwise_training.protocols import PROTOCOLS
from loopwise_training.stopping import best_stop, fit_stopping, judge, remaining, stops, summary
from loopwise_training.stopping_runs import LEAST, simulate
from tests.unit.test_evaluate import DATA

CURVE = [0.5, 0.7, 0.895, 0.90, 0.898, 0.902]
LABELS = [10, 20, 30, 40, 50, 60]


class TestHindsight:
    def test_remaining_is_what_the_curve_that_never_falls_still_rises(self) -> None:
        assert remaining([0.5, 0.7, 0.6, 0.9]) == pytest.approx([40, 25, 25, 0])
        assert remaining([0.9, 0.8, 0.7]) == pytest.approx([0, 0, 0])

    def test_the_best_stop_is_the_first_that_costs_no_more_than_a_point(self) -> None:
        assert best_stop(CURVE) == 2
        assert best_stop([0.5, 0.6, 0.7]) == 2
        assert best_stop([0.5, 0.505, 0.5]) == 0

    def test_a_stop_wastes_labels_or_loses_accuracy(self) -> None:
        early, best, late, never = (judge(CURVE, LABELS, stop) for stop in (1, 2, 4, None))
        assert early == pytest.approx({"stopped": 1, "wasted": 0, "lost": 19.5, "saved": 2 / 3, "cost": 20.2})
        assert best == pytest.approx({"stopped": 1, "wasted": 0, "lost": 0, "saved": 1 / 2, "cost": 0.7})
        assert late == pytest.approx({"stopped": 1, "wasted": 1 / 3, "lost": 0, "saved": 1 / 6, "cost": 0.3})
        assert never == pytest.approx({"stopped": 0, "wasted": 1 / 2, "lost": 0, "saved": 0, "cost": 0})
        assert summary([early, best, never])["right"] == 0.5

    def test_stops_are_where_a_rule_first_spoke(self) -> None:
        def said(confidence: float, *, stop: bool) -> StopAdvice:
            return StopAdvice(False, "", confidence, (StopRule("agreement", 0.9, stop),))

        advised = [
            (5, StopAdvice()),
            (10, said(0.6, stop=False)),
            (20, said(0.4, stop=True)),
            (30, said(0.85, stop=True)),
        ]
        found = {"agreement": 20, "confidence 0.5": 10, "confidence 0.8": 30, "confidence 0.9": None}
        assert stops(advised) == found
        assert stops([(5, StopAdvice())]) == {}


def states(experiments: int = 60, loops: int = 20) -> pd.DataFrame:
    """Curves of many lengths, and an agreement that tells, but for some noise, how far from its end each is."""
    rng = np.random.default_rng(0)
    rows = []
    for experiment in range(experiments):
        pace = rng.uniform(0.1, 1.0)
        for loop in range(loops):
            left = np.exp(-pace * loop)
            kappa = 1 - 0.3 * left * np.exp(rng.normal(0, 0.5))
            rows.append(
                {
                    "experiment": experiment,
                    "family": f"f{experiment % 10}",
                    "model": "bayes",
                    "labels": 10 + 10 * loop,
                    "accuracy": 0.9 - 0.3 * left,
                    "rule agreement": kappa,
                    "input agreement": RULES["agreement"].stretched(kappa),
                    "input growth": np.log2((10 + 10 * loop) / (10 * loop)) if loop else np.nan,
                }
            )
    return pd.DataFrame(rows)


class TestFit:
    LEARNED = fit_stopping(states())

    def test_agreement_counts_and_confidence_is_right_as_often_as_it_says(self) -> None:
        assert self.LEARNED.inputs["agreement"].weight < -0.5  # a small distance from 1 speaks for stopping
        assert self.LEARNED.cost[1] < 0
        assert 0.9 < self.LEARNED.thresholds["agreement"] < 1
        assert set(self.LEARNED.thresholds) == {"agreement"}
        assert sum(states for *_, states in self.LEARNED.origin["unseen"]["calibration"]) == 60 * 20
        tenths = np.array(self.LEARNED.origin["unseen"]["calibration"])
        assert np.average(np.abs(tenths[:, 0] - tenths[:, 1]), weights=tenths[:, 2]) < 0.1

    def test_on_unseen_families_the_surer_the_later(self) -> None:
        found = self.LEARNED.origin["unseen"]["stops"]
        at = [found[f"confidence {level}"] for level in (0.5, 0.8, 0.9)]
        assert at[0]["wasted"] < at[1]["wasted"] < at[2]["wasted"]
        assert at[0]["cost"] > at[1]["cost"] > at[2]["cost"]
        assert at[2]["right"] > 0.8

    def test_the_same_states_give_the_same_file_which_reads_back(self) -> None:
        shuffled = states().sample(frac=1, random_state=0)
        assert fit_stopping(shuffled).as_json() == self.LEARNED.as_json()
        assert Combination.from_json(self.LEARNED.as_json()).inputs == self.LEARNED.inputs

    def test_it_takes_families_enough(self) -> None:
        with pytest.raises(InvalidInputError, match="at least 5 families, not 4"):
            fit_stopping(states(4))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_simulated_experiments_are_the_same_whatever_the_number_of_jobs_and_hide_what_is_judged() -> None:
    datasets = [dataset for number in range(10) if len((dataset := synthetic(number)).y) >= LEAST][:2]
    with parallel_config("threading"):  # tests of evaluate have processes, which take seconds to start
        one, two = (pd.concat(simulate([*DATA[1:], *datasets], ["bayes"], 2, 0, jobs)) for jobs in (1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert len(DATA[1].y) < LEAST
    assert set(one["family"]) == {dataset.family for dataset in datasets}
    last = one.groupby("experiment").tail(1)
    assert (
        last[[f"rule {name}" for name in ("agreement", "max_uncertainty", "selected_accuracy", "plateau")]]
        .notna()
        .all(axis=None)
    )


def test_evaluation_judges_the_stops_of_policies() -> None:
    small = [dataset.take(np.arange(300), dataset.name) for dataset in DATA]
    rows = [
        row for found in evaluate(small, PROTOCOLS["stopping"], ["prior", "random"], ["bayes"], 1, 1) for row in found
    ]
    assert all((row.strategy == "prior") == bool(row.stops) for row in rows)
    assert all(stop in row.labels for row in rows for stop in row.stops.values() if stop is not None)
    found = json.loads(json.dumps(summarise(rows)["stopping"]))
    assert set(found) == {"prior"}
    assert {"agreement", "max_uncertainty", "confidence 0.8"} <= set(found["prior"])
    assert 0 <= found["prior"]["confidence 0.8"]["wasted"] <= 1


def test_the_command_writes_what_the_engine_reads(tmp_path: Path) -> None:
    arguments = ["--synthetic", "6", "--models", "bayes", "--experiments", "8", "--jobs", "1"]
    done = CliRunner().invoke(meta, ["fit-stop", *arguments, "--out", str(tmp_path / "stopping.json")])
    assert done.exit_code == 0, done.output
    assert "confidence 0.9" in done.output
    assert Combination.from_json((tmp_path / "stopping.json").read_text("utf-8")).origin["experiments"] == 8
