"""From `report()` to a committed loop: 1M x 10 float32 probabilities, embedded and over loopback.

The floor, measured in the same run: one copy of the bytes in memory plus a write of the same bytes to SQLite as blobs,
durable. Floor and work alternate; medians are quoted.

Usage: python benchmarks/wire.py [--quick] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

import loopwise
from loopwise.limits import CHUNK_BYTES

CLASSES = 10


def floor(values: NDArray[np.float32], folder: Path) -> float:
    """Seconds for a copy in memory and a durable write of the same bytes to SQLite, with the engine's settings."""
    path = folder / "floor.db"
    with sqlite3.connect(path, isolation_level=None) as db:
        db.execute("PRAGMA page_size = 65536")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE chunks (number INTEGER PRIMARY KEY, data BLOB)")
        start = time.perf_counter()
        data = values.copy().view(np.uint8).reshape(-1).data
        db.execute("BEGIN IMMEDIATE")
        for number, offset in enumerate(range(0, len(data), CHUNK_BYTES)):
            db.execute("INSERT INTO chunks VALUES (?, ?)", (number, data[offset : offset + CHUNK_BYTES]))
        db.execute("COMMIT")
        seconds = time.perf_counter() - start
    db.close()
    for leftover in folder.glob("floor.db*"):
        leftover.unlink()
    return seconds


def reporter(target: str, folder: Path, values: NDArray[np.float32]) -> Callable[[], float]:
    """A function that reports the values as the next loop and returns the seconds that it took."""
    experiment = loopwise.connect(target).experiment(
        "wire", pool=range(len(values)), classes=CLASSES, journal=folder / f"{target.partition(':')[0]}.journal"
    )

    def report() -> float:
        start = time.perf_counter()
        experiment.report(values)
        return time.perf_counter() - start

    return report


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A server on loopback; yields its target."""
    command = [str(Path(sys.executable).with_name("loopwise")), "serve", "--listen", "127.0.0.1:0"]
    command += ["--db", f"sqlite:///{folder / 'server.db'}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "listening on " in line:
                yield "grpc://" + line.split("listening on ")[1].split()[0]
                break
        process.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="a tenth of the records")
    parser.add_argument("--json", type=Path, help="write the results here")
    parser.add_argument("--repeat", type=int, default=7)
    arguments = parser.parse_args()
    records = 100_000 if arguments.quick else 1_000_000
    values = np.random.default_rng(0).dirichlet(np.ones(CLASSES), records).astype(np.float32)
    with tempfile.TemporaryDirectory() as name, server(Path(name)) as target:
        folder = Path(name)
        work = {
            "loopback": reporter(target, folder, values),
            "embedded": reporter(f"sqlite:///{folder / 'embedded.db'}", folder, values),
        }
        for report in work.values():  # loop 0, and warm
            report()
        seconds: dict[str, list[float]] = {"floor": [], **{mode: [] for mode in work}}
        for _ in range(arguments.repeat):
            seconds["floor"].append(floor(values, folder))
            for mode, report in work.items():
                seconds[mode].append(report())
    megabytes = values.nbytes / 1e6
    results = {
        mode: {
            "seconds": round(median(times), 4),
            "seconds_min": round(min(times), 4),
            "mb_per_s": round(megabytes / median(times)),
            "ratio_to_floor": round(median(t / f for t, f in zip(times, seconds["floor"], strict=True)), 2),
        }
        for mode, times in seconds.items()
    }
    print(f"{records:,} x {CLASSES} float32, {megabytes:.0f} MB, {arguments.repeat} repeats, {os.cpu_count()} cores")
    print(f"{'':10} {'median s':>9} {'min s':>9} {'MB/s':>7} {'x floor':>8}")
    for mode, row in results.items():
        print(
            f"{mode:10} {row['seconds']:9.3f} {row['seconds_min']:9.3f} {row['mb_per_s']:7.0f} "
            f"{row['ratio_to_floor']:8.2f}"
        )
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(
            json.dumps(
                {"records": records, "classes": CLASSES, "repeat": arguments.repeat, "results": results}, indent=2
            )
        )


if __name__ == "__main__":
    main()
