"""How a chunk of a column lies in the database: whole in SQLite, and in PostgreSQL in pieces of a page each.

PostgreSQL keeps a large value as values of 2 KB in a table of its own, for which it makes room page by page: it takes
twice the time, to write as well as to read.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from loopwise_engine.store.postgresql import copy_in
from loopwise_engine.store.tables import column_chunks

PAGE_BYTES = 7_900
"""Of a piece: with the longest names beside it, it fills a page of PostgreSQL's 8 KiB."""

_FILLED = 0.8
"""Rows that leave more of a page empty lie better in a whole chunk."""


def cut(connection: sa.Connection, values: NDArray[Any], crc32: int) -> Iterator[tuple[int, int, memoryview]]:
    """The pieces of a chunk.

    Args:
        connection: to the database.
        values: the chunk's rows.
        crc32: of their bytes.

    Yields:
        The piece's first row within the chunk, its CRC-32, its bytes.
    """
    data = np.ascontiguousarray(values).data.cast("B")
    row_bytes = len(data) // len(values)
    rows = PAGE_BYTES // row_bytes
    if connection.dialect.name != "postgresql" or rows * row_bytes < _FILLED * PAGE_BYTES:
        yield 0, crc32, data
        return
    for row in range(0, len(values), rows):
        piece = data[row * row_bytes : (row + rows) * row_bytes]
        yield row, zlib.crc32(piece), piece


def insert(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows of `column_chunks`, one per piece."""
    if connection.dialect.name == "postgresql":
        copy_in(connection, column_chunks, rows)
    else:
        connection.execute(column_chunks.insert(), rows)
