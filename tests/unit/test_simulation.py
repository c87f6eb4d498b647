from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from loopwise.errors import InvalidInputError
from loopwise_engine.policy.arms import ARMS, DEFAULT
from loopwise_engine.policy.descriptors import DESCRIPTORS
from loopwise_training.corpus.synthetic import synthetic
from loopwise_training.fit import read_runs
from loopwise_training.metacli import meta
from loopwise_training.rollouts import EMBEDDINGS, STEPS, recipe
from loopwise_training.simulation import MADE_OF, simulate

DATA = [synthetic(number).take(np.arange(200), f"synthetic_{number}") for number in (1, 4)]
MODELS = ("bayes", "neighbours")


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.concat(pd.read_parquet(part / name) for part in sorted(folder.glob("part-*")))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "runs"
    assert len(list(simulate(DATA, MODELS, 10, folder, seed=0, jobs=1))) == 2
    return folder


class TestSimulate:
    def test_what_is_logged_is_what_an_engine_logs(self, runs: Path) -> None:
        experiments, loops, features = (table(runs, name) for name in ("experiments", "loops", "features"))
        assert len(experiments) == len(table(runs, "simulations")) == 10
        assert (
            loops.groupby("experiment", observed=True).size() == experiments.set_index("experiment").loop_count
        ).all()
        assert {"margin_mean", "neighbour_agreement", "correct_last"} <= set(features.name)
        assert (runs / "part-00000" / "manifest.json").exists()

    def test_every_arm_that_can_choose_is_rolled_out_from_the_same_states(self, runs: Path) -> None:
        rollouts = table(runs, "rollouts")
        assert set(rollouts.arm) == set(ARMS)
        assert set(rollouts.step) == set(range(1, STEPS + 1))
        simulations = table(runs, "simulations")
        sketched = dict(zip(simulations.experiment, simulations.embeddings != "none", strict=True))
        for (experiment, _), state in rollouts[rollouts.step == 1].groupby(["experiment", "loop"], observed=True):
            assert state.arm.is_unique
            if sketched[str(experiment)]:
                assert set(state.arm) == set(ARMS)
        assert rollouts.accuracy.between(0, 1).all()
        assert rollouts.likelihood.between(np.log(0.01), 0).all()

    def test_states_know_what_every_arm_would_pick(self, runs: Path) -> None:
        features, rollouts = table(runs, "features"), table(runs, "rollouts")
        states = rollouts[["experiment", "loop", "arm"]].drop_duplicates()
        of_arms = features[features.name.str.contains("/") & ~features.name.str.startswith("labels/")]
        of_arms = of_arms[of_arms.name.str.split("/").str[0].isin(ARMS) & ~of_arms.name.str.endswith("/propensity")]
        arm, descriptor = of_arms.name.str.split("/").str[0], of_arms.name.str.split("/").str[1]
        assert set(descriptor) == set(DESCRIPTORS)
        described = set(zip(of_arms.experiment, of_arms.loop, arm, strict=True))
        assert described == set(states.itertuples(index=False, name=None))

    def test_every_arm_has_a_propensity_and_arms_are_followed_as_often(self, runs: Path) -> None:
        features, decisions = table(runs, "features"), table(runs, "decisions")
        of_arms = features[features.name.str.endswith("/propensity")]
        states = of_arms.groupby(["experiment", "loop"], observed=True).value
        assert states.sum().to_numpy() == pytest.approx(1)
        assert len(states) > 0
        explored = decisions[decisions.reason.str.startswith("Explores ")]
        assert len(explored) == states.ngroups
        followed = explored.assign(name=explored.reason.str[len("Explores ") : -1] + "/propensity")
        chances = followed.merge(of_arms, on=["experiment", "loop", "name"])
        assert len(chances) == len(explored)
        assert (chances.value > 0).all()
        default = of_arms[of_arms.name == f"{DEFAULT}/propensity"].set_index(["experiment", "loop"]).value
        was = followed.set_index(["experiment", "loop"]).name == f"{DEFAULT}/propensity"
        gap = (was.astype(float) - default.reindex(was.index).fillna(0)).to_numpy()
        assert abs(gap.mean()) < 4 * gap.std() / np.sqrt(len(gap))

    def test_goes_on_where_it_stopped_and_is_the_same_in_any_process(self, runs: Path, tmp_path: Path) -> None:
        again = tmp_path / "runs"
        shutil.copytree(runs, again)
        shutil.rmtree(again / "part-00001")
        (again / "unfinished-of-a-crash").mkdir()
        kept = (again / "part-00000" / "manifest.json").stat().st_mtime_ns
        found = {path.name for path in simulate(DATA, MODELS, 10, again, seed=0, jobs=2)}
        assert found == {"part-00000", "part-00001"}
        assert (again / "part-00000" / "manifest.json").stat().st_mtime_ns == kept
        shorter = [path.name for path in simulate(DATA, MODELS, 9, again, seed=0, jobs=1)]
        assert shorter == ["part-00000", "part-00001"]
        assert len(table(again, "simulations")) == 10  # nothing is thrown away
        list(simulate(DATA, MODELS, 10, again, seed=0, jobs=1))
        for name in ("rollouts", "features", "metrics", "simulations"):
            pd.testing.assert_frame_equal(table(runs, name), table(again, name))

    @pytest.mark.parametrize(
        ("change", "named"),
        [
            ({"seed": 1}, "other seed:"),
            ({"models": MODELS[:1]}, "other models:"),
            ({"datasets": DATA[:1]}, "other data sets:"),
            ({"datasets": [replace(DATA[0], y=1 - DATA[0].y), DATA[1]]}, "other data sets:"),
            ({"datasets": [DATA[0].take(np.arange(100), DATA[0].name), DATA[1]]}, "other data sets:"),
        ],
    )
    def test_a_folder_holds_experiments_of_one_kind(self, runs: Path, change: dict[str, Any], named: str) -> None:
        before = sorted(path.stat().st_mtime_ns for path in runs.rglob("*"))
        asked: dict[str, Any] = {"datasets": DATA, "models": MODELS, "seed": 0} | change
        with pytest.raises(InvalidInputError, match=named):
            list(simulate(**asked, count=10, folder=runs, jobs=1))
        assert sorted(path.stat().st_mtime_ns for path in runs.rglob("*")) == before

    def test_nor_of_an_unknown_one(self, runs: Path, tmp_path: Path) -> None:
        shutil.copytree(runs / "part-00000", tmp_path / "runs" / "part-00000")
        with pytest.raises(InvalidInputError, match=r"no made_of\.json"):
            list(simulate(DATA, MODELS, 10, tmp_path / "runs", seed=0, jobs=1))

    def test_nor_of_two_builds(self, runs: Path, tmp_path: Path) -> None:
        (tmp_path / "runs").mkdir()
        made_of = json.loads((runs / MADE_OF).read_text())
        build = next(name for name in made_of if name.startswith("loopwise"))
        (tmp_path / "runs" / MADE_OF).write_text(json.dumps(made_of | {build: "another one"}))
        with pytest.raises(InvalidInputError, match="other loopwise"):
            list(simulate(DATA, MODELS, 10, tmp_path / "runs", seed=0, jobs=1))

    @pytest.mark.parametrize("damage", ["{", "\xff", "[1]"])
    def test_a_damaged_file_is_named(self, tmp_path: Path, damage: str) -> None:
        (tmp_path / MADE_OF).write_text(damage, "latin-1")
        with pytest.raises(InvalidInputError, match=r"made_of\.json is damaged"):
            list(simulate(DATA, MODELS, 10, tmp_path, seed=0, jobs=1))
        with pytest.raises(InvalidInputError, match=r"made_of\.json is damaged"):
            read_runs(tmp_path)


def test_recipes_differ_and_follow_from_the_seed() -> None:
    made, again, other = ([recipe(number, DATA, MODELS, seed) for number in range(200)] for seed in (0, 0, 1))
    assert {one.model for one in made} == set(MODELS)
    assert len({one.pool for one in made}) > 40
    assert {one.embeddings for one in made} == set(EMBEDDINGS)
    assert 0 < sum(one.batch_size == 1 for one in made) < 30
    assert {one.initial == 0 for one in made} == {True, False}
    assert [one.dataset.name for one in made[:2]] == [one.name for one in DATA]
    assert all(one.dataset.family == DATA[number % 2].family for number, one in enumerate(made))
    assert [one.batch_size for one in made] == [one.batch_size for one in again]
    assert [one.batch_size for one in made] != [one.batch_size for one in other]


def test_command(tmp_path: Path) -> None:
    arguments = ["--synthetic", "1", "--models", "bayes", "--experiments", "1", "--jobs", "1"]
    arguments = ["simulate", *arguments, "--out", str(tmp_path / "runs")]
    result = CliRunner().invoke(meta, arguments)
    assert result.exit_code == 0, result.output
    assert "1 experiments on 4 data sets of 4 families" in result.output
