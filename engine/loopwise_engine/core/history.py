"""The history of one signal: its columns over the loops, a part at a time, without reading other signals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from loopwise.errors import InvalidInputError
from loopwise.resources import ColumnInfo, ColumnPart, ExperimentInfo
from loopwise.signals import SIGNALS, Signal
from loopwise.signals.columns import Column, SignalSet
from loopwise_engine.core.known import StoredColumns, earlier, looked_back_on
from loopwise_engine.store import Transaction


class Place(NamedTuple):
    """Where a part begins: at a position of the pool, in a loop."""

    loop: int
    position: int


@dataclass(frozen=True)
class Sizes:
    """How large a part may be.

    Attributes:
        positions: that it spans.
        bytes: of its values, where no more needs to be read than what they follow from.
        cut_bytes: of its values, where they are cut from what follows from whole columns: the fewer cuts, the better.
    """

    positions: int
    bytes: int
    cut_bytes: int


def part(
    transaction: Transaction, info: ExperimentInfo, signal: Signal, place: Place, sizes: Sizes
) -> tuple[ColumnPart | None, Place | None]:
    """The first part of a signal's history at a place or behind it.

    What a loop brought is read as it is; else the signal is derived from what this loop brought and, if it is one of
    history, from loops before. A loop for which that takes a column that has aged out has none.

    Returns:
        The part, None where nothing is left; and where to go on, None where there is nothing more.

    Raises:
        InvalidInputError: the place lies within a column, and there is no such column.
        RefusedError: DATA_DAMAGED.
    """
    names = _closure(signal)
    loop, first = place
    while (number := transaction.columns.next_loop(info.id, names, loop)) is not None:
        if number != loop and first:
            break
        for within, column in _columns(transaction, info, signal, Place(number, first), sizes):
            if len(column.values) == 0:
                continue
            if within.stop < info.pool_size:
                behind: Place | None = Place(number, within.stop)
            else:
                then = transaction.columns.next_loop(info.id, names, number + 1)
                behind = None if then is None else Place(then, 0)
            return ColumnPart(number, within.start, column.values, _mask(column, len(within))), behind
        loop, first = number + 1, 0
    if first:
        raise InvalidInputError(f"loop {loop} has no {signal.name} from position {first} on; begin again")
    return None, None


def _columns(
    transaction: Transaction, info: ExperimentInfo, signal: Signal, place: Place, sizes: Sizes
) -> Iterator[tuple[range, Column]]:
    """What a loop has of the signal, for one span of positions after the other, each as a pool of its own."""
    loop = transaction.loops.find(info.id, place.loop)
    brought = {column.signal: column for column in loop.columns if not column.aged_out} if loop else {}
    sources = _sources(signal, brought)
    if sources is None:
        return

    def spans(row_bytes: int, most: int) -> Iterator[range]:
        span = max(1, min(sizes.positions, most // row_bytes))
        return (range(at, min(at + span, info.pool_size)) for at in range(place.position, info.pool_size, span))

    if not _needs_whole(signal, brought):
        for within in spans(max(_row_bytes(column) for column in sources), sizes.bytes):
            known = SignalSet(
                dict(StoredColumns(transaction, info, place.loop, sources, within)), len(within), checked=True
            )
            yield within, known.column(signal.name)
        return
    before = transaction.loops.page(info.id, 0, place.loop)
    if _looks_back(signal, brought):
        names = _closure(signal)
        if any(one.aged_out and one.signal in names for loop in looked_back_on(before) for one in loop.columns):
            return  # of fewer loops, it would be another number than it was
    columns = dict(StoredColumns(transaction, info, place.loop, sources))
    known = SignalSet(columns, info.pool_size, earlier(transaction, info, before), checked=True)
    if known.has(signal.name):
        column = known.column(signal.name)
        for within in spans(max(1, column.values[:1].nbytes), sizes.cut_bytes):
            yield within, _cut(column, within)


def _closure(signal: Signal) -> set[str]:
    """The signal's name, and the names of all from which it may follow."""
    return {signal.name}.union(*(_closure(SIGNALS[source]) for source in signal.sources))


def _sources(signal: Signal, brought: Mapping[str, ColumnInfo]) -> list[ColumnInfo] | None:
    """Those of a loop's columns that the signal is, or follows from; None where some are not there."""
    if signal.name in brought:
        return [brought[signal.name]]
    found = [_sources(SIGNALS[source], brought) for source in signal.sources]
    if not found or None in found:
        return None
    return [column for columns in found for column in columns or ()]


def _needs_whole(signal: Signal, brought: Mapping[str, ColumnInfo]) -> bool:
    """Whether a record's value depends on those of other records, or on which records there are."""
    if signal.name in brought:
        return False
    return signal.of_pool or signal.over_loops or any(_needs_whole(SIGNALS[one], brought) for one in signal.sources)


def _looks_back(signal: Signal, brought: Mapping[str, ColumnInfo]) -> bool:
    """Whether a record's value depends on earlier loops."""
    if signal.name in brought:
        return False
    return signal.over_loops or any(_looks_back(SIGNALS[one], brought) for one in signal.sources)


def _row_bytes(column: ColumnInfo) -> int:
    return np.dtype(column.dtype).itemsize * column.width


def _cut(column: Column, within: range) -> Column:
    """The column's rows for consecutive positions, as those of a pool of their own."""
    if column.positions is None:
        return Column(column.values[within.start : within.stop])
    start, stop = np.searchsorted(column.positions, [within.start, within.stop])
    return Column(column.values[start:stop], column.positions[start:stop] - within.start)


def _mask(column: Column, positions: int) -> bytes:
    """Which of the positions have a row, as a bit mask; empty where all of them do."""
    if column.positions is None or len(column.positions) == positions:
        return b""
    covered = np.zeros(positions, np.bool_)
    covered[column.positions] = True
    return np.packbits(covered, bitorder="little").tobytes()
