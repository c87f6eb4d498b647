"""Of what is deleted or has aged out, no byte remains in the database's files."""

from __future__ import annotations

import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from loopwise import Engine, local
from loopwise.rpc import Rpc
from loopwise_engine.cli import loopwise
from loopwise_engine.store import Store, space
from tests import postgres

POOL = 30_000
MARKS = {"a": 0.1234567, "b": 0.7654321}
"""A number that only this experiment's columns are made of."""


def pattern(name: str) -> bytes:
    return struct.pack("<f", MARKS[name]) * 8


def holds(files: list[Path], name: str) -> bool:
    """Whether some file holds a byte string of this experiment's columns."""
    assert files
    return any(pattern(name) in file.read_bytes() for file in files)


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    with closing(Engine(Rpc(local.open_channel(url)), url)) as engine:
        yield engine


def fill(engine: Engine, folder: Path, name: str, loops: int = 2) -> None:
    """Loops with columns of the mark, decisions that repeat it, and a column that is being uploaded."""
    with engine.experiment(name, pool=range(POOL), journal=folder / f"{name}.journal", batch_size=5) as experiment:
        for _ in range(loops):
            shares = np.full((POOL, 9), MARKS[name], np.float32)
            shares[:, 8] = 1 - shares[:, :8].sum(axis=1) if name == "a" else 0
            signals = {"margin": shares[:, 0], "loss": shares[:, 0]}
            experiment.report(shares if name == "a" else None, signals=signals)
            experiment.ask()
    engine._rpc.put_column(name, loops, "margin", np.full(POOL, MARKS[name], np.float32), 1)


def age(engine: Engine, folder: Path) -> None:
    """A loop without the mark, after which there are no other columns."""
    with engine.experiment("a", pool=range(POOL), journal=folder / "a.journal", keep_loops=1) as experiment:
        experiment.report(signals={"margin": np.zeros(POOL, np.float32)})


def delete(engine: Engine, _: Path) -> None:
    engine.delete_experiment("a")


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.startswith("run.db")]


# SQLite: at once


def test_sqlite_keeps_no_byte_of_a_deleted_experiment(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'run.db'}") as engine:
        fill(engine, tmp_path, "a")
        fill(engine, tmp_path, "b")
        assert holds(files_of(tmp_path), "a")

        engine.delete_experiment("a")

        assert not holds(files_of(tmp_path), "a")
        assert holds(files_of(tmp_path), "b")
    assert not holds(files_of(tmp_path), "a")


def test_sqlite_keeps_no_byte_of_columns_that_have_aged_out(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'run.db'}") as engine:
        with engine.experiment("a", pool=range(POOL), journal=tmp_path / "a.journal") as experiment:
            experiment.report(signals={"margin": np.full(POOL, MARKS["a"])})
        assert holds(files_of(tmp_path), "a")

        age(engine, tmp_path)

        assert not holds(files_of(tmp_path), "a")
        assert len(engine.history("a")) == 2


def test_sqlite_waits_for_readers_and_cleans_up_after_them(tmp_path: Path) -> None:
    with (
        opened(f"sqlite:///{tmp_path / 'run.db'}") as engine,
        closing(sqlite3.connect(tmp_path / "run.db", isolation_level=None)) as other,
    ):
        fill(engine, tmp_path, "a")
        other.execute("BEGIN")
        (before,) = other.execute("SELECT count(*) FROM column_chunks").fetchone()

        engine.delete_experiment("a")

        assert before > 0
        assert other.execute("SELECT count(*) FROM column_chunks").fetchone() == (before,), "it sees what it saw"
        other.execute("COMMIT")
        assert engine.experiments() == []
        assert not holds(files_of(tmp_path), "a")


KILLED = """
import os, signal, sys
from loopwise_engine.core import experiments
from loopwise_engine.store import Store
from loopwise_engine.store.sqlite import SQLite

store = Store(sys.argv[1])
SQLite.scrub = lambda self, needed: os.kill(os.getpid(), signal.SIGKILL)
with store.write() as transaction:
    experiments.delete(transaction, "a")
"""


def test_sqlite_cleans_up_after_a_kill(tmp_path: Path) -> None:
    """Killed when the deletion was committed, and nothing had been overwritten yet."""
    url = f"sqlite:///{tmp_path / 'run.db'}"
    with opened(url) as engine:
        fill(engine, tmp_path, "a")
        killed = subprocess.run([sys.executable, "-c", KILLED, url], check=False)
        assert killed.returncode == -9
        assert holds(files_of(tmp_path), "a"), "or this test is about nothing"

    Store(url).close()

    assert not holds(files_of(tmp_path), "a")
    with opened(url) as engine:
        assert engine.experiments() == []


def test_sqlite_gives_the_room_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'run.db'}"
    with opened(url) as engine:
        fill(engine, tmp_path, "a", loops=4)
        engine.delete_experiment("a")
        before = (tmp_path / "run.db").stat().st_size
        free = space.stats(url).size.free

        done = CliRunner().invoke(loopwise, ["db", "vacuum", "--db", url])

        assert done.exit_code == 0, done.output
        assert free is not None
        assert free > POOL * 4 * 10
        assert (tmp_path / "run.db").stat().st_size <= before - free
        assert space.stats(url).size.free == 0
        fill(engine, tmp_path, "b")


# PostgreSQL: when its tables are written anew


@pytest.mark.parametrize("remove", [delete, age])
def test_postgresql_keeps_no_byte_once_the_tables_are_written_anew(
    remove: Callable[[Engine, Path], None], tmp_path: Path
) -> None:
    with postgres.database() as url:
        files = postgres_files(url)
        with opened(url) as engine:
            with engine.experiment("a", pool=range(POOL), journal=tmp_path / "a.journal") as experiment:
                experiment.report(signals={"margin": np.full(POOL, MARKS["a"])})
            fill(engine, tmp_path, "b")
            postgres.server().execute("CHECKPOINT")
            assert holds(files(), "a")

            remove(engine, tmp_path)
            done = CliRunner().invoke(loopwise, ["db", "vacuum", "--db", url])
            postgres.server().execute("CHECKPOINT")

            assert done.exit_code == 0, done.output
            assert not holds(files(), "a")
            assert holds(files(), "b")
            assert "b" in [info.id for info in engine.experiments()]


def postgres_files(url: str) -> Callable[[], list[Path]]:
    """The files of all tables and indexes of a database."""
    import sqlalchemy as sa  # noqa: PLC0415

    with sa.create_engine(url, poolclass=sa.pool.NullPool).connect() as connection:
        query = "SELECT oid FROM pg_database WHERE datname = current_database()"
        number = connection.exec_driver_sql(query).scalar()
    folder = postgres.server().folder / "data" / "base" / str(number)
    return lambda: [path for path in folder.iterdir() if path.is_file()]
