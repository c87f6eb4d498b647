"""Columns kept in memory: what a report has just brought is what the decision on it reads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from loopwise.resources import ColumnInfo, ExperimentInfo
from loopwise_engine.store.columns import Columns, Upload

OVERHEAD_BYTES = 1536
"""What an array of a few values takes beside them, at the most: itself, its key, its place."""


class ColumnKey(NamedTuple):
    """Tells a column's content from that of any other, whatever was deleted, made again or restored meanwhile."""

    tenant: str
    experiment: str
    uid: str
    loop: int
    signal: str
    dtype: str
    width: int
    checksum: int


class Extent(NamedTuple):
    """The first rows of a column: how many, and their checksum."""

    rows: int
    running: int


NOTHING = Extent(0, 0)


@dataclass(frozen=True)
class CacheStats:
    """What a cache has done since it was made, and what it holds.

    Attributes:
        hits: columns that were asked for and there.
        misses: columns that were asked for and not there.
        evictions: columns that had to go for newer ones.
        bytes: held now.
        limit: the most that it holds, in bytes.
    """

    hits: int
    misses: int
    evictions: int
    bytes: int
    limit: int


@dataclass
class _Held:
    """A column, or its first rows, as they came."""

    extent: Extent = NOTHING
    parts: list[NDArray[Any]] = field(default_factory=list)
    bytes: int = 0


class ColumnCache:
    """The columns that were last used, up to a number of bytes. Safe to use from any number of threads.

    A column grows part by part as it is uploaded, and can be had once it is whole: when its rows are as many as asked
    for, and their checksum the key's. A part that does not continue what is held drops it.

    Attributes:
        limit: the most that it holds, in bytes; of 0, it holds nothing.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._columns: OrderedDict[ColumnKey, _Held] = OrderedDict()  # the one used last comes last
        self._bytes = self._hits = self._misses = self._evictions = 0

    def get(self, key: ColumnKey, rows: int) -> NDArray[Any] | None:
        """The whole column, (rows, width), read-only; None where it is not there."""
        with self._lock:
            held = self._columns.get(key)
            if held is None or held.extent != (rows, key.checksum):
                self._misses += 1
                return None
            self._hits += 1
            self._columns.move_to_end(key)
            if len(held.parts) == 1:
                return held.parts[0]
            parts = list(held.parts)
        values = np.concatenate(parts)
        self.put(key, values)
        return values

    def put(self, key: ColumnKey, values: NDArray[Any]) -> None:
        """Keeps a whole column, which nobody changes any more; it becomes read-only."""
        self.append(key, values, NOTHING, Extent(len(values), key.checksum))

    def append(self, key: ColumnKey, values: NDArray[Any], before: Extent, after: Extent) -> None:
        """Keeps one more part of a column, in the place of whatever does not continue with it.

        Args:
            key: of the column.
            values: (rows, width), which nobody changes any more; they become read-only.
            before: the rows before it; of none, it begins the column.
            after: the rows up to its end.
        """
        values.flags.writeable = False
        with self._lock:
            held = self._columns.pop(key, _Held())
            self._bytes -= held.bytes
            if before == NOTHING:
                held = _Held()
            if held.extent != before:
                return
            held.parts.append(values)
            held.extent = after
            held.bytes += values.nbytes + OVERHEAD_BYTES
            if held.bytes > self.limit:
                return
            self._columns[key] = held
            self._bytes += held.bytes
            while self._bytes > self.limit:
                _, oldest = self._columns.popitem(last=False)
                self._bytes -= oldest.bytes
                self._evictions += 1

    def stats(self) -> CacheStats:
        """As of now."""
        with self._lock:
            return CacheStats(self._hits, self._misses, self._evictions, self._bytes, self.limit)


class CachedColumns:
    """Columns by way of a cache, within one transaction.

    Which columns there are, the database alone says: what is asked for here was found by this transaction.

    Args:
        cache: of the store.
        columns: of the transaction.
        tenant: whose they are.
        writes: the transaction writes: what it has seen may yet be undone.
    """

    def __init__(self, cache: ColumnCache, columns: Columns, tenant: str, *, writes: bool) -> None:
        self._cache = cache
        self._columns = columns
        self._tenant = tenant
        self._writes = writes
        self._arrived: list[tuple[ColumnKey, NDArray[Any], Extent, Extent]] = []

    def read(
        self, info: ExperimentInfo, loop: int, column: ColumnInfo, first: int = 0, stop: int | None = None
    ) -> NDArray[Any]:
        """As `Columns.read`, but read-only. A column that is read whole is kept.

        Raises:
            RefusedError: DATA_DAMAGED, it is not in the cache, and in the database not as it was stored.
        """
        key = self._key(info, loop, column)
        values = self._cache.get(key, column.rows)
        if values is not None:
            return values[first:stop]
        values = self._columns.read(info.id, loop, column, first, stop)
        if len(values) == column.rows and not self._writes:
            self._cache.put(key, values)
        values.flags.writeable = False
        return values

    def keep(self, info: ExperimentInfo, loop: int, before: Upload, after: Upload, values: NDArray[Any]) -> None:
        """Keeps a chunk of an upload, once the transaction is committed.

        Args:
            info: the experiment.
            loop: number of the loop to come.
            before: the upload without the chunk.
            after: the upload with it.
            values: the chunk's rows.
        """
        if info.pool_size * values[:1].nbytes > self._cache.limit:  # it would only drive others out, and then go
            return
        kept = values.copy() if values.flags.writeable else values
        kept = kept.reshape(len(values), after.width)
        extents = Extent(before.rows, before.running), Extent(after.rows, after.running)
        self._arrived.append((self._key(info, loop, after), kept, *extents))

    def committed(self) -> None:
        """The transaction has been committed."""
        for arrived in self._arrived:
            self._cache.append(*arrived)

    def _key(self, info: ExperimentInfo, loop: int, column: ColumnInfo | Upload) -> ColumnKey:
        return ColumnKey(
            self._tenant, info.id, info.uid, loop, column.signal, column.dtype, column.width, column.checksum
        )
