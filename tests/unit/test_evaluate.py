from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy import stats

from loopwise.errors import InvalidInputError
from loopwise_engine.policy import Plan, PriorPolicy, Situation
from loopwise_training.best_arm import BEST_ARM, best_arm
from loopwise_training.comparison import critical_difference, difference, holm, summarise
from loopwise_training.corpus.synthetic import synthetic
from loopwise_training.evaluate import Row, evaluate
from loopwise_training.metacli import meta
from loopwise_training.models import MODELS
from loopwise_training.protocols import PROTOCOLS, protocol
from loopwise_training.trial import Split, Trial

DATA = [synthetic(1), synthetic(7)]
"""Two classes, and ten uneven ones."""


class TestProtocols:
    @pytest.mark.parametrize("name", PROTOCOLS)
    def test_pool_and_test_set_share_no_record_and_depend_on_the_seed_alone(self, name: str) -> None:
        for dataset in DATA:
            split, again, other = (PROTOCOLS[name].split(dataset, seed) for seed in (0, 0, 1))
            rows = {row.tobytes() for row in split.X_pool}
            assert not rows & {row.tobytes() for row in split.X_test}
            assert (split.X_pool == again.X_pool).all()
            assert split.X_pool.shape != other.X_pool.shape or (split.X_pool != other.X_pool).any()
            assert np.abs(split.X_pool).max() <= 10

    def test_features_are_standardised_by_the_pool_alone(self) -> None:
        split = PROTOCOLS["rebench"].split(DATA[0], 0)
        assert split.X_pool.mean(axis=0) == pytest.approx(0, abs=1e-5)
        assert split.X_pool.std(axis=0) == pytest.approx(1, abs=1e-4)
        assert len(split.y_test) == round(0.4 * len(DATA[0].y))

    @pytest.mark.parametrize(
        ("name", "initial", "loops", "labels"),
        [
            ("loops20", 10, 20, 210),
            ("rebench", 20, None, None),
            ("coldstart", 0, 10, 100),
            ("bigbatch", 10, 4, 298),
            ("bigpool", 10, 20, 0),
        ],
    )
    def test_labels_are_as_described(self, name: str, initial: int, loops: int | None, labels: int | None) -> None:
        split = PROTOCOLS[name].split(DATA[0], 0)
        start = PROTOCOLS[name].start(split, 0)
        sizes = PROTOCOLS[name].batches(len(split.y_pool), len(start))
        pool = len(split.y_pool)
        assert len(start) == initial
        assert len(sizes) == (pool - initial if loops is None else loops)
        expected = (
            pool
            if labels is None
            else {"loops20": 0.35 * pool, "bigbatch": 0.5 * pool, "bigpool": 0.1 * pool}.get(name, labels)
        )
        assert len(start) + sum(sizes) == pytest.approx(expected, abs=len(sizes) / 2)

    def test_imbalance_leaves_a_tenth_of_the_rarer_classes(self) -> None:
        split = PROTOCOLS["imbalance"].split(DATA[0], 0)
        common, rare = np.sort(np.bincount(split.y_pool))[::-1]
        assert rare == pytest.approx(common / 10, abs=1)
        assert np.bincount(split.y_test).min() > 0.4 * len(split.y_test)  # as it was

    def test_an_unknown_one_is_refused(self) -> None:
        with pytest.raises(InvalidInputError, match="no protocol 'loops21'; there are loops20"):
            protocol("loops21")


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", MODELS)
def test_models_know_what_they_were_taught(name: str) -> None:
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(loc=4 * k, size=(40, 3)) for k in range(3)])
    y = np.repeat([0, 1, 2], 40)
    model = MODELS[name](0)
    model.fit(X, y)
    probabilities = model.predict_proba(X)
    assert probabilities.shape == (120, 3)
    assert probabilities.sum(axis=1) == pytest.approx(1)
    assert (model.predict(X) == y).mean() > 0.95
    assert (model.classes_[probabilities.argmax(axis=1)] == y).mean() > 0.95


def test_probabilities_sum_to_one_where_a_model_rounds() -> None:
    """Two classes that are alike, seen from afar: the logarithms of naive Bayes are too large for single precision."""
    X = np.repeat(np.random.default_rng(0).normal(size=(30, 3)), 2, axis=0).astype(np.float32)
    y, afar = np.arange(60) % 2, 100 * X
    bayes = MODELS["bayes"](0)
    bayes.fit(X, y)
    assert np.abs(bayes.predict_proba(afar).sum(axis=1) - 1).max() > 1e-3
    trial = Trial(Split(X, y, X[:5], y[:5]), lambda: MODELS["bayes"](0), batch_size=5, embeddings=X)
    assert np.abs(trial.predictions(np.arange(60), afar).sum(axis=1) - 1).max() < 5e-4


class TestEvaluate:
    @pytest.mark.parametrize("name", ["loops20", "coldstart", "bigbatch"])
    def test_figures_are_the_same_whatever_the_number_of_jobs(self, name: str) -> None:
        def figures(jobs: int) -> list[Row]:
            found = evaluate(DATA, PROTOCOLS[name], ["prior", "margin", "margin_k_center"], ["bayes"], 2, jobs)
            return sorted((row for rows in found for row in rows), key=lambda r: (r.dataset, r.seed, r.strategy))

        rows = figures(1)
        assert rows == figures(2)
        assert len(rows) == 12
        for row in rows:
            assert row.aubc == pytest.approx(np.trapezoid(row.curve, row.labels) / (row.labels[-1] - row.labels[0]))
            assert row.labels == sorted(set(row.labels))

    def test_rebench_ends_where_the_pool_does_and_all_end_alike(self) -> None:
        small = DATA[1].take(np.arange(100), "small")
        rows = next(evaluate([small], PROTOCOLS["rebench"], ["margin", "random"], ["bayes"], 1, 1))
        assert [row.labels[-1] for row in rows] == [60, 60]
        assert rows[0].curve[0] == rows[1].curve[0]
        assert rows[0].curve[-1] == rows[1].curve[-1]
        assert rows[0].curve != rows[1].curve

    def test_a_schedule_spends_as_much_in_as_many_growing_batches(self) -> None:
        names = ["margin", "margin+schedule", "margin+schedule+infer=0.25"]
        equal, growing, part = next(evaluate(DATA[:1], PROTOCOLS["loops10"], names, ["bayes"], 1, 1))
        assert [row.strategy for row in (equal, growing, part)] == names
        assert growing.labels == [10, 16, 23, 32, 43, 57, 74, 96, 123, 157, 200]
        assert equal.labels == list(range(10, 201, 19))
        assert growing.curve[0] == equal.curve[0]
        assert growing.curve != equal.curve
        assert part.labels == growing.labels
        assert part.inference < 0.4 < growing.inference

    def test_where_models_look_at_a_part_batches_are_chosen_from_it(self) -> None:
        names = ["prior", "prior+infer=0.25", "margin+infer=0.25"]
        whole, part, by_margin = next(evaluate(DATA[:1], PROTOCOLS["loops20"], names, ["bayes"], 1, 1))
        assert [row.strategy for row in (whole, part, by_margin)] == names
        assert whole.inference == 1
        assert 0.25 < part.inference < 0.32  # the first model looks at all of them
        assert part.inference == by_margin.inference
        assert part.labels == whole.labels
        assert part.curve[:2] == whole.curve[:2]
        assert part.curve != whole.curve != by_margin.curve

    @pytest.mark.parametrize(("protocol", "first"), [("loops20", 1), ("coldstart", 0)])
    def test_labels_to_begin_with_come_after_loop_0_as_in_an_engine(self, protocol: str, first: int) -> None:
        told: list[int] = []

        class Counting(PriorPolicy):
            def decide(self, situation: Situation) -> Plan:
                told.append(situation.loop)
                return super().decide(situation)

        next(evaluate(DATA[:1], PROTOCOLS[protocol], ["own"], ["bayes"], 1, 1, {"own": Counting()}))
        assert told == list(range(first, first + len(told)))

    @pytest.mark.parametrize("share", ["0", "1.5", "-1", "nan", "half", ""])
    def test_a_share_that_is_none_is_refused(self, share: str) -> None:
        with pytest.raises(InvalidInputError, match=r"a number in \(0, 1\] must follow \+infer=, not"):
            next(evaluate(DATA, PROTOCOLS["loops20"], [f"prior+infer={share}"], ["bayes"], 1, 1))

    def test_unknown_names_are_refused_before_anything_runs(self) -> None:
        with pytest.raises(InvalidInputError, match="no policy, arm or strategy 'marign'"):
            next(evaluate(DATA, PROTOCOLS["loops20"], ["marign"], ["bayes"], 1, 1))
        with pytest.raises(InvalidInputError, match="no model 'bayse'"):
            next(evaluate(DATA, PROTOCOLS["loops20"], ["margin"], ["bayse"], 1, 1))
        with pytest.raises(InvalidInputError, match="meta follows a model that must be given; the shipped one is"):
            next(evaluate(DATA, PROTOCOLS["loops20"], ["meta"], ["bayes"], 1, 1))

    def test_the_policy_is_the_shipped_model_and_is_not_judged_by_what_it_has_seen(self) -> None:
        unseen = replace(DATA[0], name="unseen", family="unseen")
        policy, prior = next(evaluate([unseen], PROTOCOLS["coldstart"], ["policy", "prior"], ["bayes"], 1, 1))
        assert (policy.strategy, prior.strategy) == ("policy", "prior")
        assert policy.curve[0] == prior.curve[0]  # before there is a model
        assert policy.inference == prior.inference == 1
        with pytest.raises(InvalidInputError, match=f"was trained on {DATA[1].name} or its family"):
            next(evaluate([unseen, DATA[1]], PROTOCOLS["coldstart"], ["policy"], ["bayes"], 1, 1))


def rows_of(**curves: list[list[float]]) -> list[Row]:
    """For each strategy a curve for each data set and seed: (data sets, seeds) final accuracies."""
    return [
        Row(f"d{d}", f"d{d}", "m", seed, name, value, value, [0.5, value], [0.5, value], [10, 20])
        for name, sets in curves.items()
        for d, seeds in enumerate(sets)
        for seed, value in enumerate(seeds)
    ]


class TestComparison:
    ROWS = rows_of(
        a=[[0.80, 0.82, 0.81], [0.70, 0.71, 0.70], [0.60, 0.60, 0.60]],
        b=[[0.70, 0.71, 0.72], [0.72, 0.73, 0.72], [0.60, 0.60, 0.60]],
    )

    def test_differences_are_over_data_sets_in_points(self) -> None:
        found = difference(self.ROWS, "a", "b")
        gaps = [10.0, -2.0, 0.0]
        assert found.mean == pytest.approx(np.mean(gaps))
        assert found.standard_error == pytest.approx(stats.sem(gaps))
        assert (found.wins, found.ties, found.losses) == (1, 1, 1)
        assert found.quantile_10 == pytest.approx(np.quantile(gaps, 0.1))
        assert found.worse == ["d1"]  # the same 2 points in every run; d2 is equal
        assert difference(self.ROWS, "b", "a").worse == ["d0"]

    def test_one_data_set_has_no_error(self) -> None:
        found = difference(rows_of(a=[[0.8, 0.9]], b=[[0.7, 0.7]]), "a", "b")
        assert found.mean == pytest.approx(15)
        assert found.standard_error is None

    def test_labels_saved_are_those_not_needed_for_the_others_final_accuracy(self) -> None:
        a = Row("d", "d", "m", 0, "a", 0, 0, [0.5, 0.7, 0.9], [], [10, 20, 40])
        b = Row("d", "d", "m", 0, "b", 0, 0, [0.5, 0.6, 0.7], [], [10, 20, 40])
        assert difference([a, b], "a", "b").labels_saved == pytest.approx(0.5)
        assert difference([a, b], "b", "a").labels_saved == 0
        early = Row("d", "d", "m", 0, "b", 0, 0, [0.5, 0.7, 0.7], [], [10, 20, 40])  # was there with half of its own
        assert difference([a, early], "a", "b").labels_saved == pytest.approx(0.5)

    def test_balanced_accuracy_is_compared_likewise(self) -> None:
        pairs = [(0.9, 0.5), (0.8, 0.5), (0.7, 0.6)]
        rows = [
            Row(f"d{i}", "d", "m", 0, name, 0.5, of_classes, [0.5], [], [10])
            for i, pair in enumerate(pairs)
            for name, of_classes in zip("ab", pair, strict=True)
        ]
        found = difference(rows, "a", "b")
        gaps = [100 * (a - b) for a, b in pairs]
        assert (found.mean, found.wilcoxon_p) == (0, 1)
        assert found.balanced_mean == pytest.approx(np.mean(gaps))
        assert found.balanced_standard_error == pytest.approx(stats.sem(gaps))
        assert found.balanced_wilcoxon_p == pytest.approx(stats.wilcoxon(gaps).pvalue)

    def test_one_run_tells_nothing_of_a_single_data_set(self) -> None:
        assert difference(rows_of(a=[[0.1], [0.2]], b=[[0.9], [0.8]]), "a", "b").worse is None

    def test_the_best_arm_is_no_competitor(self) -> None:
        rows = rows_of(margin=[[0.9]] * 5, refine=[[0.8]] * 5, random=[[0.7]] * 5)
        with_copies = summarise(rows + best_arm(rows))
        assert with_copies["critical_difference"] == pytest.approx(critical_difference(3, 5))
        strategies: dict[str, dict[str, float]] = with_copies["strategies"]  # type: ignore[assignment]
        assert {name: figures["rank"] for name, figures in strategies.items()} == {
            "margin": 1,
            "refine": 2,
            "random": 3,
            BEST_ARM: None,
        }

    def test_holm_steps_down(self) -> None:
        assert holm({"a": 0.01, "b": 0.02, "c": 0.03, "d": 0.5}) == ["a"]  # 0.05 / 4, then 0.02 > 0.05 / 3
        assert holm({"a": 0.01, "b": 0.016, "c": 0.02, "d": 0.5}) == ["a", "b", "c"]
        assert holm({}) == []

    def test_critical_difference_is_demsars(self) -> None:
        # Table 5 of the paper: q = 2.569 for four classifiers; its example has 14 data sets.
        assert critical_difference(4, 14) == pytest.approx(2.569 * np.sqrt(4 * 5 / (6 * 14)), abs=2e-3)

    def test_schedules_are_compared_by_the_model_in_use(self) -> None:
        a = Row("d", "d", "m", 0, "a", 0, 0, [0.5, 0.7, 0.9], [], [10, 20, 40])
        b = Row("d", "d", "m", 0, "b", 0, 0, [0.5, 0.6, 0.9], [], [10, 30, 40])
        assert a.step_aubc == pytest.approx((10 * 0.5 + 20 * 0.7) / 30)
        assert b.step_aubc == pytest.approx((20 * 0.5 + 10 * 0.6) / 30)
        assert a.as_json()["step_aubc"] == a.step_aubc
        found = difference([a, b], "a", "b")
        assert found.step_mean == pytest.approx(100 * (a.step_aubc - b.step_aubc))
        assert summarise([a, b])["strategies"]["b"]["step_aubc"] == pytest.approx(100 * b.step_aubc)  # type: ignore[index]

    def test_a_summary_has_every_pair(self) -> None:
        summary = json.loads(json.dumps(summarise(self.ROWS)))
        assert summary["strategies"]["a"]["aubc"] == pytest.approx(100 * np.mean([0.81, 0.7033333, 0.6]))
        assert summary["strategies"]["a"]["rank"] == pytest.approx((1 + 2 + 1.5) / 3)
        assert {(d["strategy"], d["against"]) for d in summary["differences"]} == {("a", "b"), ("b", "a")}


class TestBestArm:
    def test_is_chosen_on_families_of_other_folds(self) -> None:
        """Margin is best on one family, by far; refine on the four others: only these four vote for themselves."""
        rows = rows_of(
            margin=[[0.9], [0.5], [0.5], [0.5], [0.5]],
            refine=[[0.1], [0.6], [0.6], [0.6], [0.6]],
            prior=[[1.0], [1.0], [1.0], [1.0], [1.0]],
        )
        found = {row.dataset: row.aubc for row in best_arm(rows)}
        # For d0 the others say refine. For each other one margin has 0.9 + 3 * 0.5 and refine 0.1 + 3 * 0.6: margin.
        assert found == {"d0": 0.1, "d1": 0.5, "d2": 0.5, "d3": 0.5, "d4": 0.5}
        assert {row.strategy for row in best_arm(rows)} == {BEST_ARM}

    def test_needs_arms_and_families_to_choose_by(self) -> None:
        assert best_arm(rows_of(margin=[[0.9]] * 5, prior=[[1.0]] * 5)) == []
        assert best_arm(rows_of(margin=[[0.9]] * 4, refine=[[1.0]] * 4)) == []


class TestCommand:
    def test_writes_figures_and_pictures_and_prints_a_table(self, tmp_path: Path) -> None:
        for dataset in DATA:
            pd.DataFrame(dataset.X).rename(columns=str).assign(label=dataset.y).to_parquet(
                tmp_path / f"{dataset.name}.parquet"
            )
        out, plots = tmp_path / "out" / "figures.json", tmp_path / "plots"
        arguments = ["--protocol", "bigbatch", "--models", "bayes", "--seeds", "2", "--jobs", "1"]
        paths = ["--data", str(tmp_path), "--out", str(out), "--plots", str(plots)]
        result = CliRunner().invoke(meta, ["evaluate", *paths, *arguments])
        assert result.exit_code == 0, result.output
        assert "2 data sets, 12 runs" in result.output
        written = json.loads(out.read_text())
        assert len(written["rows"]) == 12
        assert set(written["rows"][0]) >= {
            "dataset",
            "model",
            "seed",
            "strategy",
            "aubc",
            "balanced_aubc",
            "curve",
            "labels",
        }
        assert written["summary"]["datasets"] == 2
        assert {path.name for path in plots.iterdir()} == {"curves.png", "ranks.png"}

    def test_the_best_arm_is_beside_those_that_others_are_measured_by(self, tmp_path: Path) -> None:
        for number in range(5):
            small = synthetic(number).take(np.arange(120), "small")
            pd.DataFrame(small.X).rename(columns=str).assign(label=small.y).to_parquet(tmp_path / f"{number}.parquet")
        arguments = ["--protocol", "bigbatch", "--models", "bayes", "--seeds", "1", "--jobs", "1"]
        paths = ["--data", str(tmp_path), "--out", str(tmp_path / "figures.json")]
        result = CliRunner().invoke(meta, ["evaluate", *paths, *arguments, "--strategies", "margin,refine,random"])
        assert result.exit_code == 0, result.output
        lines = result.output.splitlines()
        assert "5 data sets, 15 runs; points of AUBC" in lines
        assert any(" ".join(line.split()).endswith("rank less refine less random less best arm") for line in lines)
        assert lines[-1].startswith("best arm")

    @pytest.mark.parametrize(
        ("more", "says"),
        [
            (["--strategies", "random,margin,random"], "the strategy random is named twice"),
            (["--strategies", "random,margin", "--models", "bayes,bayes"], "the model bayes is named twice"),
        ],
    )
    def test_a_name_that_comes_twice_is_refused_before_anything_runs(
        self, tmp_path: Path, more: list[str], says: str
    ) -> None:
        small = synthetic(0).take(np.arange(120), "small")
        pd.DataFrame(small.X).rename(columns=str).assign(label=small.y).to_parquet(tmp_path / "one.parquet")
        paths = ["--data", str(tmp_path), "--out", str(tmp_path / "figures.json"), "--jobs", "1"]
        result = CliRunner().invoke(meta, ["evaluate", *paths, *more])
        assert (result.exit_code, says in result.output) == (1, True), result.output
        pd.DataFrame(small.X).rename(columns=str).assign(label=small.y).to_csv(tmp_path / "one.csv", index=False)
        result = CliRunner().invoke(meta, ["evaluate", *paths])
        assert (result.exit_code, "two data sets that are called one" in result.output) == (1, True), result.output

    def test_imbalance_is_judged_by_balanced_accuracy(self, tmp_path: Path) -> None:
        small = synthetic(0).take(np.arange(300), "small")
        pd.DataFrame(small.X).rename(columns=str).assign(label=small.y).to_parquet(tmp_path / "one.parquet")
        arguments = ["--protocol", "imbalance", "--models", "bayes", "--seeds", "1", "--jobs", "1"]
        paths = ["--data", str(tmp_path), "--out", str(tmp_path / "figures.json")]
        result = CliRunner().invoke(meta, ["evaluate", *paths, *arguments])
        assert result.exit_code == 0, result.output
        gap = next(
            d
            for d in json.loads((tmp_path / "figures.json").read_text())["summary"]["differences"]
            if (d["strategy"], d["against"]) == ("prior", "random")
        )
        assert "differences of balanced AUBC" in result.output
        row = next(line for line in result.output.splitlines() if line.startswith("prior"))
        assert row.split()[-1] == f"{gap['balanced_mean']:+.2f}"

    def test_says_what_is_wrong(self, tmp_path: Path) -> None:
        result = CliRunner().invoke(meta, ["evaluate", "--data", str(tmp_path), "--out", str(tmp_path / "x.json")])
        assert result.exit_code == 1
        assert "holds no data set" in result.output
        assert not (tmp_path / "x.json").exists()
