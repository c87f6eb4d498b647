"""What a call leaves in the log, and what its caller is told of a defect."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import ClassVar

import pytest

from loopwise.errors import EngineError
from loopwise.limits import MAX_TEXT
from loopwise.local import LocalChannel
from loopwise.resources import ExperimentInfo, LoopInfo
from loopwise.rpc import Rpc
from loopwise_engine.app import LOGGER, App
from loopwise_engine.policy.base import Plan, Policy, Situation
from loopwise_engine.service.status import clip
from loopwise_engine.settings import Settings


class BrokenPolicy(Policy):
    """Fails, and says more than a caller should know."""

    name: ClassVar[str] = "broken"
    version: ClassVar[str] = "1"

    def decide(self, situation: Situation) -> Plan:
        raise ZeroDivisionError("the password is swordfish")


@pytest.fixture
def rpc() -> Iterator[Rpc]:
    app = App(Settings(db="sqlite://"), BrokenPolicy())
    rpc = Rpc(LocalChannel(app.generic_handlers, app.interceptors, app.close))
    rpc.create_experiment(ExperimentInfo("x", pool_size=3, pool_fingerprint="f"))
    rpc.report_loop("x", "f", LoopInfo(0, 0))
    yield rpc
    rpc.close()


def test_a_defect_is_in_the_log_and_not_in_the_answer(rpc: Rpc, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(EngineError) as refused:
        rpc.decide("x", 0)

    assert (refused.value.code, refused.value.reason) == ("INTERNAL", "INTERNAL")
    assert str(refused.value) == "the engine failed; its log has the details"
    assert refused.value.metadata == {}
    (record,) = caplog.records
    assert (record.name, record.levelname) == (LOGGER, "ERROR")
    assert "ZeroDivisionError: the password is swordfish" in record.message


def test_a_refused_call_is_no_defect(rpc: Rpc, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(EngineError):
        rpc.get_experiment("nobody")
    rpc.get_experiment("x")

    assert caplog.records == []


def test_each_call_is_one_line_where_they_are_asked_for(rpc: Rpc, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, LOGGER), pytest.raises(EngineError):
        rpc.get_experiment("nobody")

    (record,) = caplog.records
    assert record.message.startswith("event='call' method='/loopwise.v1.EngineService/GetExperiment' code='NOT_FOUND'")
    assert "peer='embedded'" in record.message


@pytest.mark.parametrize("text", ["", "short", "é" * MAX_TEXT, "é" * 10_000])
def test_what_travels_in_headers_is_short(text: str) -> None:
    clipped = clip(text)

    assert len(clipped.encode()) <= 1004
    assert clipped == text or (clipped.endswith(" ...") and text.startswith(clipped.removesuffix(" ...")))
