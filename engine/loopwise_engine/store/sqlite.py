"""SQLite, on a file or in memory."""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool, StaticPool

from loopwise_engine.errors import Reason, RefusedError, StoreError
from loopwise_engine.store.database import Database, Size

BUSY_SECONDS = 30.0
"""How long a transaction waits for one of another process."""

_WRITING = "loopwise_writing"
_SYNCED = "loopwise_synced"
_WAL = "PRAGMA journal_mode=WAL"

_logger = logging.getLogger(__name__)


class SQLite(Database):
    """A file, or a database in memory, in a single connection.

    Writers take their turn when they begin, so that none fails later. Threads wait for each other in `write_turn`, in
    turn; only processes wait in the database, where waiting is polling. Readers of a file wait for nobody.
    """

    def __init__(self, url: sa.URL) -> None:
        self._file = None if url.database in (None, "", ":memory:") else Path(url.database or "").absolute()
        self.url = str(url)
        self.where = "in memory" if self._file is None else str(self._file)
        self.engine = sa.create_engine(
            url,
            poolclass=StaticPool if self._file is None else QueuePool,
            # Transactions are begun by hand below, and connections move between threads.
            connect_args={"isolation_level": None, "check_same_thread": False, "timeout": BUSY_SECONDS},
            **({} if self._file is None else {"max_overflow": -1}),
        )
        sa.event.listen(self.engine, "connect", _prepare_connection)
        sa.event.listen(self.engine, "begin", _begin)
        self.reading = self.engine
        self.write_turn = threading.Lock()
        self.read_turn = self.write_turn if self._file is None else nullcontext()
        self._to_scrub = False

    def writing(self, *, synced: bool = True) -> sa.Engine:
        """As `Database` says."""
        return self.engine.execution_options(**{_WRITING: True, _SYNCED: synced})

    def exists(self) -> bool:
        """As `Database` says."""
        return self._file is None or self._file.exists()

    def prepare(self) -> None:
        """Sets the file to a write-ahead log: readers and a writer do not wait for each other."""
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute(_WAL)
        except sqlite3.Error as error:
            raise sa.exc.OperationalError(_WAL, None, error) from error
        finally:
            connection.close()
        self.scrub(needed=True)  # a process may have been killed before it could

    def scrub(self, *, needed: bool) -> None:
        """Brings the zeros of `secure_delete` from the log into the file, and empties the log, which holds old pages.

        Waits for nobody: where others are in the way, it is done after a later transaction.
        """
        self._to_scrub |= needed and self._file is not None
        if not self._to_scrub:
            return
        self._to_scrub = False  # before: what another thread removes meanwhile sets it again
        try:
            connection = self.engine.raw_connection()
            cursor = connection.cursor()
            try:
                cursor.execute("PRAGMA busy_timeout=0")
                busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")
                connection.close()
        except sqlite3.Error as error:  # the transaction itself is committed
            _logger.warning("what was deleted from %s is not overwritten yet: %s", self.where, error)
            busy = True
        self._to_scrub |= bool(busy)

    def size(self) -> Size:
        """As `Database` says."""
        with self.engine.connect() as connection:
            pages, free, page = (
                int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
                for name in ("page_count", "freelist_count", "page_size")
            )
        log = None if self._file is None else self._file.with_name(f"{self._file.name}-wal")
        return Size(pages * page, free * page, log.stat().st_size if log is not None and log.exists() else 0)

    def vacuum(self) -> None:
        """As `Database` says. Others may read meanwhile, and wait to write."""
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute("VACUUM")
        except sqlite3.Error as error:
            raise StoreError(f"the database {self.where} cannot be written anew: {error}") from error
        finally:
            connection.close()
        self.scrub(needed=True)

    def migrating(self) -> AbstractContextManager[sa.Connection]:
        """As every transaction that writes."""
        return self.writing().begin()

    def refusal(self, error: sa.exc.SQLAlchemyError) -> RefusedError | None:
        """As `Database` says."""
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) else None
        code = cause.sqlite_errorcode if isinstance(cause, sqlite3.Error) else 0
        if code & 0xFF == sqlite3.SQLITE_BUSY:  # of which there are several kinds
            return RefusedError(Reason.STORE_BUSY)
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC):
            return RefusedError(Reason.STORE_FULL)
        return None


def _prepare_connection(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA page_size=65536")  # signal columns are megabytes; has an effect on a new file only
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # overwrites with zeros what is deleted; not every build's default
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
