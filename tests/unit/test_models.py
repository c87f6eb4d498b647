"""Meta-models in an engine's database: which decides, what happens where it cannot, and which decides on paper."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

import loopwise as sdk
from loopwise.errors import InvalidInputError
from loopwise.local import LocalChannel
from loopwise.resources import Decision, LoopInfo
from loopwise.rpc import Rpc
from loopwise.signals import SignalSet
from loopwise.strategies import Blend, BlendMode, Part, Pool
from loopwise_engine import metacli
from loopwise_engine.app import App
from loopwise_engine.core import models, serving
from loopwise_engine.core.serving import Serving
from loopwise_engine.core.shadow import Shadow, compare
from loopwise_engine.policy import Card, MetaModel, ModelError, PriorPolicy, Situation, model
from loopwise_engine.policy.learned import LearnedPolicy, UnableError
from loopwise_engine.policy.model import CARD, read_files
from loopwise_engine.settings import Settings
from loopwise_engine.store import LostRaceError, ShadowDecision, Store
from loopwise_engine.store.tables import model_files
from tests import postgres, toy_models
from tests.contract.modes import serving as replica
from tests.store_world import DECISION, NOW, PLAIN, rows_of
from tests.toy_models import write_model

POOL, CLASSES = 60, 3
NONE = np.empty(0, np.int64)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of three models, by their versions."""
    folder = tmp_path_factory.mktemp("models")
    made = [(folder / str(seed), write_model(folder / str(seed), f"toy {seed}", seed)) for seed in range(3)]
    return {card.version: path for path, card in made}


@pytest.fixture(autouse=True)
def comes_without_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What decides before anything is promoted is the prior policy, whatever is shipped."""
    monkeypatch.setattr(model, "SHIPPED", tmp_path / "nowhere")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        Store(f"sqlite:///{tmp_path / 'models.db'}").close()
        yield f"sqlite:///{tmp_path / 'models.db'}"
    else:
        with postgres.database() as url:
            yield url


@pytest.fixture
def lite(tmp_path: Path) -> str:
    """Of a database for what is the same on all of them."""
    Store(f"sqlite:///{tmp_path / 'lite.db'}").close()
    return f"sqlite:///{tmp_path / 'lite.db'}"


def meta(*arguments: str | Path) -> str:
    done = CliRunner().invoke(metacli.meta, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.output


def refused(*arguments: str | Path) -> str:
    done = CliRunner().invoke(metacli.meta, [str(argument) for argument in arguments])
    assert done.exit_code == 1, done.output
    return done.output


def damage(url: str, name: str) -> None:
    """Writes something else over the files of this name."""
    with sa.create_engine(url, poolclass=sa.pool.NullPool).begin() as connection:
        connection.execute(model_files.update().where(model_files.c.name == name).values(data=b"something else"))


def put(url: str, folder: Path) -> str:
    """Publishes a model, and lets it decide; its version."""
    version = Card.parse((folder / CARD).read_bytes(), "").version
    meta("publish", folder, "--db", url)
    meta("promote", version, "--db", url)
    return version


class Embedded:
    """An engine in this process, and what it counts."""

    def __init__(self, url: str, **settings: Any) -> None:
        self.app = App(Settings(db=url, metrics="127.0.0.1:0", **settings))
        self.engine = sdk.Engine(
            Rpc(LocalChannel(self.app.generic_handlers, self.app.interceptors, self.app.close)), url
        )

    def failures(self, role: str, cause: str) -> float:
        assert self.app.metrics is not None
        labels = {"role": role, "cause": cause}
        return self.app.metrics._registry.get_sample_value("loopwise_model_failures_total", labels) or 0.0

    def on_paper(self) -> list[ShadowDecision]:
        """All that was decided on paper, once that is done."""
        self.app._serving._shadow.close()
        with self.app._store.read() as transaction:
            return transaction.shadows.page("run", 0, 100)


@pytest.fixture
def embedded(url: str) -> Iterator[Embedded]:
    made = Embedded(url)
    with made.engine:
        yield made


class Run:
    """An experiment on an engine, of whose pool sketches and probabilities are known."""

    def __init__(self, engine: sdk.Engine, folder: Path, name: str = "run", **options: Any) -> None:
        self.X = np.random.default_rng(0).normal(size=(POOL, 4))
        fixed = {"pool": range(POOL), "classes": CLASSES, "batch_size": 4, "embeddings": self.X, "secret": "s"}
        self.experiment = engine.experiment(name, journal=folder / f"{name}.journal", **{**fixed, **options})
        self.next()

    def next(self) -> Decision:
        """Answers a batch, reports a model, and returns the decision on it."""
        batch = self.experiment.ask()
        self.experiment.tell(batch, [0] * len(batch))
        rows = np.random.default_rng(len(self.experiment.labeled)).dirichlet(np.ones(CLASSES), POOL)
        self.experiment.report(rows[self.experiment.unlabeled])
        found: Decision = self.experiment.ask().decision
        return found


# What is published, and what decides


def test_the_life_of_models(url: str, folders: dict[str, Path]) -> None:
    one, two, three = folders
    for version, folder in folders.items():
        assert f"published toy {folder.name} as {version}" in meta("publish", folder, "--db", url)
    published = json.loads(meta("list", "--db", url, "--json"))[-3:]
    assert [(row["version"], row["name"], row["role"]) for row in published] == [
        (version, f"toy {number}", []) for number, version in enumerate(folders)
    ]

    assert meta("promote", one, "--db", url) == f"{one} decides\n"
    assert meta("promote", two, "--db", url) == f"{two} decides\n"
    assert meta("promote", two, "--db", url) == f"{two} decides already\n"
    assert meta("rollback", "--db", url) == f"{one} decides again\n"
    assert meta("promote", three, "--db", url) == f"{three} decides\n"
    assert meta("shadow", two, "--db", url) == f"{two} is in shadow\n"
    roles = {row["version"]: row["role"] for row in json.loads(meta("list", "--db", url, "--json"))}
    assert (roles[one], roles[two], roles[three]) == ([], ["shadow"], ["serving"])
    assert meta("rollback", "--db", url) == f"{one} decides again\n"
    assert meta("rollback", "--db", url) == "shipped decides again\n"
    assert "no promotion is left to take back" in refused("rollback", "--db", url)
    assert meta("promote", "shipped", "--db", url) == "shipped decides already\n"

    assert f"toy 0 {one}" in meta("card", one, "--db", url)
    assert json.loads(meta("card", one, "--db", url, "--json")) == json.loads((folders[one] / CARD).read_text())
    assert meta("card", folders[one]) == meta("card", one, "--db", url)


def test_a_model_is_kept_as_it_is_and_the_same_again_changes_nothing(url: str, folders: dict[str, Path]) -> None:
    version, folder = next(iter(folders.items()))
    with closing(Store(url)) as store:
        for _ in range(2):
            with store.write() as transaction:
                models.publish(transaction, read_files(folder) | {"notes.txt": b"not of it"}, "here")
        with store.read() as transaction:
            assert transaction.models.files(version) == read_files(folder)
            assert len(transaction.models.page()) == 1
        with store.read("another") as transaction:
            assert transaction.models.page() == []


def test_what_does_not_fit_is_refused_by_name(lite: str, folders: dict[str, Path], tmp_path: Path) -> None:
    version, folder = next(iter(folders.items()))
    assert "no meta-model '1234' was published; there are: none" in refused("promote", "1234", "--db", lite)
    assert "there is no database" in refused("list", "--db", f"sqlite:///{tmp_path / 'nothing.db'}")
    assert not (tmp_path / "nothing.db").exists()
    meta("publish", folder, "--db", lite)
    for command in ("promote", "shadow", "card"):
        assert f"'1234' was published; there are: {version} (toy 0)\n" in refused(command, "1234", "--db", lite)

    other = Path(shutil.copytree(folder, tmp_path / "other"))
    card = json.loads((folder / CARD).read_text())
    for change, words in (
        ({"inputs": ["loop"]}, f"the model toy 0 {version} was trained on other inputs than this engine computes"),
        ({"arms": ["refine"]}, "other arms than this engine computes"),
        ({"name": "x"}, f"another model was published as {version}, with the same trees and another card"),
        ({"hashes": {}}, "is not what its card says"),
    ):
        (other / CARD).write_text(json.dumps(card | change))
        assert words in refused("publish", other, "--db", lite)
    (other / CARD).unlink()
    assert "holds no whole model: card.json: No such file" in refused("publish", other, "--db", lite)
    with closing(Store(lite)) as store, store.read() as transaction:
        assert transaction.models.files(version) == read_files(folder)


def test_of_promotions_at_once_none_is_lost(url: str, folders: dict[str, Path]) -> None:
    for folder in folders.values():
        meta("publish", folder, "--db", url)
    together = threading.Barrier(len(folders))

    def promote(version: str) -> None:
        with closing(Store(url)) as store:
            together.wait()
            while True:
                try:
                    with store.write() as transaction:
                        assert models.promote(transaction, version)
                except LostRaceError:
                    continue
                return

    with ThreadPoolExecutor(len(folders)) as threads:
        list(threads.map(promote, folders))
    with closing(Store(url)) as store, store.read() as transaction:
        changes = transaction.models.appointments(models.SERVING)
    assert {one.version for one in changes} == set(folders)
    assert [(one.number, one.below) for one in changes] == [(1, 0), (2, 1), (3, 2)]


# What decides


def test_a_promotion_is_in_force_from_the_next_decision_on(
    url: str, embedded: Embedded, folders: dict[str, Path], tmp_path: Path
) -> None:
    run = Run(embedded.engine, tmp_path)
    first, second, _ = folders
    before = run.next()
    for folder in folders.values():
        meta("publish", folder, "--db", url)
    assert run.next().policy == before.policy
    meta("promote", first, "--db", url)
    decided = run.next()
    assert (decided.policy, decided.policy_version) == ("meta", first)
    assert embedded.engine.info().policy_version == first
    meta("promote", second, "--db", url)
    assert run.next().policy_version == second
    meta("rollback", "--db", url)
    assert run.next().policy_version == first
    meta("rollback", "--db", url)
    assert run.next().policy_version == before.policy_version


def test_replicas_notice_a_promotion(folders: dict[str, Path], tmp_path: Path) -> None:
    version, folder = next(iter(folders.items()))
    with (
        postgres.database() as url,
        replica(url) as one,
        replica(url) as other,
        sdk.connect(f"grpc://{one}") as first,
        sdk.connect(f"grpc://{other}") as second,
    ):
        runs = [Run(first, tmp_path, "one"), Run(second, tmp_path, "other")]
        assert version not in {run.next().policy_version for run in runs}
        meta("publish", folder, "--db", url)
        meta("promote", version, "--db", url)
        assert [run.next().policy_version for run in runs] == [version, version]
        meta("rollback", "--db", url)
        assert version not in {run.next().policy_version for run in runs}


def test_the_prior_policy_may_be_asked_for(lite: str, folders: dict[str, Path], tmp_path: Path) -> None:
    version, folder = next(iter(folders.items()))
    meta("publish", folder, "--db", lite)
    meta("promote", version, "--db", lite)
    with Embedded(lite, policy="prior").engine as engine:
        assert (decision := Run(engine, tmp_path).next()).policy == engine.info().policy == "prior"
        assert "meta-model" not in decision.reason
    with pytest.raises(InvalidInputError, match="the policy 'best' must be one of meta, blend, prior"):
        Settings(policy="best")


def test_the_shipped_model_decides_where_none_was_promoted(
    lite: str, folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (version, folder), (other, its_folder), _ = folders.items()
    monkeypatch.setattr(model, "SHIPPED", folder)
    shipped = MetaModel.shipped()
    assert shipped is not None
    assert shipped.card.version == version
    with sdk.connect(lite) as engine:
        run = Run(engine, tmp_path)
        assert (engine.info().policy_version, run.next().policy_version) == (version, version)
        meta("publish", its_folder, "--db", lite)
        meta("promote", other, "--db", lite)
        assert run.next().policy_version == other
        meta("promote", "shipped", "--db", lite)
        assert run.next().policy_version == version
    assert json.loads(meta("list", "--db", lite, "--json"))[0]["role"] == ["serving"]
    monkeypatch.setattr(model, "SHIPPED", tmp_path / "nowhere")
    assert MetaModel.shipped() is None
    assert "comes without a model" in refused("card", "shipped")
    with sdk.connect(lite) as engine:
        assert (decided := Run(engine, tmp_path, "without").next()).policy == "prior"
        assert "meta-model" not in decided.reason


# Where a model cannot decide


def test_a_damaged_model_leaves_it_to_the_prior_policy_until_it_is_published_again(
    url: str, embedded: Embedded, folders: dict[str, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = next(iter(folders.values()))
    version = put(url, folder)
    damage(url, "trees.txt")
    run = Run(embedded.engine, tmp_path)
    decided = run.next()
    assert (decided.policy, decided.policy_version) == ("prior", PriorPolicy.version)
    assert f"(Not by the meta-model: the file trees.txt of the meta-model {version} is damaged" in decided.reason
    assert f"the meta-model {version} does not decide: the file trees.txt" in caplog.text
    assert (failures := embedded.failures("serving", "damaged")) == 3
    assert run.experiment.ask().decision == decided
    assert embedded.failures("serving", "damaged") == failures, "what was decided is not decided again"

    meta("publish", folder, "--db", url)
    assert run.next().policy_version == version


def broken(folder: Path) -> Path:
    """A model that is whole, and fails when it is asked."""
    card = write_model(folder, "broken")
    rows = np.random.default_rng(0).normal(size=(50, 2))
    few = lightgbm.train(
        {"min_data_in_leaf": 5, "num_threads": 1, "verbose": -1}, lightgbm.Dataset(rows, rows[:, 0]), 2
    )
    text = few.model_to_string().encode()
    digest = hashlib.sha256(text).hexdigest()
    (folder / "trees.txt").write_bytes(text)
    (folder / CARD).write_text(replace(card, version=digest[:12], hashes={"trees.txt": digest}).as_json())
    return folder


def test_a_model_that_fails_leaves_it_to_the_prior_policy(lite: str, tmp_path: Path) -> None:
    put(lite, broken(tmp_path / "broken"))
    embedded = Embedded(lite)
    with embedded.engine as engine:
        decided = Run(engine, tmp_path).next()
    assert decided.policy == "prior"
    assert "(Not by the meta-model: it failed (LightGBMError), and the engine's log has more.)" in decided.reason
    assert embedded.failures("serving", "failed") == 2, "the start is not the model's"


def test_an_engine_without_lightgbm_decides_by_the_prior_policy(
    lite: str, folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(lite, next(iter(folders.values())))
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with Embedded(lite).engine as engine:
        decided = Run(engine, tmp_path).next()
    assert decided.policy == "prior"
    assert "lightgbm is not installed: pip install 'loopwise[engine]'" in decided.reason


def test_a_model_that_takes_too_long_leaves_it_to_the_prior_policy(
    lite: str, folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LightGBM hangs, as it may after a fork: one decision waits for it, the next one does not."""
    go_on = threading.Event()
    read = lightgbm.Booster

    def hang(**given: Any) -> lightgbm.Booster:
        assert go_on.wait(60)
        return read(**given)

    embedded = Embedded(lite)
    with embedded.engine as engine:
        run = Run(engine, tmp_path)
        version = put(lite, next(iter(folders.values())))
        monkeypatch.setattr(lightgbm, "Booster", hang)
        monkeypatch.setattr(serving, "PATIENCE", 0.2)
        assert "(Not by the meta-model: it took longer than 0.2 seconds.)" in (decided := run.next()).reason
        assert decided.policy == "prior"
        monkeypatch.setattr(serving, "PATIENCE", 60.0)
        assert "it is still busy with an earlier decision" in run.next().reason
        assert embedded.failures("serving", "slow") == 2
        go_on.set()
        while embedded.app._serving._late:
            pass
        assert run.next().policy_version == version


def test_half_of_a_calls_time_is_the_prior_policys() -> None:
    with closing(Store("sqlite://")) as store:
        timely = Serving(store, None, lambda _role, _cause: None)._timely
        learned = LearnedPolicy("v", lambda: pytest.fail("nobody asked"))
        assert [timely(learned, left)._seconds for left in (8.0, 600.0, None)] == [4.0, 30.0, 30.0]


def test_a_late_decision_is_known_to_calls_that_began_before_it_was_late() -> None:
    go_on = threading.Event()

    def hang() -> MetaModel:
        assert go_on.wait(60)
        raise ModelError("too late")

    learned, situation = LearnedPolicy("v", hang), Situation(Pool(NONE, NONE, SignalSet({}, 1)), 0, 1)
    with closing(Store("sqlite://")) as store:
        server = Serving(store, None, lambda _role, _cause: None)
        first, other = server._timely(learned, 0.1), server._timely(learned, 60.0)
        with pytest.raises(UnableError, match="it took longer than"):
            first.decide(situation)
        for later in (other, server._timely(learned, 60.0)):
            with pytest.raises(UnableError, match="still busy"):
                later.decide(situation)
        go_on.set()


# In shadow


def test_on_paper_a_model_decides_what_it_would_decide(
    url: str, embedded: Embedded, folders: dict[str, Path], tmp_path: Path
) -> None:
    version, folder = next(iter(folders.items()))
    meta("publish", folder, "--db", url)
    run = Run(embedded.engine, tmp_path)
    meta("shadow", version, "--db", url)
    real = run.next()
    (paper,) = embedded.on_paper()
    assert real.policy == "prior"
    assert (paper.loop, paper.version) == (real.loop, version)
    meta("shadow", "none", "--db", url)
    run.next()
    assert embedded.on_paper() == [paper]

    with sdk.connect(f"sqlite:///{tmp_path / 'other.db'}") as engine:
        (tmp_path / "other").mkdir()
        other = Run(engine, tmp_path / "other")
        put(f"sqlite:///{tmp_path / 'other.db'}", folder)
        served = other.next()
    assert (served.blend, served.batch_size, served.reason) == (paper.blend, paper.batch_size, paper.reason)

    assert meta("shadow", "--db", url).startswith(f"in shadow: none\n\n{version}: 1 decisions, ")
    (found,) = json.loads(meta("shadow", "--db", url, "--json"))["models"]
    assert (found["version"], found["decisions"]) == (version, 1)
    embedded.engine.delete_experiment("run")
    assert embedded.on_paper() == []


def test_where_batches_are_shared_they_are_on_paper_too(lite: str, folders: dict[str, Path], tmp_path: Path) -> None:
    version = put(lite, next(iter(folders.values())))
    meta("shadow", version, "--db", lite)
    embedded = Embedded(lite, policy="blend")
    with embedded.engine as engine:
        decided = Run(engine, tmp_path).next()
        paper = embedded.on_paper()[-1]
    assert "shared among the strategies that promise most" in decided.reason
    assert (paper.loop, paper.blend, paper.reason) == (decided.loop, decided.blend, decided.reason)


def test_a_model_of_before_an_upgrade_says_why_it_cannot_decide(
    lite: str, folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(model, "versions", lambda: {"inputs": "0"})
        before.setattr(toy_models, "versions", lambda: {"inputs": "0"})
        write_model(tmp_path / "old", "old", seed=9)
        old = put(lite, tmp_path / "old")
    with Embedded(lite).engine as engine:
        assert "trained with the version 0 of inputs" in Run(engine, tmp_path).next().reason
    put(lite, next(iter(folders.values())))
    said = meta("rollback", "--db", lite)
    assert said.startswith(
        f"{old} decides again; or would, for the model old {old} was trained with the version 0 of inputs"
    )


def test_what_was_drawn_is_not_compared_with_a_shadow(lite: str, folders: dict[str, Path], tmp_path: Path) -> None:
    meta("shadow", put(lite, next(iter(folders.values()))), "--db", lite)
    embedded = Embedded(lite, explore=1.0)
    with embedded.engine as engine:
        assert "drawn at random" in Run(engine, tmp_path).next().reason
        assert [paper.loop for paper in embedded.on_paper()] == [0]  # where there is nothing to draw


def test_a_shadow_changes_nothing(lite: str, folders: dict[str, Path], tmp_path: Path) -> None:
    one, two, _ = folders
    found = []
    for shadow in ("none", two):
        folder = tmp_path / shadow
        folder.mkdir()
        Store(url := f"sqlite:///{folder / 'x.db'}").close()
        put(url, folders[one])
        meta("publish", folders[two], "--db", url)
        meta("shadow", shadow, "--db", url)
        with sdk.connect(url) as engine:
            run = Run(engine, folder, seed=5)
            found.append([replace(run.next(), created=None) for _ in range(3)])
    assert found[0] == found[1]


def test_a_shadow_that_fails_is_noted_and_no_more(lite: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    meta("publish", folder := broken(tmp_path / "broken"), "--db", lite)
    version = Card.parse((folder / CARD).read_bytes(), "").version
    meta("shadow", version, "--db", lite)
    embedded = Embedded(lite)
    with embedded.engine as engine:
        decided = Run(engine, tmp_path).next()
        assert "meta-model" not in decided.reason
        assert [one.loop for one in embedded.on_paper()] == [0]
        assert embedded.failures("shadow", "failed") == 2
    assert f"the meta-model {version} in shadow does not decide: it failed (LightGBMError)" in caplog.text


def test_where_the_experiment_has_gone_on_nothing_is_decided_on_paper(
    lite: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    model = MetaModel.load(next(iter(folders.values())))
    with sdk.connect(lite) as engine:
        Run(engine, tmp_path)
    with closing(Store(lite)) as store:
        with store.read() as transaction:
            info = transaction.experiments.find("run")
        assert info is not None
        shadow = Shadow(store, pytest.fail)
        for basis in (replace(info, labeled_count=info.labeled_count - 1), replace(info, uid="another")):
            shadow.observe("default", LearnedPolicy("v", lambda: model), basis)
        shadow.close()
        with store.read() as transaction:
            assert transaction.shadows.page("run", 0, 9) == []
            assert compare(transaction) == []


def test_what_is_compared(lite: str) -> None:
    """By hand: the same; another strategy; another size; a stop."""
    margin, refine = Blend.single("margin"), Blend.single("refine")
    both = Blend(BlendMode.CASCADE, (Part("margin"), Part("typicality")), keep=0.4)
    pairs = [
        (margin, 4, margin, 4),
        (margin, 4, refine, 4),
        (margin, 4, refine, 4),
        (refine, 4, both, 2),
        (margin, 4, margin, 0),
    ]
    with closing(Store(lite)) as store:
        with store.write() as transaction:
            transaction.experiments.insert(PLAIN)
            for loop, (blend, size, paper, paper_size) in enumerate(pairs):
                transaction.loops.insert("plain", LoopInfo(loop, 0, created=NOW))
                made = replace(DECISION, loop=loop, blend=blend, batch_size=size)
                transaction.decisions.insert("plain", made, rows_of(0))
                transaction.shadows.insert("plain", ShadowDecision(loop, "v", paper, paper_size, "why", NOW))
        with store.read() as transaction:
            (found,) = compare(transaction)
    assert (found.version, found.decisions, found.differing) == ("v", 5, 4)
    assert found.changes == {
        ("margin", "refine"): 2,
        ("refine, 4 records", "margin then typicality, 2 records"): 1,
        ("margin, 4 records", "stop"): 1,
    }
    assert " ".join(meta("shadow", "--db", lite).split()).startswith(
        "in shadow: none v: 5 decisions, 4 of them (80%) another one times decided on paper 2 margin refine 1 refine,"
    )
