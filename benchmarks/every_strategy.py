"""Every registered strategy: peak extra memory at a million records, and how its time grows with the pool."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.ours import any_over_loops, reported
from benchmarks.peers.process import Measured, Worker
from benchmarks.works import Arrays, probabilities
from loopwise.signals import SIGNALS, Signal
from loopwise.strategies import Strategy, strategies

WHO = "any strategy"
"""What the adapter calls a strategy by its name."""
LARGEST = 10_000_000
MILLION = 1_000_000
SMALLEST = 10_000
STEPS = 6
"""Sizes from the smallest to the largest: each about 3.2 times the one before."""
BATCH = 100
LABELED = 100
WIDTH = 10
REPEAT_SECONDS = 0.2
"""A size is measured again until it took so long in all, three times at least while it takes less by itself."""
MOST_REPEATS = 15
LIMIT = 60.0

Row = dict[str, Any]


def measure(worker: Worker, arrays: Arrays, quick: bool) -> Iterator[Row]:
    """One row per strategy, in the order of the registry.

    A pool holds what the strategy needs reported, 10 classes or values wide; of its records the first 100 are labeled,
    and 100 are chosen. Memory is compared with the bytes that were reported.
    """
    scale = 10 if quick else 1
    needed = {name: reported(strategy.needs) for name, strategy in strategies().items()}
    for name, strategy in strategies().items():
        try:
            yield _measure(worker, arrays, strategy, LARGEST // scale, MILLION // scale)
        except (ValueError, LookupError) as error:  # a signal for which no array can be made
            yield {"name": name, "failure": str(error)[:120]}
        for signal in set(needed.pop(name)) - {signal for others in needed.values() for signal in others}:
            arrays.forget(_file(SIGNALS[signal]))


def _measure(worker: Worker, arrays: Arrays, strategy: Strategy, largest: int, million: int) -> Row:
    signals = [SIGNALS[signal] for signal in reported(strategy.needs)]
    paths = {signal.name: arrays.made(_file(signal), values, signal, largest) for signal in signals}

    def run(records: int, memory: bool = False) -> Measured:
        return worker.run(
            WHO,
            strategy.name,
            paths,
            records=records,
            batch=BATCH,
            labeled=LABELED,
            limit=LIMIT,
            memory=memory,
        )

    growth: list[tuple[int, float]] = []
    failure = None
    if strategy.scales:
        run(million)  # warm, and compiled
        for records in sizes(largest):
            first = run(records)
            if first.seconds is None:
                failure = f"{records:,} records: {first.failure}"
                break
            again = [run(records).seconds or first.seconds for _ in range(_repeats(first.seconds))]
            growth.append((records, median([first.seconds, *again])))
    at_million = run(million, memory=True)
    loops = 3 if any_over_loops(strategy.needs) else 1
    input_bytes = loops * sum(_bytes_per_record(signal) for signal in signals) * million
    extra = at_million.extra_mb
    return {
        "name": strategy.name,
        "scales": strategy.scales,
        "records": million,
        "input_mb": input_bytes / 1e6,
        "extra_mb": extra,
        "extra_ratio": extra / (input_bytes / 1e6) if extra is not None and input_bytes else None,
        "seconds": at_million.seconds,
        "growth": growth,
        "factor": factor(growth),
        "failure": failure or at_million.failure,
    }


def sizes(largest: int) -> list[int]:
    """Sizes of the pool, smallest first, that lie equally far apart on a logarithmic axis."""
    return [round(size) for size in np.geomspace(min(SMALLEST, largest), largest, STEPS + 1)]


def _repeats(seconds: float) -> int:
    return 0 if seconds > REPEAT_SECONDS else min(MOST_REPEATS, max(2, int(REPEAT_SECONDS / max(seconds, 1e-6))))


def factor(growth: list[tuple[int, float]]) -> float | None:
    """By how much the time grows when the pool doubles: a straight line through the logarithms of all sizes."""
    if len(growth) < 3:
        return None
    records, seconds = np.log2(np.array(growth)).T
    return float(2 ** np.polyfit(records, seconds, 1)[0])


def _file(signal: Signal) -> str:
    return f"signal-{signal.name}"


def values(signal: Signal, records: int, rng: np.random.Generator) -> NDArray[Any]:
    """Plausible values of a signal that is reported.

    Raises:
        ValueError: Its values have a shape of their own.
    """
    dtype = np.dtype(signal.dtypes[-1])
    if signal.per_class:
        return probabilities(records, WIDTH, rng).astype(dtype, copy=False)
    if signal.per_member:  # two of them
        return probabilities(2 * records, WIDTH, rng).reshape(records, 2 * WIDTH).astype(dtype, copy=False)
    shape = (records, WIDTH) if signal.vector else (records,)
    if dtype.kind == "i":
        return rng.integers(0, WIDTH, shape).astype(dtype)
    if math.isfinite(signal.low) and math.isfinite(signal.high) and signal.high <= WIDTH:
        return signal.low + (signal.high - signal.low) * rng.random(shape, np.float32).astype(dtype, copy=False)
    if 0 in (signal.low, signal.high):
        positive = rng.standard_exponential(shape, np.float32).astype(dtype, copy=False)
        return positive if signal.low == 0 else np.negative(positive, out=positive)
    return rng.standard_normal(shape, np.float32).astype(dtype, copy=False)


def _bytes_per_record(signal: Signal) -> int:
    return values(signal, 1, np.random.default_rng(0)).nbytes
