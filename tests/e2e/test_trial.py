from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from loopwise import Engine
from loopwise.local import LocalChannel
from loopwise.rpc import Rpc
from loopwise_engine.app import App
from loopwise_engine.policy import MetaModel, MetaPolicy, Policy, PriorPolicy
from loopwise_engine.settings import Settings
from loopwise_engine.store import Store
from loopwise_training.corpus.libraries import bundled
from loopwise_training.models import model
from loopwise_training.protocols import PROTOCOLS
from loopwise_training.trial import Trial


def shipped() -> Policy:
    model = MetaModel.shipped()
    assert model is not None
    return MetaPolicy(model)


@pytest.mark.parametrize("make", [PriorPolicy, shipped])
def test_a_trial_sees_what_an_engine_sees_and_decides_as_it_does(make: Callable[[], Policy], tmp_path: Path) -> None:
    """From the same data, the same plans, reasons and records, loop after loop."""
    split = PROTOCOLS["coldstart"].split(bundled()[0], seed=3)
    trial = Trial(
        split,
        lambda: model("logistic", 0),
        batch_size=10,
        budget=80,
        embeddings=split.X_pool,
        random_share=0.1,
        seed=3,
    )
    url = f"sqlite:///{tmp_path}/engine.db"
    policy, fitted = make(), model("logistic", 0)
    app = App(Settings(db=url), policy)
    with (
        closing(Engine(Rpc(LocalChannel(app.generic_handlers, app.interceptors, app.close)), url)) as engine,
        engine.experiment(
            "digits",
            pool=range(len(split.y_pool)),
            classes=list(range(split.classes)),
            budget=80,
            embeddings=split.X_pool,
            batch_size=10,
            random_share=0.1,
            secret="3",
            journal=tmp_path / "journal",
        ) as experiment,
    ):
        features: list[Mapping[str, float]] = []
        while batch := experiment.ask():
            situation = trial.situation()
            plan = policy.decide(situation)
            assert batch.decision.blend == plan.blend
            assert batch.why == plan.reason
            features.append(plan.features)
            chosen = trial.choose(plan.blend, situation, plan.batch_size, batch.decision.seed)
            assert chosen.tolist() == [int(record) for record in batch]
            trial.remember(plan.features)
            trial.label(chosen)
            experiment.tell(batch, split.y_pool[batch.ids])
            fitted.fit(split.X_pool[experiment.labeled], experiment.labels)
            probabilities = fitted.predict_proba(np.ascontiguousarray(split.X_pool[experiment.unlabeled]))
            experiment.report(probabilities, classes=fitted.classes_)
    assert policy.decide(trial.situation()).stop.stop
    with closing(Store(url)) as store, store.read() as transaction:
        seen = [loop.features for loop in transaction.loops.page("digits", 0, 100)]
    assert len(features) == 8
    for ours, theirs in zip(features, seen, strict=False):
        assert theirs == pytest.approx(ours, rel=1e-5)
    assert {"neighbour_agreement", "correct_last", "correct_random", "coverage_q50"} <= set(seen[-1])
