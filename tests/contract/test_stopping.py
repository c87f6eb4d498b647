"""`loopwise serve` ends in order."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from loopwise.v1 import service_pb2
from loopwise.v1.service_pb2_grpc import EngineServiceStub
from tests.contract.messages import experiment
from tests.contract.rpc import SECONDS
from tests.contract.test_server import HEALTH, serving, watch


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_finishes_what_it_began(number: signal.Signals, tmp_path: Path) -> None:
    with serving(tmp_path) as server, closing(sqlite3.connect(server.database, isolation_level=None)) as blocker:
        health = watch(server)
        assert next(health) == HEALTH.SERVING
        blocker.execute("BEGIN IMMEDIATE")  # what needs to write has to wait
        stub = EngineServiceStub(server.channel)
        create = service_pb2.CreateExperimentRequest(experiment_id="a", experiment=experiment(), request_id="create")
        call = stub.CreateExperiment.future(create, timeout=SECONDS)
        stub.GetServerInfo(service_pb2.GetServerInfoRequest(), timeout=SECONDS)  # came later: the other has begun

        server.process.send_signal(number)
        assert next(health) == HEALTH.NOT_SERVING
        health.close()
        assert server.process.poll() is None
        assert not call.done()
        blocker.execute("ROLLBACK")

        assert call.result().name == "experiments/a"
        assert server.process.wait(SECONDS) == 0
        assert blocker.execute("SELECT id FROM experiments").fetchall() == [("a",)]
