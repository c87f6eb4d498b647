from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from loopwise import Engine
from loopwise.errors import InvalidInputError
from loopwise.local import LocalChannel
from loopwise.rpc import Rpc
from loopwise.signals import Column, SignalSet
from loopwise.strategies import Pool
from loopwise_engine.app import App
from loopwise_engine.policy import Plan, Policy, PriorPolicy, Situation
from loopwise_engine.policy.arms import ARMS
from loopwise_engine.settings import Settings
from loopwise_training.logged_decisions import (
    beside_random,
    predicted_rewards,
    prior_arm,
    read_decisions,
    report,
    target_of,
)
from loopwise_training.logs import export_logs
from loopwise_training.metacli import meta
from loopwise_training.off_policy import LEAST_EFFECTIVE, Log, estimate, mean_over, ratio_over

NAMES = list(ARMS)


def always(arm: int, count: int, arms: int = 2) -> NDArray[np.float64]:
    return np.tile(np.eye(arms)[arm], (count, 1))


def drawn(
    rng: np.random.Generator, experiments: int, loops: int = 8
) -> tuple[Log, NDArray[np.float64], NDArray[np.float64]]:
    """A log of a policy that explores two arms, the target's probabilities, and the true mean rewards of the arms."""
    count = experiments * loops
    of = np.repeat(np.arange(experiments), loops)
    context = rng.normal(size=count)
    first = 1 / (1 + np.exp(-context))  # likelier where it gains more
    propensities = np.column_stack((first, 1 - first))
    truth = np.column_stack((context, 0.5 - context / 2))
    followed = (rng.random(count) > first).astype(np.int64)
    noise = rng.normal(size=count) + rng.normal(size=experiments)[of]  # an experiment's loops are alike
    rewards = truth[np.arange(count), followed] + noise
    share = 1 / (1 + np.exp(2 * context))
    return Log(of, followed, propensities, rewards), np.column_stack((share, 1 - share)), truth


class TestEstimate:
    def test_by_hand(self) -> None:
        count = 40
        rewards = np.tile([1.0, 2.0], count // 2)
        followed = np.tile([0, 1], count // 2)
        log = Log(np.arange(count), followed, np.tile([0.25, 0.75], (count, 1)), rewards)
        found = estimate(log, always(0, count), np.tile([0.5, 9.0], (count, 1)))
        assert found.ips is not None
        assert found.snips is not None
        assert found.dr is not None
        assert found.logged is not None
        assert found.beside is not None
        assert (found.told, found.supported, found.effective) == (1, 1, 20)
        assert found.ips.mean == pytest.approx(4 * 1.0 / 2)  # every other decision, four times
        assert found.snips.mean == pytest.approx(1.0)
        assert found.dr.mean == pytest.approx(0.5 + 4 * 0.5 / 2)
        assert found.logged.mean == pytest.approx(1.5)
        assert found.beside.mean == pytest.approx(1.5 - 1.5)
        assert found.ips.error == pytest.approx(np.std([4.0, 0.0] * 20, ddof=1) / np.sqrt(count))
        assert found.snips.error == 0

    def test_errors_are_over_experiments(self) -> None:
        scores, experiments = np.array([1.0, 1.0, 3.0, 3.0, 5.0, 5.0]), np.array([0, 0, 1, 1, 2, 2])
        value = mean_over(scores, experiments)
        assert value.error == pytest.approx(np.std([1, 3, 5], ddof=1) / np.sqrt(3))
        assert (value.low, value.high) == pytest.approx((3 - 4.303 * value.error, 3 + 4.303 * value.error), abs=1e-3)
        assert ratio_over(2 * scores, scores, experiments).error == 0

    def test_nothing_is_said_where_the_logs_never_went(self) -> None:
        count = 100
        sure = Log(np.arange(count), np.zeros(count, np.int64), always(0, count), np.arange(count) / count)
        other = estimate(sure, always(1, count), np.zeros((count, 2)))
        assert (other.supported, other.effective) == (0, 0)
        assert other.ips is other.snips is other.dr is other.beside is None
        assert other.why_none == "the logs followed it 0 times, effectively"
        half = np.where(np.arange(count)[:, None] % 2 == 0, always(0, count), always(1, count))
        agreed = estimate(sure, half, np.random.default_rng(0).normal(size=(count, 2)))
        assert agreed.supported == 0.5
        assert agreed.beside is not None
        assert (agreed.beside.mean, agreed.beside.error) == pytest.approx((0, 0))  # where they agree they are equal

    def test_few_or_unknown_decisions_give_no_estimate(self) -> None:
        log, target, _ = drawn(np.random.default_rng(0), 30)
        predicted = np.zeros_like(target)
        rare = replace(log, propensities=np.tile([0.001, 0.999], (len(target), 1)), followed=np.ones(len(target), int))
        rare.followed[:3] = 0
        found = estimate(rare, always(0, len(target)), predicted)
        assert found.supported == 1
        assert found.effective == pytest.approx(3)
        assert found.ips is None
        assert found.why_none is not None
        one = estimate(replace(log, experiments=np.zeros_like(log.experiments)), target, predicted)
        assert one.effective > LEAST_EFFECTIVE
        assert one.why_none == "it was followed in fewer than 5 experiments"
        unknown = estimate(log, np.full_like(target, np.nan), predicted)
        assert (unknown.told, unknown.why_none) == (0, "the logs do not tell what it would have done")
        part = estimate(log, np.where(np.arange(len(target))[:, None] < 120, target, np.nan), predicted)
        assert part.told == 0.5
        assert part.ips is not None

    def test_intervals_cover_the_truth_and_a_wrong_direct_model_does_no_harm(self) -> None:
        logs = 400
        covered = {"ips": 0, "snips": 0, "dr": 0, "wrong": 0}
        gaps: dict[str, list[float]] = {name: [] for name in covered}
        errors: dict[str, list[float]] = {name: [] for name in covered}
        for seed in range(logs):
            log, target, truth = drawn(np.random.default_rng(seed), 40)
            value = float((target * truth).sum(axis=1).mean())
            right, wrong = estimate(log, target, truth), estimate(log, target, 3 - truth)
            for name, found in (("ips", right.ips), ("snips", right.snips), ("dr", right.dr), ("wrong", wrong.dr)):
                assert found is not None
                covered[name] += found.low <= value <= found.high
                gaps[name].append(found.mean - value)
                errors[name].append(found.error)
        for name, count in covered.items():
            assert 0.90 <= count / logs <= 0.995
            if name != "snips":  # which is a little biased, for less variance
                assert abs(np.mean(gaps[name])) < 3 * np.std(gaps[name]) / np.sqrt(logs)
        assert np.mean(errors["dr"]) < 0.95 * np.mean(errors["ips"])
        assert np.mean(errors["wrong"]) > np.mean(errors["dr"])


class Coin(Policy):
    """Follows margin with probability 3/4, else refine; the engine's own random share is kept."""

    name: ClassVar[str] = "coin"
    version: ClassVar[str] = "1"

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)
        self.followed: list[str] = []

    def decide(self, situation: Situation) -> Plan:
        plan = PriorPolicy().decide(situation)
        if not plan.features.get("has_margin"):
            return plan
        arm = "margin" if self.rng.random() < 0.75 else "refine"
        self.followed.append(arm)
        blend = replace(ARMS[arm](plan.batch_size, len(situation.pool.unlabeled)), random_share=situation.random_share)
        features = {**plan.features, "margin/propensity": 0.75, "refine/propensity": 0.25}
        return replace(plan, blend=blend, features=features)


def run_eight(folder: Path, settings: Settings, policy: Policy | None = None) -> Path:
    """Logs of eight experiments with four decisions of the policy each, by a real engine."""
    rng = np.random.default_rng(1)
    app = App(settings, policy=policy)
    with closing(Engine(Rpc(LocalChannel(app.generic_handlers, app.interceptors, app.close)), settings.db)) as engine:
        for number in range(8):
            X = rng.normal(size=(80, 3)).astype(np.float32)
            with engine.experiment(
                f"{number:03d}",
                pool=range(80),
                classes=2,
                embeddings=X,
                batch_size=5,
                random_share=0.2,
                seed=number + 1,
                journal=folder / f"{number}.journal",
            ) as experiment:
                for loop in range(5):
                    batch = experiment.ask()
                    experiment.tell(batch, rng.integers(2, size=len(batch)))
                    p = rng.random(80, np.float32)
                    experiment.report(np.column_stack((p, 1 - p)), metrics={"accuracy": 0.5 + 0.01 * loop**2})
    export_logs(settings.db, folder / "runs")
    return folder / "runs"


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Coin]:
    folder, coin = tmp_path_factory.mktemp("logged"), Coin()
    return run_eight(folder, Settings(db=f"sqlite:///{folder}/engine.db"), coin), coin


class TestLogs:
    def test_what_was_followed_is_read_with_its_propensity_and_reward(self, logged: tuple[Path, Coin]) -> None:
        folder, coin = logged
        decisions = read_decisions(folder, "accuracy")
        log = decisions.log
        assert [NAMES[arm] for arm in log.followed] == coin.followed
        assert log.propensities[:, NAMES.index("margin")] == pytest.approx(0.75)
        assert log.propensities.sum(axis=1) == pytest.approx(1)
        assert np.bincount(log.experiments).tolist() == [4] * 8
        assert log.rewards.reshape(8, 4) == pytest.approx(np.tile(0.01 * (2 * np.arange(4) + 1), (8, 1)))
        assert all(features["labeled_count"] == 5 * (1 + row % 4) for row, features in enumerate(decisions.features))
        assert predicted_rewards(decisions).shape == (32, len(ARMS))

    def test_rewards_of_the_labels_themselves(self, logged: tuple[Path, Coin]) -> None:
        surprise = read_decisions(logged[0], "surprise").log.rewards
        assert len(surprise) == 32
        assert set((5 * surprise).round(6).tolist()) <= {0, 1, 2, 3, 4, 5}
        assert (read_decisions(logged[0], "loss").log.rewards > 0).all()

    @pytest.mark.parametrize("policy", ["prior", "meta", "blend"])
    def test_an_engine_that_explores_tells_of_every_arm(self, tmp_path: Path, policy: str) -> None:
        folder = run_eight(tmp_path, Settings(db=f"sqlite:///{tmp_path}/engine.db", policy=policy, explore=1.0))
        log = read_decisions(folder, "accuracy").log
        assert log.propensities == pytest.approx(1 / len(ARMS))
        assert set(log.followed) == set(range(len(ARMS)))
        found = report(folder, ["margin", "refine"], "accuracy", None)
        assert {name: of["supported"] for name, of in found["policies"].items()} == {"margin": 1, "refine": 1}

    def test_without_propensities_the_policy_was_sure(self, logged: tuple[Path, Coin], tmp_path: Path) -> None:
        with (
            closing(Engine(*_engine(f"sqlite:///{tmp_path}/sure.db"))) as engine,
            engine.experiment(
                "sure",
                pool=range(40),
                classes=2,
                batch_size=4,
                random_share=0.0,
                strategy="entropy",
                journal=tmp_path / "j",
            ) as experiment,
        ):
            for _ in range(3):
                batch = experiment.ask()
                experiment.tell(batch, [0] * len(batch))
                experiment.report(np.full((40, 2), 0.5, np.float32), metrics={"accuracy": 0.5})
        export_logs(f"sqlite:///{tmp_path}/sure.db", tmp_path / "runs")
        log = read_decisions(tmp_path / "runs", "accuracy").log
        assert log.followed.tolist() == [-1, -1]  # entropy is no arm
        assert not log.propensities.any()
        found = report(tmp_path / "runs", ["margin"], "surprise", None)  # which no random record is compared with
        assert found["random"] is None
        assert found["policies"]["margin"]["supported"] == 0

    def test_random_records_stand_for_all_that_strategies_left(self, logged: tuple[Path, Coin]) -> None:
        found = beside_random(logged[0], "surprise")
        assert found is not None
        chosen, random, draws = found
        assert draws == 32  # a fifth of batches of five
        assert chosen.mean == pytest.approx(0.5, abs=4 * chosen.error)  # labels are coins
        assert random.mean == pytest.approx(0.5, abs=4 * random.error)
        assert random.error > chosen.error

    def test_unknown_names_are_refused(self, logged: tuple[Path, Coin], tmp_path: Path) -> None:
        decisions = read_decisions(logged[0], "accuracy")
        with pytest.raises(InvalidInputError, match="no policy 'marign' to estimate"):
            target_of(decisions, "marign")
        with pytest.raises(InvalidInputError, match="say which model"):
            target_of(decisions, "meta")
        with pytest.raises(InvalidInputError, match=r"no decision in .* has the reward 'f1'"):
            read_decisions(logged[0], "f1")
        with pytest.raises(InvalidInputError, match="holds no logged runs"):
            read_decisions(tmp_path, "accuracy")

    def test_command(self, logged: tuple[Path, Coin]) -> None:
        arguments = ["estimate", "--logs", str(logged[0]), "--policies", "margin,refine,likely_errors"]
        table = CliRunner().invoke(meta, arguments)
        assert table.exit_code == 0, table.output
        assert "32 decisions of 8 experiments" in table.output
        assert "likely_errors: no estimate, for the logs followed it 0 times, effectively." in table.output
        found = json.loads(CliRunner().invoke(meta, [*arguments, "--reward", "surprise", "--json"]).stdout)
        margin = found["policies"]["margin"]
        assert margin["supported"] == 1
        assert margin["ips"]["low"] < 0.5 < margin["ips"]["high"]
        assert found["policies"]["likely_errors"]["ips"] is None
        assert found["random"]["draws"] == 32


def _engine(url: str) -> tuple[Rpc, str]:
    app = App(Settings(db=url))
    return Rpc(LocalChannel(app.generic_handlers, app.interceptors, app.close)), url


@pytest.mark.parametrize(("labeled", "size"), [(8, 5), (60, 5), (8, 1)])
def test_the_prior_policy_is_told_from_its_features(labeled: int, size: int) -> None:
    rng = np.random.default_rng(0)
    known = {
        "sketch": Column(rng.normal(size=(100, 4)).astype(np.float32)),
        "probabilities": Column(rng.dirichlet(np.ones(2), 100 - labeled).astype(np.float32), np.arange(labeled, 100)),
    }
    pool = Pool(np.arange(labeled, 100), np.arange(labeled), SignalSet(known, pool_size=100))
    plan = PriorPolicy().decide(Situation(pool, loop=2, pool_size=100, classes=2, batch_size=size))
    assert [part.strategy for part in plan.blend.parts] == [prior_arm(plan.features)]
    without = Pool(pool.unlabeled, pool.labeled, SignalSet({"probabilities": known["probabilities"]}, pool_size=100))
    unlike = PriorPolicy().decide(Situation(without, loop=2, pool_size=100, classes=2, batch_size=size))
    assert prior_arm(unlike.features) == ""
