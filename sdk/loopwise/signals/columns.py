"""The signals of one loop, as reported and as derived from what was reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError, MissingSignalError
from loopwise.signals.blocks import row_blocks
from loopwise.signals.derive import DERIVATIONS

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


class SignalSet:
    """What is known of the records of a pool: reported columns, and what follows from them.

    One name is one column: where a signal was reported it is never derived. Arrays handed out are read-only.
    Derived columns are kept, so that several strategies share them.

    Args:
        columns: By name of the signal.
        pool_size: Number of records in the pool.
    """

    def __init__(self, columns: Mapping[str, Column], pool_size: int) -> None:
        for name, column in columns.items():
            if column.positions is None and len(column.values) != pool_size:
                raise InvalidInputError(f"{name} has {len(column.values)} rows for a pool of {pool_size} records.")
            if column.positions is not None and column.positions.size and column.positions[-1] >= pool_size:
                raise InvalidInputError(f"{name} has a row for position {column.positions[-1]} of {pool_size} records.")
        self._columns = dict(columns)
        self.pool_size = pool_size

    def has(self, name: str) -> bool:
        """Was the signal reported, or can it be derived, for any record?"""
        return self._source(name) is not None

    def covered(self, name: str, positions: Positions) -> NDArray[np.bool_]:
        """For which of the positions there is a value."""
        source = self._source(name)
        if source is None:
            return np.zeros(len(positions), np.bool_)
        if source.positions is None:
            return np.ones(len(positions), np.bool_)
        mask = np.zeros(self.pool_size, np.bool_)
        mask[source.positions] = True
        return mask[positions]

    def why_missing(self, name: str, positions: Positions) -> str | None:
        """None when there is a value for each of the positions; otherwise a sentence that says what is missing."""
        source = self._source(name)
        if source is None:
            return self._why_absent(name)
        if source.positions is None or self._is_own(source, positions):
            return None
        count = int(np.count_nonzero(self.covered(name, positions)))
        return None if count == len(positions) else f"{name} is there for {count} of {len(positions)} records only."

    def column(self, name: str) -> Column:
        """The whole column of a signal that was reported or can be derived. Raises MissingSignalError."""
        if name not in self._columns:
            if self._source(name) is None:
                raise MissingSignalError(name, self._why_absent(name))
            (source,), derive = DERIVATIONS[name]
            column = self._columns[source]
            self._columns[name] = Column(derive(column.values), column.positions)
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
        source = self._source(name)
        own = source is not None and self._is_own(source, positions)
        if not own and (why := self.why_missing(name, positions)):
            raise MissingSignalError(name, why)
        column = self.column(name)
        if own:
            rows = column.values.view()
        elif column.positions is None:
            rows = column.values[positions]
        else:
            row_of = np.empty(self.pool_size, np.int64)
            row_of[column.positions] = np.arange(len(column.positions))
            rows = column.values[row_of[positions]]
        rows.flags.writeable = False
        return rows

    def _source(self, name: str) -> Column | None:
        """The column that decides which records have the signal, without deriving it."""
        if name not in self._columns and name in DERIVATIONS:
            (name,) = DERIVATIONS[name][0]
        return self._columns.get(name)

    def _why_absent(self, name: str) -> str:
        sources = f", nor {' and '.join(DERIVATIONS[name][0])}, from which it follows" if name in DERIVATIONS else ""
        return f"{name} was not reported{sources}."

    def _is_own(self, column: Column, positions: Positions) -> bool:
        if len(positions) != len(column.values):
            return False
        if column.positions is not None:
            return positions is column.positions or np.array_equal(positions, column.positions)
        # As many ascending positions as there are records are all of them.
        return _is_ascending(positions)


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
