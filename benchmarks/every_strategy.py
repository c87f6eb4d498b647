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
DOUBLINGS = 10
BATCH = 100
LABELED = 100
WIDTH = 10
GROW_SECONDS = 1.5
"""A pool is doubled while the next one is expected to take no longer."""
FITTED_FROM = 100_000
"""Below so many records fixed costs hide how the time grows."""
LIMIT = 30.0

Row = dict[str, Any]


def measure(worker: Worker, arrays: Arrays, quick: bool) -> Iterator[Row]:
    """One row per strategy, in the order of the registry.

    A pool holds what the strategy needs reported, 10 classes or values wide; of its records the first 100 are labeled,
    and 100 are chosen. Memory is compared with the bytes that were reported.
    """
    scale = 10 if quick else 1
    for name, strategy in strategies().items():
        try:
            yield _measure(worker, arrays, strategy, LARGEST // scale, MILLION // scale)
        except (ValueError, LookupError) as error:  # a signal for which no array can be made
            yield {"name": name, "failure": str(error)[:120]}


def _measure(worker: Worker, arrays: Arrays, strategy: Strategy, largest: int, million: int) -> Row:
    signals = [SIGNALS[signal] for signal in reported(strategy.needs)]
    paths = {signal.name: arrays.made(f"signal-{signal.name}", values, signal, largest) for signal in signals}

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
        run(largest >> DOUBLINGS)  # warm, and compiled
        for doubling in reversed(range(DOUBLINGS + 1)):
            records = largest >> doubling
            first = run(records)
            if first.seconds is None:
                failure = f"{records:,} records: {first.failure}"
                break
            again = [run(records).seconds or first.seconds for _ in range(2 if first.seconds < 0.2 else 0)]
            growth.append((records, median([first.seconds, *again])))
            if 2 * growth[-1][1] > GROW_SECONDS:
                break
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


def factor(growth: list[tuple[int, float]]) -> float | None:
    """By how much the time grows when the pool doubles: a straight line through the logarithms."""
    fitted = [(records, seconds) for records, seconds in growth if records >= FITTED_FROM]
    if len(fitted) < 3:
        return None
    records, seconds = np.log2(np.array(fitted)).T
    return float(2 ** np.polyfit(records, seconds, 1)[0])


def values(signal: Signal, records: int, rng: np.random.Generator) -> NDArray[Any]:
    """Plausible values of a signal that is reported.

    Raises:
        ValueError: Its values have a shape of their own.
    """
    dtype = np.dtype(signal.dtypes[-1])
    if signal.per_class:
        return probabilities(records, WIDTH, rng).astype(dtype, copy=False)
    if signal.vector and (signal.low, signal.high) == (0, 1):  # two members of a committee
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
