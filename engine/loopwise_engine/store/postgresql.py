"""PostgreSQL, for one engine or several."""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS

from loopwise.errors import MissingExtraError
from loopwise_engine.errors import Reason, RefusedError, StoreError
from loopwise_engine.store.database import Database, LostRaceError, Size, first_line
from loopwise_engine.store.tables import metadata

CONNECT_SECONDS = 5
LOCK_SECONDS = 15
STATEMENT_SECONDS = 30
"""Of waiting for a connection, for another transaction's lock, for a statement: below the 60 s of a call."""

POOL_SIZE = 8
"""Connections that one engine keeps; it opens as many again while it is busy. A server allows 100 by default."""

_SESSION = {
    "statement_timeout": STATEMENT_SECONDS * 1000,
    "lock_timeout": LOCK_SECONDS * 1000,
    # What an engine holds that hangs, or whose machine is gone, must not be held forever.
    "idle_in_transaction_session_timeout": 600_000,
    "tcp_keepalives_idle": 30,
    "tcp_keepalives_interval": 10,
    "tcp_keepalives_count": 3,
}
_CONNECTION = {
    "application_name": "loopwise",
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": STATEMENT_SECONDS * 1000,
}

_BINARY = "loopwise_binary"
_SYNCED = "loopwise_synced"
_TYPES = {sa.String: "text", sa.Integer: "int4", sa.BigInteger: "int8", sa.Boolean: "bool", sa.LargeBinary: "bytea"}
_SCHEMA_LOCK = 0x6C6F6F7077697365  # "loopwise": an advisory lock has a number for a name

# Codes of SQLSTATE.
_LOST_RACE = ("40001", "40P01", "23505")  # serialization failure, deadlock, the other's row is there already
_FULL = ("53100",)
_BUSY = ("55P03", "57014")  # a lock, or a statement, took too long
_BUSY_CLASSES = ("53",)  # out of connections, memory, ...
_DOWN_CLASSES = ("08", "57")  # the connection broke, or the server shuts down or starts

_logger = logging.getLogger(__name__)


class PostgreSQL(Database):
    """A database of a PostgreSQL server, reached by psycopg 3.

    Transactions that write lock the row of the experiment they are about when they look it up, so that they take
    turns by experiment, whichever engine they belong to. What two of them insert at once, a unique constraint decides.
    """

    def __init__(self, url: sa.URL) -> None:
        self.url = self.where = _shown(url)
        given = {name: value for name, value in _CONNECTION.items() if name not in url.query}
        session = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
        options = f"{session} {_text(url.query.get('options', ''))}".strip()  # of two of a name, the last counts
        try:
            self.engine = sa.create_engine(
                url,
                pool_size=POOL_SIZE,
                max_overflow=POOL_SIZE,
                pool_timeout=LOCK_SECONDS,
                pool_pre_ping=True,  # the server may have been restarted meanwhile
                connect_args=given | {"options": options},
            )
        except ImportError as missing:
            raise MissingExtraError(
                f"the database {self.where} needs psycopg, its driver: pip install 'loopwise[postgres]'"
            ) from missing
        sa.event.listen(self.engine, "begin", _begin)
        self._rows = self.engine.execution_options(**{_BINARY: True})
        self.reading = self._rows.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self.read_turn = self.write_turn = nullcontext()

    def writing(self, *, synced: bool = True) -> sa.Engine:
        """As `Database` says."""
        return self._rows.execution_options(isolation_level="READ COMMITTED", **{_SYNCED: synced})

    def exists(self) -> bool:
        """True: connecting will tell."""
        return True

    def prepare(self) -> None:
        """Refuses a database that cannot hold every text."""
        with self.engine.connect() as connection:
            encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            raise StoreError(
                f"the database {self.where} has the encoding {encoding}; create one with UTF8: "
                "createdb --encoding=UTF8 --template=template0 NAME"
            )

    @contextmanager
    def migrating(self) -> Iterator[sa.Connection]:
        """As `Database` says."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SCHEMA_LOCK)))
            yield connection

    def scrub(self, *, needed: bool) -> None:
        """Nothing: what is deleted is the server's to overwrite, which it does when it needs the room."""

    def size(self) -> Size:
        """As `Database` says: with indexes, and with what is dead; of this, PostgreSQL does not tell how much it is."""
        every = [sa.func.pg_total_relation_size(sa.cast(table.name, REGCLASS)) for table in metadata.sorted_tables]
        with self.engine.connect() as connection:
            return Size(sum(map(int, connection.execute(sa.select(*every)).one())), None, 0)

    def vacuum(self) -> None:
        """As `Database` says. Others wait as long, or are refused."""
        names = ", ".join(table.name for table in metadata.sorted_tables)
        try:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("SET statement_timeout = 0")
                connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {names}")
                connection.invalidate()  # not to be used with this setting
        except sa.exc.DBAPIError as error:
            raise StoreError(f"the database {self.where} cannot be written anew: {first_line(error)}") from error

    def refusal(self, error: sa.exc.SQLAlchemyError) -> RefusedError | None:
        """As `Database` says."""
        if isinstance(error, sa.exc.TimeoutError):  # all connections are taken
            return RefusedError(Reason.STORE_BUSY)
        if not isinstance(error, sa.exc.DBAPIError):
            return None
        code: str = getattr(error.orig, "sqlstate", None) or ""
        if code in _LOST_RACE:
            return LostRaceError()
        if code in _FULL:
            return RefusedError(Reason.STORE_FULL)
        if code in _BUSY or code.startswith(_BUSY_CLASSES):
            return RefusedError(Reason.STORE_BUSY)
        no_connection = isinstance(error, sa.exc.OperationalError) and not code
        if no_connection or error.connection_invalidated or code.startswith(_DOWN_CLASSES):
            _logger.warning("the database %s does not answer: %s", self.where, first_line(error))
            return RefusedError(Reason.STORE_DOWN)
        return None


def copy_in(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows by COPY, which makes room for many pages at once; all rows have the same columns."""
    from psycopg import Error  # noqa: PLC0415  an extra

    raw: Any = connection.connection.driver_connection
    names = list(rows[0])
    statement = f"COPY {table.name} ({', '.join(names)}) FROM STDIN (FORMAT BINARY)"
    try:
        with raw.cursor().copy(statement) as copy:
            copy.set_types([_TYPES[type(table.c[name].type)] for name in names])
            for row in rows:
                copy.write_row(list(row.values()))
    except Error as error:
        if raw.closed:
            connection.invalidate(error)
        raise sa.exc.DBAPIError.instance(statement, None, error, Error) from error


def _begin(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    raw: Any = connection.connection.driver_connection
    raw.cursor_factory = _cursor(binary=options.get(_BINARY, False))
    if not options.get(_SYNCED, True):
        # The log is one: writing a commit to the disk writes those before it.
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


@functools.cache
def _cursor(*, binary: bool) -> type:
    """The class of cursors.

    Binary ones fetch values as bytes, not as text: columns are megabytes. They do not read every type of the system
    tables, which migrations look at.
    """
    from psycopg import Cursor, pq  # noqa: PLC0415  an extra

    if not binary:
        return Cursor

    class BinaryCursor(Cursor[Any]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.format = pq.Format.BINARY

    return BinaryCursor


def _shown(url: sa.URL) -> str:
    if "password" in url.query:
        url = url.update_query_dict({"password": "hidden"})
    return url.render_as_string(hide_password=True)


def _text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " ".join(value)
