"""A disk that is full: for SQLite, a limit on the size of files stands for it; for PostgreSQL, a small file system."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from loopwise.client import Engine
from loopwise.errors import EngineError
from loopwise.local import open_channel
from loopwise.rpc import Rpc
from loopwise_engine.store import Store
from tests.dump import dump
from tests.postgres import Server

UPLOADS = ("signal_columns", "column_chunks", "requests")
"""Tables that hold what is on its way."""

CODE = """
import resource, signal, sys
import numpy as np
import loopwise
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = sys.argv[1]
engine = loopwise.connect(f"sqlite:///{folder}/engine.db")
experiment = engine.experiment("full", pool=range(100_000), classes=10, journal=f"{folder}/journal")
P = np.full((100_000, 10), 0.1, dtype=np.float32)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, resource.RLIM_INFINITY))
try:
    experiment.report(P)
except loopwise.EngineError as error:
    print(error.code, error.reason)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(len(experiment.history))
experiment.report(P)
print(len(experiment.history), len(experiment.ask()))
"""


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CODE, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["RESOURCE_EXHAUSTED STORE_FULL", "0", "1 1000"]


@pytest.fixture
def small_disk() -> Iterator[tuple[Server, Path]]:
    """A server of its own, and a file system of 64 MB that it may keep databases in."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    server = Server()
    disk = server.folder / "small"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)], check=False)
    try:
        if mounted.returncode != 0:
            pytest.skip("nothing can be mounted here")
        data = disk / "data"
        data.mkdir()
        if server.user:
            shutil.chown(data, server.user)
        server.execute(f"CREATE TABLESPACE small LOCATION '{data}'")
        yield server, disk
    finally:
        server.stop("immediate")
        if mounted.returncode == 0:
            subprocess.run(["umount", "--lazy", str(disk)], check=True)
        server.remove()


def test_a_full_disk_of_postgresql_is_told_and_the_upload_goes_on_later(
    small_disk: tuple[Server, Path], tmp_path: Path
) -> None:
    server, disk = small_disk
    server.execute("CREATE DATABASE crowded TABLESPACE small")
    url = server.url("crowded")
    P = np.full((200_000, 10), 0.1, dtype=np.float32)  # two chunks
    rpc = Rpc(open_channel(url))
    with (
        closing(Engine(rpc, url)) as engine,
        closing(Store(url)) as store,
        engine.experiment("full", pool=range(len(P)), classes=10, journal=tmp_path / "journal") as experiment,
    ):
        experiment.report(P)
        before = dump(store)
        ballast = disk / "ballast"
        with ballast.open("wb") as file:
            file.write(bytes(shutil.disk_usage(disk).free - 6_000_000))

        for _ in range(2):
            with pytest.raises(EngineError, match="disk is full") as refused:
                experiment.report(P)
            assert (refused.value.code, refused.value.reason) == ("RESOURCE_EXHAUSTED", "STORE_FULL")
            assert len(experiment.history) == 1
        half = dump(store)
        assert all(half[table] == rows for table, rows in before.items() if table not in UPLOADS)
        with store.read() as transaction:
            upload = transaction.columns.upload("full", 1, "probabilities")
        assert upload is not None
        assert 0 < upload.rows < len(P)

        ballast.unlink()
        experiment.report(P)
        assert len(experiment.history) == 2
        assert len(experiment.ask()) == 1_000
        assert half["column_chunks"] == [row for row in dump(store)["column_chunks"] if row in half["column_chunks"]]
