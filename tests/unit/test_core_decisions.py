"""The rules of decisions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import sqlalchemy as sa

from loopwise.resources import Decision, ExperimentState, Forecast, LabelOutcome, StopAdvice, StopRule, UnmetStrategy
from loopwise.signals.history import WINDOW
from loopwise.strategies import RANDOM_SHARE, Blend, BlendMode, Part, execute
from loopwise_engine.core import decisions, experiments
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.policy import PriorPolicy
from loopwise_engine.policy.base import PastLoop, Plan, Policy, Situation, share_right
from tests.core_world import FixedPolicy, World, probabilities, scalars
from tests.dump import dump


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    world.create(10, seed=11)
    yield world
    world.store.close()


class MeddlingPolicy(Policy):
    """Something happens to the experiment while it decides."""

    name: ClassVar[str] = "meddling"
    version: ClassVar[str] = "1"

    def __init__(self, *happenings: Callable[[], object]) -> None:
        self.happenings = list(happenings)

    def decide(self, situation: Situation) -> Plan:
        if self.happenings:
            self.happenings.pop(0)()
        return Plan(Blend.single("random"), len(situation.pool.unlabeled), "all that is left")


# Making


def test_a_decision_says_what_the_policy_planned(world: World) -> None:
    unmet = (UnmetStrategy("margin", ("margin",), "not reported"),)
    blend = Blend.single("random", random_share=0.5)
    advice = StopAdvice(False, "go on", 0.25, (StopRule("kappa", 0.5, stop=False),))
    forecast = Forecast("accuracy", 9, 0.9, 0.8, 0.95, labels_for_target=8)
    world.policy.plan = Plan(blend, 4, "why", unmet, advice, {"loop": 0.0}, (4, 5), forecast)
    world.report()
    world.later(minutes=1)
    decision = world.decide()

    seed = int(np.random.SeedSequence([11, 0]).generate_state(1, np.uint64)[0])
    assert decision == Decision(
        *(0, blend, 4, seed, "fixed", "7", "why", unmet, advice, world.now),
        schedule=(4, 5),
        forecast=forecast,
    )
    with world.store.read() as transaction:
        assert decisions.get(transaction, "x", 0) == decision
        loop = transaction.loops.find("x", 0)
    assert loop is not None
    assert loop.features == {"loop": 0.0}
    assert world.info.state is ExperimentState.ACTIVE


def test_its_rows_are_what_the_blend_selects(world: World) -> None:
    margin = scalars(10)
    world.policy.plan = Plan(Blend.single("margin", random_share=0.5), 4, "why")
    world.report(world.upload("margin", margin))
    decision = world.decide()

    selection = execute(decision.blend, world.policy.asked[0].pool, 4, decision.seed)
    rows = world.rows()
    assert rows.positions.tolist() == selection.positions.tolist()
    assert rows.propensities.tolist() == selection.propensities.tolist()
    assert rows.chosen_by.tolist() == selection.chosen_by.tolist()


def test_a_policy_that_asks_for_more_than_there_is_gets_what_there_is(world: World) -> None:
    world.policy.plan = Plan(Blend.single("random"), 99, "why", schedule=(99, 120))
    world.report()
    decision = world.decide()

    assert (decision.batch_size, decision.schedule) == (10, (10, 120))
    assert sorted(world.rows().positions.tolist()) == list(range(10))


def test_advice_to_stop_stops_the_experiment(world: World) -> None:
    world.policy.plan = Plan(Blend.single("random"), 0, "enough", stop=StopAdvice(True, "enough"))
    world.report()
    decision = world.decide()

    assert (decision.batch_size, decision.stop) == (0, StopAdvice(True, "enough"))
    assert len(world.rows().positions) == 0
    assert world.info.state is ExperimentState.STOPPED


def test_a_pool_without_candidates_is_the_policys_to_judge(world: World) -> None:
    world.report()
    world.label(*range(9), LabelOutcome(9, abstained=True))
    world.report()
    decision = world.decide(policy=PriorPolicy())

    assert decision.stop.stop
    assert decision.batch_size == 0


# Keeping


def test_asked_again_it_is_the_same(world: World) -> None:
    world.report()
    decision, rows = world.decide(), world.rows()
    before = dump(world.store)
    world.policy.plan = Plan(Blend.single("random"), 5, "something else")

    assert world.decide() == decision
    assert len(world.policy.asked) == 1
    assert world.rows().positions.tolist() == rows.positions.tolist()
    after = dump(world.store)
    assert len(after.pop("requests")) == len(before.pop("requests")) + 1
    assert after == before


def test_the_same_request_again_gets_the_same_bytes(world: World) -> None:
    world.report()
    ticket = world.ticket()
    answers = iter([b"first", b"second"])

    def ask() -> bytes:
        return decisions.decide(world.store, world.policy, ticket, ("x", 0), lambda _: next(answers))

    assert ask() == ask() == b"first"
    with world.store.write() as transaction:
        experiments.delete(transaction, "x")
    assert ask() == b"first"


def test_an_earlier_loop_keeps_its_decision(world: World) -> None:
    world.report()
    first = world.decide()
    world.report()

    assert world.decide(loop=0) == first


def test_an_earlier_loop_gets_no_decision_any_more(world: World) -> None:
    world.report()
    world.report()

    with world.refuses(Reason.LOOP_CLOSED, "before loop 1 was reported"):
        world.decide(loop=0)


def test_what_is_not_there_is_not_decided(world: World) -> None:
    for loop in (0, 5):
        with world.refuses(Reason.LOOP_NOT_FOUND, f"no loop {loop}; it has 0 loops"):
            world.decide(loop=loop)
    with world.store.write() as transaction:
        experiments.delete(transaction, "x")
    with world.refuses(Reason.EXPERIMENT_NOT_FOUND):
        world.decide(loop=0)


def test_getting_a_decision_makes_none(world: World) -> None:
    def get(experiment: str, loop: int) -> None:
        with world.store.read() as transaction:
            decisions.get(transaction, experiment, loop)

    world.report()
    with world.refuses(Reason.DECISION_NOT_FOUND, "loop 0"):
        get("x", 0)
    with world.refuses(Reason.LOOP_NOT_FOUND, "no loop 1"):
        get("x", 1)
    with world.refuses(Reason.EXPERIMENT_NOT_FOUND):
        get("y", 0)


# What the policy is told


def test_the_policy_is_told_what_is_known(world: World) -> None:
    choices = {"label_budget": 9, "batch_size": 2, "strategy": "margin", "random_share": 0.25}
    costs = {"label_cost": 2.0, "retrain_cost": 8.0, "deadline": world.now + timedelta(days=1)}
    levels = {"target_accuracy": 0.9, "stop_confidence": 0.8}
    wanted = replace(world.info, **choices, **costs, **levels)  # type: ignore[arg-type]
    with world.store.write() as transaction:
        experiments.update(transaction, wanted, [*choices, *costs, *levels])
    world.policy.plan = Plan(Blend.single("random"), 2, "why", features={"margin_mean": 0.5})
    world.report(metrics={"accuracy": 0.1})
    world.decide()
    world.label(0, 3, LabelOutcome(5, abstained=True))
    began = world.now
    world.later(hours=1)
    reported = world.now
    world.report(world.upload("probabilities", probabilities(10)), metrics={"accuracy": 0.2})
    world.later(minutes=1)
    world.decide()

    told = world.policy.asked[-1]
    assert (told.loop, told.pool_size, told.classes, told.label_budget) == (1, 10, 3, 9)
    assert (told.batch_size, told.strategy, told.random_share) == (2, "margin", 0.25)
    assert told.metrics == {"accuracy": 0.2}
    assert told.history == (PastLoop(0, 0, {"accuracy": 0.1}, {"margin_mean": 0.5}, reported=began),)
    assert (told.reported, told.now) == (reported, world.now)
    for name, value in {**costs, **levels}.items():
        assert getattr(told, name) == value
    assert told.pool.labeled.tolist() == [0, 3]
    assert told.pool.unlabeled.tolist() == [1, 2, 4, 6, 7, 8, 9]
    np.testing.assert_array_equal(told.pool.signals.take("probabilities", np.arange(10)), probabilities(10))


def test_the_policy_is_told_how_right_the_model_was_about_what_each_strategy_chose(world: World) -> None:
    parts = (Part("margin", 2), Part("entropy"))
    world.policy.plan = Plan(Blend(BlendMode.SHARES, parts, random_share=0.4), 5, "why")
    world.report(world.upload("probabilities", probabilities(10)))
    world.decide()
    rows = world.rows()
    by = {which: rows.positions[rows.chosen_by == which].tolist() for which in (0, 1, RANDOM_SHARE)}
    assert [len(some) for some in by.values()] == [2, 1, 2]
    world.label(
        *(LabelOutcome(position, correct=right) for position, right in zip(by[0], (True, False), strict=True)),
        *(LabelOutcome(position, correct=True) for position in by[RANDOM_SHARE]),
        *by[1],  # nobody knows
        LabelOutcome(min(set(range(10)) - set(rows.positions.tolist())), correct=False),  # nobody chose it
    )
    world.report()
    world.decide()

    (last,) = world.policy.asked[-1].history
    assert last.correct == pytest.approx(3 / 5)
    assert last.correct_by == {"margin": 0.5, "random": 1.0}


def test_what_several_parts_of_one_name_chose_is_of_one_strategy() -> None:
    chosen_by = np.array([0, 0, 0, RANDOM_SHARE], np.uint8)
    assert share_right(Blend.single("random"), chosen_by, np.array([True, True, True, False])) == {"random": 0.75}


def test_the_policy_is_told_so_of_the_last_five_loops(world: World) -> None:
    world.policy.plan = Plan(Blend.single("random"), 1, "why")
    world.report()
    for _ in range(7):
        world.decide()
        loop = world.info.loop_count - 1
        world.label(LabelOutcome(int(world.rows(loop).positions[0]), correct=loop % 2 == 0), loop=loop)
        world.report()
    world.decide()

    past = world.policy.asked[-1].history
    assert [loop.correct_by for loop in past] == [{}] * 2 + [{"random": float(loop % 2 == 0)} for loop in range(2, 7)]


def candidates(world: World) -> list[int]:
    world.decide()
    found: list[int] = world.policy.asked[-1].pool.unlabeled.tolist()
    return found


def test_only_records_that_the_model_looked_at_are_candidates(world: World) -> None:
    world.report()
    world.label(4)
    columns = [
        world.upload("margin", scalars(3), coverage=1),
        world.upload("entropy", scalars(2), coverage=2),
        world.upload("sketch", np.ones((10, 2), "<f2")),
    ]
    world.report(*columns, covered=[(1, 4, 9), (1, 2)])

    assert candidates(world) == [1, 2, 9]


def test_they_are_candidates_until_another_model_looks(world: World) -> None:
    world.report(world.upload("margin", scalars(3), coverage=1), covered=[(1, 4, 9)])
    world.label(4)
    world.report(metrics={"accuracy": 0.5})
    assert candidates(world) == [1, 9]

    world.report(world.upload("margin", scalars(10)))
    assert candidates(world) == [0, 1, 2, 3, 5, 6, 7, 8, 9]


def test_all_are_candidates_when_none_is_left_of_those(world: World) -> None:
    world.report(world.upload("margin", scalars(2), coverage=1), covered=[(1, 4)])
    world.label(1, LabelOutcome(4, abstained=True))
    world.report()

    assert candidates(world) == [0, 2, 3, 5, 6, 7, 8, 9]


def test_the_policy_is_told_what_the_models_skipped_and_for_how_long(world: World) -> None:
    everything = world.upload("margin", scalars(10))
    world.report(everything)
    for covered in ((0, 1, 2, 3, 4), (0, 1, 2), (0, 1, 5, 6, 7, 8, 9)):
        world.report(world.upload("margin", scalars(len(covered)), coverage=1), covered=[covered])
    world.report(metrics={"accuracy": 0.5})  # brings no signal: those of the loop before are in force
    world.label(1, 2)
    world.decide()

    (situation,) = world.policy.asked
    assert situation.pool.unlabeled.tolist() == [0, 5, 6, 7, 8, 9]
    assert situation.skipped.tolist() == [3, 4]
    assert situation.skipped_for.tolist() == [2, 2]
    assert [loop.complete for loop in situation.history] == [True, False, False, False]


def test_out_of_sight_for_longer_than_one_looks_back_is_as_long_as_that(world: World) -> None:
    world.report(world.upload("margin", scalars(10)))
    for _ in range(WINDOW + 3):
        world.report(world.upload("margin", scalars(9), coverage=1), covered=[range(9)])
    world.decide()
    assert world.policy.asked[-1].skipped_for.tolist() == [WINDOW]


def test_a_model_that_looked_at_all_that_is_left_has_skipped_nothing(world: World) -> None:
    world.report()
    world.label(0, LabelOutcome(1, abstained=True))
    world.report(world.upload("margin", scalars(8), coverage=1), covered=[range(2, 10)])
    world.report(world.upload("margin", scalars(10)))
    world.decide()

    (situation,) = world.policy.asked
    assert len(situation.skipped) == len(situation.skipped_for) == 0
    assert [loop.complete for loop in situation.history] == [True, True]


def test_sketches_do_not_bound_the_candidates(world: World) -> None:
    world.report(world.upload("sketch", np.ones((2, 2), "<f2"), coverage=1), covered=[(1, 4)])

    assert candidates(world) == list(range(10))


def test_signals_of_two_models_are_not_mixed(world: World) -> None:
    sketch = np.arange(20).reshape(10, 2).astype("<f2")
    world.report(world.upload("sketch", sketch), world.upload("margin", scalars(10, seed=1)))
    world.report(world.upload("probabilities", probabilities(10)))
    world.report(metrics={"accuracy": 0.5})
    world.decide()

    signals = world.policy.asked[-1].pool.signals
    everything = np.arange(10)
    two_best = np.sort(probabilities(10), axis=1)
    np.testing.assert_allclose(signals.take("margin", everything), two_best[:, -1] - two_best[:, -2], rtol=1e-6)
    np.testing.assert_array_equal(signals.take("sketch", everything), sketch)


# What the rows tell


def test_rows_tell_what_the_model_said(world: World) -> None:
    world.report(world.upload("probabilities", probabilities(10)))
    world.decide()

    rows = world.rows()
    assert rows.probabilities is not None
    assert rows.predicted_class is not None
    np.testing.assert_array_equal(rows.probabilities, probabilities(10)[rows.positions])
    np.testing.assert_array_equal(rows.predicted_class, probabilities(10)[rows.positions].argmax(axis=1))


def test_rows_tell_the_class_without_probabilities(world: World) -> None:
    world.report(world.upload("predicted_class", np.arange(10).astype("<i4")))
    world.decide()

    rows = world.rows()
    assert rows.probabilities is None
    assert rows.predicted_class is not None
    assert rows.predicted_class.tolist() == rows.positions.tolist()


def test_rows_tell_nothing_before_a_model(world: World) -> None:
    world.report()
    world.decide()

    assert world.rows().probabilities is None
    assert world.rows().predicted_class is None


def test_rows_tell_where_the_model_said_nothing(world: World) -> None:
    world.policy.plan = Plan(Blend.single("random"), 10, "all")
    some = probabilities(2)
    columns = [world.upload("probabilities", some, coverage=1), world.upload("margin", scalars(10))]
    world.report(*columns, covered=[(3, 6)])
    world.decide()

    rows = world.rows()
    order = np.argsort(rows.positions)
    expected = np.full((10, 3), np.nan, np.float32)
    expected[[3, 6]] = some
    assert rows.probabilities is not None
    assert rows.predicted_class is not None
    np.testing.assert_array_equal(rows.probabilities[order], expected)
    classes = [-1] * 10
    classes[3], classes[6] = some.argmax(axis=1).tolist()
    assert rows.predicted_class[order].tolist() == classes


# At the same time


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[World]:
    world = World(f"sqlite:///{tmp_path / 'shared.db'}")
    world.create(10)
    world.report()
    yield world
    world.store.close()


def test_what_is_labeled_meanwhile_is_not_selected(shared: World) -> None:
    decision = shared.decide(policy=MeddlingPolicy(lambda: shared.label(1, 2), lambda: shared.label(3)))

    assert decision.batch_size == 7
    assert sorted(shared.rows().positions.tolist()) == [0, 4, 5, 6, 7, 8, 9]


def test_an_experiment_that_never_rests_is_not_decided(shared: World) -> None:
    meddling = MeddlingPolicy(*(lambda p=position: shared.label(p) for position in range(10)))

    with pytest.raises(RefusedError) as refused:
        shared.decide(policy=meddling)
    assert refused.value.reason is Reason.CONTENTION
    assert dump(shared.store)["decisions"] == []


def test_a_loop_reported_meanwhile_closes_the_one_before(shared: World) -> None:
    with pytest.raises(RefusedError) as refused:
        shared.decide(policy=MeddlingPolicy(shared.report))
    assert refused.value.reason is Reason.LOOP_CLOSED


def test_an_experiment_deleted_meanwhile_is_gone(shared: World) -> None:
    def delete() -> None:
        with shared.store.write() as transaction:
            experiments.delete(transaction, "x")

    with pytest.raises(RefusedError) as refused:
        shared.decide(policy=MeddlingPolicy(delete))
    assert refused.value.reason is Reason.EXPERIMENT_NOT_FOUND


def test_a_decision_made_meanwhile_stands(shared: World) -> None:
    other: list[Decision] = []
    meddling = MeddlingPolicy(lambda: other.append(shared.decide(policy=FixedPolicy())))

    assert shared.decide(policy=meddling) == other[0]
    assert shared.rows().positions.shape == (2,)


def test_many_who_ask_at_once_get_one_decision(shared: World) -> None:
    made: list[Decision] = []
    threads = [threading.Thread(target=lambda: made.append(shared.decide())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 6
    assert set(map(repr, made)) == {repr(made[0])}


def test_damaged_signals_are_not_decided_upon(world: World) -> None:
    world.report(world.upload("margin", scalars(10)))
    with world.store._engine.begin() as connection:
        connection.execute(sa.text("UPDATE column_chunks SET data = zeroblob(16) WHERE first_row = 4"))

    with world.refuses(Reason.DATA_DAMAGED, "column 'margin' of loop 0 of experiment 'x'"):
        world.decide()
