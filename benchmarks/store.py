"""The store beside a file: a loop's signals committed, one signal's history read, and how time grows with the pool.

A commit is what a report makes of the store: chunks appended, a transaction each, then the loop, whose commit is synced
to the disk. The floor writes the same bytes to a new file, with fsync. They alternate, several loops at a time, so that
SQLite's checkpoints are in each round. Times are wall-clock times, since PostgreSQL works in processes of its own.
History is read in another process (`store_history.py`), which tells its peak memory.

Usage: python -m benchmarks.store [--quick] [--json FILE] [--docs FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import sqlalchemy as sa
from rich.console import Console

from benchmarks.store_report import print_store, write_docs
from benchmarks.strategies import processor
from loopwise.resources import ColumnInfo, ExperimentInfo, LoopInfo
from loopwise.wire import column_checksum, split
from loopwise_engine.core import columns, experiments, loops
from loopwise_engine.core.requests import Ticket, once
from loopwise_engine.store import DEFAULT_TENANT, Store
from tests.postgres import Server

SIGNALS = ("margin", "entropy", "least_confidence", "ratio", "density", "loss")
LOOPS = 4
"""Of a round."""
HISTORY = 20
"""Loops of which a signal's history is read."""
GOALS = {"sqlite": 3.0, "postgresql": 5.0}
FINGERPRINT = "none"
WARM_BYTES = 700_000_000
"""After which PostgreSQL writes over files of its log, and SQLite over its own; making new ones takes longer."""

Values = dict[str, np.ndarray[Any, np.dtype[np.float32]]]


class Loops:
    """One loop after the other of one experiment.

    Args:
        url: of the database.
        name: of the experiment, which is made.
        values: by signal; each loop brings the same.
    """

    def __init__(self, url: str, name: str, values: Values) -> None:
        self._store = Store(url)
        self._name = name
        self._columns = []
        for signal, column in values.items():
            checksum = column_checksum(column)
            chunks = [columns.Chunk(signal, checksum, row, part, zlib.crc32(part.data)) for row, part in split(column)]
            self._columns.append((ColumnInfo(signal, "<f4", len(column), 1, checksum), chunks))
        self._count = 0
        info = ExperimentInfo(name, pool_size=self._columns[0][0].rows, pool_fingerprint=FINGERPRINT)
        with self._store.write() as transaction:
            experiments.create(transaction, info)

    def commit(self) -> None:
        """The next loop, as the engine stores it."""
        number, name = self._count, self._name
        for _, chunks in self._columns:
            for chunk in chunks:
                put = _once(lambda tx, chunk=chunk: columns.put_chunk(tx, name, number, chunk))
                put(self._store, synced=False)
        loop = LoopInfo(number, 0, columns=tuple(column for column, _ in self._columns))
        _once(lambda tx: loops.report(tx, name, FINGERPRINT, loop))(self._store, synced=True)
        self._count += 1

    def close(self) -> None:
        """Closes the store."""
        self._store.close()


def _once(work: Callable[..., object]) -> Callable[..., bytes]:
    ticket = Ticket(DEFAULT_TENANT, uuid.uuid4().hex, "Benchmark", b"")
    return lambda store, synced: once(store, ticket, lambda tx: str(work(tx)).encode(), synced=synced)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size, one round")
    parser.add_argument("--json", type=Path, help="write the results here")
    parser.add_argument("--docs", type=Path, help="write table and picture into performance.md here")
    arguments = parser.parse_args()
    quick = arguments.quick
    records = 10_000 if quick else 1_000_000
    sizes = (1_000, 10_000) if quick else (10_000, 100_000, 1_000_000, 10_000_000)
    rounds = 1 if quick else 9
    with _databases() as (urls, folder, versions):
        warm = 0 if quick else WARM_BYTES
        report: dict[str, Any] = {
            "benchmark": "store",
            "quick": quick,
            "machine": {"cores": os.cpu_count(), "processor": processor(), "python": platform.python_version()},
            "versions": versions,
            "records": records,
            "signals": len(SIGNALS),
            "goals": GOALS,
            "commit": commit(urls, folder, "commit", records, rounds, warm),
            "history": [history(name, url, records, rounds) for name, url in urls.items()],
            "growth": [growth(urls, folder, size, min(rounds, 3) if size > 1e6 else rounds) for size in sizes],
        }
    console = Console()
    console.width = max(console.width, 130)
    print_store(console, report)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    if arguments.docs:
        write_docs(report, arguments.docs)


def commit(urls: dict[str, str], folder: Path, name: str, records: int, rounds: int, warm: int = 0) -> dict[str, Any]:
    """Seconds per loop of the floor and of each database, and the ratios of the rounds, alternating."""
    values = _values(records)
    size = sum(column.nbytes for column in values.values())
    files = [folder / f"floor{number}" for number in range(rounds * LOOPS)]
    unused = iter(files)
    contestants: dict[str, Callable[[], object]] = {"floor": lambda: _write(values, next(unused))}
    made = {kind: Loops(url, name, values) for kind, url in urls.items()}
    contestants |= {kind: one.commit for kind, one in made.items()}
    for one in made.values():
        for _ in range(1 + warm // size):
            one.commit()
    seconds: dict[str, list[float]] = {who: [] for who in contestants}
    for _ in range(rounds):
        for who, run in contestants.items():
            start = time.perf_counter()
            for _ in range(LOOPS):
                run()
            seconds[who].append((time.perf_counter() - start) / LOOPS)
    for one in made.values():
        one.close()
    for path in files:  # not before: what is deleted, the disk is told while others write to it
        path.unlink()
    return {
        who: {
            "seconds": median(times),
            "seconds_min": min(times),
            "mb_per_s": size / 1e6 / median(times),
            "ratio": median(a / b for a, b in zip(times, seconds["floor"], strict=True)),
            "rounds": rounds,
        }
        for who, times in seconds.items()
    }


def history(name: str, url: str, records: int, rounds: int) -> dict[str, Any]:
    """Seconds and peak memory of reading what 20 loops have of a signal, as `store_history` measures it."""
    with closing(Loops(url, "history", {signal: _values(records)[signal] for signal in SIGNALS[:2]})) as experiment:
        for _ in range(HISTORY):
            experiment.commit()
    command = [sys.executable, "-m", "benchmarks.store_history", url, "history", str(records), str(rounds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return {"database": name, "loops": HISTORY, "column_mb": 4e-6 * records, **json.loads(done.stdout)}


def growth(urls: dict[str, str], folder: Path, records: int, rounds: int) -> dict[str, Any]:
    """Seconds per loop at one size of the pool."""
    measured = commit(urls, folder, f"growth{records}", records, rounds)
    return {"records": records, **{name: row["seconds"] for name, row in measured.items()}}


def _values(records: int) -> Values:
    rng = np.random.default_rng(0)
    return {signal: rng.random(records, dtype=np.float32) for signal in SIGNALS}


def _write(values: Values, path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for column in values.values():
            file.write(column.data)
        os.fsync(file.fileno())


@contextmanager
def _databases() -> Iterator[tuple[dict[str, str], Path, dict[str, str]]]:
    """URLs of new databases of both kinds, a folder beside SQLite's on the same disk, and the databases' versions."""
    server = Server(synced=True)
    try:
        server.execute("CREATE DATABASE benchmark")
        url = server.url("benchmark")
        with sa.create_engine(url).connect() as connection:
            version = str(connection.exec_driver_sql("SHOW server_version").scalar())
        with tempfile.TemporaryDirectory() as folder:
            urls = {"sqlite": f"sqlite:///{folder}/store.db", "postgresql": url}
            yield urls, Path(folder), {"sqlite": sqlite3.sqlite_version, "postgresql": version}
    finally:
        server.remove()


if __name__ == "__main__":
    main()
