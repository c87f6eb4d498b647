"""Addresses of servers, and what becomes of calls when some of the servers do not answer."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import grpc
import pytest

import loopwise
from loopwise import channel
from loopwise.errors import EngineError, EngineUnavailableError, InvalidInputError
from loopwise.rpc import Rpc
from loopwise.v1 import service_pb2
from loopwise_engine import app
from loopwise_engine.service.handlers import SERVICE_NAME

NOWHERE = "127.0.0.1:1"  # a port that nobody listens on
METHOD = "GetServerInfo"


class Server:
    """A server whose one method says who it is, or refuses; listens once it is started.

    Attributes:
        name: what it answers.
        address: where it listens.
        refusal: what it refuses calls with, while it is set.
        calls: how many it got.
    """

    def __init__(self, name: str) -> None:
        self.name, self.calls = name, 0
        self.address = "127.0.0.1:0"
        self.refusal: grpc.StatusCode | None = None

    def start(self) -> None:
        handler: Any = grpc.unary_unary_rpc_method_handler(self._answer)
        self._running = grpc.server(ThreadPoolExecutor(4), options=app._OPTIONS)
        self._running.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE_NAME, {METHOD: handler})])
        self.address = f"127.0.0.1:{self._running.add_insecure_port(self.address)}"
        self._running.start()

    def stop(self) -> None:
        self._running.stop(None).wait()

    def _answer(self, _: bytes, context: grpc.ServicerContext) -> bytes:
        self.calls += 1
        if self.refusal is not None:
            context.abort(self.refusal, f"{self.name} is tired")
        return service_pb2.ServerInfo(version=self.name).SerializeToString()


@contextmanager
def servers(*names: str) -> Iterator[list[Server]]:
    made = [Server(name) for name in names]
    for server in made:
        server.start()
    try:
        yield made
    finally:
        for server in made:
            server.stop()


@contextmanager
def connected(*addresses: str, deadline: float = 60.0) -> Iterator[Rpc]:
    with closing(Rpc(channel.open_channel("grpc://" + ",".join(addresses)), deadline=deadline)) as rpc:
        yield rpc


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("http://a:1", "give 'grpcs://host:port'"),
        ("grpc://", "give 'grpcs://host:port'"),
        ("grpc://a:1,", "its address 2, '', is empty"),
        ("grpc://,a:1", "its address 1, '', is empty"),
        ("grpc://a:1,,b:1", "its address 2, '', is empty"),
        ("grpc://a:1,b:1,a:1", "its address 3, 'a:1', comes twice"),
        ("grpcs://a:1,grpc://b:1", "'grpc://b:1', has a scheme; there is one for all addresses, in front: grpcs://"),
        ("grpc://a", "its address 1, 'a', is not of the form host:port"),
        ("grpc://a:1,b", "its address 2, 'b', is not of the form host:port"),
        ("grpc://a:1, b:1", "its address 2, ' b:1', is not of the form host:port"),
        ("grpc://someone@a:1", "'someone@a:1', is not of the form host:port"),
        ("grpc://::1:1", "'::1:1', is not of the form host:port, as in .* or \\[::1\\]:50051"),
        ("grpc://a:1,b:65536", "'b:65536', has the port 65536; ports are 1 to 65535"),
        ("grpc://a:0", "has the port 0"),
    ],
)
def test_a_wrong_address_is_told(target: str, fault: str) -> None:
    with pytest.raises(InvalidInputError, match=fault):
        loopwise.connect(target)


def test_calls_take_turns() -> None:
    with servers("a", "b", "c") as some, connected(*(server.address for server in some)) as rpc:
        said = [rpc.get_server_info().version for _ in range(30)]
    assert [said.count(server.name) for server in some] == [10, 10, 10]


def test_calls_take_turns_among_the_addresses_of_a_name() -> None:
    """As a name would be resolved."""
    with servers("a", "b") as (a, b):
        name = f"ipv4:{a.address},{b.address}"
        with closing(Rpc(grpc.insecure_channel(name, options=channel._ALONE))) as rpc:
            while not (a.calls and b.calls):  # one may be connected before the other
                rpc.get_server_info()
            before = a.calls, b.calls
            for _ in range(10):
                rpc.get_server_info()
            assert (a.calls - before[0], b.calls - before[1]) == (5, 5)
            a.stop()
            assert {rpc.get_server_info().version for _ in range(10)} == {"b"}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_servers_that_are_not_there_are_passed_over(place: int) -> None:
    addresses = [NOWHERE, "127.0.0.1:2"]
    with servers("a") as (a,):
        addresses.insert(place, a.address)
        with connected(*addresses) as rpc:
            assert [rpc.get_server_info().version for _ in range(10)] == ["a"] * 10


def test_servers_that_go_and_come_back() -> None:
    with servers("a", "b") as (a, b), connected(a.address, b.address) as rpc:
        while not a.calls:
            rpc.get_server_info()
        a.stop()
        assert [rpc.get_server_info().version for _ in range(4)] == ["b"] * 4
        b.stop()
        with ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(rpc.get_server_info)
            a.start()
            assert waiting.result().version == "a"


def test_a_server_that_takes_connections_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = [option for option in channel._OF_SEVERAL if option[0] != "grpc.min_reconnect_backoff_ms"]
    monkeypatch.setattr(channel, "_OF_SEVERAL", [*quick, ("grpc.min_reconnect_backoff_ms", 300)])
    with (
        servers("a") as (a,),
        socket.create_server(("127.0.0.1", 0)) as mute,
        connected(f"127.0.0.1:{mute.getsockname()[1]}", a.address) as rpc,
    ):
        assert [rpc.get_server_info().version for _ in range(4)] == ["a"] * 4


def test_what_one_server_refuses_for_now_another_is_asked() -> None:
    with servers("a", "b") as (a, b), connected(a.address, b.address) as rpc:
        a.refusal = grpc.StatusCode.UNAVAILABLE
        assert [rpc.get_server_info().version for _ in range(4)] == ["b"] * 4
        a.refusal, b.refusal = None, grpc.StatusCode.CANCELLED
        assert [rpc.get_server_info().version for _ in range(4)] == ["a"] * 4


def test_what_is_refused_for_good_is_asked_once() -> None:
    with servers("a", "b") as (a, b), connected(a.address, b.address) as rpc:
        a.refusal = b.refusal = grpc.StatusCode.FAILED_PRECONDITION
        with pytest.raises(EngineError, match="is tired"):
            rpc.get_server_info()
        assert a.calls + b.calls == 1


@pytest.mark.parametrize("addresses", [(NOWHERE,), (NOWHERE, "127.0.0.1:2")], ids=["one", "several"])
def test_nobody_is_there(addresses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loopwise.client._CONNECT_SECONDS", 1.0)
    target = "grpc://" + ",".join(addresses)
    with pytest.raises(EngineUnavailableError, match=f"^no engine answers at {target} .*is `loopwise serve` running"):
        loopwise.connect(target)


def test_everybody_has_gone() -> None:
    """The call ends at its deadline, with what gRPC knows of the reason."""
    with servers("a", "b") as (a, b), connected(a.address, b.address, deadline=1.0) as rpc:
        rpc.get_server_info()
        a.stop()
        b.stop()
        with pytest.raises(EngineUnavailableError) as told:
            rpc.get_server_info()
        assert told.value.code in ("UNAVAILABLE", "DEADLINE_EXCEEDED")


def test_a_closed_channel_makes_no_calls() -> None:
    with servers("a", "b") as (a, b):
        with connected(a.address, b.address) as rpc:
            rpc.get_server_info()
        with pytest.raises(ValueError, match="closed"):
            rpc.get_server_info()
