"""A process that reads a signal's history from an engine in it, and tells its seconds and its peak extra memory.

Usage: python -m benchmarks.store_history URL EXPERIMENT RECORDS ROUNDS
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from contextlib import closing
from statistics import median
from typing import Any

from benchmarks.peers.memory import begin_peak, peak
from loopwise.local import open_channel
from loopwise.rpc import Rpc
from loopwise.signals import SIGNALS
from loopwise.timeseries import signal_array


def main() -> None:
    url, experiment, records, rounds = sys.argv[1:]
    with closing(Rpc(open_channel(url))) as rpc:
        loops = rpc.get_experiment(experiment).loop_count

        def pages(signal: str) -> Callable[[], object]:
            return lambda: sum(part.values.nbytes for part in rpc.list_signal_history(experiment, signal))

        def array(signal: str) -> Callable[[], object]:
            parts = rpc.list_signal_history
            return lambda: signal_array(SIGNALS[signal], parts(experiment, signal), loops, int(records), None)

        results = {
            "pages": _measured(pages("margin"), int(rounds)),
            "array": _measured(array("margin"), int(rounds)),
            "of_history": _measured(pages("entropy_history"), 1),
        }
    print(json.dumps(results))


def _measured(read: Callable[[], object], rounds: int) -> dict[str, Any]:
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        read()
        seconds.append(time.perf_counter() - start)
    gc.collect()
    before = begin_peak()
    read()
    return {"seconds": median(seconds), "extra_mb": None if before is None else max(0, peak() - before) / 1e6}


if __name__ == "__main__":
    main()
