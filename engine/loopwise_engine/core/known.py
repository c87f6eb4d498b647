"""What is known of an experiment's records: the columns in force, and those of earlier loops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from loopwise.resources import ColumnInfo, ExperimentInfo, LoopInfo
from loopwise.signals import SIGNALS
from loopwise.signals.columns import Column, LazyColumns, SignalSet
from loopwise.signals.history import WINDOW
from loopwise_engine.core import loops
from loopwise_engine.core.columns import is_wide
from loopwise_engine.store import Transaction

MAX_PAST = WINDOW - 1
"""Earlier loops that signals of history look back on; the present one is the last of their window."""


class StoredColumns(LazyColumns):
    """The columns of a loop, by signal; each is read when it is asked for.

    Args:
        transaction: open as long as this is read from.
        info: the experiment.
        loop: number of the loop.
        columns: of it; those that have aged out are left out.
        within: consecutive positions; the columns are then those of a pool of these records alone, and no more rows
            than theirs are read. None: the whole pool.
    """

    def __init__(
        self,
        transaction: Transaction,
        info: ExperimentInfo,
        loop: int,
        columns: Sequence[ColumnInfo],
        within: range | None = None,
    ) -> None:
        self._transaction = transaction
        self._info = info
        self._loop = loop
        self._columns = {column.signal: column for column in columns if not column.aged_out}
        self._within = range(info.pool_size) if within is None else within

    def __getitem__(self, signal: str) -> Column:
        column = self._columns[signal]
        return self._read(column, *self._located(column))

    def read(self) -> dict[str, Column]:
        """All columns; those about the same records share the array of their positions, and so are known to agree."""
        located = {column.coverage: self._located(column) for column in self._columns.values()}
        return {signal: self._read(column, *located[column.coverage]) for signal, column in self._columns.items()}

    def _read(self, column: ColumnInfo, first: int, positions: NDArray[np.int64] | None) -> Column:
        stop = self._within.stop if positions is None else first + len(positions)
        values = self._transaction.cached.read(self._info, self._loop, column, first, stop)
        return Column(values if is_wide(SIGNALS[column.signal]) else values[:, 0], positions)

    def positions(self, signal: str) -> NDArray[np.int64] | None:
        """Which records the signal's column is about; reads the loop's coverage alone."""
        return self._located(self._columns[signal])[1]

    def _located(self, column: ColumnInfo) -> tuple[int, NDArray[np.int64] | None]:
        """The column's first row within the positions, and the positions of its rows there."""
        if not column.coverage:
            return self._within.start, None
        mask = self._transaction.loops.coverages(self._info.id, self._loop)[column.coverage - 1]
        return loops.positions_within(mask, self._within)

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
        columns |= StoredColumns(transaction, info, loop, some).read()
    past = earlier(transaction, info, [loop for loop in before if loop.number < of_model])
    return SignalSet(columns, info.pool_size, past, level=info.share_level, checked=True)


def earlier(transaction: Transaction, info: ExperimentInfo, before: Sequence[LoopInfo]) -> list[StoredColumns]:
    """The columns of the last of these loops that brought signals of a model, oldest first; what has aged out, not."""
    stored = [StoredColumns(transaction, info, loop.number, loop.columns) for loop in looked_back_on(before)]
    return [columns for columns in stored if any(not SIGNALS[signal].of_pool for signal in columns)]


def looked_back_on(before: Sequence[LoopInfo]) -> Sequence[LoopInfo]:
    """Those of these loops that signals of history look back on: the last that brought signals of a model."""
    of_models = [loop for loop in before if any(not SIGNALS[column.signal].of_pool for column in loop.columns)]
    return of_models[-MAX_PAST:]


def looked_at_by_model(signals: SignalSet) -> NDArray[np.bool_]:
    """(pool_size,): the records that some reported signal of the model is about; all of them where there is none."""
    every = np.arange(signals.pool_size)
    masks = [signals.covered(name, every) for name in signals.reported if not SIGNALS[name].of_pool]
    return np.logical_or.reduce(masks) if masks else np.ones(signals.pool_size, dtype=np.bool_)


def skipped_for(
    transaction: Transaction, info: ExperimentInfo, of: Sequence[LoopInfo], positions: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(len(positions),): how many models in a row, the newest one included, have not looked at these.

    Args:
        transaction: open.
        info: the experiment.
        of: its loops, oldest first.
        positions: records that the signals in force are not about.
    """
    counts, unseen = np.ones(len(positions), np.int64), np.arange(len(positions))
    of_models = [loop for loop in of if any(not SIGNALS[column.signal].of_pool for column in loop.columns)]
    for loop in reversed(looked_back_on(of_models[:-1])):
        masks = transaction.loops.coverages(info.id, loop.number)
        for coverage in {column.coverage for column in loop.columns if not SIGNALS[column.signal].of_pool}:
            looked_at = np.ones(info.pool_size, np.bool_)
            if coverage:
                looked_at[:] = False
                looked_at[loops.positions(masks[coverage - 1], info.pool_size)] = True
            unseen = unseen[~looked_at[positions[unseen]]]
        counts[unseen] += 1
    return counts


def complete(info: ExperimentInfo, of: Sequence[LoopInfo]) -> list[bool]:
    """For each of these loops, whether the newest model then had looked at every record that could be chosen."""
    found, last = [], True
    for loop in of:
        rows = [column.rows for column in loop.columns if not SIGNALS[column.signal].of_pool]
        if rows:
            last = max(rows) >= info.pool_size - loop.labeled_count - loop.abstained_count
        found.append(last)
    return found
