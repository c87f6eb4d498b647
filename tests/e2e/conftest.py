from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import loopwise
from loopwise import Experiment
from loopwise.rpc import Rpc
from tests.contract.modes import MODES, Engine
from tests.e2e.iris import IDS, Open


@pytest.fixture(params=MODES)
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine in every mode."""
    with MODES[request.param](tmp_path) as running:
        yield running


@pytest.fixture
def engine(running: Engine) -> loopwise.Engine:
    """What `loopwise.connect` returns."""
    return loopwise.Engine(Rpc(running.channel), "test")


@pytest.fixture
def open_experiment(engine: loopwise.Engine, tmp_path: Path) -> Open:
    """Opens experiments on the engine; journals lie in a folder of the test's own."""

    def open_one(name: str = "iris", **changes: Any) -> Experiment:
        options = {"pool": IDS, "classes": 3, "budget": 30, "batch_size": 6, "journal": tmp_path / f"{name}.journal"}
        return engine.experiment(name, **{**options, **changes})

    return open_one
