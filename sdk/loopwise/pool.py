"""The pool as the user knows it: unique ids, each at a position 0 .. N-1. Ids never leave; positions do."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.limits import MAX_POOL_SIZE

Ids = NDArray[Any]
Positions = NDArray[np.int64]


class PoolIds:
    """The ids of a pool, in the user's order.

    Args:
        ids: range, list, NumPy array, pandas index or Series of unique ints or strings.

    Raises:
        InvalidInputError: empty, too many, neither ints nor strings, or not unique; names the first offender.
    """

    def __init__(self, ids: object) -> None:
        self.ids = as_ids(ids)
        if len(self.ids) == 0:
            raise InvalidInputError("the pool is empty; give at least one record id")
        if len(self.ids) > MAX_POOL_SIZE:
            raise InvalidInputError(f"the pool has {len(self.ids)} records; at most {MAX_POOL_SIZE} are supported")
        self._order = np.argsort(self.ids, kind="stable")
        in_order = self.ids[self._order]
        repeated = np.flatnonzero(in_order[1:] == in_order[:-1])
        if len(repeated):
            second = int(self._order[repeated + 1].min())
            first = int(np.flatnonzero(self.ids == self.ids[second])[0])
            raise InvalidInputError(
                f"the pool's ids must be unique: {self.ids[second].item()!r} stands at positions {first} and {second}"
            )

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the ids in order, in hexadecimal; the same for the same ids in any container."""
        digest = hashlib.sha256(self.ids.dtype.kind.encode())
        if self.ids.dtype.kind == "i":
            digest.update(self.ids.astype("<i8").tobytes())
        else:
            for text in self.ids.tolist():
                data = text.encode()
                digest.update(len(data).to_bytes(4, "little") + data)
        return digest.hexdigest()

    def positions(self, ids: object) -> Positions:
        """The positions of some of the pool's ids, in the order given.

        Raises:
            InvalidInputError: an id is not in the pool, or stands twice; names the first offender and its row.
        """
        wanted = as_ids(ids)
        if len(wanted) == 0:
            return np.empty(0, dtype=np.int64)
        if wanted.dtype.kind != self.ids.dtype.kind:
            raise InvalidInputError(
                f"{_kind(wanted)} ids were given (first: {wanted[0].item()!r}); the pool's are {_kind(self.ids)}"
            )
        slots = np.searchsorted(self.ids, wanted, sorter=self._order)
        slots[slots == len(self.ids)] = 0
        positions = self._order[slots].astype(np.int64)
        unknown = np.flatnonzero(self.ids[positions] != wanted)
        if len(unknown):
            raise InvalidInputError(f"the id {wanted[unknown[0]].item()!r} (row {unknown[0]}) is not in the pool")
        _, first_rows = np.unique(positions, return_index=True)
        if len(first_rows) < len(positions):
            row = int(np.setdiff1d(np.arange(len(positions)), first_rows)[0])
            raise InvalidInputError(f"the id {wanted[row].item()!r} (row {row}) was given twice")
        return positions


def as_ids(values: object) -> Ids:
    """Ids as an array of int64 or of strings; raises InvalidInputError for anything else."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise InvalidInputError(f"ids must be one-dimensional; an array of shape {array.shape} was given")
    if array.dtype.kind == "O":
        kinds = {type(value) for value in array.tolist()}
        if kinds and all(issubclass(kind, str) for kind in kinds):
            return array.astype(np.str_)
        if kinds and all(issubclass(kind, int | np.integer) and not issubclass(kind, bool) for kind in kinds):
            try:
                return array.astype(np.int64)
            except OverflowError:
                raise InvalidInputError("ids must fit 64-bit signed integers") from None
    if array.dtype.kind == "U" and not isinstance(values, np.ndarray) and isinstance(values, list | tuple):
        for row, value in enumerate(values):  # NumPy turns [1, "a"] into two strings
            if not isinstance(value, str):
                raise InvalidInputError(f"ids must be all ints or all strings; row {row} is {value!r}")
    if array.dtype.kind == "U":
        return array
    if array.dtype.kind in "iu" or array.size == 0:
        if array.dtype.kind == "u" and array.size and array.max() > np.iinfo(np.int64).max:
            raise InvalidInputError("ids must fit 64-bit signed integers")
        return array.astype(np.int64)
    raise InvalidInputError(f"ids must be all ints or all strings; {array.dtype} was given (first: {array[0]!r})")


def _kind(ids: Ids) -> str:
    return "int" if ids.dtype.kind == "i" else "str"
