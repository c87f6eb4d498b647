"""Retention: which columns age out, what stays, and what is said of the loops that lost theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from loopwise.resources import LoopInfo
from loopwise.signals import SIGNALS
from loopwise.signals.history import WINDOW
from loopwise.strategies import Blend
from loopwise_engine.core import experiments, history
from loopwise_engine.policy.base import Plan
from tests import postgres
from tests.core_world import FixedPolicy, World, probabilities, scalars
from tests.dump import dump

POOL = 12
OF_HISTORY = [signal for signal in SIGNALS.values() if signal.over_loops]
ALL = history.Sizes(1 << 30, 1 << 30, 1 << 30)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield "sqlite://"
    else:
        with postgres.database() as url:
            yield url


def report(world: World, *brings: str) -> None:
    """A loop that brings these signals, each loop's other than the last one's."""
    loop = world.info.loop_count
    made: dict[str, Callable[[], NDArray[Any]]] = {
        "probabilities": lambda: probabilities(POOL, seed=loop),
        "margin": lambda: scalars(POOL, seed=loop),
        "sketch": lambda: np.random.default_rng(loop).normal(size=(POOL, 2)).astype("<f2"),
    }
    world.report(*(world.upload(signal, made[signal]()) for signal in brings), metrics={"loop": float(loop)})


def kept(world: World) -> dict[str, list[int]]:
    """The loops whose columns are here, by signal."""
    found: dict[str, list[int]] = {}
    with world.store.read() as transaction:
        for loop, signal in transaction.columns.kept("x"):
            found.setdefault(signal, []).append(loop)
    chunks = {row[2:4] for row in dump(world.store)["column_chunks"]}
    assert chunks == {(loop, signal) for signal, loops in found.items() for loop in loops}
    return found


def loops_of(world: World) -> list[LoopInfo]:
    with world.store.read() as transaction:
        return transaction.loops.page("x", 0, 1 << 20)


def past(world: World, signal: str) -> dict[int, Any]:
    """A signal's history, by loop."""
    found: dict[int, Any] = {}
    place: history.Place | None = history.Place(0, 0)
    with world.store.read() as transaction:
        while place is not None:
            info = experiments.get(transaction, "x")
            part, place = history.part(transaction, info, SIGNALS[signal], place, ALL)
            if part is not None:
                found[part.loop] = part.values.tolist()
    return found


# What goes


def test_the_newest_loops_keep_their_columns_and_all_keep_their_rows(url: str) -> None:
    world = World(url, keep_loops=3)
    world.create(POOL)
    for loop in range(6):
        report(world, "probabilities", *["sketch"][: loop in (0, 1)])
        world.decide()
        world.label(loop, loop=loop)
        assert kept(world)["probabilities"] == list(range(max(0, loop - 2), loop + 1))

    assert kept(world)["sketch"] == [1], "the newest is in force"
    columns = [{column.signal: column.aged_out for column in loop.columns} for loop in loops_of(world)]
    assert columns == [
        {"probabilities": True, "sketch": True},
        {"probabilities": True, "sketch": False},
        {"probabilities": True},
        {"probabilities": False},
        {"probabilities": False},
        {"probabilities": False},
    ]
    everything = dump(world.store)
    for table in ("loops", "loop_metrics", "decisions", "decision_rows", "outcomes"):
        assert len(everything[table]) == 6, table
    world.store.close()


def test_nothing_ages_out_unless_someone_says_so() -> None:
    world = World()
    world.create(POOL)
    for _ in range(15):
        report(world, "margin")

    assert kept(world) == {"margin": list(range(15))}


def test_what_the_experiment_says_counts_more_than_what_the_engine_says() -> None:
    world = World(keep_loops=1)
    info = world.create(POOL, keep_loops=4)
    for _ in range(6):
        report(world, "margin")
    assert kept(world) == {"margin": [2, 3, 4, 5]}

    for keep, expected in ((2, [5, 6]), (1 << 20, [5, 6, 7]), (None, [8])):
        with world.store.write() as transaction:
            wanted = type(info)(info.id, 0, "", keep_loops=keep)
            experiments.update(transaction, wanted, ["keep_loops"])
        report(world, "margin")
        assert kept(world) == {"margin": expected}


# What decisions need


def test_signals_in_force_stay_however_old() -> None:
    world = World(keep_loops=1)
    world.create(POOL)
    report(world, "sketch")
    report(world, "margin")
    for _ in range(4):
        report(world)

    assert kept(world) == {"margin": [1], "sketch": [0]}


def test_a_model_of_long_ago_keeps_its_own_loop_alone() -> None:
    """Not all that has come since."""
    world = World(keep_loops=2)
    world.create(POOL)
    report(world, "margin")
    for _ in range(6):
        report(world, "sketch")

    assert kept(world) == {"margin": [0], "sketch": [5, 6]}


BRINGS = st.sampled_from([(), ("margin",), ("probabilities",), ("probabilities", "sketch"), ("sketch",)])


@settings(max_examples=10, deadline=None)
@given(st.lists(BRINGS, min_size=WINDOW + 1, max_size=WINDOW + 8), st.integers(WINDOW, WINDOW + 2))
def test_decisions_are_the_same_where_the_window_is_kept(brings: list[tuple[str, ...]], keep: int) -> None:
    """Whatever the strategy: each signal that there is, reported or derived, has the same values."""
    seen: list[dict[str, Any]] = []

    class Looking(FixedPolicy):
        def decide(self, situation: Any) -> Plan:
            signals = situation.pool.signals
            every = np.arange(POOL)
            seen.append({name: signals.take(name, every).tolist() for name in SIGNALS if signals.has(name)})
            return self.plan

    for world in (World(), World(keep_loops=keep)):
        world.create(POOL)
        for some in brings:
            report(world, *some)
        world.decide(policy=Looking())
        world.store.close()

    assert seen[0] == seen[1]


def test_where_less_is_kept_history_begins_later() -> None:
    """As in an experiment that has had no more loops than these."""
    kept_two, began_late = World(keep_loops=2), World()
    for world in (kept_two, began_late):
        world.create(POOL)
    for loop in range(6):
        report(kept_two, "margin")
        report(began_late, *["margin"][: loop >= 4])
    policy = FixedPolicy(Plan(Blend.single("history_uncertainty", random_share=0.0), 3, "as told"))

    assert kept_two.decide(policy=policy) == began_late.decide(policy=policy)
    assert kept_two.rows(5).positions.tolist() == began_late.rows(5).positions.tolist()


# What is said of the rest


@pytest.mark.parametrize("signal", ["margin", *(signal.name for signal in OF_HISTORY)])
def test_a_history_lacks_what_has_aged_out_and_is_never_another(signal: str) -> None:
    whole, aged = World(), World(keep_loops=WINDOW + 2)
    for world in (whole, aged):
        world.create(POOL)
        for _ in range(WINDOW + 6):
            report(world, "probabilities")

    found, full = past(aged, signal), past(whole, signal)

    looks_back = SIGNALS[signal].over_loops
    assert list(found) == list(range(4 + (WINDOW - 1) * looks_back, WINDOW + 6)), "whose whole window is here"
    assert found == {loop: full[loop] for loop in found}


def test_a_loop_reported_again_is_the_same_loop() -> None:
    world = World(keep_loops=1)
    world.create(POOL)
    uploaded = world.upload("margin", scalars(POOL))
    first = world.report(uploaded)
    report(world, "margin")

    again = world.report(uploaded, number=0)

    assert again == first
    assert again.columns[0].aged_out


def test_a_decision_asked_again_is_the_same() -> None:
    world = World(keep_loops=1)
    world.create(POOL)
    report(world, "margin")
    first, rows = world.decide(policy=FixedPolicy(Plan(Blend.single("margin"), 3, "as told"))), world.rows()
    for _ in range(3):
        report(world, "margin")

    assert world.decide(0) == first
    for name, values in vars(world.rows()).items():
        np.testing.assert_array_equal(values, getattr(rows, name))


def test_an_upload_goes_on_where_it_stopped() -> None:
    world = World(keep_loops=1)
    world.create(POOL)
    for _ in range(3):
        report(world, "margin")
    column = scalars(POOL, seed=9)
    assert world.put("margin", column[:5], checksum=1) == 5
    assert world.put("margin", column[:5], checksum=1) == 5
    assert world.put("margin", column[5:], checksum=1, offset=5) == POOL
