"""From simulated runs to a model, to a policy, to a decision that an engine serves: the whole of it, in small."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from loopwise import connect
from loopwise.errors import InvalidInputError
from loopwise.signals import Column, SignalSet
from loopwise.strategies import BlendMode, Pool
from loopwise_engine import metacli
from loopwise_engine.policy import FEATURES, MetaModel, MetaPolicy, ModelError, PriorPolicy, Situation
from loopwise_engine.policy.arms import ARMS, DEFAULT
from loopwise_engine.policy.descriptors import DESCRIPTORS
from loopwise_engine.policy.model import INPUTS, inputs, versions
from loopwise_training.corpus.families import with_families
from loopwise_training.corpus.synthetic import synthetic
from loopwise_training.fit import (
    FOLDS,
    MetaData,
    choose_threshold,
    fit,
    folds,
    not_trained_on,
    read_runs,
    targets,
    with_folds,
    worth,
)
from loopwise_training.logged_decisions import meta_arm, split_features
from loopwise_training.metacli import meta
from loopwise_training.simulation import MADE_OF, simulate
from tests.contract.modes import serving

DATA = [synthetic(number).take(np.arange(160), f"toy {number}") for number in range(FOLDS + 2)]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("meta") / "runs"
    list(simulate(DATA, ("bayes",), 2 * len(DATA), folder, seed=0, jobs=1))
    return folder


@pytest.fixture(scope="module")
def data(runs: Path) -> MetaData:
    return read_runs(runs)


@pytest.fixture(scope="module")
def folder(data: MetaData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    fit(data, folder, "toy", seed=0)
    return folder


def boldly(folder: Path) -> MetaModel:
    """The model, which leaves the default arm at any promise, and whatever the state."""
    model = MetaModel.load(folder)
    model.card = replace(model.card, thresholds={"early": 0.0, "late": 0.0}, ranges={})
    return model


@pytest.fixture
def situation() -> Situation:
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(3), 80).astype(np.float32)
    known = {
        "sketch": Column(rng.normal(size=(100, 4)).astype(np.float32)),
        "probabilities": Column(probabilities, np.arange(80)),
    }
    pool = Pool(np.arange(80), np.arange(80, 100), SignalSet(known, pool_size=100))
    return Situation(pool, loop=2, pool_size=100, classes=3, batch_size=5)


class TestData:
    def test_inputs_by_hand(self) -> None:
        rows = inputs({"loop": 3.0}, {"margin": {"gain_2": 0.5}, DEFAULT: {"gain_2": 0.2, "classes": 1.0}})
        named = [dict(zip(INPUTS, row, strict=True)) for row in rows.tolist()]
        assert [row["loop"] for row in named] == [3, 3]
        assert [row["batch gain_2"] for row in named] == [0.5, 0.2]
        assert [row["batch less default gain_2"] for row in named] == pytest.approx([0.3, 0])
        assert [row["arm"] for row in named] == [list(ARMS).index("margin"), list(ARMS).index(DEFAULT)]
        assert np.isnan(named[0]["batch classes"])
        assert np.isnan(named[0]["margin_mean"])
        assert rows.shape == (2, len(FEATURES) + 2 * len(DESCRIPTORS) + 1)

    def test_gains_are_beside_the_default_arm(self, data: MetaData) -> None:
        default = data.arms == list(ARMS).index(DEFAULT)
        assert np.unique(data.states).size == default.sum()
        for gain in data.gains.values():
            assert (gain[default] == 0).all()
            assert gain.any()
        assert set(data.families) == {dataset.family for dataset in DATA}

    def test_targets_by_hand(self) -> None:
        gain = np.array([0.0, 1.0, 3.0, 0.0, 0.0])
        states, no_arms = np.array([0, 0, 0, 1, 1]), np.zeros(5, np.int64)
        found = targets(
            MetaData(
                np.zeros((5, 1)),
                states,
                np.zeros(5),
                np.zeros(5),
                np.zeros(5),
                no_arms,
                {"ahead": gain, "likelihood": gain},
            )
        )
        assert found["likelihood rank"] == pytest.approx([1 / 3 - 0.5, 2 / 3 - 0.5, 0.5, 0.25, 0.25])
        centred = np.array([-4, -1, 5, 0, 0]) / 3
        typical = np.sqrt(np.mean(centred**2))
        spread = np.array([*[np.std([0, 1, 3], ddof=1)] * 3, 0, 0])
        assert found["ahead scaled"] == pytest.approx(centred / (spread + typical / 2))

    def test_a_threshold_is_where_leaving_gains_most(self) -> None:
        """Two arms in each of 40 states of 10 families: the promise is right above 0.4 and wrong below."""
        states, families = np.repeat(np.arange(40), 2), np.repeat(np.arange(10), 8)
        arms = np.tile([list(ARMS).index(DEFAULT), list(ARMS).index("margin")], 40)
        promise = np.tile([0.0, 0.25, 0.0, 0.45], 20)
        gain = np.tile([0.0, -1.0, 0.0, 2.0], 20)
        data = MetaData(
            np.zeros((80, 1)), states, families, families, np.zeros(80), arms, {"next": gain, "ahead": gain}
        )
        threshold = choose_threshold(data, promise)
        assert threshold is not None
        assert 0.25 <= threshold < 0.45
        figures = worth(data, promise)
        assert figures["left"] == 0.5
        assert figures["gain_ahead"] == pytest.approx(1.0)
        worse = replace(data, gains={**data.gains, "next": -gain, "ahead": -np.abs(gain)})
        assert choose_threshold(worse, promise) is None
        assert set(worth(worse, promise).values()) == {0.0}

    def test_what_leaving_is_worth_is_told_by_thresholds_of_other_families(self) -> None:
        """Promises come true in two families of ten, so much that leaving seems to pay: without them it does not."""
        states, families = np.repeat(np.arange(40), 2), np.repeat(np.arange(10), 8)
        arms = np.tile([list(ARMS).index(DEFAULT), list(ARMS).index("margin")], 40)
        promise = np.tile([0.0, 0.25], 40)
        gain = np.where(promise > 0, np.where(families < 2, 30.0, -1.0), 0.0)
        data = MetaData(
            np.zeros((80, 1)), states, families, families, np.zeros(80), arms, {"next": gain, "ahead": gain}
        )
        assert choose_threshold(data, promise) == 0
        assert gain[promise > 0].mean() > 5
        assert worth(data, promise)["gain_ahead"] < 0

    def test_families_are_never_on_both_sides(self) -> None:
        """Data sets that share records are one family, whatever their names, and a fold has all of it or nothing."""
        one = synthetic(20)
        others = [synthetic(number) for number in range(6)]
        half = one.take(np.arange(0, len(one.y), 2), "the half of it")
        datasets = with_families([one, *others, replace(half, family="another name")])
        families = np.repeat([dataset.family for dataset in datasets], 3)
        assert datasets[0].family == datasets[-1].family
        seen = []
        for train, test in folds(families):
            assert not set(families[train]) & set(families[test])
            assert len(train) + len(test) == len(families)
            seen += test.tolist()
        assert sorted(seen) == list(range(len(families)))

    def test_what_a_family_promises_was_not_learned_from_it(self, data: MetaData, tmp_path: Path) -> None:
        """With nothing but the family as input, nothing can be told of one that was not seen."""
        own = np.unique(data.families, return_inverse=True)[1]
        of_family = np.zeros_like(data.X)
        of_family[:, 0], of_family[:, -1] = own, data.arms
        lucky = np.where(data.arms == 3 + own, 5.0, 0.0)  # another arm in each family
        card = fit(replace(data, X=of_family, gains=dict.fromkeys(data.gains, lucky)), tmp_path, "family", seed=0)
        assert card.metrics["early gain_ahead"] < 1

    def test_each_family_is_judged_by_a_model_that_has_not_seen_it(self, folder: Path) -> None:
        models = with_folds(folder)
        assert len(models) == 1 + FOLDS
        for dataset in DATA:
            judge = not_trained_on(models, dataset).card
            assert dataset.family not in judge.corpus["families"]
            assert dataset.name not in judge.corpus["datasets"]
            assert "fold" in judge.name
            for alias in (dataset, replace(dataset, family="another"), replace(dataset, name="another")):
                with pytest.raises(InvalidInputError, match=f"was trained on {alias.name} or its family"):
                    not_trained_on(models[:1], alias)
        alone = replace(DATA[0], name="another", family="another")
        assert not_trained_on(models, alone).card.name == "toy"
        for found in with_families([alone, DATA[0]]):  # beside what it is a copy of
            assert not_trained_on(models, found).card == not_trained_on(models, DATA[0]).card

    def test_what_is_not_enough_is_refused(self, data: MetaData, tmp_path: Path) -> None:
        with pytest.raises(InvalidInputError, match="holds no simulated runs"):
            read_runs(tmp_path)
        with pytest.raises(InvalidInputError, match="at least 7 families, not 1"):
            fit(replace(data, families=np.zeros(len(data.X))), tmp_path, "x", seed=0)


class TestModel:
    def test_the_same_bytes_from_the_same_runs_and_seed(self, data: MetaData, folder: Path, tmp_path: Path) -> None:
        again = fit(data, tmp_path / "again", "toy", seed=0)
        files = [path.relative_to(folder) for path in folder.rglob("*.*")]
        assert {str(path.parent) for path in files} == {".", *(f"fold-{number}" for number in range(1, FOLDS + 1))}
        for path in files:
            assert (tmp_path / "again" / path).read_bytes() == (folder / path).read_bytes()
        assert fit(data, tmp_path / "other", "toy", seed=1).version != again.version

    def test_the_default_arm_promises_nothing_beside_itself(self, folder: Path, data: MetaData) -> None:
        descriptors = {"margin": dict.fromkeys(DESCRIPTORS, 0.1), DEFAULT: dict.fromkeys(DESCRIPTORS, 0.9)}
        promises = MetaModel.load(folder).promises({"loop": 1.0}, descriptors)
        assert promises[DEFAULT] == 0
        assert promises["margin"] != 0

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"inputs": ["loop"]}, "trained on other inputs"),
            ({"arms": [*ARMS, "tossing a coin"]}, "other arms than this engine computes .tossing a coin"),
            ({"versions": versions() | {"inputs": "0"}}, "trained with the version 0 of inputs, and this engine has 1"),
            ({"versions": {}}, "trained with the version unknown of inputs"),
            ({"versions": versions() | {"likely_errors": "0"}}, "trained with the version 0 of likely_errors"),
            ({"hashes": {}}, "is not what its card says"),
            ({"spreads": {"missing.txt": 1.0}}, "holds no whole model"),
            ({"unheard_of": 1}, "holds no whole model"),
            ({"version": "shipped"}, "the version 'shipped'; it must be 12 hexadecimal digits"),
        ],
    )
    def test_another_model_is_refused(
        self, folder: Path, tmp_path: Path, change: dict[str, object], words: str
    ) -> None:
        shutil.copytree(folder, tmp_path / "model")
        card = json.loads((folder / "card.json").read_text())
        (tmp_path / "model" / "card.json").write_text(json.dumps(card | change))
        with pytest.raises(ModelError, match=words):
            MetaModel.load(tmp_path / "model")
        with pytest.raises(ModelError, match="holds no whole model"):
            MetaModel.load(tmp_path / "nothing")

    def test_a_card_of_before_there_were_versions_says_so(self, folder: Path, tmp_path: Path) -> None:
        shutil.copytree(folder, tmp_path / "model")
        card = json.loads((folder / "card.json").read_text())
        del card["versions"]
        (tmp_path / "model" / "card.json").write_text(json.dumps(card))
        with pytest.raises(ModelError, match="the version unknown of inputs"):
            MetaModel.load(tmp_path / "model")

    def test_runs_of_another_loopwise_teach_nothing(self, runs: Path, tmp_path: Path) -> None:
        again = tmp_path / "runs"
        shutil.copytree(runs, again)
        made_of = json.loads((again / MADE_OF).read_text())
        assert len(read_runs(again).X)
        (again / MADE_OF).write_text(
            json.dumps({name: value if name == "seed" else "" for name, value in made_of.items()})
        )
        with pytest.raises(InvalidInputError, match="simulated with other arms, inputs or another error model"):
            read_runs(again)
        (again / MADE_OF).unlink()
        with pytest.raises(InvalidInputError, match=r"no made_of\.json tells what of"):
            read_runs(again)


class TestPolicy:
    def test_leaves_the_default_arm_where_another_promises_more(self, folder: Path, situation: Situation) -> None:
        model = boldly(folder)
        plan = MetaPolicy(model).decide(situation)
        promises = {arm: plan.features[f"{arm}/promise"] for arm in ARMS}
        best = max(promises, key=lambda arm: promises[arm])
        assert plan.blend == replace(ARMS[best](5, 80), random_share=plan.blend.random_share)
        assert best in plan.reason
        model.card = replace(model.card, thresholds={})
        without = MetaPolicy(model).decide(situation)
        assert without.blend.parts[0].strategy == DEFAULT
        assert "nothing beats" in without.reason
        model.card = replace(model.card, thresholds={"early": 1e6})
        stays = MetaPolicy(model).decide(situation)
        assert stays.blend.parts[0].strategy == DEFAULT
        assert stays.features == plan.features

    def test_may_share_batches_among_the_strategies_that_promise_most(self, folder: Path, situation: Situation) -> None:
        plan = MetaPolicy(boldly(folder), blending=True).decide(situation)
        promises = {part.strategy: plan.features[f"{part.strategy}/promise"] for part in plan.blend.parts}
        assert set(promises) == {"refine", "likely_errors", "uncertainty_herding", "margin"}
        weights = {part.strategy: part.weight for part in plan.blend.parts}
        assert sorted(weights, key=lambda name: weights[name]) == sorted(promises, key=lambda name: promises[name])
        assert plan.blend.mode is BlendMode.SHARES
        assert "shared among the strategies that promise most" in plan.reason

    @pytest.mark.parametrize("known", [{"batch_size": 1}, {"strategy": "entropy"}, {"label_budget": 20}])
    def test_leaves_the_rest_to_the_prior_policy(
        self, folder: Path, situation: Situation, known: dict[str, int]
    ) -> None:
        asked = replace(situation, **known)  # type: ignore[arg-type]
        assert MetaPolicy(boldly(folder)).decide(asked) == PriorPolicy().decide(asked)

    @pytest.mark.parametrize(
        ("name", "seen", "near", "far"),
        [
            ("labeled_count", (10.0, 100.0), 500.0, 501.0),
            ("labeled_count", (80.0, 100.0), 75.0, 74.9),
            ("label_balance", (0.5, 0.9), 1.0, 1.01),
            ("label_balance", (0.5, 0.9), 0.4, 0.39),
        ],
    )
    def test_knows_a_little_more_than_it_has_seen(
        self, folder: Path, name: str, seen: tuple[float, float], near: float, far: float
    ) -> None:
        model = boldly(folder)
        model.card = replace(model.card, ranges={name: seen})
        assert not model.unusual({name: near, "unheard_of": 7.0})
        assert model.unusual({"unheard_of": 7.0, name: far}) == [name]

    def test_nothing_is_unusual_in_what_it_could_not_learn_from(self, folder: Path) -> None:
        model = boldly(folder)
        model.card = replace(
            model.card, ranges={"has_loss": (0.0, 0.0), "pool_size": (9.0, 99.0), "neighbour_distance": (1.0, 2.0)}
        )
        assert not model.unusual({"has_loss": 1.0, "pool_size": 1e6, "neighbour_distance": 700.0})

    def test_leaves_what_it_has_not_learned_to_the_prior_policy(self, folder: Path, situation: Situation) -> None:
        model = boldly(folder)
        model.card = replace(model.card, ranges={"batch_size": (1000.0, 2000.0)})
        plan, prior = MetaPolicy(model).decide(situation), PriorPolicy().decide(situation)
        assert plan.blend == prior.blend
        assert plan.reason == f"{prior.reason} (The meta-model has not learned from such a batch_size.)"


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"seen": 0.25},
        {"loss": True},
        {"classes": 60},
        {"scale": 1000.0},
        {"pool": 100_000},
        {"pool": 100_000, "scale": 255.0, "seen": 0.25, "loss": True, "batch_size": 10},
    ],
    ids=str,
)
def test_the_model_that_comes_with_loopwise_knows_what_users_do(settings: dict[str, Any]) -> None:
    size, classes = settings.get("pool", 1000), settings.get("classes", 5)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(size, 16)).astype(np.float32) * settings.get("scale", 1.0)
    labeled = np.arange(0, size, size // 75)[:75]  # few enough for the model to be asked, whatever it has learned
    rest = np.setdiff1d(np.arange(size), labeled)
    rest = np.sort(rng.permutation(rest)[: round(settings.get("seen", 1.0) * len(rest))])
    columns = {"sketch": Column(X), "probabilities": Column(rng.dirichlet([0.5] * classes, len(rest)), rest)}
    if "loss" in settings:
        columns["loss"] = Column(rng.random(len(rest), np.float32), rest)
    pool = Pool(rest, labeled, SignalSet(columns, pool_size=size))
    batch = settings.get("batch_size", 20)
    model = MetaModel.shipped()
    assert model is not None
    plan = MetaPolicy(model).decide(Situation(pool=pool, loop=5, pool_size=size, classes=classes, batch_size=batch))
    assert "not learned" not in plan.reason
    assert {f"{arm}/promise" for arm in ARMS} <= set(plan.features)


@pytest.mark.parametrize("thresholds", [None, {}])
@pytest.mark.parametrize("known", [{}, {"batch_size": 1}])
def test_what_the_policy_did_is_told_from_its_logged_features(
    folder: Path, situation: Situation, known: dict[str, int], thresholds: dict[str, float] | None
) -> None:
    model = boldly(folder)
    if thresholds is not None:
        model.card = replace(model.card, thresholds=thresholds)
    plan = MetaPolicy(model).decide(replace(situation, **known))  # type: ignore[arg-type]
    arm = meta_arm(model, *split_features(plan.features))
    expected = ARMS[arm](plan.batch_size, 80)
    assert (plan.blend.mode, plan.blend.parts, plan.blend.keep) == (expected.mode, expected.parts, expected.keep)


def test_late_and_without_a_say_of_the_model_the_default_arm_is_what_it_did(folder: Path) -> None:
    model = boldly(folder)
    late = {"batch_size": 5.0, "labels_per_class": 50.0, "has_sketch": 1.0}
    model.card = replace(model.card, thresholds={"early": 0.0, "late": None})
    assert meta_arm(model, late, {}) == DEFAULT
    assert meta_arm(model, late | {"batch_size": 1.0}, {}) == "margin"


def test_a_server_decides_by_what_was_learned(folder: Path, tmp_path: Path) -> None:
    """From the simulated runs to a model, into the database of a running server, to its decisions, and back."""
    url = f"sqlite:///{tmp_path / 'engine.db'}"
    version = json.loads((folder / "card.json").read_text())["version"]
    data = DATA[0]
    options: dict[str, Any] = {
        "classes": data.classes,
        "embeddings": data.X,
        "batch_size": 5,
        "journal": tmp_path / "journal",
    }
    with (
        serving(url) as address,
        connect(f"grpc://{address}") as engine,
        engine.experiment("toy", pool=range(len(data.y)), **options) as experiment,
    ):

        def decided() -> tuple[str, str]:
            batch = experiment.ask()
            experiment.tell(batch, data.y[batch.ids])
            rng = np.random.default_rng(len(experiment.labeled))
            experiment.report(rng.dirichlet(np.ones(data.classes), len(experiment.unlabeled)))
            return batch.decision.policy, batch.decision.policy_version

        at_first = decided()
        for command, decides in (
            (["publish", str(folder)], at_first),
            (["promote", version], ("meta", version)),
            (["rollback"], at_first),
        ):
            done = CliRunner().invoke(metacli.meta, [*command, "--db", url])
            assert done.exit_code == 0, done.output
            assert decided() == decides


def test_commands(runs: Path, tmp_path: Path) -> None:
    made = CliRunner().invoke(meta, ["fit", "--runs", str(runs), "--out", str(tmp_path / "model")])
    assert made.exit_code == 0, made.output
    assert f"states of {len(DATA)} families" in made.output
    sets = tmp_path / "sets"
    sets.mkdir()
    np.savetxt(sets / "set.csv", np.column_stack((DATA[0].X, DATA[0].y)), delimiter=",")
    arguments = [
        "--strategies",
        "meta,margin",
        "--models",
        "bayes",
        "--protocol",
        "bigbatch",
        "--seeds",
        "1",
        "--jobs",
        "1",
    ]
    paths = ["--data", str(sets), "--model", str(tmp_path / "model"), "--out", str(tmp_path / "figures.json")]
    done = CliRunner().invoke(meta, ["evaluate", *paths, *arguments])
    assert done.exit_code == 0, done.output
    assert "meta" in json.loads((tmp_path / "figures.json").read_text())["summary"]["strategies"]
