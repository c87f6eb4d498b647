"""A PostgreSQL server that goes down while an engine is at work, and comes back: the engine is not restarted."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import grpc
import numpy as np
import pytest

from loopwise.client import Engine
from loopwise.errors import EngineUnavailableError
from loopwise.rpc import Rpc as SdkRpc
from loopwise.v1 import service_pb2
from loopwise_engine.store import Store
from tests import schemas
from tests.contract import modes
from tests.contract.messages import POOL, experiment, values_of
from tests.contract.rpc import Rpc, decide_request, read_refusal, report_request
from tests.postgres import PATIENCE, Server

WRITERS = 4
STOPS = 3


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of its own, which may be stopped."""
    made = Server()
    yield made
    made.remove()


@pytest.fixture
def engine(server: Server, request: pytest.FixtureRequest) -> Iterator[modes.Engine]:
    name = request.node.name
    server.execute(f'CREATE DATABASE "{name}"')
    with modes.over_grpc(server.url(name)) as engine:
        yield engine


def test_calls_say_so_and_work_again(server: Server, engine: modes.Engine) -> None:
    rpc = Rpc(engine.channel)
    rpc.create("a")
    rpc.report("a", 0)
    before = engine.dump()
    calls = [
        service_pb2.GetExperimentRequest(name="experiments/a"),
        decide_request("a", 0),
        report_request("a", 1),
    ]

    for mode in ("fast", "immediate"):
        server.stop(mode)
        try:
            with ThreadPoolExecutor(len(calls)) as threads:
                refusals = list(threads.map(rpc.refuse, calls))
        finally:
            server.start()

        assert {(refusal.code, refusal.reason) for refusal in refusals} == {("UNAVAILABLE", "STORE_DOWN")}
        assert {refusal.message for refusal in refusals} == {"the engine's database does not answer; try again"}
        assert engine.dump() == before
        assert rpc.get("a").loop_count == 1

    for call in calls:
        rpc.send(call)


def test_the_first_transaction_after_a_restart_works(server: Server) -> None:
    """Nobody is told of connections that broke while nobody used them."""
    server.execute("CREATE DATABASE restarted")
    with closing(Store(server.url("restarted"))) as store:
        with store.read(), store.read():
            pass
        server.stop()
        server.start()
        with store.write() as transaction:
            assert transaction.experiments.find("a") is None
        with store.read() as transaction:
            assert transaction.experiments.find("a") is None


def test_nothing_acknowledged_is_lost(server: Server, engine: modes.Engine) -> None:
    rpc = Rpc(engine.channel)
    stop = threading.Event()
    acknowledged: list[list[str]] = [[] for _ in range(WRITERS)]
    failures: list[str] = []
    end = time.monotonic() + PATIENCE

    def write(number: int) -> None:
        """Experiments of one answered loop each; whatever fails is sent again, as it was."""
        while not stop.is_set():
            name = f"{number}-{len(acknowledged[number])}"
            requests = (
                service_pb2.CreateExperimentRequest(
                    experiment_id=name, experiment=experiment(), request_id=f"{name} create"
                ),
                report_request(name, 0),
                decide_request(name, 0),
            )
            for request in requests:
                while True:
                    try:
                        rpc.send(request)
                        break
                    except grpc.RpcError as error:
                        assert time.monotonic() < end, "the database did not come back"
                        refusal = read_refusal(error)
                        failures.append(refusal.reason)
                        assert refusal.code == "UNAVAILABLE", refusal
            acknowledged[number].append(name)

    with ThreadPoolExecutor(WRITERS) as threads:
        writers = [threads.submit(write, number) for number in range(WRITERS)]
        try:
            for _ in range(STOPS):
                time.sleep(0.3)
                server.stop("immediate")
                time.sleep(0.2)
                server.start()
            time.sleep(0.3)
        finally:
            stop.set()
        for writer in writers:
            writer.result()

    names = [name for some in acknowledged for name in some]
    assert len(names) > STOPS
    assert set(failures) <= {"STORE_DOWN"}
    found = {
        made.name.removeprefix("experiments/"): made
        for page in rpc.pages(service_pb2.ListExperimentsRequest())
        for made in page.experiments
    }
    assert set(found) == set(names)
    assert {made.loop_count for made in found.values()} == {1}
    for name in names:
        decision = rpc.decide(name, 0)
        assert len(values_of(rpc.rows(name, 0).positions)) == decision.batch_size


def test_an_upload_goes_on(server: Server, engine: modes.Engine) -> None:
    """Chunks that were acknowledged and lost with the server are sent again; those of a loop never are lost."""
    rpc = Rpc(engine.channel)
    values = np.linspace(0, 1, POOL, dtype=np.float32)
    rpc.create("a")
    column = rpc.upload("a", 0, "margin", values, rows_per_chunk=7)
    server.stop("immediate")
    server.start()
    again = rpc.upload("a", 0, "margin", values, rows_per_chunk=7)
    assert again == column
    rpc.report("a", 0, columns=[column])
    server.stop("immediate")
    server.start()

    (page,) = rpc.pages(service_pb2.ListLoopsRequest(parent="experiments/a"))
    assert [list(loop.columns) for loop in page.loops] == [[column]]
    assert rpc.decide("a", 0).batch_size > 0


def test_a_run_goes_on(server: Server, engine: modes.Engine, tmp_path: Path) -> None:
    """It does not notice a short restart; who is told of a longer one, as on a busy machine, runs the same again."""
    over = threading.Event()

    def restart() -> None:
        for _ in range(STOPS):
            if over.wait(0.3):
                break
            server.stop("immediate")
            server.start()

    restarting = threading.Thread(target=restart)
    restarting.start()
    sdk = Engine(SdkRpc(engine.channel), "")
    labeled, end = 0, time.monotonic() + PATIENCE
    try:
        while labeled < schemas.BUDGET:
            try:
                with sdk.experiment(
                    schemas.NAME,
                    pool=range(schemas.POOL),
                    classes=schemas.CLASSES,
                    budget=schemas.BUDGET,
                    batch_size=schemas.BATCH,
                    journal=tmp_path / "run.journal",
                ) as run:
                    schemas.go_on(run)
                    labeled = len(run.labeled)
            except EngineUnavailableError:
                assert time.monotonic() < end, "the database did not come back"
    finally:
        over.set()
        restarting.join()
    history = sdk.history(schemas.NAME)
    assert [record.labeled for record in history] == list(range(0, schemas.BUDGET + 1, schemas.BATCH))
