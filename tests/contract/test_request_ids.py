"""A mutation happens once, however often it is sent under the same request id."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from loopwise.v1 import service_pb2
from tests.contract import world
from tests.contract.messages import MUTATIONS, array, with_changes
from tests.contract.modes import MODES, Engine
from tests.contract.rpc import Rpc

OTHERWISE: dict[str, Mapping[str, object]] = {
    "CreateExperiment": {"experiment.seed": 8},
    "UpdateExperiment": {"experiment.label_budget": 21},
    "DeleteExperiment": {"name": "experiments/open"},
    "PutColumnChunk": {"chunk": array(world.MARGIN[::-1])},
    "ReportLoop": {"loop.metrics": {"accuracy": 0.6}},
    "Decide": {"parent": "experiments/open/loops/0"},
    "ReportLabels": {"outcomes": []},
}
"""For each mutation, a change to its request that leaves it in order."""


@pytest.fixture(scope="module")
def small_world(shared_rpc: Rpc) -> Rpc:
    """Where each test has a mutation of its own."""
    world.build(shared_rpc)
    return shared_rpc


@pytest.mark.parametrize("method", MUTATIONS)
def test_a_mutation_happens_once(method: str, shared_engine: Engine, small_world: Rpc) -> None:
    request: Any = world.IN_ORDER[method]
    before = shared_engine.dump()
    answer = small_world.send_bytes(method, request.SerializeToString())
    after = shared_engine.dump()
    assert after != before

    assert small_world.send_bytes(method, request.SerializeToString()) == answer
    assert shared_engine.dump() == after

    refusal = small_world.refuse(with_changes(request, OTHERWISE[method]))
    assert (refusal.code, refusal.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")
    assert refusal.metadata == {"request_id": request.request_id, "method": method}
    assert shared_engine.dump() == after


@pytest.mark.parametrize("method", MUTATIONS)
def test_what_was_refused_would_have_been_good(method: str, tmp_path: Path) -> None:
    with MODES["embedded in memory"](tmp_path) as engine:
        rpc = Rpc(engine.channel)
        world.build(rpc)
        rpc.send(with_changes(world.IN_ORDER[method], OTHERWISE[method]))


@pytest.mark.parametrize("method", MUTATIONS)
def test_an_id_belongs_to_one_method(method: str, shared_engine: Engine, small_world: Rpc) -> None:
    taken = {"request_id": f"taken from {method}"}
    other = "ReportLabels" if method == "UpdateExperiment" else "UpdateExperiment"
    small_world.send(with_changes(world.IN_ORDER[other], taken))
    after = shared_engine.dump()

    refusal = small_world.refuse(with_changes(world.IN_ORDER[method], taken))
    assert refusal.reason == "REQUEST_ID_REUSED"
    assert shared_engine.dump() == after


def test_a_refused_call_leaves_its_id_free(rpc: Rpc) -> None:
    rpc.create("a")
    put = with_changes(world.IN_ORDER["PutColumnChunk"], {"parent": "experiments/a/loops/0"})

    assert rpc.refuse(with_changes(put, {"offset": 5})).reason == "CHUNK_OUT_OF_ORDER"
    assert rpc.send(put).rows == len(world.MARGIN)


def test_the_answer_is_that_of_the_first_time(engine: Engine, rpc: Rpc) -> None:
    """A late repetition does nothing, even where the call would do something again."""
    create = world.IN_ORDER["CreateExperiment"]
    made = rpc.send(create)
    rpc.send(service_pb2.DeleteExperimentRequest(name="experiments/new", request_id="delete"))
    after = engine.dump()

    assert rpc.send(create) == made
    assert engine.dump() == after


def test_a_call_that_nobody_waited_for_may_be_sent_again(engine: Engine, rpc: Rpc) -> None:
    """What a client does after a deadline."""
    rpc.create("closed")
    rpc.report("closed", 0)
    rpc.report("closed", 1)
    decide = world.IN_ORDER["Decide"]
    assert rpc.refuse(decide, timeout=0).code == "DEADLINE_EXCEEDED"

    decision = rpc.send(decide)

    after = engine.dump()
    assert rpc.send(decide) == decision
    assert engine.dump() == after
