"""A process that runs adapters in one environment, as it is told line by line, and measures each call.

Usage: python -m benchmarks.peers.worker MEMORY_GB ADAPTER ...

The first line that it writes says what it offers. After that, a line in is a piece of work (see `Worker.run` in
`process.py`); a line out says that it is prepared, and the next its CPU seconds and its peak extra memory. It imports
NumPy and the adapters, no more.
"""

from __future__ import annotations

import gc
import importlib
import importlib.metadata
import json
import os
import sys
import time
import warnings
from contextlib import suppress
from typing import Any

import numpy as np

from benchmarks.peers.memory import begin_peak, peak
from benchmarks.peers.task import Calls, Run, Task


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print is no answer
    warnings.simplefilter("ignore")
    gigabytes, *adapters = sys.argv[1:]
    _limit_memory(float(gigabytes))
    offers, versions, absent = _load(adapters)
    offered = {who: sorted(calls) for who, calls in offers.items()}
    answers.write(json.dumps({"offers": offered, "versions": versions, "absent": absent}) + "\n")
    bench = _Bench(offers)
    for line in sys.stdin:
        try:
            message = json.loads(line)
            memory = message.pop("memory")
            run = bench.prepare(**message)
            answers.write(json.dumps({"ready": True}) + "\n")
            answer: dict[str, Any] = _measure(run, memory)
        except MemoryError:
            answer = {"failure": f"out of memory ({gigabytes} GB)"}
        except Exception as error:  # noqa: BLE001 - whatever another library raises is a line in a table
            answer = {"failure": _in_short(error)}
        answers.write(json.dumps(answer) + "\n")


def _load(adapters: list[str]) -> tuple[dict[str, Calls], dict[str, str], dict[str, str]]:
    """Calls by contestant, versions by distribution, and why an adapter is not there."""
    offers: dict[str, Calls] = {}
    versions: dict[str, str] = {}
    absent: dict[str, str] = {}
    for name in adapters:
        try:
            adapter = importlib.import_module(f"benchmarks.peers.{name}")
        except Exception as error:  # noqa: BLE001 - a library that cannot be imported is a line in a table
            absent[name] = _in_short(error)
        else:
            offers |= adapter.CALLS
            versions[adapter.DISTRIBUTION] = importlib.metadata.version(adapter.DISTRIBUTION)
    return offers, versions, absent


class _Bench:
    """Keeps the arrays while they stay the same; everything else is prepared anew for each run."""

    def __init__(self, offers: dict[str, Calls]) -> None:
        self._offers = offers
        self._key: tuple[object, ...] = ()
        self._arrays: dict[str, np.ndarray[Any, Any]] = {}

    def prepare(self, who: str, call: str, arrays: dict[str, str], records: int, batch: int, labeled: int) -> Run:
        key = (*sorted(arrays.values()), records)
        if key != self._key:
            self._arrays = {}
            self._arrays = {name: _read(path, records) for name, path in arrays.items()}
            self._key = key
        return self._offers[who][call](Task(self._arrays, batch, labeled, records))


def _measure(run: Run, memory: bool) -> dict[str, float | None]:
    gc.collect()
    before = begin_peak() if memory else None
    start = time.process_time()
    run()
    seconds = time.process_time() - start
    return {"seconds": seconds, "extra_mb": None if before is None else max(0, peak() - before) / 1e6}


def _read(path: str, records: int) -> np.ndarray[Any, Any]:
    """The first records, in the process's own memory: in a mapped file they would be slower to read."""
    stored = np.load(path, mmap_mode="r")
    axis = stored.ndim - 2 if stored.ndim == 3 else 0
    values = np.array(stored[:, :records] if axis else stored[:records])
    values.flags.writeable = False
    return values


def _limit_memory(gigabytes: float) -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on every system

        size = int(gigabytes * 1e9)
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _in_short(error: Exception) -> str:
    first = (str(error).splitlines() or [""])[0]
    return (first if isinstance(error, LookupError) else f"{type(error).__name__}: {first}")[:120]


if __name__ == "__main__":
    main()
