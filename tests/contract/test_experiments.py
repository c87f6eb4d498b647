"""Experiments are created, found, changed and deleted."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from loopwise.v1 import experiment_pb2, service_pb2
from tests.contract.messages import CLASSES, POOL, new_request_id
from tests.contract.modes import Engine
from tests.contract.rpc import Rpc
from tests.contract.world import OUTCOMES, open_loop

DEADLINE = Timestamp(seconds=2_000_000_000, nanos=123_456_000)
COSTS = ["label_cost", "retrain_cost", "deadline", "target_accuracy", "stop_confidence", "inference_share"]


def update(rpc: Rpc, paths: list[str], **fields: Any) -> experiment_pb2.Experiment:
    updated: experiment_pb2.Experiment = rpc.send(
        service_pb2.UpdateExperimentRequest(
            experiment=experiment_pb2.Experiment(name="experiments/a", **fields),
            update_mask=FieldMask(paths=paths),
            request_id=new_request_id(),
        )
    )
    return updated


def test_create_experiment_keeps_what_it_was_given(rpc: Rpc) -> None:
    fields = {"label_budget": 40, "batch_size": 5, "strategy": "margin", "random_share": 0.25, "seed": (1 << 64) - 1}
    fields |= {"log_for_training": False, "keep_loops": 3, "label_cost": 0.1, "retrain_cost": 40.5}
    fields |= {"deadline": DEADLINE, "target_accuracy": 0.9, "stop_confidence": 1.0, "inference_share": 0.25}

    made = rpc.create("a", **fields)

    assert made.name == "experiments/a"
    assert {name: getattr(made, name) for name in fields} == fields
    assert (made.pool_size, made.classes, made.task_kind) == (POOL, CLASSES, experiment_pb2.TASK_KIND_CLASSIFICATION)
    assert made.share_level == experiment_pb2.SHARE_LEVEL_EMBEDDINGS
    assert made.uid
    assert made.create_time == made.update_time
    assert made.create_time.seconds > 0


def test_create_experiment_fills_in_what_was_not_given(rpc: Rpc) -> None:
    made = rpc.create("a", classes=None, seed=None)

    assert not made.HasField("label_budget")
    assert not made.HasField("batch_size")
    assert (made.classes, made.strategy, made.seed, made.random_share) == (0, "", 0, 0.05)
    assert made.log_for_training
    assert (made.label_cost, made.retrain_cost) == (1, 0)
    for field in ("keep_loops", "deadline", "target_accuracy", "stop_confidence", "inference_share"):
        assert not made.HasField(field)


def test_create_experiment_ignores_what_is_output_only(rpc: Rpc) -> None:
    stopped = experiment_pb2.EXPERIMENT_STATE_STOPPED

    made = rpc.create("a", name="experiments/b", uid="mine", state=stopped, labeled_count=5, loop_count=3)

    assert made.name == "experiments/a"
    assert made.uid != "mine"
    assert (made.state, made.labeled_count, made.loop_count) == (experiment_pb2.EXPERIMENT_STATE_ACTIVE, 0, 0)


def test_get_experiment_tells_what_was_made(rpc: Rpc) -> None:
    assert rpc.create("a") == rpc.get("a")


def test_list_experiments_by_name(rpc: Rpc) -> None:
    made = {name: rpc.create(name) for name in ("b", "a", "B", "a.1", "a-1", "A", "0")}

    (page,) = rpc.pages(service_pb2.ListExperimentsRequest())

    assert list(page.experiments) == [made[name] for name in sorted(made)]


def test_update_experiment_sets_the_fields_of_the_mask(rpc: Rpc) -> None:
    made = rpc.create("a", label_budget=10, batch_size=2)

    updated = update(rpc, ["label_budget", "strategy"], label_budget=20, strategy="entropy", batch_size=7, pool_size=9)

    assert (updated.label_budget, updated.strategy, updated.batch_size, updated.pool_size) == (20, "entropy", 2, POOL)
    assert updated.update_time.ToNanoseconds() > made.update_time.ToNanoseconds()
    assert updated.create_time == made.create_time
    assert rpc.get("a") == updated


def test_update_experiment_clears_fields_that_are_not_set(rpc: Rpc) -> None:
    rpc.create("a", label_budget=10, batch_size=2, strategy="margin", random_share=0.5, log_for_training=False)
    update(rpc, ["keep_loops"], keep_loops=3)
    levels = {"target_accuracy": 0.5, "stop_confidence": 0.5, "inference_share": 0.5}
    update(rpc, COSTS, label_cost=2, retrain_cost=9, deadline=DEADLINE, **levels)

    updated = update(rpc, ["label_budget", "batch_size", "strategy", "random_share", "log_for_training", "keep_loops"])

    assert not updated.HasField("label_budget")
    assert not updated.HasField("batch_size")
    assert not updated.HasField("keep_loops")
    assert (updated.strategy, updated.random_share, updated.log_for_training) == ("", 0.05, True)
    assert (updated.label_cost, updated.retrain_cost, updated.deadline) == (2, 9, DEADLINE)

    updated = update(rpc, COSTS)

    assert (updated.label_cost, updated.retrain_cost) == (1, 0)
    for field in ("deadline", *levels):
        assert not updated.HasField(field)


@pytest.mark.parametrize("level", [0.9, None])
@pytest.mark.parametrize("field", ["stop_confidence", "target_accuracy"])
def test_update_experiment_that_asks_more_of_advice_to_stop_makes_it_active_again(
    rpc: Rpc, field: str, level: float | None
) -> None:
    rpc.create("a", label_budget=4, stop_confidence=0.5, target_accuracy=0.5)
    rpc.report("a", 0)
    rpc.label("a", 0, OUTCOMES)
    rpc.report("a", 1, labeled_count=4)
    assert rpc.decide("a", 1).stop.stop
    stopped, active = experiment_pb2.EXPERIMENT_STATE_STOPPED, experiment_pb2.EXPERIMENT_STATE_ACTIVE

    assert update(rpc, [field], **{field: 0.4}).state == stopped
    assert update(rpc, [field], **{field: level}).state == active


def test_update_experiment_with_a_larger_budget_makes_it_active_again(rpc: Rpc) -> None:
    rpc.create("a", label_budget=4)
    rpc.report("a", 0)
    rpc.label("a", 0, OUTCOMES)
    rpc.report("a", 1, labeled_count=4)
    assert rpc.decide("a", 1).stop.stop
    assert rpc.get("a").state == experiment_pb2.EXPERIMENT_STATE_STOPPED

    assert update(rpc, ["label_budget"], label_budget=5).state == experiment_pb2.EXPERIMENT_STATE_ACTIVE


def test_delete_experiment_leaves_nothing_of_it(engine: Engine, rpc: Rpc) -> None:
    rpc.create("other")
    open_loop(rpc, "a")
    rpc.decide("a", 1)
    first = rpc.get("a")
    assert "'a'" in engine.dump()

    rpc.send(service_pb2.DeleteExperimentRequest(name="experiments/a", request_id=new_request_id()))

    assert rpc.refuse(service_pb2.GetExperimentRequest(name="experiments/a")).reason == "EXPERIMENT_NOT_FOUND"
    (page,) = rpc.pages(service_pb2.ListExperimentsRequest())
    assert [left.name for left in page.experiments] == ["experiments/other"]
    assert "'a'" not in engine.dump()
    assert rpc.create("a").uid != first.uid
    (loops,) = rpc.pages(service_pb2.ListLoopsRequest(parent="experiments/a"))
    assert not loops.loops
