"""An engine in every mode: a fresh one for each test, or one for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.modes import MODES, Engine
from tests.contract.rpc import Rpc


@pytest.fixture(params=MODES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine with an empty database, in one mode after the other."""
    with MODES[request.param](tmp_path) as running:
        yield running


@pytest.fixture
def rpc(engine: Engine) -> Rpc:
    """Calls to that engine."""
    return Rpc(engine.channel)


@pytest.fixture(scope="module", params=MODES)
def shared_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Likewise, for a module whose tests do not disturb each other."""
    with MODES[request.param](tmp_path_factory.mktemp("engine")) as running:
        yield running


@pytest.fixture(scope="module")
def shared_rpc(shared_engine: Engine) -> Rpc:
    """Calls to that engine."""
    return Rpc(shared_engine.channel)
