from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loopwise import Engine
from loopwise.rpc import Rpc
from tests.contract.modes import MODES


@pytest.fixture(params=MODES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """What `loopwise.connect` returns, in every mode."""
    with MODES[request.param](tmp_path) as running:
        yield Engine(Rpc(running.channel), request.param)
