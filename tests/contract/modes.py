"""The engines that the contract holds for: one list, to which a line adds another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import sqlalchemy as sa

from loopwise import channel, local
from loopwise_engine import app
from tests import postgres


@dataclass(frozen=True)
class Engine:
    """An engine that runs.

    Attributes:
        channel: to it, as the SDK opens it.
        dump: its database as text: every row of every table.
    """

    channel: grpc.Channel
    dump: Callable[[], str]


@contextmanager
def embedded_in_memory(_: Path) -> Iterator[Engine]:
    made = app.open_engine("sqlite://")

    def dump() -> str:
        with made._store.read() as transaction:  # no one else can reach a database in memory
            return dump_of(transaction.experiments._connection)

    with closing(local.LocalChannel(made.generic_handlers, made.interceptors, made.close)) as opened:
        yield Engine(opened, dump)


@contextmanager
def embedded_sqlite(folder: Path) -> Iterator[Engine]:
    url = f"sqlite:///{folder / 'loopwise.db'}"
    with closing(local.open_channel(url)) as opened:
        yield Engine(opened, dumping(url))


@contextmanager
def grpc_on_sqlite(folder: Path) -> Iterator[Engine]:
    with over_grpc(f"sqlite:///{folder / 'loopwise.db'}") as engine:
        yield engine


@contextmanager
def replicas_on_postgresql(_: Path) -> Iterator[Engine]:
    """Two servers, of which each gets every other call: what one keeps in its memory, the other does not know."""
    with (
        postgres.database() as url,
        serving(url) as one,
        serving(url) as other,
        closing(channel.open_channel(f"grpc://{one},{other}")) as opened,
    ):
        yield Engine(opened, dumping(url))


@contextmanager
def over_grpc(url: str) -> Iterator[Engine]:
    """A server in this process, on the database at `url`."""
    with serving(url) as address, closing(channel.open_channel(f"grpc://{address}")) as opened:
        yield Engine(opened, dumping(url))


@contextmanager
def serving(url: str) -> Iterator[str]:
    """The address of a server in this process, on the database at `url`."""
    made = app.open_engine(url)
    with closing(made), ThreadPoolExecutor(app._WORKERS) as workers:
        server = grpc.server(workers, interceptors=list(made.interceptors), options=app._OPTIONS)
        server.add_generic_rpc_handlers(made.generic_handlers)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield f"127.0.0.1:{port}"
        finally:
            server.stop(None).wait()


MODES: dict[str, Callable[[Path], AbstractContextManager[Engine]]] = {
    "embedded in memory": embedded_in_memory,
    "embedded SQLite": embedded_sqlite,
    "gRPC and SQLite": grpc_on_sqlite,
    "gRPC, two replicas and PostgreSQL": replicas_on_postgresql,
}


def dumping(url: str) -> Callable[[], str]:
    """Dumps what another process would find in the database."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)

    def dump() -> str:
        with engine.connect() as connection:
            return dump_of(connection)

    return dump


def dump_of(connection: sa.Connection) -> str:
    lines: list[str] = []
    for table in sorted(sa.inspect(connection).get_table_names()):
        rows = connection.execute(sa.text(f'SELECT * FROM "{table}"'))
        lines += [table, *sorted("  " + repr([_brief(value) for value in row]) for row in rows)]
    return "\n".join(lines)


def _brief(value: object) -> object:
    return (len(value), hashlib.sha256(value).hexdigest()) if isinstance(value, bytes) and len(value) > 64 else value
