"""One script, every engine: the same answers, byte for byte, but for times and unique ids."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from loopwise.v1 import decision_pb2, experiment_pb2, loop_pb2, service_pb2
from tests.contract.messages import mask_of, new_request_id, values_of, without_chance
from tests.contract.modes import MODES
from tests.contract.rpc import Rpc

POOL, CLASSES, BATCH, BUDGET = 240, 3, 24, 60
CENTRES = np.array([[2.0, 0.0], [-1.0, 1.7], [-1.0, -1.7]])


def script(rpc: Rpc) -> Iterator[Message]:
    """A run to the end of its budget, and a little further, from every kind of signal; yields every answer."""
    rng = np.random.default_rng(3)
    classes = rng.integers(0, CLASSES, POOL)
    X = CENTRES[classes] + rng.normal(size=(POOL, 2))
    labeled: dict[int, bool] = {}
    yield rpc.create("run", pool_size=POOL, label_budget=BUDGET, batch_size=BATCH, random_share=0.1)
    columns = [rpc.upload("run", 0, "sketch", X.astype(np.float32), rows_per_chunk=100)]
    coverages: list[bytes] = []
    for loop in range(6):
        known, abstained = sum(labeled.values()), len(labeled) - sum(labeled.values())
        metrics = {"labels": float(known), "accuracy": 1 - 1 / (1 + known)}
        counts = {"labeled_count": known, "abstained_count": abstained}
        yield rpc.report("run", loop, columns=columns, coverages=coverages, metrics=metrics, **counts)
        decision = rpc.decide("run", loop)
        yield decision
        yield from rpc.pages(service_pb2.ListDecisionRowsRequest(parent=decision.name, page_size=7))
        positions = values_of(rpc.rows("run", loop).positions).tolist()
        outcomes = [outcome_of(position, int(classes[position])) for position in positions]
        labeled |= {outcome.position: not outcome.abstained for outcome in outcomes}
        yield rpc.label("run", loop, outcomes)
        unlabeled = [position for position in range(POOL) if position not in labeled]
        P = model(X[unlabeled], spread=1 + 1 / (1 + loop))
        coverages = [mask_of(unlabeled, POOL)]
        columns = [rpc.upload("run", loop + 1, "probabilities", P, rows_per_chunk=50, coverage=1)]
        if decision.stop.stop:
            more = experiment_pb2.Experiment(name="experiments/run", label_budget=BUDGET + 10, strategy="badge")
            mask = FieldMask(paths=["label_budget", "strategy"])
            request_id = new_request_id()
            yield rpc.send(
                service_pb2.UpdateExperimentRequest(experiment=more, update_mask=mask, request_id=request_id)
            )
    yield rpc.get("run")
    yield from rpc.pages(service_pb2.ListLoopsRequest(parent="experiments/run", page_size=2))
    yield from rpc.pages(service_pb2.ListDecisionsRequest(parent="experiments/run"))
    yield from rpc.pages(service_pb2.ListExperimentsRequest())
    yield from rpc.pages(service_pb2.ListStrategiesRequest())
    yield rpc.send(service_pb2.GetServerInfoRequest())


def outcome_of(position: int, label: int) -> loop_pb2.LabelOutcome:
    if position % 11 == 0:
        return loop_pb2.LabelOutcome(position=position, abstained=True, seconds=1.5)
    return loop_pb2.LabelOutcome(position=position, correct=label == 1, loss=0.25 * label, cost=2, annotator="ann")


def model(X: Any, spread: float) -> Any:
    P = np.exp(-((X[:, None] - CENTRES) ** 2).sum(axis=2) / spread)
    return (P / P.sum(axis=1, keepdims=True)).astype(np.float32)


def test_every_engine_gives_the_same_answers(tmp_path: Path) -> None:
    answers: dict[str, list[Message]] = {}
    for mode, start in MODES.items():
        folder = tmp_path / mode
        folder.mkdir()
        with start(folder) as engine:
            answers[mode] = [without_chance(answer) for answer in script(Rpc(engine.channel))]

    (first, *others) = answers.values()
    decisions = [answer for answer in first if isinstance(answer, decision_pb2.Decision)]
    assert {decision.stop.stop for decision in decisions} == {True, False}
    assert len({decision.reason for decision in decisions}) > 3, "the script leads through several situations"
    assert others
    for other in others:
        assert len(other) == len(first)
        for mine, theirs in zip(first, other, strict=True):
            assert theirs == mine
            assert theirs.SerializeToString(deterministic=True) == mine.SerializeToString(deterministic=True)
