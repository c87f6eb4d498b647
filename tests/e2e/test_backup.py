"""The commands of docs/operations.md that make a backup and come back to it, while the engine is at work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from loopwise_engine.store import Store, schema
from tests import postgres, schemas
from tests.contract import modes
from tests.contract.rpc import Rpc

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
FIRST = 3
"""Batches that are answered before the backup."""


@dataclass(frozen=True)
class Site:
    """Where an engine is run as the page says.

    Attributes:
        kind: of its database.
        url: of the database.
        folder: the working directory of whoever runs it.
        server: as the page's commands name it, and as it is.
    """

    kind: str
    url: str
    folder: Path
    server: tuple[str, str] = ("", "")

    def run(self, heading: str) -> None:
        """Runs the commands below a heading of the page."""
        kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[self.kind]
        found = re.search(rf"^### {kind}: {heading}\n.*?^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
        assert found is not None
        path = [str(Path(sys.executable).parent), str(postgres.server().programs), os.environ["PATH"]]
        done = subprocess.run(
            ["bash", "-e", "-c", found[1].replace(*self.server) if self.server[0] else found[1]],
            cwd=self.folder,
            env={**os.environ, "PATH": os.pathsep.join(path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def lose(self) -> None:
        """Loses the database, but for what a careless restore might trip over."""
        if self.kind == "sqlite":
            for name in ("loopwise.db", "loopwise.db-wal", "loopwise.db-shm"):
                (self.folder / name).write_bytes(b"no database" * 1000)
        else:
            postgres.server().execute("DROP DATABASE loopwise WITH (FORCE)")


@pytest.fixture(params=schemas.KINDS)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    if request.param == "sqlite":
        yield Site("sqlite", f"sqlite:///{tmp_path / 'loopwise.db'}", tmp_path)
        return
    server = postgres.server()
    server.execute("CREATE DATABASE loopwise")
    try:
        yield Site(
            "postgresql", server.url("loopwise"), tmp_path, ("loopwise@db.example", f"postgres@127.0.0.1:{server.port}")
        )
    finally:
        server.execute("DROP DATABASE IF EXISTS loopwise WITH (FORCE)")


@contextmanager
def others_at_work(rpc: Rpc) -> Iterator[list[str]]:
    """Somebody else's experiments, of one decided loop each, one after the other; the names of those acknowledged."""
    names: list[str] = []
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            name = f"other-{len(names)}"
            rpc.create(name)
            rpc.report(name, 0)
            rpc.decide(name, 0)
            names.append(name)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield names
    finally:
        over.set()
        worker.join()


def wait_for_more(names: list[str]) -> None:
    """Until somebody else has done something once more, however busy the machine is."""
    count, end = len(names), time.monotonic() + 60
    while len(names) == count:
        assert time.monotonic() < end, "nobody else is at work"
        time.sleep(0.01)


def test_a_backup_is_whole_and_is_come_back_to(site: Site, tmp_path: Path) -> None:
    journal = tmp_path / "run.journal"
    with (
        modes.over_grpc(site.url) as engine,
        others_at_work(Rpc(engine.channel)) as others,
        schemas.opened(site.url, journal) as experiment,
    ):
        schemas.go_on(experiment, FIRST)
        before = {record.loop: record.labeled for record in experiment.history}
        wait_for_more(others)
        acknowledged = list(others)
        site.run("backup")
        wait_for_more(others)
        schemas.go_on(experiment, 1)
        labeled = experiment.labeled.tolist()
    tables = schemas.tables_of(site.url)
    site.lose()

    site.run("restore")

    schema.check(site.url)
    assert schemas.tables_of(site.url) == tables
    with closing(Store(site.url)) as store, store.read() as transaction:
        found = {info.id: info for info in transaction.experiments.page("", 10_000)}
        assert set(found) >= {schemas.NAME, *acknowledged}
        for name, info in found.items():
            assert len(transaction.loops.page(name, 0, 100)) == info.loop_count
        for name in acknowledged:
            decision = transaction.decisions.find(name, 0)
            assert decision is not None
            assert len(transaction.decisions.rows(name, 0, 0, 1000, 1 << 20).positions) == decision.batch_size
    with schemas.opened(site.url, journal) as experiment:
        assert experiment.labeled.tolist() == labeled
        assert {record.loop: record.labeled for record in experiment.history} == before
        schemas.report(experiment)
        schemas.go_on(experiment)
        assert len(experiment.labeled) == schemas.BUDGET
        assert set(labeled) <= set(experiment.labeled.tolist())


def test_a_backup_of_a_file_is_not_overwritten(tmp_path: Path) -> None:
    site = Site("sqlite", f"sqlite:///{tmp_path / 'loopwise.db'}", tmp_path)
    with closing(Store(site.url)):
        site.run("backup")
        with pytest.raises(AssertionError, match="already exists"):
            site.run("backup")


def test_there_is_no_backup_of_nothing(site: Site) -> None:
    site.lose()
    with pytest.raises(AssertionError, match=r"not a database|does not exist"):
        site.run("backup")
