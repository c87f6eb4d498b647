"""`loopwise serve` as a process of its own: it says when it serves, and answers as every engine does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from loopwise import channel, limits
from tests.contract.messages import SERVICE, without_chance
from tests.contract.modes import MODES
from tests.contract.rpc import SECONDS, Rpc
from tests.contract.test_same_everywhere import script

LOOPWISE = Path(sys.executable).with_name("loopwise")
HEALTH = health_pb2.HealthCheckResponse


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[str]
    address: str
    channel: grpc.Channel
    database: Path


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    database = folder / "served.db"
    with (folder / "stderr").open("w") as log:
        command = [str(LOOPWISE), "serve", "--listen", "127.0.0.1:0", "--db", f"sqlite:///{database}"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        said, _, address = process.stdout.readline().strip().rpartition(" ")
        assert said == "listening on", (folder / "stderr").read_text()
        with closing(channel.open_channel(f"grpc://{address}")) as opened:
            yield Server(process, address, opened, database)
    finally:
        process.kill()
        process.communicate()


def watch(server: Server, service: str = "") -> Generator[int]:
    """The server's health, now and whenever it changes."""
    request = health_pb2.HealthCheckRequest(service=service)
    answers = health_pb2_grpc.HealthStub(server.channel).Watch(request, timeout=SECONDS)
    try:
        for answer in answers:
            yield answer.status
    finally:
        answers.cancel()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("served")) as started:
        yield started


def test_a_server_says_that_it_is_well(server: Server) -> None:
    assert next(watch(server)) == HEALTH.SERVING
    assert next(watch(server, SERVICE.full_name)) == HEALTH.SERVING


def test_a_server_answers_as_every_engine_does(server: Server, tmp_path: Path) -> None:
    with MODES["embedded in memory"](tmp_path) as engine:
        expected = [without_chance(answer) for answer in script(Rpc(engine.channel))]

    assert [without_chance(answer) for answer in script(Rpc(server.channel))] == expected


def test_a_server_refuses_what_is_too_large_whatever_its_client_allows(server: Server) -> None:
    unlimited = [("grpc.max_send_message_length", -1)]
    with grpc.insecure_channel(server.address, options=unlimited) as opened:
        refusal = Rpc(opened).refuse_bytes("GetServerInfo", bytes(limits.MAX_MESSAGE_BYTES + 1))

    assert refusal.code == "RESOURCE_EXHAUSTED"
