"""Servers over one database, each a process of its own that may be killed and started again on its port."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import free_port

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
ADDRESS, URL = "10.0.0.1:50051", "postgresql+psycopg://loopwise@db.example/loopwise"
"""As the page's command names them."""


def command(address: str, url: str) -> list[str]:
    """What the page says to run for each of several servers."""
    found = re.search(r"^## Several servers\n.*?^loopwise (.*?)$", PAGE, re.DOTALL | re.MULTILINE)
    assert found is not None
    said = found[1].replace(ADDRESS, address).replace(URL, url)
    return [str(Path(sys.executable).with_name("loopwise")), *shlex.split(said)]


class Replica:
    """A server; down until it is started."""

    def __init__(self, url: str, folder: Path) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        self._log = folder / f"{self.address}.log"
        self._command = command(self.address, url)
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Starts it; `wait` tells when it listens."""
        with self._log.open("a") as log:
            self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=log, text=True)

    def wait(self) -> None:
        """Returns when it listens."""
        assert self._process is not None
        assert self._process.stdout is not None
        assert "listening" in self._process.stdout.readline(), self.log()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def stop(self) -> None:
        """Hangs, until it goes on or is killed."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def log(self) -> str:
        return self._log.read_text()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)


@contextmanager
def replicas(url: str, folder: Path, count: int) -> Iterator[list[Replica]]:
    """Some servers that listen."""
    made = [Replica(url, folder) for _ in range(count)]
    try:
        for replica in made:  # at once, on a database that may have no tables yet
            replica.start()
        for replica in made:
            replica.wait()
        yield made
    finally:
        for replica in made:
            replica.kill()


def target(some: list[Replica]) -> str:
    """Their address for `loopwise.connect`."""
    return "grpc://" + ",".join(replica.address for replica in some)
