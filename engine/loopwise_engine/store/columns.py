"""The repository of signal columns: uploads that grow chunk by chunk, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from loopwise.limits import CHUNK_BYTES
from loopwise.resources import ColumnInfo
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.store import pieces
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
    """Columns, by loop and signal. An upload and a column are the same rows: committing copies nothing.

    Attributes:
        removed: whether values of columns were removed in this transaction.
    """

    removed = False

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
        common = {"tenant": self._tenant, **keys}
        first_row = grown.rows - len(values)
        pieces.insert(
            self._connection,
            [
                {**common, "first_row": first_row + row, "crc32": piece_crc32, "continues": row > 0, "data": data}
                for row, piece_crc32, data in pieces.cut(self._connection, values, crc32)
            ],
        )
        now = {"rows": grown.rows, "running": grown.running}
        self._connection.execute(signal_columns.update().where(self._is(signal_columns, **keys)).values(now))

    def begins_with(self, experiment: str, loop: int, signal: str, values: NDArray[Any], crc32: int) -> bool:
        """Whether the first chunk of an upload is this one, by its CRC-32."""
        table = column_chunks
        query = sa.select(table.c.first_row, table.c.crc32, table.c.continues)
        query = query.where(self._is(table, experiment=experiment, loop=loop, signal=signal))
        query = query.where(table.c.first_row <= len(values)).order_by(table.c.first_row)
        found = [tuple(row) for row in self._connection.execute(query)]
        first = [(row, piece_crc32, row > 0) for row, piece_crc32, _ in pieces.cut(self._connection, values, crc32)]
        return found[: len(first)] == first and not any(continues for *_, continues in found[len(first) :])

    def commit(self, experiment: str, loop: int, columns: Iterable[ColumnInfo]) -> None:
        """Makes these uploads the loop's columns, and drops its other uploads."""
        table = signal_columns
        for column in columns:
            of_this = self._is(table, experiment=experiment, loop=loop, signal=column.signal)
            self._connection.execute(table.update().where(of_this).values(coverage=column.coverage))
        left_over = self._is(table, experiment=experiment, loop=loop) & table.c.coverage.is_(None)
        self._connection.execute(table.delete().where(left_over))

    def kept(self, experiment: str) -> list[tuple[int, str]]:
        """Loop and signal of every column whose values are here, oldest first."""
        table = signal_columns
        query = sa.select(table.c.loop, table.c.signal).where(self._kept(experiment))
        return [(row.loop, row.signal) for row in self._connection.execute(query.order_by(table.c.loop))]

    def age_out(self, experiment: str, columns: Iterable[tuple[int, str]]) -> None:
        """Removes the values of columns, given by loop and signal; what is known of them stays."""
        for loop, signal in columns:
            keys = {"experiment": experiment, "loop": loop, "signal": signal}
            self._connection.execute(column_chunks.delete().where(self._is(column_chunks, **keys)))
            of_this = self._is(signal_columns, **keys)
            self._connection.execute(signal_columns.update().where(of_this).values(aged_out=True))
            self.removed = True

    def newest(self, experiment: str, loop: int) -> list[tuple[int, ColumnInfo]]:
        """The newest column of each signal up to a loop, and the loop that brought it."""
        table = signal_columns
        committed = self._kept(experiment) & (table.c.loop <= loop)
        last = sa.select(table.c.signal, sa.func.max(table.c.loop).label("loop")).where(committed)
        newest = last.group_by(table.c.signal).subquery()
        query = sa.select(table).join(newest, (table.c.signal == newest.c.signal) & (table.c.loop == newest.c.loop))
        rows = self._connection.execute(query.where(committed).order_by(table.c.signal))
        return [(row.loop, column_info(row)) for row in rows]

    def next_loop(self, experiment: str, signals: Iterable[str], first: int) -> int | None:
        """The first loop from `first` on that has a column of one of these signals; None where there is none."""
        table = signal_columns
        query = sa.select(sa.func.min(table.c.loop)).where(self._kept(experiment), table.c.signal.in_(list(signals)))
        return self._connection.execute(query.where(table.c.loop >= first)).scalar()

    def chunk_rows(self, experiment: str, loop: int, column: ColumnInfo) -> list[int]:
        """How many rows each of a column's chunks has, in order; the chunks themselves are not read."""
        table = column_chunks
        query = sa.select(table.c.first_row)
        query = query.where(self._is(table, experiment=experiment, loop=loop, signal=column.signal))
        query = query.where(table.c.continues.is_(False))
        starts = self._connection.execute(query.order_by(table.c.first_row)).scalars().all()
        return [end - start for start, end in zip(starts, [*starts[1:], column.rows], strict=True)]

    def read(
        self, experiment: str, loop: int, column: ColumnInfo, first: int = 0, stop: int | None = None
    ) -> NDArray[Any]:
        """A column's values from row `first` to before row `stop`, or all of them: (rows, width).

        Raises:
            RefusedError: DATA_DAMAGED, they are not what was stored.
        """
        stop = column.rows if stop is None else stop
        values = np.empty((stop - first, column.width), dtype=column.dtype)
        for row, piece in self.pieces(experiment, loop, column, first, stop):
            start, end = max(row, first), min(row + len(piece), stop)
            values[start - first : end - first] = piece[start - row : end - row]
        return values

    def pieces(
        self, experiment: str, loop: int, column: ColumnInfo, first: int = 0, stop: int | None = None
    ) -> Iterator[tuple[int, NDArray[Any]]]:
        """What the column lies in, a chunk or a part of one, as far as it holds rows from `first` to before `stop`.

        Some megabytes are in memory at a time.

        Yields:
            The piece's first row, and its values (rows, width), as they were uploaded.

        Raises:
            RefusedError: DATA_DAMAGED, they are not what was stored.
        """
        stop = column.rows if stop is None else stop
        what = f"column {column.signal!r} of loop {loop} of experiment {experiment!r}"
        bytes_per_row = np.dtype(column.dtype).itemsize * column.width
        table = column_chunks
        of_this = self._is(table, experiment=experiment, loop=loop, signal=column.signal)
        query = sa.select(table.c.first_row, table.c.crc32, table.c.data).where(of_this).order_by(table.c.first_row)
        begin = sa.select(sa.func.max(table.c.first_row)).where(of_this, table.c.first_row <= first).scalar_subquery()
        here, row = table.c.first_row >= begin, first
        while row < stop:
            end = min(stop, row + max(1, CHUNK_BYTES // bytes_per_row))
            found = self._connection.execute(query.where(here, table.c.first_row < end)).all()
            for first_row, crc32, data in found:
                check_blob(what, crc32, data)
                piece = np.frombuffer(data, dtype=column.dtype).reshape(len(data) // bytes_per_row, column.width)
                if first_row > row or (first_row < row and row != first):
                    raise RefusedError(Reason.DATA_DAMAGED, what=what)
                yield first_row, piece
                row = first_row + len(piece)
            if not found:
                raise RefusedError(Reason.DATA_DAMAGED, what=what)
            here = table.c.first_row >= row

    def _kept(self, experiment: str) -> sa.ColumnElement[bool]:
        """The columns of reported loops whose values are here."""
        columns = signal_columns.c
        of_this = self._is(signal_columns, experiment=experiment)
        return sa.and_(of_this, columns.coverage.is_not(None), columns.aged_out.is_(False))
