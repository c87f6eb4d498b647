"""Decisions say what to label next; they are made once, and kept."""

from __future__ import annotations

import numpy as np
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from loopwise import wire
from loopwise.signals.columns import Column, SignalSet
from loopwise.strategies import Pool, execute
from loopwise.v1 import experiment_pb2, loop_pb2, service_pb2
from tests.contract.messages import CLASSES, POOL, new_request_id, values_of
from tests.contract.modes import Engine
from tests.contract.rpc import Rpc
from tests.contract.world import OUTCOMES, PROBABILITIES, SKETCH, UNLABELED, open_loop


@pytest.mark.parametrize("size", [1, 4, POOL - len(OUTCOMES)])
def test_decide_asks_for_unlabeled_records(rpc: Rpc, size: int) -> None:
    open_loop(rpc, "a", batch_size=size, random_share=0.3)

    decision = rpc.decide("a", 1)

    assert decision.name == "experiments/a/loops/1/decision"
    assert decision.batch_size == size
    info = rpc.send(service_pb2.GetServerInfoRequest())
    assert (decision.policy, decision.policy_version) == (info.policy, info.policy_version)
    assert decision.reason
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


def inference(rpc: Rpc, name: str, loop: int) -> list[int]:
    """Positions that the next report should be about."""
    request = service_pb2.GetInferenceRequest(parent=f"experiments/{name}/loops/{loop}/decision")
    coverage: bytes = rpc.send(request).coverage
    return np.flatnonzero(np.unpackbits(np.frombuffer(coverage, np.uint8), bitorder="little")).tolist()


def test_get_inference_tells_what_the_next_model_should_look_at(rpc: Rpc) -> None:
    open_loop(rpc, "a", batch_size=2, inference_share=0.6)
    rpc.decide("a", 1)

    chosen = values_of(rpc.rows("a", 1).positions).tolist()
    advised = inference(rpc, "a", 1)

    assert len(advised) == 9  # 0.6 of the 15 that are left, rounded up
    assert set(advised) <= set(UNLABELED) - set(chosen)
    assert advised == inference(rpc, "a", 1)


def test_get_inference_stays_whatever_is_labeled_and_reported_then(rpc: Rpc) -> None:
    open_loop(rpc, "a", batch_size=2, inference_share=0.6)
    rpc.decide("a", 1)
    advised = inference(rpc, "a", 1)

    rpc.label("a", 1, [loop_pb2.LabelOutcome(position=advised[0])])
    rpc.report("a", 2, labeled_count=5)
    rpc.decide("a", 2)

    assert inference(rpc, "a", 1) == advised
    assert advised[0] not in inference(rpc, "a", 2)


@pytest.mark.parametrize("share", [None, 1.0])
def test_get_inference_is_empty_where_models_should_look_at_all(rpc: Rpc, share: float | None) -> None:
    open_loop(rpc, "a", batch_size=2, inference_share=share)
    rpc.decide("a", 1)
    assert inference(rpc, "a", 1) == []


def test_decide_advises_to_fit_from_scratch_where_labels_have_grown_by_a_quarter(rpc: Rpc) -> None:
    open_loop(rpc, "a", batch_size=4)
    rpc.label("a", 1, [loop_pb2.LabelOutcome(position=position) for position in range(4, 9)])
    rpc.report("a", 2, labeled_count=9)
    update = service_pb2.UpdateExperimentRequest(
        experiment=experiment_pb2.Experiment(name="experiments/a", batch_size=2),
        update_mask=FieldMask(paths=["batch_size"]),
        request_id=new_request_id(),
    )
    rpc.send(update)
    assert not rpc.decide("a", 2).retrain  # from nine labels to eleven
    open_loop(rpc, "b", batch_size=1)
    assert rpc.decide("b", 1).retrain  # from four to five
