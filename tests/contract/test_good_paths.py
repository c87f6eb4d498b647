"""Every method does what the contract says, over every engine."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from numpy.typing import NDArray

import loopwise
from loopwise import limits, wire
from loopwise.signals.columns import Column, SignalSet
from loopwise.strategies import Pool, execute
from loopwise.v1 import experiment_pb2, loop_pb2, service_pb2
from tests.contract.messages import CLASSES, METHODS, POOL, mask_of, new_request_id, probabilities, values_of
from tests.contract.modes import Engine
from tests.contract.rpc import Rpc, report_request
from tests.contract.world import PROBABILITIES, SKETCH, UNLABELED

OUTCOMES = [loop_pb2.LabelOutcome(position=position) for position in range(4)]


def open_loop(rpc: Rpc, name: str, **fields: Any) -> None:
    """An experiment whose loop 0 is answered and whose loop 1 is reported, with probabilities of the unlabeled."""
    rpc.create(name, **fields)
    rpc.report(name, 0, columns=[rpc.upload(name, 0, "sketch", SKETCH)])
    rpc.decide(name, 0)
    rpc.label(name, 0, OUTCOMES)
    column = rpc.upload(name, 1, "probabilities", PROBABILITIES, coverage=1)
    rpc.report(name, 1, labeled_count=len(OUTCOMES), columns=[column], coverages=[mask_of(UNLABELED)])


def update(rpc: Rpc, paths: list[str], **fields: Any) -> experiment_pb2.Experiment:
    updated: experiment_pb2.Experiment = rpc.send(
        service_pb2.UpdateExperimentRequest(
            experiment=experiment_pb2.Experiment(name="experiments/a", **fields),
            update_mask=FieldMask(paths=paths),
            request_id=new_request_id(),
        )
    )
    return updated


def test_every_method_has_a_good_path() -> None:
    snake = {method: re.sub(r"(?<!^)(?=[A-Z])", "_", method).lower() for method in METHODS}

    assert [
        method for method in METHODS if not any(name.startswith(f"test_{snake[method]}_") for name in globals())
    ] == []


def test_create_experiment_keeps_what_it_was_given(rpc: Rpc) -> None:
    fields = {"label_budget": 40, "batch_size": 5, "strategy": "margin", "random_share": 0.25, "seed": (1 << 64) - 1}

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
    rpc.create("a", label_budget=10, batch_size=2, strategy="margin", random_share=0.5)

    updated = update(rpc, ["label_budget", "batch_size", "strategy", "random_share"])

    assert not updated.HasField("label_budget")
    assert not updated.HasField("batch_size")
    assert (updated.strategy, updated.random_share) == ("", 0.05)


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


def test_put_column_chunk_says_where_to_go_on(rpc: Rpc) -> None:
    rpc.create("a")
    column = rpc.upload("a", 0, "sketch", SKETCH, rows_per_chunk=5)

    assert rpc.report("a", 0, columns=[column]).columns == [column]


def test_put_column_chunk_takes_every_signal(rpc: Rpc) -> None:
    flat = np.linspace(0, 1, POOL, dtype=np.float32)
    signals: dict[str, NDArray[Any]] = {
        "probabilities": probabilities(POOL),
        "least_confidence": flat,
        "margin": flat,
        "entropy": flat,
        "predicted_class": np.arange(POOL, dtype=np.int32) % CLASSES,
        "sketch": SKETCH.astype(np.float16),
        "typicality": flat * 100,
        "density": 2 * flat - 1,
        "loss": flat * 1000 - 500,
    }
    rpc.create("a")
    columns = [rpc.upload("a", 0, name, values, rows_per_chunk=8) for name, values in signals.items()]

    loop = rpc.report("a", 0, columns=columns)

    assert list(loop.columns) == sorted(columns, key=lambda column: column.signal)


def test_report_loop_commits_it(rpc: Rpc) -> None:
    rpc.create("a")
    column = rpc.upload("a", 0, "probabilities", PROBABILITIES, coverage=1)

    loop = rpc.report("a", 0, columns=[column], coverages=[mask_of(UNLABELED)], metrics={"b": 0.5, "a": -1e300})

    assert (loop.name, loop.number) == ("experiments/a/loops/0", 0)
    assert dict(loop.metrics) == {"a": -1e300, "b": 0.5}
    assert list(loop.columns) == [column]
    assert not loop.coverages
    assert not loop.features
    assert loop.create_time.seconds > 0
    assert rpc.get("a").loop_count == 1


def test_report_loop_again_under_another_request_id(engine: Engine, rpc: Rpc) -> None:
    rpc.create("a")
    column = rpc.upload("a", 0, "probabilities", PROBABILITIES, coverage=1)
    first, again = (
        report_request("a", 0, columns=[column], coverages=[mask_of(UNLABELED)], metrics={"accuracy": 0.5})
        for _ in range(2)
    )

    loop = rpc.send(first)

    assert rpc.send(again) == loop
    assert rpc.get("a").loop_count == 1
    first.loop.metrics["accuracy"] = 0.6
    first.request_id = new_request_id()
    before = engine.dump()
    assert rpc.refuse(first).reason == "LOOP_EXISTS"
    assert engine.dump() == before


def test_report_loop_learns_the_number_of_classes(rpc: Rpc) -> None:
    rpc.create("a", classes=None)
    rpc.report("a", 0, columns=[rpc.upload("a", 0, "probabilities", probabilities(POOL, 5))])

    assert rpc.get("a").classes == 5


def test_report_loop_makes_a_stopped_experiment_active_again(rpc: Rpc) -> None:
    rpc.create("a", label_budget=4)
    rpc.report("a", 0)
    rpc.label("a", 0, OUTCOMES)
    rpc.report("a", 1, labeled_count=4)
    rpc.decide("a", 1)

    rpc.report("a", 2, labeled_count=4)

    assert rpc.get("a").state == experiment_pb2.EXPERIMENT_STATE_ACTIVE


def test_list_loops_oldest_first(rpc: Rpc) -> None:
    open_loop(rpc, "a")
    rpc.decide("a", 1)

    (page,) = rpc.pages(service_pb2.ListLoopsRequest(parent="experiments/a"))

    assert [loop.number for loop in page.loops] == [0, 1]
    assert [loop.labeled_count for loop in page.loops] == [0, 4]
    assert [[column.signal for column in loop.columns] for loop in page.loops] == [["sketch"], ["probabilities"]]
    assert all(loop.features["labeled_count"] == loop.labeled_count for loop in page.loops)


@pytest.mark.parametrize("size", [1, 4, POOL - len(OUTCOMES)])
def test_decide_asks_for_unlabeled_records(rpc: Rpc, size: int) -> None:
    open_loop(rpc, "a", batch_size=size, random_share=0.3)

    decision = rpc.decide("a", 1)

    assert decision.name == "experiments/a/loops/1/decision"
    assert decision.batch_size == size
    assert (decision.policy, decision.policy_version, bool(decision.reason)) == ("prior", "1", True)
    assert not decision.stop.stop
    positions = values_of(rpc.rows("a", 1).positions).tolist()
    assert len(positions) == len(set(positions)) == size
    assert set(positions) <= set(UNLABELED)


def test_decide_again_gives_the_same_decision(engine: Engine, rpc: Rpc) -> None:
    open_loop(rpc, "a")
    first = rpc.decide("a", 1)
    rows = rpc.rows("a", 1)
    rpc.label("a", 1, [loop_pb2.LabelOutcome(position=10)])
    rpc.report("a", 2, labeled_count=5)

    assert rpc.decide("a", 1).SerializeToString(deterministic=True) == first.SerializeToString(deterministic=True)
    assert rpc.rows("a", 1) == rows


def test_decide_follows_the_share_of_chance_and_the_strategy_asked_for(rpc: Rpc) -> None:
    open_loop(rpc, "a", batch_size=10, strategy="entropy", random_share=0.5)

    decision = rpc.decide("a", 1)

    assert [part.strategy for part in decision.blend.parts] == ["entropy"]
    assert decision.blend.random_share == 0.5
    assert np.bincount(values_of(rpc.rows("a", 1).chosen_by), minlength=256)[[0, 255]].tolist() == [5, 5]


def test_decide_says_which_strategies_could_not_be_considered(rpc: Rpc) -> None:
    rpc.create("a")
    rpc.report("a", 0)

    unmet = {unmet.strategy: unmet for unmet in rpc.decide("a", 0).unmet}

    assert list(unmet["margin"].missing_signals) == ["margin"]
    assert unmet["margin"].reason
    assert "random" not in unmet


def test_decide_advises_to_stop_when_the_budget_is_spent(rpc: Rpc) -> None:
    rpc.create("a", label_budget=4)
    rpc.report("a", 0)
    rpc.label("a", 0, OUTCOMES)
    rpc.report("a", 1, labeled_count=4)

    decision = rpc.decide("a", 1)

    assert decision.stop.stop
    assert decision.stop.reason
    assert decision.batch_size == 0
    assert len(rpc.rows("a", 1).positions.data) == 0


def test_decide_leaves_out_whom_annotators_abstained_from(rpc: Rpc) -> None:
    rpc.create("a", batch_size=POOL)
    rpc.report("a", 0)
    rpc.label("a", 0, [loop_pb2.LabelOutcome(position=position, abstained=True) for position in (3, 8)])
    rpc.report("a", 1, abstained_count=2)
    rpc.decide("a", 1)

    assert sorted(values_of(rpc.rows("a", 1).positions).tolist()) == [p for p in range(POOL) if p not in (3, 8)]


def test_decide_gives_what_its_blend_gives_at_home(rpc: Rpc) -> None:
    """A decision is data: the same signals and the same seed select the same records anywhere."""
    open_loop(rpc, "a", batch_size=8, random_share=0.3)
    decision = wire.decode_decision(rpc.decide("a", 1))
    rows = rpc.rows("a", 1)
    unlabeled, labeled = (np.array(positions, dtype=np.int64) for positions in (UNLABELED, range(4)))
    signals = SignalSet({"sketch": Column(SKETCH), "probabilities": Column(PROBABILITIES, unlabeled)}, POOL)

    selection = execute(decision.blend, Pool(unlabeled, labeled, signals), decision.batch_size, decision.seed)

    np.testing.assert_array_equal(values_of(rows.positions), selection.positions)
    np.testing.assert_array_equal(values_of(rows.propensities), selection.propensities)
    np.testing.assert_array_equal(values_of(rows.chosen_by), selection.chosen_by)


def test_get_decision_tells_what_was_decided(rpc: Rpc) -> None:
    open_loop(rpc, "a")
    decision = rpc.decide("a", 1)

    assert rpc.send(service_pb2.GetDecisionRequest(name=decision.name)) == decision


def test_list_decisions_oldest_first(rpc: Rpc) -> None:
    open_loop(rpc, "a")
    decisions = [rpc.decide("a", loop) for loop in (0, 1)]

    (page,) = rpc.pages(service_pb2.ListDecisionsRequest(parent="experiments/a"))

    assert list(page.decisions) == decisions


def test_list_decision_rows_with_what_the_model_said(rpc: Rpc) -> None:
    open_loop(rpc, "a", batch_size=6)
    rpc.decide("a", 1)

    rows = rpc.rows("a", 1)

    arrays = (rows.positions, rows.propensities, rows.chosen_by, rows.probabilities, rows.predicted_class)
    assert [array.dtype for array in arrays] == ["<u4", "<f8", "|u1", "<f4", "<i4"]
    at_home = PROBABILITIES[values_of(rows.positions) - UNLABELED[0]]
    np.testing.assert_array_equal(values_of(rows.probabilities), at_home)
    np.testing.assert_array_equal(values_of(rows.predicted_class), at_home.argmax(axis=1))
    propensities = values_of(rows.propensities)
    assert ((propensities > 0) & (propensities <= 1)).all()


def test_list_decision_rows_before_a_first_report(rpc: Rpc) -> None:
    rpc.create("a", batch_size=6)
    rpc.report("a", 0)
    rpc.decide("a", 0)

    rows = rpc.rows("a", 0)

    assert len(values_of(rows.positions)) == 6
    assert not rows.HasField("probabilities")
    assert not rows.HasField("predicted_class")


def test_list_decision_rows_of_scores_alone(rpc: Rpc) -> None:
    rpc.create("a", share_level=experiment_pb2.SHARE_LEVEL_SCORES, batch_size=6)
    classes = np.arange(POOL, dtype=np.int32) % CLASSES
    columns = [
        rpc.upload("a", 0, "margin", np.linspace(1, 0, POOL, dtype=np.float32)),
        rpc.upload("a", 0, "predicted_class", classes),
    ]
    rpc.report("a", 0, columns=columns)
    rpc.decide("a", 0)

    rows = rpc.rows("a", 0)

    np.testing.assert_array_equal(values_of(rows.predicted_class), classes[values_of(rows.positions)])
    assert not rows.HasField("probabilities")


def test_report_labels_counts_records_once(rpc: Rpc) -> None:
    def counts(*outcomes: loop_pb2.LabelOutcome) -> tuple[int, int]:
        answer = rpc.label("a", 0, outcomes)
        known = rpc.get("a")
        assert (known.labeled_count, known.abstained_count) == (answer.labeled_count, answer.abstained_count)
        return answer.labeled_count, answer.abstained_count

    rpc.create("a")
    rpc.report("a", 0)

    outcome = loop_pb2.LabelOutcome
    assert counts(outcome(position=3, correct=False, loss=2.5), outcome(position=5, abstained=True, cost=1)) == (1, 1)
    assert counts(outcome(position=3, correct=True)) == (1, 1)
    assert counts(outcome(position=5)) == (2, 0)
    assert counts(outcome(position=3, abstained=True), outcome(position=20)) == (2, 1)
    assert counts() == (2, 1)


def test_list_strategies_tells_what_each_needs(rpc: Rpc) -> None:
    (page,) = rpc.pages(service_pb2.ListStrategiesRequest())

    named = {strategy.name.removeprefix("strategies/"): strategy for strategy in page.strategies}
    assert {"random", "least_confidence", "margin", "entropy", "density_weighted"} <= set(named)
    assert {"k_center", "typicality", "badge", "cluster_margin"} <= set(named)
    assert list(named) == sorted(named)
    assert all(strategy.description and strategy.reference for strategy in named.values())
    assert list(named["margin"].needs) == ["margin"]
    assert list(named["random"].needs) == []


def test_get_server_info_tells_the_limits(rpc: Rpc) -> None:
    info = rpc.send(service_pb2.GetServerInfoRequest())

    assert info.version == loopwise.__version__
    assert info.max_message_bytes == limits.MAX_MESSAGE_BYTES
    assert info.max_pool_size == limits.MAX_POOL_SIZE
    assert info.max_outcomes == limits.MAX_OUTCOMES
    assert info.policy == "prior"


def test_get_server_info_for_a_newer_client(rpc: Rpc) -> None:
    unknown_field = b"\x98\x06\x01"  # number 99, the varint 1

    answer = rpc.send_bytes("GetServerInfo", unknown_field)

    assert answer == rpc.send_bytes("GetServerInfo", b"")
    assert service_pb2.ServerInfo.FromString(answer).version
