from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(params=["memory", "server"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """What `loopwise.connect` takes."""
    if request.param == "memory":
        yield "sqlite://"
        return
    command = [str(Path(sys.executable).with_name("loopwise")), "serve", "--listen", "127.0.0.1:0"]
    command += ["--db", f"sqlite:///{tmp_path / 'engine.db'}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield "grpc://" + next(line for line in process.stdout if "listening on " in line).split()[-1]
        process.terminate()
