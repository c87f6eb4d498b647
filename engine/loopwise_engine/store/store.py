"""The store: transactions on a database."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa

from loopwise_engine.store import schema
from loopwise_engine.store.cache import ColumnCache
from loopwise_engine.store.database import failures_in_words, open_database
from loopwise_engine.store.transaction import Transaction

DEFAULT_TENANT = "default"


class Store:
    """Transactions on a database, whose tables are created first where there are none.

    A transaction that ends without an exception is durable when `write` returns, also when the power fails then (but
    see `synced`); one that ends with an exception has changed nothing. A transaction that reads sees the database as it
    was at one moment, never half of what another writes. Transactions that write take turns, so that none overwrites
    what it has not seen: all of them on SQLite, on PostgreSQL those about the same experiment. Readers wait for nobody,
    except in memory, where they take turns too. What goes in and what comes out is frozen, or a copy: changing it later
    changes nothing here.

    Safe to use from any number of threads, and, but for a database in memory, of processes. A thread opens one
    transaction at a time.

    Args:
        url: "sqlite:///FILE"; "sqlite://" for a database in memory that goes with this object; or
            "postgresql+psycopg://USER@HOST/NAME".
        clock: tells the time, UTC.
        cache_bytes: of memory for columns that were reported or read last; 0 for none.

    Attributes:
        cache: these columns.

    Raises:
        InvalidInputError: the URL is not one of a database that loopwise can use.
        MissingExtraError: the database's driver is not installed.
        StoreError: the database cannot be opened, is another program's, or has another schema.
    """

    def __init__(
        self, url: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC), *, cache_bytes: int = 0
    ) -> None:
        self.cache = ColumnCache(cache_bytes)
        self._database = open_database(url)
        self._closer = weakref.finalize(self, self._database.close)  # also for a store that nobody closes
        self._clock = clock
        try:
            with failures_in_words(self._database):
                schema.ensure(self._database)
        except BaseException:
            self._closer()
            raise

    @contextmanager
    def read(self, tenant: str = DEFAULT_TENANT) -> Iterator[Transaction]:
        """A transaction that changes nothing.

        Raises:
            RefusedError: STORE_BUSY, STORE_DOWN, the database did not answer in time, or not at all.
        """
        database = self._database
        with database.read_turn, self._failures_are_refusals(), database.reading.connect() as connection:
            yield Transaction(connection, tenant, self._clock(), self.cache)
        database.scrub(needed=False)  # it may have waited for this reader

    @contextmanager
    def write(self, tenant: str = DEFAULT_TENANT, *, synced: bool = True) -> Iterator[Transaction]:
        """A transaction that is committed at the end, or, on an exception, undone.

        Args:
            tenant: whose rows it sees.
            synced: False leaves it to the next synced transaction to make this one survive a loss of power, or the end
                of a database server. It survives the death of this process in any case.

        Raises:
            LostRaceError: another transaction was first.
            RefusedError: STORE_BUSY, others did not let go of the database in time; STORE_FULL; STORE_DOWN, the
                database does not answer. Where it stopped answering during a commit, the transaction may have been
                made.
        """
        database = self._database
        with database.write_turn:
            with self._failures_are_refusals(), database.writing(synced=synced).begin() as connection:
                transaction = Transaction(connection, tenant, self._clock(), self.cache, writes=True)
                yield transaction
            transaction.cached.committed()
            database.scrub(needed=transaction.removes_columns)

    def close(self) -> None:
        """Closes the connections; no transaction is open any more."""
        self._closer()

    @property
    def _engine(self) -> sa.Engine:
        return self._database.engine

    @contextmanager
    def _failures_are_refusals(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.SQLAlchemyError as error:
            refusal = self._database.refusal(error)
            if refusal is None:
                raise
            raise refusal from error
