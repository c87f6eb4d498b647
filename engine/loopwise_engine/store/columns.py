"""The repository of signal columns: uploads that grow chunk by chunk, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from loopwise.resources import ColumnInfo
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.store.loops import column_info
from loopwise_engine.store.repository import Repository, check_blob
from loopwise_engine.store.tables import column_chunks, signal_columns


@dataclass(frozen=True)
class Upload:
    """A column that is being uploaded.

    Attributes:
        checksum: of the whole column, as its sender announced it.
        rows: those that are stored.
        running: the checksum of the rows that are stored.
    """

    signal: str
    dtype: str
    width: int
    checksum: int
    rows: int = 0
    running: int = 0


class Columns(Repository):
    """Columns, by loop and signal. An upload and a column are the same rows: committing copies nothing."""

    def upload(self, experiment: str, loop: int, signal: str) -> Upload | None:
        """The unfinished upload of a column, or None."""
        table = signal_columns
        query = sa.select(table).where(self._is(table, experiment=experiment, loop=loop, signal=signal))
        row = self._connection.execute(query.where(table.c.coverage.is_(None))).one_or_none()
        return None if row is None else Upload(row.signal, row.dtype, row.width, row.checksum, row.rows, row.running)

    def start(self, experiment: str, loop: int, upload: Upload) -> None:
        """A new upload, in the place of an unfinished one of the same signal."""
        table = signal_columns
        self._connection.execute(
            table.delete().where(self._is(table, experiment=experiment, loop=loop, signal=upload.signal))
        )
        common = {"tenant": self._tenant, "experiment": experiment, "loop": loop}
        self._connection.execute(table.insert().values(**common, **asdict(upload)))

    def append(self, experiment: str, loop: int, grown: Upload, values: NDArray[Any], crc32: int) -> None:
        """One more chunk.

        Args:
            experiment: its id.
            loop: number of the loop to come.
            grown: the upload with this chunk.
            values: the chunk's rows.
            crc32: of their bytes.
        """
        keys = {"experiment": experiment, "loop": loop, "signal": grown.signal}
        first_row = grown.rows - len(values)
        data = np.ascontiguousarray(values).data.cast("B")
        chunk = {"tenant": self._tenant, "first_row": first_row, "crc32": crc32, "data": data, **keys}
        self._connection.execute(column_chunks.insert().values(chunk))
        now = {"rows": grown.rows, "running": grown.running}
        self._connection.execute(signal_columns.update().where(self._is(signal_columns, **keys)).values(now))

    def first_crc32(self, experiment: str, loop: int, signal: str) -> int | None:
        """CRC-32 of the first chunk of an upload, or None where there is none."""
        table = column_chunks
        query = sa.select(table.c.crc32).where(self._is(table, experiment=experiment, loop=loop, signal=signal))
        return self._connection.execute(query.where(table.c.first_row == 0)).scalar()

    def commit(self, experiment: str, loop: int, columns: Iterable[ColumnInfo]) -> None:
        """Makes these uploads the loop's columns, and drops its other uploads."""
        table = signal_columns
        for column in columns:
            of_this = self._is(table, experiment=experiment, loop=loop, signal=column.signal)
            self._connection.execute(table.update().where(of_this).values(coverage=column.coverage))
        left_over = self._is(table, experiment=experiment, loop=loop) & table.c.coverage.is_(None)
        self._connection.execute(table.delete().where(left_over))

    def newest(self, experiment: str, loop: int) -> list[tuple[int, ColumnInfo]]:
        """The newest column of each signal up to a loop, and the loop that brought it."""
        table = signal_columns
        committed = self._is(table, experiment=experiment) & table.c.coverage.is_not(None) & (table.c.loop <= loop)
        last = sa.select(table.c.signal, sa.func.max(table.c.loop).label("loop")).where(committed)
        newest = last.group_by(table.c.signal).subquery()
        query = sa.select(table).join(newest, (table.c.signal == newest.c.signal) & (table.c.loop == newest.c.loop))
        rows = self._connection.execute(query.where(committed).order_by(table.c.signal))
        return [(row.loop, column_info(row)) for row in rows]

    def read(self, experiment: str, loop: int, column: ColumnInfo) -> NDArray[Any]:
        """A column's values, (rows, width).

        Raises:
            RefusedError: DATA_DAMAGED, they are not what was stored.
        """
        what = f"column {column.signal!r} of loop {loop} of experiment {experiment!r}"
        values = np.empty((column.rows, column.width), dtype=column.dtype)
        bytes_per_row = values.dtype.itemsize * column.width
        table = column_chunks
        query = sa.select(table.c.first_row, table.c.crc32, table.c.data)
        query = query.where(self._is(table, experiment=experiment, loop=loop, signal=column.signal))
        rows = 0
        for first_row, crc32, data in self._connection.execute(query.order_by(table.c.first_row)):
            check_blob(what, crc32, data)
            chunk = np.frombuffer(data, dtype=column.dtype).reshape(len(data) // bytes_per_row, column.width)
            values[first_row : first_row + len(chunk)] = chunk
            rows += len(chunk)
        if rows != column.rows:
            raise RefusedError(Reason.DATA_DAMAGED, what=what)
        return values
