"""The positions that the rows of a column belong to, without holding all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopwise.resources import ColumnInfo, ExperimentInfo
from loopwise_engine.core.loops import positions_within
from loopwise_engine.store import Transaction

_SPAN = 1 << 20
"""Positions of a coverage that are unpacked at once."""


class Positions:
    """The positions of a column's rows, ascending, some at a time.

    Args:
        transaction: in which the loop's coverages are.
        info: the experiment.
        loop: number of the loop.
        column: of it.
    """

    def __init__(self, transaction: Transaction, info: ExperimentInfo, loop: int, column: ColumnInfo) -> None:
        self._pool_size = info.pool_size
        coverages = transaction.loops.coverages(info.id, loop) if column.coverage else ()
        self._mask = coverages[column.coverage - 1] if column.coverage else None
        self._next = 0
        self._left = np.empty(0, np.int32)

    def take(self, count: int) -> NDArray[np.int32]:
        """The next ones, as many as are asked for, or as there are."""
        parts, have = [self._left], len(self._left)
        while have < count and self._next < self._pool_size:
            span = range(self._next, min(self._next + _SPAN, self._pool_size))
            inside = np.arange(len(span)) if self._mask is None else positions_within(self._mask, span)[1]
            parts.append((inside + span.start).astype(np.int32))
            have += len(inside)
            self._next = span.stop
        found = np.concatenate(parts)
        self._left = found[count:]
        return found[:count]
