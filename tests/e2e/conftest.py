from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import loopwise
from loopwise.rpc import Rpc
from tests.contract.modes import MODES, Engine


@pytest.fixture(params=MODES)
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine in every mode."""
    with MODES[request.param](tmp_path) as running:
        yield running


@pytest.fixture
def engine(running: Engine) -> loopwise.Engine:
    """What `loopwise.connect` returns."""
    return loopwise.Engine(Rpc(running.channel), "test")
