"""The history of a signal as one array."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.resources import ColumnPart
from loopwise.signals.definitions import Signal


def signal_array(
    signal: Signal, parts: Iterable[ColumnPart], loops: int, pool_size: int, classes: int | None
) -> NDArray[Any]:
    """A signal's history as one array, filled part by part.

    Args:
        signal: which.
        parts: of its columns; those of loops from `loops` on are left out.
        loops: number of loops.
        pool_size: records in the pool.
        classes: their number, if known: the width of a signal of classes that no loop has.

    Returns:
        (loops, pool_size), or (loops, pool_size, width); float32, or float64 where that takes float64 to be exact. NaN
        where a loop has no value for a record.

    Raises:
        InvalidInputError: the width differs between loops, so that there is no such array.
    """
    wide = signal.per_class or signal.vector
    shape: tuple[int, ...] = (classes or 0 if signal.per_class else 0,) if wide else ()
    dtype = np.result_type(*signal.dtypes, np.float32)
    history: NDArray[Any] | None = None
    begun = 0
    for part in parts:
        if part.loop >= loops:
            break
        width = part.values.shape[1:]
        if history is None:
            history, shape, begun = np.full((loops, pool_size, *width), np.nan, dtype), width, part.loop
        if width != shape:
            raise InvalidInputError(
                f"{signal.name} has the shape {shape} per record in loop {begun} and {width} in loop {part.loop}; "
                "there is no one array of both"
            )
        rows = history[part.loop, part.first :]
        if part.coverage:
            rows[np.flatnonzero(np.unpackbits(np.frombuffer(part.coverage, np.uint8), bitorder="little"))] = part.values
        else:
            rows[: len(part.values)] = part.values
    return np.full((loops, pool_size, *shape), np.nan, dtype) if history is None else history
