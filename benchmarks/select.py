"""Margin, top 1,000 of a million records, as a ratio to one streaming pass over the same bytes, on one core.

Each round measures the floor (`P.sum()`) and then the work, so that what else the machine does meets both. Times are
CPU times: the work is single-threaded, and waiting for a turn on a busy machine is not its own. `margin` is the signal
and its top 1,000; `execute` is the whole selection as the engine runs it: random share, propensities
and checks included.

Usage: python benchmarks/select.py [--quick] [--json FILE]
"""

# ruff: noqa: E402

from __future__ import annotations

import os
import sys
from pathlib import Path

# In its own folder this file would stand in for the standard library's `select`.
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != Path(__file__).resolve().parent]
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[variable] = "1"  # before NumPy is imported

import argparse
import json
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from loopwise.signals import Column, SignalSet, margin
from loopwise.strategies import Blend, Pool, execute, top_k

TOP = 1_000
GOAL = 6.0


@dataclass(frozen=True)
class Result:
    """CPU times in milliseconds; ratios of work to floor."""

    records: int
    classes: int
    what: str
    floor_median_ms: float
    floor_min_ms: float
    work_median_ms: float
    work_min_ms: float
    ratio_median: float
    ratio_min: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the results here")
    parser.add_argument("--quick", action="store_true", help="a tenth of the records, fewer rounds")
    arguments = parser.parse_args()
    records, rounds = (100_000, 5) if arguments.quick else (1_000_000, 15)

    results = [result for classes in (10, 100) for result in measure(records, classes, rounds)]
    print(f"top {TOP:,} by margin, float32, one core, {rounds} rounds; goal: {GOAL:g}x or less")
    print(f"{'records':>10} {'classes':>8} {'what':>8} {'floor ms':>16} {'work ms':>16} {'ratio':>14}")
    print(f"{'':>28} {'median     min':>16} {'median     min':>16} {'median   min':>14}")
    for r in results:
        print(
            f"{r.records:>10,} {r.classes:>8} {r.what:>8} {r.floor_median_ms:>8.2f}{r.floor_min_ms:>8.2f} "
            f"{r.work_median_ms:>8.2f}{r.work_min_ms:>8.2f} {r.ratio_median:>7.2f}{r.ratio_min:>7.2f}"
        )
    if arguments.json:
        report = {
            "benchmark": "select",
            "goal_ratio": GOAL,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "results": [asdict(result) for result in results],
        }
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")


def measure(records: int, classes: int, rounds: int) -> list[Result]:
    P = probabilities(records, classes)
    everything, nothing = np.arange(records), np.arange(0)

    def score_and_rank() -> None:
        top_k(-margin(P), TOP, np.random.default_rng(0))

    def whole_selection() -> None:
        signals = SignalSet({"probabilities": Column(P)}, records)  # anew, for it keeps what it derives
        execute(Blend.single("margin"), Pool(everything, nothing, signals), TOP, seed=0)

    return [
        compare(records, classes, "margin", P.sum, score_and_rank, rounds),
        compare(records, classes, "execute", P.sum, whole_selection, rounds),
    ]


def compare(
    records: int, classes: int, what: str, floor: Callable[[], object], work: Callable[[], object], rounds: int
) -> Result:
    floors, works = [], []
    for _ in range(rounds + 1):
        floors.append(milliseconds(floor))
        works.append(milliseconds(work))
    floors, works = floors[1:], works[1:]  # the first round warms up
    return Result(
        records,
        classes,
        what,
        median(floors),
        min(floors),
        median(works),
        min(works),
        median(works) / median(floors),
        min(works) / min(floors),
    )


def milliseconds(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return 1000 * (time.process_time() - start)


def probabilities(records: int, classes: int) -> NDArray[np.float32]:
    P = np.random.default_rng(0).standard_exponential((records, classes), dtype=np.float32)
    P /= P.sum(axis=1, keepdims=True)
    return P


if __name__ == "__main__":
    main()
