"""What is known of an experiment's records: the columns in force, and those of earlier loops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from loopwise.resources import ColumnInfo, ExperimentInfo, LoopInfo
from loopwise.signals import SIGNALS
from loopwise.signals.columns import Column, SignalSet
from loopwise_engine.core import loops
from loopwise_engine.core.columns import is_wide
from loopwise_engine.store import Transaction

MAX_PAST = 10
"""Earlier loops that signals of history look back on."""


class StoredColumns(Mapping[str, Column]):
    """The columns of a loop, by signal; each is read when it is asked for, and not kept.

    Args:
        transaction: open as long as this is read from.
        info: the experiment.
        loop: number of the loop.
        columns: of it.
    """

    def __init__(
        self, transaction: Transaction, info: ExperimentInfo, loop: int, columns: Sequence[ColumnInfo]
    ) -> None:
        self._transaction = transaction
        self._info = info
        self._loop = loop
        self._columns = {column.signal: column for column in columns}

    def __getitem__(self, signal: str) -> Column:
        column = self._columns[signal]
        values = self._transaction.columns.read(self._info.id, self._loop, column)
        positions = None
        if column.coverage:
            mask = self._transaction.loops.coverages(self._info.id, self._loop)[column.coverage - 1]
            positions = loops.positions(mask, self._info.pool_size)
        return Column(values if is_wide(SIGNALS[signal]) else values[:, 0], positions)

    def __contains__(self, signal: object) -> bool:
        return signal in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def known(transaction: Transaction, info: ExperimentInfo, before: Sequence[LoopInfo]) -> SignalSet:
    """The signals in force, with those of earlier loops behind them.

    Signals of the model are those of the newest loop that brought any, all from one model; other signals are each the
    newest.

    Args:
        transaction: open as long as the signals are used.
        info: the experiment.
        before: its loops before the last one, oldest first.
    """
    newest = transaction.columns.newest(info.id, info.loop_count - 1)
    of_model = max((loop for loop, column in newest if not SIGNALS[column.signal].of_pool), default=-1)
    in_force: dict[int, list[ColumnInfo]] = {}
    for loop, column in newest:
        if SIGNALS[column.signal].of_pool or loop == of_model:
            in_force.setdefault(loop, []).append(column)
    columns: dict[str, Column] = {}
    for loop, some in in_force.items():
        columns |= StoredColumns(transaction, info, loop, some)
    past = [
        StoredColumns(transaction, info, loop.number, loop.columns)
        for loop in before
        if loop.number < of_model and any(not SIGNALS[column.signal].of_pool for column in loop.columns)
    ]
    return SignalSet(columns, info.pool_size, past[-MAX_PAST:], checked=True)


def looked_at_by_model(signals: SignalSet) -> NDArray[np.bool_]:
    """(pool_size,): the records that some reported signal of the model is about; all of them where there is none."""
    every = np.arange(signals.pool_size)
    masks = [signals.covered(name, every) for name in signals.reported if not SIGNALS[name].of_pool]
    return np.logical_or.reduce(masks) if masks else np.ones(signals.pool_size, dtype=np.bool_)
