"""A database as every schema revision left it, in the middle of an experiment, to be upgraded and gone on with.

For each revision and kind of database there are the SQL text that makes it, and the journal of the experiment's user.
They are never changed. A new revision gets its own, after its migration is written:

    python -m tests.schemas
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from loopwise import local
from loopwise.client import Engine
from loopwise.experiment import Experiment
from loopwise.rpc import Rpc
from loopwise_engine.store import schema
from tests import postgres

FOLDER = Path(__file__).parent
KINDS = ("sqlite", "postgresql")
REVISIONS = sorted(path.name.partition(".")[0] for path in FOLDER.glob("*.sqlite.sql"))
NAME, POOL, CLASSES, BUDGET, BATCH = "run", 40, 3, 24, 4
DONE = 3
"""Loops that were answered and reported when the fixture was written; a batch of the next is answered in part."""


@contextmanager
def opened(url: str, journal: Path) -> Iterator[Experiment]:
    """The experiment, on an engine in this process."""
    with (
        closing(Engine(Rpc(local.open_channel(url)), url)) as engine,
        engine.experiment(
            NAME,
            pool=range(POOL),
            classes=CLASSES,
            budget=BUDGET,
            batch_size=BATCH,
            embeddings=_data()[0],
            seed=3,
            secret="the same in every run",
            journal=journal,
        ) as experiment,
    ):
        yield experiment


def go_on(experiment: Experiment, batches: int = POOL) -> None:
    """Answers some batches, and reports a model after each, or all until the budget is spent."""
    _, y = _data()
    for _ in range(batches):
        if not (batch := experiment.ask()):
            break
        experiment.tell(batch, y[batch.ids])
        report(experiment)


def report(experiment: Experiment) -> None:
    """Reports a model."""
    X, _ = _data()
    distances = ((X[experiment.unlabeled][:, None] - X[experiment.labeled].mean(axis=0)) ** 2).sum(axis=2)
    P = np.repeat(1 / (1 + distances), CLASSES, axis=1) + np.arange(1, CLASSES + 1)
    experiment.report(P / P.sum(axis=1, keepdims=True), metrics={"labels": len(experiment.labeled)})


@contextmanager
def empty(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a new database of a kind; that of SQLite is in the folder."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'run.db'}"
    else:
        with postgres.empty_database() as url:
            yield url


@contextmanager
def restored(revision: str, kind: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """The URL of a database of this revision, and its user's journal."""
    text = (FOLDER / f"{revision}.{kind}.sql").read_text()
    journal = Path(shutil.copy(FOLDER / f"{revision}.{kind}.journal.txt", folder / "run.journal"))
    with empty(kind, folder) as url:
        if kind == "sqlite":
            with closing(sqlite3.connect(folder / "run.db")) as connection:
                connection.execute("PRAGMA page_size=65536")
                connection.executescript(text)
        else:
            engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
            with engine.connect() as connected:
                connected.connection.cursor().execute(text)  # many statements, as only the driver itself takes them
        yield url, journal


def tables_of(url: str) -> dict[str, object]:
    """All that makes the tables what they are."""
    found: dict[str, object] = {}
    with sa.create_engine(url, poolclass=sa.pool.NullPool).connect() as connection:
        inspector = sa.inspect(connection)
        for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
            found[table] = {
                "columns": sorted(
                    (column["name"], repr(column["type"]), column["nullable"], column["default"])
                    for column in inspector.get_columns(table)
                ),
                "key": inspector.get_pk_constraint(table)["constrained_columns"],
                "references": sorted(
                    (key["constrained_columns"], key["referred_table"], key["referred_columns"], key["options"])
                    for key in inspector.get_foreign_keys(table)
                ),
                "unique": inspector.get_unique_constraints(table),
                "checks": inspector.get_check_constraints(table),
                "indexes": [(index["name"], index["column_names"]) for index in inspector.get_indexes(table)],
            }
        if connection.dialect.name == "sqlite":
            kept = connection.exec_driver_sql("SELECT name, wr FROM pragma_table_list ORDER BY name").all()
        else:
            kept = connection.exec_driver_sql(
                "SELECT relname, attname, attstorage, collname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid "
                "LEFT JOIN pg_collation l ON l.oid = attcollation WHERE relkind = 'r' AND attnum > 0 "
                "AND relnamespace = 'public'::regnamespace ORDER BY relname, attname"
            ).all()
        found["how they are kept"] = [tuple(row) for row in kept if row[0] != "alembic_version"]
    return found


def write(folder: Path) -> None:
    """Writes the fixtures of the newest revision."""
    for kind in KINDS:
        journal = folder / f"{kind}.journal"
        with empty(kind, folder) as url:
            with opened(url, journal) as experiment:
                go_on(experiment, DONE)
                batch = experiment.ask()
                experiment.tell(batch.ids[:1], _data()[1][batch.ids[:1]])
            text = _dump_sqlite(folder / "run.db") if kind == "sqlite" else _dump_postgresql(url)
        (FOLDER / f"{schema.NEWEST}.{kind}.sql").write_text(text)
        shutil.copyfile(journal, FOLDER / f"{schema.NEWEST}.{kind}.journal.txt")


def _dump_sqlite(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump()) + "\n"


def _dump_postgresql(url: str) -> str:
    command = [str(postgres.server().programs / "pg_dump"), "--inserts", "--no-owner", "--dbname"]
    command.append(url.replace("+psycopg", ""))
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(("\\", "--")))


def _data() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(5)
    y = rng.integers(0, CLASSES, POOL)
    return rng.normal(size=(POOL, 4)) + y[:, None], y
