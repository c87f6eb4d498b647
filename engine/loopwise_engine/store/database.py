"""The SQLAlchemy engine on a database: the one module that knows what is particular to SQLite."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool, StaticPool

from loopwise.errors import InvalidInputError

BUSY_SECONDS = 30.0
"""How long a transaction waits for one of another process."""

_WRITING = "loopwise_writing"
_SYNCED = "loopwise_synced"
_WAL = "PRAGMA journal_mode=WAL"


def connect(url: str) -> sa.Engine:
    """An engine on the database at `url`; it runs its transactions as `writing` says.

    Raises:
        InvalidInputError: the URL is not one of a database that loopwise can use.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername != "sqlite" or parsed.host or parsed.query:
        raise InvalidInputError(
            f"the database {url!r} must look like 'sqlite:///FILE', or be 'sqlite://' for one that lives in memory"
        )
    engine = sa.create_engine(
        parsed,
        poolclass=StaticPool if in_memory(parsed) else QueuePool,
        # Transactions are begun by hand below, and connections move between threads.
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": BUSY_SECONDS},
        **({} if in_memory(parsed) else {"max_overflow": -1}),
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def in_memory(url: sa.URL) -> bool:
    """Whether the database lives in memory, in a single connection."""
    return url.database in (None, "", ":memory:")


def writing(engine: sa.Engine, *, synced: bool = True) -> sa.Engine:
    """The same engine for transactions that write: they take their turn when they begin, so that none fails later.

    Args:
        engine: as `connect` gave it.
        synced: what is committed survives a loss of power at once; otherwise together with the next synced commit.
    """
    return engine.execution_options(**{_WRITING: True, _SYNCED: synced})


def write_ahead(engine: sa.Engine) -> None:
    """Sets the file to a write-ahead log for good: readers and a writer do not wait for each other."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute(_WAL)
    except sqlite3.Error as error:
        raise sa.exc.OperationalError(_WAL, None, error) from error
    finally:
        connection.close()


def is_busy(error: sa.exc.DBAPIError) -> bool:
    """Whether a transaction failed only because another one took too long."""
    return (_code(error) or 0) & 0xFF == sqlite3.SQLITE_BUSY  # of which there are several kinds


def is_full(error: sa.exc.DBAPIError) -> bool:
    """Whether a transaction failed because the disk is full, or takes no writes."""
    return _code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC)


def location(url: sa.URL) -> str:
    """The database in words, for messages."""
    return "in memory" if in_memory(url) else str(Path(url.database or "").absolute())


def _code(error: sa.exc.DBAPIError) -> int | None:
    return error.orig.sqlite_errorcode if isinstance(error.orig, sqlite3.Error) else None


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA page_size=65536")  # signal columns are megabytes; has an effect on a new file only
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA journal_size_limit=67108864")  # a log that a large transaction has blown up is cut again
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later can be refused in the middle; IMMEDIATE ones wait at the start.
    options = connection.get_execution_options()
    if options.get(_WRITING, False):
        # The write-ahead log is one file: syncing a commit syncs those before it.
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if options.get(_SYNCED, True) else 'NORMAL'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")
