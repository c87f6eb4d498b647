"""The signals of one loop, as reported and as derived from what was reported."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError, MissingSignalError
from loopwise.signals.blocks import row_blocks
from loopwise.signals.catalogue import SIGNALS
from loopwise.signals.definitions import ShareLevel, Signal

Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Column:
    """One signal for some records of the pool.

    Attributes:
        values: (rows,) or (rows, width); held in C order, so that memory layout never changes a result.
        positions: (rows,) int64, ascending: which records the rows belong to. None: the whole pool.
    """

    values: NDArray[Any]
    positions: Positions | None = None

    def __post_init__(self) -> None:
        values = np.asarray(self.values)
        if values.ndim not in (1, 2):
            raise InvalidInputError(f"A column has the shape (rows,) or (rows, width), not {values.shape}.")
        if self.positions is not None:
            if len(self.positions) != len(values):
                raise InvalidInputError(f"A column has {len(values)} rows, but {len(self.positions)} positions.")
            object.__setattr__(self, "positions", ascending(self.positions, "The positions of a column"))
        object.__setattr__(self, "values", np.ascontiguousarray(values))


class Rows:
    """A column's rows at some positions, gathered as they are asked for: a copy of all of them at once is saved.

    Attributes:
        shape: (rows,) or (rows, width).
        dtype: Of the values.
    """

    def __init__(self, values: NDArray[Any], index: NDArray[np.int64] | None) -> None:
        self._values = values.view()
        self._values.flags.writeable = False
        self._index = index
        self.shape = values.shape if index is None else (len(index), *values.shape[1:])
        self.dtype = values.dtype

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> NDArray[Any]:
        """Some of the rows, as an array that is not to be changed."""
        if self._index is None:
            return self._values[rows]
        return np.asarray(self._values.take(self._index[rows], axis=0))  # half the time of indexing by an array


class LazyColumns(Mapping[str, Column], ABC):
    """Columns by signal that are read when they are asked for; which records they are about is known without."""

    @abstractmethod
    def positions(self, signal: str) -> Positions | None:
        """The positions of the signal's column."""


class _Some(Mapping[str, Column]):
    """Columns by signal, as they are for a few of their records alone."""

    def __init__(self, columns: Mapping[str, Column], positions: Positions) -> None:
        self._columns = columns
        self._wanted = positions

    def __getitem__(self, signal: str) -> Column:
        return Column(_among(self._columns[signal], self._wanted), self._wanted)

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


class SignalSet:
    """What is known of the records of a pool: reported columns, and what follows from them.

    One name is one column: where a signal was reported it is never derived. Arrays handed out are read-only.
    Derived columns are kept, so that several strategies share them.

    Args:
        columns: By name of the signal.
        pool_size: Number of records in the pool.
        past: The columns of earlier loops of this pool, oldest first; read one at a time, and only where a signal of
            history is asked for. Such a signal is there for the records that its source was there for in the last of
            these loops too; of the loops before, those count in which it was there for all of these records.
        level: What may have left the user's process, where the columns come from there: says why others are missing.
        checked: The values are known to be possible ones; otherwise they are looked through.

    Attributes:
        reported: Names of the signals that were reported themselves.

    Raises:
        InvalidInputError: A column that does not fit the pool, or an impossible value; its row is named.
    """

    def __init__(
        self,
        columns: Mapping[str, Column],
        pool_size: int,
        past: Sequence[Mapping[str, Column]] = (),
        *,
        level: ShareLevel = ShareLevel.EMBEDDINGS,
        checked: bool = False,
    ) -> None:
        for name, column in columns.items():
            if column.positions is None and len(column.values) != pool_size:
                raise InvalidInputError(f"{name} has {len(column.values)} rows for a pool of {pool_size} records.")
            if column.positions is not None and column.positions.size and column.positions[-1] >= pool_size:
                raise InvalidInputError(f"{name} has a row for position {column.positions[-1]} of {pool_size} records.")
            fault = SIGNALS[name].check(column.values) if name in SIGNALS and not checked else None
            if fault is not None:
                raise InvalidInputError(f"{name} is wrong in row {fault[0]}: it {fault[1]}.")
        self._columns = dict(columns)
        self.reported = frozenset(columns)
        self._limits: dict[str, Positions | None] = {}
        self._past = past
        self._level = level
        self.pool_size = pool_size

    def has(self, name: str) -> bool:
        """Was the signal reported, or can it be derived, for any record?"""
        return self._why_absent(name) is None

    def covered(self, name: str, positions: Positions) -> NDArray[np.bool_]:
        """For which of the positions there is a value."""
        if not self.has(name):
            return np.zeros(len(positions), np.bool_)
        own = self._positions(name)
        if own is None:
            return np.ones(len(positions), np.bool_)
        mask = np.zeros(self.pool_size, np.bool_)
        mask[own] = True
        return mask[positions]

    def why_missing(self, name: str, positions: Positions) -> str | None:
        """None when there is a value for each of the positions; otherwise a sentence that says what is missing."""
        if why := self._why_absent(name):
            return why
        own = self._positions(name)
        if own is None or self._is_own(own, positions):
            return None
        count = int(np.count_nonzero(self.covered(name, positions)))
        return None if count == len(positions) else f"{name} is there for {count} of {len(positions)} records only."

    def column(self, name: str) -> Column:
        """The whole column of a signal that was reported or can be derived. Raises MissingSignalError."""
        if name not in self._columns:
            if why := self._why_absent(name):
                raise MissingSignalError(name, why)
            signal = SIGNALS[name]
            self._columns[name] = self._over_loops(signal) if signal.over_loops else _derived(self.column, signal)
        return self._columns[name]

    def take(self, name: str, positions: Positions) -> NDArray[Any]:
        """Rows of the signal, aligned with the positions.

        Args:
            name: Of the signal.
            positions: (n,) int64, each in 0 .. pool_size - 1, in any order.

        Returns:
            (n,) or (n, width), read-only; not copied when the positions are the column's own.

        Raises:
            MissingSignalError: There is no value for some of the positions.
        """
        rows = self.rows(name, positions)[:]
        rows.flags.writeable = False
        return rows

    def rows(self, name: str, positions: Positions) -> Rows:
        """As `take`, where rows are worked through in blocks: no more than a block is copied at a time."""
        own = self.has(name) and self._is_own(self._positions(name), positions)
        if not own and (why := self.why_missing(name, positions)):
            raise MissingSignalError(name, why)
        column = self.column(name)
        return Rows(column.values, None if own else _places(column, positions, self.pool_size))

    def before(self, name: str, positions: Positions) -> tuple[Positions, NDArray[Any]] | None:
        """Rows of the signal in the last earlier loop that gives it; derived for these records alone.

        Args:
            name: Of a signal whose value for a record follows from that record's own values.
            positions: (n,) int64, ascending.

        Returns:
            Those of the positions that had it, (m,) int64, and their rows, (m,) or (m, width); None when no earlier
            loop gives it.
        """
        columns = next((columns for columns in reversed(self._past) if _gives(columns, name)), None)
        if columns is None:
            return None
        own = _coverage(columns, name)
        if own is not None:
            places = np.searchsorted(own, positions)
            positions = positions[own[np.minimum(places, len(own) - 1)] == positions] if len(own) else own
        return positions, _find(_Some(columns, positions), name).values

    def _positions(self, name: str) -> Positions | None:
        """Which records have the signal, without deriving it; None for the whole pool."""
        if name in self._columns:
            return self._columns[name].positions
        if name not in self._limits:
            signal = SIGNALS[name]
            each = [self._positions(source) for source in signal.sources]
            if signal.over_loops and (last := self._last(signal)) is not None:
                each.append(_coverage(last, signal.sources[0]))
            self._limits[name] = _common(each)
        return self._limits[name]

    def _last(self, signal: Signal) -> Mapping[str, Column] | None:
        """The last earlier loop that gives the source of a signal of history."""
        return next((columns for columns in reversed(self._past) if _gives(columns, signal.sources[0])), None)

    def _over_loops(self, signal: Signal) -> Column:
        """A signal of history, over the earlier loops that count and this one."""
        (source,) = signal.sources
        limit = self._positions(signal.name)
        present = _among(self.column(source), limit)

        def history() -> Iterator[NDArray[Any]]:
            for columns in self._past:
                if not _gives(columns, source) or not _covers(_coverage(columns, source), limit, self.pool_size):
                    continue
                earlier = _find(columns, source)
                if earlier.values.shape[1:] == present.shape[1:]:
                    yield _among(earlier, limit)
            yield present

        assert signal.derive is not None
        return Column(signal.derive(history()), limit)

    def _why_absent(self, name: str) -> str | None:
        if name in self._columns:
            return None
        signal = SIGNALS.get(name)
        if signal is not None and signal.level > self._level:
            return f"{name} {self._stays_home(signal)}"
        if signal is None or not signal.sources:
            return f"{name} was not reported."
        if not all(self.has(source) for source in signal.sources):
            source = SIGNALS[signal.sources[0]]
            if signal.over_loops and source.level > self._level:  # what follows within one loop is derived at home
                return f"{name} was not reported; {source.name}, from which it follows, {self._stays_home(source)}"
            return f"{name} was not reported, nor {' and '.join(signal.sources)}, from which it follows."
        if signal.over_loops and self._last(signal) is None:
            return f"{name} follows from {signal.sources[0]} over loops, and there is none of an earlier loop yet."
        return None

    def _stays_home(self, signal: Signal) -> str:
        least, shared = signal.level.name.lower(), self._level.name.lower()
        return f"stays at home at the share level {shared}; it leaves at {least} and above."

    def _is_own(self, own: Positions | None, positions: Positions) -> bool:
        if len(positions) != (self.pool_size if own is None else len(own)):
            return False
        if own is not None:
            return positions is own or np.array_equal(positions, own)
        # As many ascending positions as there are records are all of them.
        return _is_ascending(positions)


def _gives(columns: Mapping[str, Column], name: str) -> bool:
    """Whether a signal is among the columns, or follows from them within their loop."""
    if name in columns:
        return True
    signal = SIGNALS[name]
    return bool(signal.sources) and not signal.over_loops and all(_gives(columns, one) for one in signal.sources)


def _find(columns: Mapping[str, Column], name: str) -> Column:
    """A signal that is among the columns, or follows from them within their loop."""
    return columns[name] if name in columns else _derived(lambda source: _find(columns, source), SIGNALS[name])


def _derived(find: Callable[[str], Column], signal: Signal) -> Column:
    """The signal for the records that have all of its sources."""
    sources = [find(source) for source in signal.sources]
    positions = _common([source.positions for source in sources])
    assert signal.derive is not None
    return Column(signal.derive(*(_among(source, positions) for source in sources)), positions)


def _common(each: Sequence[Positions | None]) -> Positions | None:
    """The positions that are in all of these; None stands for the whole pool."""
    limited = [positions for positions in each if positions is not None]
    if not limited:
        return None
    common, *others = limited
    for positions in others:
        if positions is not common and not np.array_equal(common, positions):
            among = np.zeros(int(max(common.max(initial=0), positions.max(initial=0))) + 1, np.bool_)
            among[positions] = True
            common = common[among[common]]
    return common


def _among(column: Column, positions: Positions | None) -> NDArray[Any]:
    """The column's rows for some of its own positions."""
    if positions is None or positions is column.positions:
        return column.values
    if column.positions is None:
        return np.asarray(column.values.take(positions, axis=0))
    return np.asarray(column.values.take(np.searchsorted(column.positions, positions), axis=0))


def _coverage(columns: Mapping[str, Column], name: str) -> Positions | None:
    """Which records have a signal that is among the columns, or follows from them."""
    if name not in columns:
        return _common([_coverage(columns, source) for source in SIGNALS[name].sources])
    return columns.positions(name) if isinstance(columns, LazyColumns) else columns[name].positions


def _covers(own: Positions | None, positions: Positions | None, pool_size: int) -> bool:
    """Whether a column has rows for all of these positions; None stands for the whole pool."""
    if own is None or positions is None:
        return own is None or len(own) == pool_size
    mask = np.zeros(pool_size, np.bool_)
    mask[own] = True
    return bool(mask[positions].all())


def _places(column: Column, positions: Positions, pool_size: int) -> NDArray[np.int64]:
    """Which of the column's rows belong to positions that it covers, in their order."""
    if column.positions is None:
        return positions
    row_of = np.empty(pool_size, np.int64)
    row_of[column.positions] = np.arange(len(column.positions))
    return np.asarray(row_of[positions])


def ascending(positions: NDArray[Any], what: str) -> Positions:
    """The positions as int64, once it is sure that they are ascending, unique and not negative.

    Raises:
        InvalidInputError: They are not.
    """
    positions = np.asarray(positions)
    if positions.ndim != 1 or (positions.size and positions.dtype.kind not in "iu"):
        raise InvalidInputError(f"{what} must be integers in one dimension.")
    positions = positions.astype(np.int64, copy=False)
    if positions.size and (positions[0] < 0 or not _is_ascending(positions)):
        raise InvalidInputError(f"{what} must be ascending, unique and not negative.")
    return positions


def _is_ascending(positions: Positions) -> bool:
    before, after = positions[:-1], positions[1:]
    return all((before[rows] < after[rows]).all() for rows in row_blocks(before))
