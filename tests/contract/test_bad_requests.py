"""What must be refused is refused alike by every engine, says why, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from google.protobuf.message import Message

from loopwise.v1 import service_pb2
from tests.contract import world
from tests.contract.bad_requests import BAD_REQUESTS, PAGED, Bad
from tests.contract.messages import METHODS, SERVICE, with_changes
from tests.contract.modes import MODES, Engine
from tests.contract.rpc import Refusal, Rpc


class Engines:
    """One in every mode, each with the same small database; no test here changes it."""

    def __init__(self, running: Mapping[str, Engine]) -> None:
        self._running = running
        self.rpcs = {mode: Rpc(engine.channel) for mode, engine in running.items()}
        for rpc in self.rpcs.values():
            world.build(rpc)
        self._dumps = {mode: engine.dump() for mode, engine in running.items()}

    def refuse(self, request: Message) -> Refusal:
        """What they all say."""
        return self._agree(lambda rpc: rpc.refuse(request))

    def refuse_bytes(self, method: str, request: bytes) -> Refusal:
        """Likewise."""
        return self._agree(lambda rpc: rpc.refuse_bytes(method, request))

    def _agree(self, call: Callable[[Rpc], Refusal]) -> Refusal:
        refusals = {mode: call(rpc) for mode, rpc in self.rpcs.items()}
        (first, *_) = refusals.values()
        assert refusals == dict.fromkeys(refusals, first)
        assert {mode: engine.dump() for mode, engine in self._running.items()} == self._dumps
        return first


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    with ExitStack() as stack:
        yield Engines(
            {mode: stack.enter_context(start(tmp_path_factory.mktemp("engine"))) for mode, start in MODES.items()}
        )


@pytest.mark.parametrize("method", METHODS)
def test_in_order(method: str, tmp_path: Path) -> None:
    """The requests from which the bad ones are made are good, or the tests below would prove nothing."""
    with MODES["embedded in memory"](tmp_path) as engine:
        rpc = Rpc(engine.channel)
        world.build(rpc)
        rpc.send(world.IN_ORDER[method])


@pytest.mark.parametrize("bad", BAD_REQUESTS, ids=str)
def test_refused(bad: Bad, engines: Engines) -> None:
    refusal = engines.refuse(with_changes(world.IN_ORDER[bad.method], bad.changes))

    assert (refusal.code, refusal.reason) == (bad.code, bad.reason), refusal.message
    assert bad.says in refusal.message


def test_every_method_has_bad_requests() -> None:
    tested = {bad.method for bad in BAD_REQUESTS}
    can_be_bad = {method.name for method in SERVICE.methods if method.input_type.fields}

    assert can_be_bad <= tested
    assert set(METHODS) - tested == {"GetServerInfo"}, "a request without fields; the next test has bad bytes for it"


@pytest.mark.parametrize("method", METHODS)
def test_bytes_that_are_no_message(method: str, engines: Engines) -> None:
    assert engines.refuse_bytes(method, b"\xff\xff").code == "INTERNAL"


def test_a_method_that_is_not_there(engines: Engines) -> None:
    assert engines.refuse_bytes("Guess", b"").code == "UNIMPLEMENTED"


@pytest.mark.parametrize("method", PAGED)
def test_the_token_of_another_list(method: str, engines: Engines) -> None:
    rpc = engines.rpcs["embedded in memory"]
    others = [
        service_pb2.ListExperimentsRequest(page_size=1),
        service_pb2.ListStrategiesRequest(page_size=1),
        service_pb2.ListLoopsRequest(parent="experiments/closed", page_size=1),
        service_pb2.ListDecisionRowsRequest(parent="experiments/open/loops/0/decision", page_size=1),
    ]
    tried = 0
    for other in others:
        if type(other) is not type(world.IN_ORDER[method]):
            token = rpc.send(other).next_page_token
            assert token
            refusal = engines.refuse(with_changes(world.IN_ORDER[method], {"page_token": token}))
            assert refusal.reason == "INVALID_ARGUMENT"
            tried += 1
    assert tried >= 3


def test_the_token_of_the_same_list_elsewhere(engines: Engines) -> None:
    rpc = engines.rpcs["embedded in memory"]
    of_closed = service_pb2.ListLoopsRequest(parent="experiments/closed", page_size=1)
    token = rpc.send(of_closed).next_page_token
    of_open = service_pb2.ListLoopsRequest(parent="experiments/open", page_token=token)

    assert len(rpc.send(with_changes(of_closed, {"page_token": token})).loops) == 1
    assert engines.refuse(of_open).reason == "INVALID_ARGUMENT"
