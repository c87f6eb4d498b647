"""What a user reports of a model, checked and brought into the pool's order, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise import inputs
from loopwise.errors import InvalidInputError
from loopwise.inputs import ClassLabels
from loopwise.pool import Ids, Positions
from loopwise.privacy import Projection, columns_to_share
from loopwise.resources import ColumnInfo
from loopwise.signals.catalogue import SIGNALS
from loopwise.signals.columns import Column, SignalSet
from loopwise.signals.committee import committee_signals, consensus, flatten_members
from loopwise.signals.definitions import ShareLevel
from loopwise.wire import column_checksum

_ELSEWHERE = {"probabilities": "probabilities=", "sketch": "embeddings="}


@dataclass(frozen=True, eq=False)
class Reported:
    """The records that a report is about.

    Attributes:
        pool: ids of the whole pool.
        positions: of the reported records, ascending.
        order: brings the user's rows into that order; None, they are in it.
        labeled: rows for the whole pool keep those of labeled records, whose predictions nearly tell their labels.
    """

    pool: Ids
    positions: Positions
    order: NDArray[np.int64] | None = None
    labeled: bool = False

    def is_whole_pool(self, rows: int) -> bool:
        """Are as many rows those of the whole pool, and not of the reported records?"""
        return rows == len(self.pool) and (self.order is None or len(self.positions) < len(self.pool))

    def ids(self, rows: int) -> Ids:
        """Which records as many rows are about, in the user's order; those reported where it could be neither."""
        if self.is_whole_pool(rows):
            return self.pool
        return self.pool[self.positions if self.order is None else self.positions[np.argsort(self.order)]]

    def column(self, values: NDArray[Any], *, of_pool: bool = False) -> Column:
        """The rows as a column: of the reported records, or of the whole pool where its rows may leave as well.

        Args:
            values: one row per reported record, in the user's order, or one per record of the pool.
            of_pool: they say nothing of the model.
        """
        if self.is_whole_pool(len(values)):
            whole = of_pool or self.labeled or len(self.positions) == len(self.pool)
            return Column(values) if whole else Column(values[self.positions], self.positions)
        return Column(values if self.order is None else values[self.order], self.positions)


class ModelClasses:
    """Which class each column of a model's probabilities is for.

    Args:
        known: the experiment's classes; None, it was given none.
        count: the experiment's number of classes, if known.
        told: the labels told so far; a model that has not seen all classes has columns for these, sorted.
        named: the classes that the user names for the columns; None, none.

    Attributes:
        count: as given.

    Raises:
        InvalidInputError: the user names classes that the experiment does not have.
    """

    def __init__(self, known: ClassLabels | None, count: int | None, told: NDArray[Any], named: object = None) -> None:
        if named is not None and known is None:
            raise InvalidInputError("classes= can only be matched when the experiment was given its classes")
        self._known = known
        self.count = count
        self._told = told
        self._named = None if named is None or known is None else known.columns(named)

    def probabilities(self, values: object, ids: Ids) -> NDArray[np.float32]:
        """Class probabilities, (records, classes), one column for each of the experiment's classes."""
        inputs.check_row_order(values, ids, "probabilities")
        if self._named is None:
            inputs.check_column_order(values, self._known)
        matrix = inputs.as_matrix(values, "probabilities", len(ids))
        return inputs.as_probabilities(matrix, len(ids), self.count, self._columns(matrix.shape[1]))

    def committee(self, members: NDArray[Any], ids: Ids) -> NDArray[np.float32]:
        """A committee's probabilities, (members, records, classes), likewise."""
        found = []
        for number, member in enumerate(members):
            try:
                found.append(self.probabilities(member, ids))
            except InvalidInputError as error:
                raise InvalidInputError(f"member {number} of the committee: {error}") from None
        return np.stack(found)

    def _columns(self, count: int) -> Sequence[int] | None:
        if self._named is not None or self._known is None or count >= len(self._known):
            return self._named
        seen = np.unique(self._told)
        return self._known.columns(seen) if len(seen) == count else None


def columns_of_model(
    about: Reported,
    classes: ModelClasses,
    probabilities: object,
    committee: object,
    signals: Mapping[str, Any] | None,
    *,
    members: bool = False,
) -> dict[str, Column]:
    """The columns that a report of a model brings.

    Args:
        about: the records.
        classes: what the columns of probabilities are for.
        probabilities: (n, classes) or None.
        committee: (members, n, classes) or None; gives the probabilities where there are no others.
        signals: further signals by name, or None.
        members: whether the committee itself is wanted, besides what it comes to.

    Raises:
        InvalidInputError: names what is wrong, and the first offending row.
    """
    known: dict[str, Column] = {}
    if committee is not None:
        given = _members(committee)
        each = classes.committee(given, about.ids(given.shape[1]))
        for name, values in committee_signals(each).items():
            known[name] = about.column(values)
        known["probabilities"] = about.column(consensus(each))
        if members:
            known["members"] = about.column(flatten_members(each))
    if probabilities is not None:
        known["probabilities"] = about.column(classes.probabilities(probabilities, about.ids(_rows(probabilities))))
    for name, values in (signals or {}).items():
        known[name] = _signal(name, values, about, classes.count)
    return known


def sketch_column(embeddings: object, about: Reported, projection: Projection) -> Column:
    """The column of projected embeddings of the reported records, or of the whole pool."""
    rows = len(about.ids(_rows(embeddings)))
    return about.column(projection.sketch(inputs.as_embeddings(embeddings, rows)), of_pool=True)


def columns_to_send(
    known: Mapping[str, Column], pool_size: int, level: ShareLevel
) -> tuple[list[tuple[ColumnInfo, NDArray[Any]]], tuple[bytes, ...]]:
    """The columns that may leave, with their values, and the masks of the records that they cover."""
    signals = SignalSet(known, pool_size)
    columns: list[tuple[ColumnInfo, NDArray[Any]]] = []
    coverages: list[bytes] = []
    for signal in columns_to_share(signals, level):
        column = signals.column(signal)
        values = column.values
        if len(values) == 0:
            continue
        coverage = 0
        if column.positions is not None and len(column.positions) < pool_size:
            mask = np.zeros(pool_size, dtype=bool)
            mask[column.positions] = True
            packed = np.packbits(mask, bitorder="little").tobytes()
            coverages += [] if packed in coverages else [packed]
            coverage = coverages.index(packed) + 1
        width = 1 if values.ndim == 1 else values.shape[1]
        info = ColumnInfo(signal, values.dtype.str, len(values), width, column_checksum(values), coverage)
        columns.append((info, values))
    return columns, tuple(coverages)


def _rows(values: object) -> int:
    return len(values) if isinstance(values, Sized) else 0


def _members(committee: object) -> NDArray[Any]:
    try:
        members = np.asarray(committee)
    except ValueError as error:  # NumPy's word for members of different shapes
        raise InvalidInputError(f"a committee has the shape (members, records, classes): {error}") from None
    if members.ndim != 3 or len(members) == 0:
        raise InvalidInputError(f"a committee has the shape (members, records, classes), not {members.shape}")
    return members


def _signal(name: str, values: object, about: Reported, classes: int | None) -> Column:
    if name in _ELSEWHERE:
        raise InvalidInputError(f"signals= does not take {name}; {_ELSEWHERE[name]} does")
    if name not in SIGNALS:
        raise InvalidInputError(f"there is no signal {name!r}; signals are {', '.join(sorted(SIGNALS))}")
    signal = SIGNALS[name]
    given = np.asarray(values)
    ids = about.ids(_rows(values))
    inputs.check_row_order(values, ids, name)
    if given.ndim == 0 or len(given) != len(ids):
        raise InvalidInputError(f"{name} has the shape {given.shape} for {len(ids)} records")
    dtype = np.dtype(signal.dtypes[-1])
    with np.errstate(over="ignore"):  # what overflows is found below, in the order of the rows
        cast = given.astype(dtype, copy=False) if given.dtype.kind == dtype.kind == "f" else given
    fault = signal.check(cast, classes)
    if fault is None and given.dtype.kind in "biu":
        cast = given.astype(dtype)
        changed = np.flatnonzero((cast != given).reshape(len(given), -1).any(axis=1))
        fault = (int(changed[0]), f"holds a number that {cast.dtype} cannot") if len(changed) else None
    if fault is not None:
        raise InvalidInputError(f"{name} is wrong in row {fault[0]}: it {fault[1]}")
    return about.column(cast, of_pool=signal.of_pool)
