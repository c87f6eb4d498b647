"""Three servers over one database, killed and started again at random while many users work.

Afterwards nothing that was acknowledged is lost, no loop is there twice, every experiment came to its end, and each
chose the records that it would have chosen undisturbed.
"""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
import sqlalchemy as sa

import loopwise
from loopwise import channel
from loopwise.client import Engine
from loopwise.errors import EngineUnavailableError
from loopwise.experiment import Experiment
from loopwise.resources import ExperimentState
from loopwise.rpc import Rpc
from loopwise.unary import Metadata, UnaryChannel
from loopwise_engine.store.tables import decisions, loops, outcomes, requests, signal_columns
from tests import postgres
from tests.crash import script
from tests.crash.replicas import Replica, replicas, target

REPLICAS = 3
POOL, BATCH, BUDGET = 40, 4, 12
BATCHES = BUDGET // BATCH
SEEDS = 8
PATIENCE = 3600.0
"""Seconds; a bound for a user who never comes to an end, nothing waits for it otherwise."""

X, Y = script.data()[0][:POOL], script.data()[1][:POOL]


class Counted(UnaryChannel):
    """Counts the calls that go through it."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._channel = channel
        self.calls = 0

    def call(self, method: str, request: bytes, timeout: float | None, metadata: Metadata) -> bytes:
        self.calls += 1
        ask: Any = self._channel.unary_unary(method)
        return bytes(ask(request, timeout=timeout, metadata=metadata))

    def close(self) -> None:
        self._channel.close()


@dataclass
class Acknowledged:
    """What the servers told the user of one experiment.

    Attributes:
        batches: the ids of each loop's batch, as first given.
        labels: ids whose labels were taken.
        reports: models that were taken.
    """

    batches: dict[int, list[int]] = field(default_factory=dict)
    labels: set[int] = field(default_factory=set)
    reports: int = 0


@dataclass
class User:
    """Runs one experiment after the other, and each again when told that no server answered, as a script would be."""

    folder: Path
    acknowledged: dict[int, Acknowledged] = field(default_factory=dict)
    calls: int = 0
    attempts: int = 0
    runs_again: int = 0

    def work(self, target: str, numbers: Iterator[int]) -> None:
        opened = channel.open_channel(target)
        assert isinstance(opened, channel.Replicas)
        each = [Counted(one) for one in opened._channels]
        opened._channels = [*each]
        whole = Counted(opened)
        end = time.monotonic() + PATIENCE
        with closing(Engine(Rpc(whole), target)) as engine:
            for number in numbers:
                seen = self.acknowledged[number] = Acknowledged()
                while True:
                    try:
                        with opened_experiment(engine, number, self.folder) as experiment:
                            go_on(experiment, seen)
                        break
                    except EngineUnavailableError as error:
                        assert time.monotonic() < end, error
                        self.runs_again += 1
        self.calls, self.attempts = whole.calls, sum(one.calls for one in each)


def name_of(number: int) -> str:
    return f"run-{number}"


def opened_experiment(engine: Engine, number: int, folder: Path, budget: int = BUDGET) -> Experiment:
    return engine.experiment(
        name_of(number),
        pool=range(POOL),
        classes=script.CLASSES,
        budget=budget,
        batch_size=BATCH,
        embeddings=X,
        random_share=0.25,
        seed=number % SEEDS,
        secret="the same in every run",
        journal=folder / f"{name_of(number)}.journal",
    )


def go_on(experiment: Experiment, seen: Acknowledged) -> None:
    while batch := experiment.ask():
        if len(batch):
            given = seen.batches.setdefault(batch.loop, batch.ids.tolist())
            assert set(batch.ids.tolist()) <= set(given), "asked again, the batch is another one"
        experiment.tell(batch, Y[batch.ids])
        seen.labels |= set(batch.ids.tolist())
        known = experiment.labeled
        P = script.probabilities(X[known], experiment.labels, X[experiment.unlabeled])
        experiment.report(P, metrics={"labels": len(known)})
        seen.reports += 1


def undisturbed(seed: int, folder: Path) -> Acknowledged:
    seen = Acknowledged()
    folder.mkdir()
    with loopwise.connect("sqlite://") as engine, opened_experiment(engine, seed, folder) as experiment:
        go_on(experiment, seen)
    return seen


def disturb(some: list[Replica], kills: int, enough: threading.Event, over: threading.Event) -> int:
    """Kills servers, now one, now several, until all is over; sets `enough` after as many kills as given."""
    chance = random.Random(kills)
    done = 0
    try:
        while not over.wait(chance.uniform(0.1, 0.7)):
            victims = chance.sample(some, chance.choice((1, 1, 1, 2, len(some))))
            for victim in victims:
                victim.kill()
            done += len(victims)
            over.wait(chance.uniform(0, 0.3))
            for victim in victims:
                victim.start()
            for victim in victims:
                victim.wait()
            if done >= kills:
                enough.set()
    finally:
        enough.set()
    return done


def play(folder: Path, *, users: int, experiments: int, kills: int) -> None:
    """At least as many experiments, and at least as many kills."""
    enough, over = threading.Event(), threading.Event()
    numbers = itertools.count()

    def more() -> Iterator[int]:
        while (number := next(numbers)) < experiments or not enough.is_set():
            yield number

    everybody = [User(folder) for _ in range(users)]
    with postgres.database() as url, replicas(url, folder, REPLICAS) as some:
        begin = time.monotonic()
        with ThreadPoolExecutor(users + 1) as threads:
            disturbing = threads.submit(disturb, some, kills, enough, over)
            working = [threads.submit(user.work, target(some), more()) for user in everybody]
            try:
                for user in as_completed(working):
                    user.result()
            finally:
                over.set()
        seconds = time.monotonic() - begin
        seen = {number: told for user in everybody for number, told in user.acknowledged.items()}
        check_users(seen, folder)
        check_database(url, len(seen))
        check_all_go_on(target(some[:1]), seen, folder)
    calls = sum(user.calls for user in everybody)
    print(
        f"\n{len(seen)} experiments of {users} users over {REPLICAS} servers: {disturbing.result()} kills, "
        f"{calls} calls, {sum(user.attempts for user in everybody) - calls} made again by the SDK, "
        f"{sum(user.runs_again for user in everybody)} runs again by users, {seconds:.0f} seconds"
    )


def check_users(seen: dict[int, Acknowledged], folder: Path) -> None:
    """Each was given what nobody's death changes, and got rid of all its labels."""
    expected = [undisturbed(seed, folder / f"undisturbed-{seed}") for seed in range(SEEDS)]
    assert sorted(seen) == list(range(len(seen)))
    for number, told in seen.items():
        of_nobody = expected[number % SEEDS]
        assert told.batches == of_nobody.batches, name_of(number)
        assert told.labels == of_nobody.labels, name_of(number)
        assert len(told.labels) == BUDGET
        assert told.reports <= BATCHES  # the answers to some were lost


def check_database(url: str, experiments: int) -> None:
    """Every loop, decision and label is there once, and nothing in part."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:

        def by_experiment(table: sa.Table) -> dict[str, int]:
            query = sa.select(table.c.experiment, sa.func.count()).group_by(table.c.experiment)
            return {row[0]: row[1] for row in connection.execute(query)}

        def some(condition: sa.ColumnElement[bool]) -> int:
            return connection.execute(sa.select(sa.func.count()).where(condition)).scalar_one()

        names = [name_of(number) for number in range(experiments)]
        assert by_experiment(loops) == dict.fromkeys(names, BATCHES + 1)
        assert by_experiment(decisions) == dict.fromkeys(names, BATCHES + 1)
        assert by_experiment(outcomes) == dict.fromkeys(names, BUDGET)
        assert some(signal_columns.c.coverage.is_(None)) == 0, "uploads that belong to no loop"
        assert some(sa.func.length(requests.c.response) == 0) == 0, "requests that were begun, and not answered"


def check_all_go_on(target: str, seen: dict[int, Acknowledged], folder: Path) -> None:
    """Every experiment is at its end by its budget, and goes on when that grows."""
    with loopwise.connect(target) as engine:
        ended = engine.experiments()
        assert {info.id for info in ended} == {name_of(number) for number in seen}
        assert {info.state for info in ended} == {ExperimentState.STOPPED}
        for number, told in seen.items():
            with opened_experiment(engine, number, folder, BUDGET + BATCH) as experiment:
                assert set(experiment.labeled.tolist()) == told.labels
                batch = experiment.ask()
                assert len(batch) == BATCH
                assert not told.labels & set(batch.ids.tolist())


def test_servers_may_be_killed_at_any_time(tmp_path: Path) -> None:
    play(tmp_path, users=4, experiments=12, kills=3)


@pytest.mark.long
def test_servers_may_be_killed_at_any_time_long(tmp_path: Path) -> None:
    play(tmp_path, users=16, experiments=200, kills=60)
