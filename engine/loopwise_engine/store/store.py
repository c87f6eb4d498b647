"""The store: transactions on a database."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime

import sqlalchemy as sa

from loopwise_engine.errors import Reason, RefusedError, StoreError
from loopwise_engine.store import database, schema
from loopwise_engine.store.transaction import Transaction

DEFAULT_TENANT = "default"


class Store:
    """Transactions on a database, which is created or brought to the newest schema first.

    A transaction that ends without an exception is durable when `write` returns, also when the power fails then (but
    see `synced`); one that ends with an exception has changed nothing. A transaction sees the database as it was at one
    moment, with its own changes; it never sees half of another's. Writers take turns, so that none overwrites what it
    has not seen; readers of a file wait for nobody, those of a database in memory take turns too. What goes in and what
    comes out is frozen, or a copy: changing it later changes nothing here.

    Safe to use from any number of threads, and, on a file, of processes. A thread opens one transaction at a time.

    Args:
        url: "sqlite:///FILE", or "sqlite://" for a database in memory that goes with this object.
        clock: tells the time, UTC.

    Raises:
        InvalidInputError: the URL is not one of a database that loopwise can use.
        StoreError: the database cannot be opened, is another program's, or of a newer loopwise.
    """

    def __init__(self, url: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = database.connect(url)
        self._closer = weakref.finalize(self, self._engine.dispose)  # also for a store that nobody closes
        self._clock = clock
        # Threads wait for each other here, in turn; only processes wait in the database, where waiting is polling.
        self._write_turn: AbstractContextManager[object] = threading.Lock()
        self._read_turn = self._write_turn if database.in_memory(self._engine.url) else nullcontext()
        where = database.location(self._engine.url)
        try:
            schema.upgrade(self._engine, where)
        except sa.exc.DBAPIError as error:
            self._engine.dispose()
            raise StoreError(f"the database {where} cannot be opened: {error.orig}") from error
        except StoreError:
            self._engine.dispose()
            raise

    @contextmanager
    def read(self, tenant: str = DEFAULT_TENANT) -> Iterator[Transaction]:
        """A transaction that changes nothing."""
        with self._read_turn, _failures_are_refusals(), self._engine.connect() as connection:
            yield Transaction(connection, tenant, self._clock())

    @contextmanager
    def write(self, tenant: str = DEFAULT_TENANT, *, synced: bool = True) -> Iterator[Transaction]:
        """A transaction that is committed at the end, or, on an exception, undone.

        Args:
            tenant: whose rows it sees.
            synced: False leaves it to the next synced transaction to make this one survive a loss of power. It survives
                the death of the process in any case.

        Raises:
            RefusedError: STORE_BUSY, another process did not let go of the database in time; STORE_FULL.
        """
        with (
            self._write_turn,
            _failures_are_refusals(),
            database.writing(self._engine, synced=synced).begin() as connection,
        ):
            yield Transaction(connection, tenant, self._clock())

    def close(self) -> None:
        """Closes the connections; no transaction is open any more."""
        self._closer()


@contextmanager
def _failures_are_refusals() -> Iterator[None]:
    try:
        yield
    except sa.exc.OperationalError as error:
        if database.is_busy(error):
            raise RefusedError(Reason.STORE_BUSY) from error
        if database.is_full(error):
            raise RefusedError(Reason.STORE_FULL) from error
        raise
