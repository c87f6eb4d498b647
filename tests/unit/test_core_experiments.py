"""The rules of experiments, of repeated requests, and of errors."""

from __future__ import annotations

import math
import re
import string
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest

from loopwise.errors import InvalidInputError
from loopwise.limits import MAX_BATCH_SIZE, MAX_CLASSES, MAX_POOL_SIZE, MAX_TEXT
from loopwise.resources import ExperimentInfo, ExperimentState, LabelOutcome, StopAdvice
from loopwise.signals.definitions import ShareLevel
from loopwise.strategies import Blend
from loopwise_engine.core import experiments
from loopwise_engine.core.requests import KEPT, once
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.policy.base import Plan
from loopwise_engine.store import Answered, Transaction
from tests.core_world import FINGERPRINT, World
from tests.dump import dump


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.store.close()


# Creating


def test_a_new_experiment_is_as_wanted_and_empty(world: World) -> None:
    wanted = {
        "classes": 3,
        "label_budget": 300,
        "share_level": ShareLevel.SCORES,
        "seed": 5,
        "batch_size": 7,
        "strategy": "margin",
        "random_share": 0.5,
    }
    given = {"labeled_count": 9, "abstained_count": 9, "loop_count": 9, "state": ExperimentState.STOPPED, "uid": "9"}
    info = world.create(10, **wanted, **given)

    assert info == ExperimentInfo(
        "x",
        10,
        FINGERPRINT,
        uid=info.uid,
        created=world.now,
        updated=world.now,
        **wanted,  # type: ignore[arg-type]
    )
    assert info == world.info


def test_an_experiment_made_again_is_another_one(world: World) -> None:
    first = world.create()
    with world.store.write() as transaction:
        experiments.delete(transaction, "x")

    assert world.create().uid != first.uid


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("id", ["a", "A.b-c_9", "x" * 63], ["", ".a", "a/b", "x" * 64, "é"]),
        ("pool_size", [1, MAX_POOL_SIZE], [0, -1, MAX_POOL_SIZE + 1]),
        ("pool_fingerprint", ["f", "f" * 128], ["", "f" * 129, "a\0b", "a\nb"]),
        ("classes", [None, 1, 2, MAX_CLASSES], [0, -3, MAX_CLASSES + 1]),
        ("label_budget", [None, 1, 1 << 53], [0, -1, (1 << 53) + 1, 1 << 64]),
        ("batch_size", [None, 1, MAX_BATCH_SIZE], [0, -1, MAX_BATCH_SIZE + 1]),
        ("random_share", [0.0, 1.0, 0.05], [-0.01, 1.01, math.nan, math.inf]),
        ("strategy", [None, "margin", "random"], ["", "nonsense"]),
        ("seed", [0, (1 << 64) - 1], []),
        ("keep_loops", [None, 1, 1_000_000_000], [0, -1, 1_000_000_001]),
        ("label_cost", [5e-324, 1.0, 1e300], [0.0, -1.0, math.nan, math.inf]),
        ("retrain_cost", [0.0, 1e300], [-1.0, math.nan, math.inf]),
        ("deadline", [None, datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)], []),
        ("target_accuracy", [None, 0.01, 1.0], [0.0, -0.1, 1.01, math.nan]),
        ("stop_confidence", [None, 0.01, 1.0], [0.0, -0.1, 1.01, math.nan]),
        ("inference_share", [None, 0.01, 1.0], [0.0, -0.1, 1.01, math.nan]),
    ],
)
def test_bounds_of_an_experiment(world: World, field: str, good: list[Any], bad: list[Any]) -> None:
    def create(value: Any) -> None:
        wanted = ExperimentInfo(**{"id": "x", "pool_size": 10, "pool_fingerprint": "f", field: value})
        with world.store.write() as transaction:
            assert getattr(experiments.create(transaction, wanted), field) == value
            experiments.delete(transaction, wanted.id)

    for value in good:
        create(value)
    for value in bad:
        with world.refuses(Reason.INVALID_ARGUMENT):
            create(value)


def test_a_taken_name_is_refused(world: World) -> None:
    world.create()

    with world.refuses(Reason.EXPERIMENT_EXISTS, "'x'"):
        world.create(99)


# Changing


def update(world: World, *names: str, **fields: Any) -> ExperimentInfo:
    wanted = ExperimentInfo(**{"id": "x", "pool_size": 0, "pool_fingerprint": "", **fields})
    with world.store.write() as transaction:
        return experiments.update(transaction, wanted, names)


def test_only_what_is_named_changes(world: World) -> None:
    before = world.create(label_budget=5, batch_size=2, strategy="margin", random_share=0.5)
    world.later(seconds=1)
    after = update(world, "label_budget", label_budget=9, batch_size=4)

    assert after == replace(before, label_budget=9, updated=world.now) == world.info


def test_what_is_named_and_not_set_is_cleared(world: World) -> None:
    before = world.create(label_budget=5, batch_size=2, strategy="margin", random_share=0.5)
    after = update(world, "label_budget", "batch_size", "strategy", "random_share")

    cleared = {"label_budget": None, "batch_size": None, "strategy": None, "random_share": 0.05}
    assert after == replace(before, **cleared, updated=after.updated)  # type: ignore[arg-type]


@pytest.mark.parametrize("names", [(), ("pool_size",), ("label_budget", "seed"), ("*",)])
def test_other_fields_do_not_change(world: World, names: tuple[str, ...]) -> None:
    world.create()

    with world.refuses(
        Reason.INVALID_ARGUMENT, "label_budget, batch_size, strategy, .*, label_cost, .*, inference_share, and nothing"
    ):
        update(world, *names, label_budget=7)


@pytest.mark.parametrize(
    "fields", [{"label_budget": 0}, {"batch_size": 0}, {"strategy": "nonsense"}, {"random_share": 2.0}]
)
def test_changes_keep_to_the_bounds(world: World, fields: dict[str, Any]) -> None:
    world.create()

    with world.refuses(Reason.INVALID_ARGUMENT):
        update(world, *fields, **fields)


@pytest.mark.parametrize(
    ("budget", "state"),
    [
        (11, ExperimentState.ACTIVE),
        (None, ExperimentState.ACTIVE),
        (10, ExperimentState.STOPPED),
        (9, ExperimentState.STOPPED),
    ],
)
def test_a_larger_budget_makes_a_stopped_experiment_active(
    world: World, budget: int | None, state: ExperimentState
) -> None:
    world.create(label_budget=10)
    world.report()
    world.policy.plan = Plan(Blend.single("random"), 0, "done", stop=StopAdvice(True, "done"))
    world.decide()

    assert world.info.state is ExperimentState.STOPPED
    assert update(world, "label_budget", label_budget=budget).state is state


def test_what_is_not_there_is_refused(world: World) -> None:
    for call in (experiments.get, experiments.delete):
        with world.refuses(Reason.EXPERIMENT_NOT_FOUND, "'x'"), world.store.write() as transaction:
            call(transaction, "x")
    with world.refuses(Reason.EXPERIMENT_NOT_FOUND, "'x'"):
        update(world, "label_budget", label_budget=1)


# Repeating


class TestOnce:
    """The mutation of these tests counts; it answers how often it was made."""

    @pytest.fixture
    def world(self) -> Iterator[World]:
        world = World()
        world.create(1000)
        world.report()
        yield world
        world.store.close()

    def count(self, transaction: Transaction) -> bytes:
        info = experiments.get(transaction, "x")
        transaction.experiments.save(replace(info, labeled_count=info.labeled_count + 1), transaction.now)
        return str(info.labeled_count + 1).encode()

    def test_a_repeated_request_gets_the_same_answer_and_changes_nothing(self, world: World) -> None:
        first = once(world.store, world.ticket("Count", "a", b"1"), self.count)
        before = dump(world.store)

        assert once(world.store, world.ticket("Count", "a", b"1"), self.count) == first == b"1"
        assert dump(world.store) == before
        assert once(world.store, world.ticket("Count", "b", b"1"), self.count) == b"2"

    @pytest.mark.parametrize(("method", "digest"), [("Count", b"2"), ("Other", b"1")])
    def test_an_id_stands_for_one_request_only(self, world: World, method: str, digest: bytes) -> None:
        once(world.store, world.ticket("Count", "a", b"1"), self.count)

        with world.refuses(Reason.REQUEST_ID_REUSED, "'a' was used for another call, Count"):
            once(world.store, world.ticket(method, "a", digest), self.count)

    def test_answers_are_kept_for_a_day(self, world: World) -> None:
        once(world.store, world.ticket("Count", "a"), self.count)
        world.later(hours=24)
        assert once(world.store, world.ticket("Count", "a"), self.count) == b"1"
        world.later(microseconds=1)
        assert once(world.store, world.ticket("Other", "a"), self.count) == b"2"
        assert KEPT.days == 1

    def test_what_is_forgotten_is_gone(self, world: World) -> None:
        once(world.store, world.ticket("Count", "a"), self.count)
        world.later(hours=25)
        once(world.store, world.ticket("Count", "b"), self.count)

        assert [row[1] for row in dump(world.store)["requests"]] == ["b"]

    def test_after_a_busy_day_no_call_forgets_all_of_it(self, world: World) -> None:
        made = Answered("Count", b"d", b"\x00", world.now)
        with world.store.write() as transaction:
            for number in range(1200):
                transaction.requests.insert(f"{number:04}", made)
        world.later(hours=25)

        left = []
        for request_id in ("1199", "b", "c"):  # the first one's own old answer is among the last
            assert once(world.store, world.ticket("Other", request_id), self.count)
            left.append(len(dump(world.store)["requests"]))

        assert 600 < left[0] < 1200
        assert left[-1] == 3

    def test_a_refused_request_is_not_remembered(self, world: World) -> None:
        def refuse(transaction: Transaction) -> bytes:
            self.count(transaction)
            raise RefusedError(Reason.INTERNAL)

        with world.refuses(Reason.INTERNAL):
            once(world.store, world.ticket("Count", "a"), refuse)
        assert once(world.store, world.ticket("Count", "a"), self.count) == b"1"

    @pytest.mark.parametrize("request_id", ["x" * (MAX_TEXT + 1), "a\0", "a\n"])
    def test_a_request_id_is_a_short_text(self, world: World, request_id: str) -> None:
        with world.refuses(Reason.INVALID_ARGUMENT, "request_id"):
            world.ticket("Count", request_id)

    def test_a_request_id_is_needed(self, world: World) -> None:
        with pytest.raises(InvalidInputError, match="request_id has 0 characters"):
            replace(world.ticket(), request_id="")

    def test_one_request_from_many_threads_is_made_once(self, world: World) -> None:
        answers: list[bytes] = []
        threads = [
            threading.Thread(target=lambda: answers.append(once(world.store, world.ticket("Count", "a"), self.count)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert answers == [b"1"] * 8
        assert world.info.labeled_count == 1


# Labels


def test_labels_are_counted(world: World) -> None:
    world.create()
    world.report()

    info = world.label(3, 4, LabelOutcome(5, abstained=True))
    assert (info.labeled_count, info.abstained_count) == (2, 1)
    info = world.label(3, LabelOutcome(5, correct=True, loss=0.5), LabelOutcome(6, abstained=True))
    assert (info.labeled_count, info.abstained_count) == (3, 1)
    info = world.label(LabelOutcome(4, abstained=True))
    assert (info.labeled_count, info.abstained_count) == (2, 2)
    assert world.info == info
    with world.store.read() as transaction:
        assert transaction.outcomes.positions("x", abstained=False).tolist() == [3, 5]
        assert transaction.outcomes.positions("x", abstained=True).tolist() == [4, 6]


def test_no_labels_are_no_change_of_counts(world: World) -> None:
    world.create()
    world.report()

    assert (world.label().labeled_count, world.label().abstained_count) == (0, 0)


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (LabelOutcome(10), "position 10 lies outside the pool of 10 records"),
        (LabelOutcome(1, abstained=True, correct=False), "position 1 is an abstention"),
        (LabelOutcome(1, abstained=True, loss=0.0), "position 1 is an abstention"),
        (LabelOutcome(1, loss=-0.1), "the loss of position 1"),
        (LabelOutcome(1, loss=math.nan), "the loss of position 1"),
        (LabelOutcome(1, cost=math.inf), "the cost of position 1"),
        (LabelOutcome(1, cost=-1.0), "the cost of position 1"),
        (LabelOutcome(1, seconds=-1.0), "the seconds of position 1"),
        (LabelOutcome(1, annotator="x" * 257), "the annotator of position 1 has 257 characters"),
        (LabelOutcome(1, annotator="\0"), "the annotator of position 1"),
        (LabelOutcome(0), "position 0 has two outcomes"),
    ],
)
def test_a_wrong_outcome_is_named(world: World, outcome: LabelOutcome, sentence: str) -> None:
    world.create()
    world.report()

    with world.refuses(Reason.INVALID_ARGUMENT, re.escape(sentence)):
        world.label(0, outcome)


def test_too_many_outcomes_are_refused(world: World) -> None:
    world.create(20_000)
    world.report()

    with world.refuses(Reason.INVALID_ARGUMENT, "5001 outcomes; at most 5000"):
        world.label(*range(5_001))


def test_labels_answer_a_reported_loop_of_this_pool(world: World) -> None:
    with world.refuses(Reason.EXPERIMENT_NOT_FOUND):
        world.label(1)
    world.create()
    with world.refuses(Reason.LOOP_NOT_FOUND, "no loop 0"):
        world.label(1)
    world.report()
    with world.refuses(Reason.FINGERPRINT_MISMATCH, "'another'"):
        world.label(1, fingerprint="another")
    with world.refuses(Reason.LOOP_NOT_FOUND, "no loop 1"):
        world.label(1, loop=1)


# Errors


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_status_and_a_sentence(reason: Reason) -> None:
    fields = {name for _, name, _, _ in string.Formatter().parse(reason.message) if name}
    refused = RefusedError(reason, **dict.fromkeys(fields, "value"))

    assert grpc.StatusCode[reason.code] is not grpc.StatusCode.OK
    assert re.fullmatch(r"[A-Z][A-Z_]+", reason.name)
    assert set(refused.metadata) == fields
    assert "{" not in str(refused)
