"""What the store needs of a database, whichever it is."""

from __future__ import annotations

import abc
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

import sqlalchemy as sa

from loopwise.errors import InvalidInputError
from loopwise_engine.errors import Reason, RefusedError, StoreError


class LostRaceError(RefusedError):
    """Another transaction was first, and this one is undone; made again, it sees what the other did."""

    def __init__(self) -> None:
        super().__init__(Reason.STORE_BUSY)


class Size(NamedTuple):
    """Bytes on the disk.

    Attributes:
        total: of the tables.
        free: of these, pages that nothing lies on; None where the database does not tell.
        log: of a log beside the tables that is the database's own.
    """

    total: int
    free: int | None
    log: int


class Database(abc.ABC):
    """A database and how the store's transactions run on it.

    Attributes:
        engine: SQLAlchemy's, without rules of its own.
        url: the database, as one may show it: without its password.
        where: the database in words, for messages.
        reading: runs transactions that see the database as it was at one moment, and change nothing.
        read_turn: held while a transaction reads.
        write_turn: held while a transaction writes.
    """

    engine: sa.Engine
    url: str
    where: str
    reading: sa.Engine
    read_turn: AbstractContextManager[object]
    write_turn: AbstractContextManager[object]

    @abc.abstractmethod
    def writing(self, *, synced: bool = True) -> sa.Engine:
        """Runs transactions that write.

        Args:
            synced: what is committed survives a loss of power at once; otherwise together with the next synced commit.
        """

    @abc.abstractmethod
    def exists(self) -> bool:
        """Whether there is something to connect to, as far as one can tell without creating it."""

    @abc.abstractmethod
    def prepare(self) -> None:
        """Sets for good what tables of ours need; raises StoreError where that cannot be."""

    @abc.abstractmethod
    def migrating(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that may change the tables, however long it takes; others wait for its end to begin theirs."""

    @abc.abstractmethod
    def refusal(self, error: sa.exc.SQLAlchemyError) -> RefusedError | None:
        """What a caller is told of a failed transaction; None, a defect."""

    @abc.abstractmethod
    def scrub(self, *, needed: bool) -> None:
        """Overwrites what transactions have removed, as far as this can be done between others; called after each.

        Args:
            needed: the last one has removed columns; else, only what is left over from before.
        """

    @abc.abstractmethod
    def size(self) -> Size:
        """What the database takes on the disk, as of now."""

    @abc.abstractmethod
    def vacuum(self) -> None:
        """Writes all of it anew, without what was deleted; raises StoreError where that cannot be."""

    def close(self) -> None:
        """Closes the connections."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """The database at `url`; does not connect yet.

    Raises:
        InvalidInputError: the URL is not one of a database that loopwise can use.
        MissingExtraError: its driver is not installed.
    """
    from loopwise_engine.store.postgresql import PostgreSQL  # noqa: PLC0415  both build on this module
    from loopwise_engine.store.sqlite import SQLite  # noqa: PLC0415

    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):  # the latter for a port that is no number
        parsed = None
    if parsed is not None and parsed.drivername == "sqlite" and not parsed.host and not parsed.query:
        return SQLite(parsed)
    # An @ or / there comes from a password, of which a part was taken for the host.
    if (
        parsed is not None
        and parsed.drivername == "postgresql+psycopg"
        and re.fullmatch("[^@/]+", parsed.database or "")
    ):
        return PostgreSQL(parsed)
    shown = re.sub(r"://.*@", "://***@", url)
    raise InvalidInputError(
        f"the database {shown!r} must look like 'sqlite:///FILE' or 'postgresql+psycopg://USER@HOST/NAME', "
        "(in a password, %40 for @ and %2F for /), or be 'sqlite://' for one that lives in memory"
    )


@contextmanager
def failures_in_words(database: Database) -> Iterator[None]:
    """Raises StoreError for what goes wrong with a database that is being opened."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise StoreError(f"the database {database.where} cannot be opened: {first_line(error)}") from error


def first_line(error: sa.exc.DBAPIError) -> str:
    """What the driver says, without the hints below it."""
    return str(error.orig).strip().partition("\n")[0].strip()
