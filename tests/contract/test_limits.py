"""Messages too large, calls too slow, and many at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import grpc
import numpy as np
import pytest

from loopwise import limits
from loopwise.v1 import loop_pb2, service_pb2
from tests.contract.messages import array, experiment, new_request_id, probabilities, values_of
from tests.contract.modes import Engine
from tests.contract.rpc import Rpc, decide_request, read_refusal

RECORDS, CLASSES = 200_000, 10
THREADS = 8
Answer = TypeVar("Answer")


@pytest.fixture
def large(rpc: Rpc) -> Rpc:
    """A loop whose decision takes a while: a batch of all records, the surest last."""
    rpc.create("a", pool_size=RECORDS, classes=CLASSES, batch_size=RECORDS, strategy="margin")
    P = probabilities(RECORDS, CLASSES)
    rpc.report("a", 0, columns=[rpc.upload("a", 0, "probabilities", P, rows_per_chunk=100_000)])
    return rpc


def at_once(call: Callable[[int], Answer]) -> list[Answer]:
    """What several threads get that call at the same time."""
    ready = threading.Barrier(THREADS)

    def wait_and_call(number: int) -> Answer:
        ready.wait()
        return call(number)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(wait_and_call, range(THREADS)))


def test_a_request_that_is_too_large(engine: Engine, rpc: Rpc) -> None:
    rpc.create("a", pool_size=limits.MAX_POOL_SIZE)
    before = engine.dump()
    put = service_pb2.PutColumnChunkRequest(
        parent="experiments/a/loops/0",
        signal="margin",
        chunk=array(np.zeros(limits.MAX_MESSAGE_BYTES // 4, np.float32)),
        request_id=new_request_id(),
    )
    assert put.ByteSize() > limits.MAX_MESSAGE_BYTES

    assert rpc.refuse(put).code == "RESOURCE_EXHAUSTED"
    assert engine.dump() == before


def test_a_request_as_large_as_can_be(rpc: Rpc) -> None:
    rpc.create("a", pool_size=limits.MAX_POOL_SIZE)
    values = np.zeros(limits.MAX_MESSAGE_BYTES // 4 - 30, np.float32)
    put = service_pb2.PutColumnChunkRequest(
        parent="experiments/a/loops/0", signal="margin", chunk=array(values), request_id=new_request_id()
    )
    put.request_id = put.request_id.ljust(limits.MAX_MESSAGE_BYTES - put.ByteSize() + len(put.request_id), ".")
    assert put.ByteSize() == limits.MAX_MESSAGE_BYTES

    assert rpc.send(put).rows == len(values)


def test_as_many_outcomes_as_can_be(rpc: Rpc) -> None:
    rpc.create("a", pool_size=limits.MAX_OUTCOMES + 1)
    rpc.report("a", 0)

    answer = rpc.label("a", 0, [loop_pb2.LabelOutcome(position=1 + n) for n in range(limits.MAX_OUTCOMES)])

    assert answer.labeled_count == limits.MAX_OUTCOMES
    assert rpc.decide("a", 0).batch_size == 1


def test_a_large_decision_comes_in_pages_that_fit_a_message(large: Rpc) -> None:
    large.decide("a", 0)

    request = service_pb2.ListDecisionRowsRequest(parent="experiments/a/loops/0/decision", page_size=(1 << 31) - 1)
    pages = list(large.pages(request))

    assert len(pages) > 1
    assert max(page.ByteSize() for page in pages) <= limits.MAX_MESSAGE_BYTES
    rows = [page.rows for page in pages]
    positions = np.concatenate([values_of(part.positions) for part in rows])
    assert np.array_equal(np.sort(positions), np.arange(RECORDS))
    assert all(len(values_of(part.propensities)) == len(values_of(part.chosen_by)) for part in rows)
    P = np.concatenate([values_of(part.probabilities) for part in rows])
    assert np.array_equal(P, probabilities(RECORDS, CLASSES)[positions])


def test_a_decision_that_nobody_waited_for_is_made_once(engine: Engine, large: Rpc) -> None:
    refusal = large.refuse(decide_request("a", 0), timeout=0.001)
    assert refusal.code == "DEADLINE_EXCEEDED"

    first, second = large.decide("a", 0), large.decide("a", 0)

    assert first.batch_size == RECORDS
    assert first.SerializeToString(deterministic=True) == second.SerializeToString(deterministic=True)
    (page,) = large.pages(service_pb2.ListDecisionsRequest(parent="experiments/a"))
    assert list(page.decisions) == [first]


def test_one_decision_for_all_who_ask_at_once(rpc: Rpc) -> None:
    rpc.create("a", pool_size=2000, batch_size=100)
    rpc.report("a", 0, columns=[rpc.upload("a", 0, "probabilities", probabilities(2000))])

    answers = at_once(lambda _: rpc.send_bytes("Decide", decide_request("a", 0).SerializeToString()))

    assert len(set(answers)) == 1
    (page,) = rpc.pages(service_pb2.ListDecisionsRequest(parent="experiments/a"))
    assert [decision.SerializeToString(deterministic=True) for decision in page.decisions] == answers[:1]
    assert len(values_of(rpc.rows("a", 0).positions)) == 100


def test_nothing_is_lost_when_many_write_at_once(rpc: Rpc) -> None:
    def run(number: int) -> str:
        for part in range(3):
            rpc.create(f"{number}-{part}")
            rpc.report(f"{number}-{part}", 0)
            rpc.decide(f"{number}-{part}", 0)
        return f"experiments/{number}"

    started = at_once(run)

    (page,) = rpc.pages(service_pb2.ListExperimentsRequest())
    assert [made.name for made in page.experiments] == [f"{name}-{part}" for name in started for part in range(3)]
    assert {made.loop_count for made in page.experiments} == {1}


def test_one_of_those_who_create_the_same_at_once(rpc: Rpc) -> None:
    def create(_: int) -> str:
        request = service_pb2.CreateExperimentRequest(
            experiment_id="a", experiment=experiment(), request_id=new_request_id()
        )
        try:
            rpc.send(request)
        except grpc.RpcError as error:
            return read_refusal(error).reason
        return "made"

    assert sorted(at_once(create)) == ["EXPERIMENT_EXISTS"] * (THREADS - 1) + ["made"]


def test_one_request_sent_many_times_at_once_happens_once(rpc: Rpc) -> None:
    request = service_pb2.CreateExperimentRequest(
        experiment_id="a", experiment=experiment(), request_id="the same"
    ).SerializeToString()

    assert len(set(at_once(lambda _: rpc.send_bytes("CreateExperiment", request)))) == 1
