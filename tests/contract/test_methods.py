"""Every method is tested; those that belong to no experiment are tested here."""

from __future__ import annotations

import re

import loopwise
from loopwise import limits
from loopwise.v1 import service_pb2
from tests.contract import test_decisions, test_experiments, test_history, test_loops
from tests.contract.messages import METHODS
from tests.contract.rpc import Rpc


def test_every_method_has_a_good_path() -> None:
    modules = (test_decisions, test_experiments, test_history, test_loops)
    tests = [*globals(), *(name for module in modules for name in vars(module))]
    snake = {method: re.sub(r"(?<!^)(?=[A-Z])", "_", method).lower() for method in METHODS}

    assert [method for method in METHODS if not any(name.startswith(f"test_{snake[method]}_") for name in tests)] == []


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
    assert info.policy in ("meta", "prior")
    assert info.policy_version


def test_get_server_info_for_a_newer_client(rpc: Rpc) -> None:
    unknown_field = b"\x98\x06\x01"  # number 99, the varint 1

    answer = rpc.send_bytes("GetServerInfo", unknown_field)

    assert answer == rpc.send_bytes("GetServerInfo", b"")
    assert service_pb2.ServerInfo.FromString(answer).version
