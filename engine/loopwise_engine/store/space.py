"""What takes the space of a database, and giving back what is free."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from loopwise_engine.store import schema, tables
from loopwise_engine.store.database import Size
from loopwise_engine.store.tables import experiments, signal_columns

COLUMNS = "signal columns"

KINDS: dict[str, tuple[sa.Table, ...]] = {
    "decisions": (tables.decisions, tables.decision_rows, tables.inference, tables.shadow_decisions),
    "outcomes of labels": (tables.outcomes,),
    "loops": (tables.loops, tables.loop_metrics, tables.loop_features, tables.coverages, signal_columns),
    "experiments": (experiments,),
    "answers, kept 24 h": (tables.requests,),
    "meta-models": (tables.models, tables.model_files, tables.model_roles),
}
"""What is stored beside the values of columns."""

_NUMBER_BYTES = 8


@dataclass(frozen=True)
class ExperimentSpace:
    """What an experiment takes.

    Attributes:
        name: its own, below its tenant's unless that is the default one.
        loops: that were reported.
        columns: whose values are here, unfinished uploads included.
        aged_out: columns whose values are not.
        column_bytes: of the values.
        row_bytes: of all else that goes with the experiment.
    """

    name: str
    loops: int
    columns: int
    aged_out: int
    column_bytes: int
    row_bytes: int


@dataclass(frozen=True)
class Space:
    """What takes the space of a database.

    Attributes:
        where: the database in words.
        size: of the whole.
        experiments: largest first.
        kinds: by kind, how many rows (of `COLUMNS`, columns), and their bytes, without those of indexes and pages.
    """

    where: str
    size: Size
    experiments: tuple[ExperimentSpace, ...]
    kinds: dict[str, tuple[int, int]]

    @property
    def overhead(self) -> int:
        """What is neither stored nor known to be free: indexes, room within pages, and what is dead but not cleared."""
        return max(0, self.size.total - (self.size.free or 0) - sum(size for _, size in self.kinds.values()))


def stats(url: str) -> Space:
    """What takes the space of the database at `url`; no column is read. Raises as `schema.check`."""
    with schema.opened(url) as database:
        with database.reading.connect() as connection:
            kinds, row_bytes = _rows(connection)
            found = _experiments(connection, row_bytes)
        columns = sum(one.columns for one in found), sum(one.column_bytes for one in found)
        return Space(database.where, database.size(), tuple(found), {COLUMNS: columns, **kinds})


def vacuum(url: str) -> tuple[int, int]:
    """Writes the database anew, without what was deleted; its bytes before and after. Raises as `schema.check`."""
    with schema.opened(url) as database:
        before = database.size()
        database.vacuum()
        after = database.size()
    return before.total + before.log, after.total + after.log


Owner = tuple[str, str]
"""Tenant and experiment."""


def _rows(connection: sa.Connection) -> tuple[dict[str, tuple[int, int]], Counter[Owner]]:
    """By kind, rows and bytes; and the bytes of each experiment."""
    by_owner: Counter[Owner] = Counter()
    kinds = {}
    for kind, of_kind in KINDS.items():
        count = size = 0
        for table in of_kind:
            owner = [
                column
                for column in table.primary_key
                if column.name in ("tenant", "id" if table is experiments else "experiment")
            ]
            query = sa.select(sa.func.count(), sa.func.sum(_bytes(table)), *owner).group_by(*owner)
            for rows, stored, *whose in connection.execute(query):
                count, size = count + rows, size + int(stored)
                if len(whose) == 2:  # a request or a model is of no experiment
                    by_owner[whose[0], whose[1]] += int(stored)
        kinds[kind] = count, size
    return kinds, by_owner


def _bytes(table: sa.Table) -> sa.ColumnElement[int]:
    """Those of a row of the table, as databases store it without compression; lengths of blobs are told unread."""
    sizes: list[Any] = [sa.literal(0)]
    for column in table.c:
        if isinstance(column.type, sa.String | sa.LargeBinary):
            sizes.append(sa.func.coalesce(sa.func.length(column), 0))
        elif isinstance(column.type, sa.JSON):
            sizes.append(sa.func.coalesce(sa.func.length(sa.cast(column, sa.Text)), 0))
        else:
            sizes.append(sa.literal(_NUMBER_BYTES))
    total = sizes[0]
    for size in sizes[1:]:
        total = total + size
    return sa.cast(total, sa.BigInteger)


def _experiments(connection: sa.Connection, row_bytes: Counter[Owner]) -> list[ExperimentSpace]:
    columns, aged_out, column_bytes = Counter[Owner](), Counter[Owner](), Counter[Owner]()
    c = signal_columns.c
    by = (c.tenant, c.experiment, c.dtype, c.aged_out)
    for tenant, experiment, dtype, gone, count, values in connection.execute(
        sa.select(*by, sa.func.count(), sa.func.sum(c.rows * c.width)).group_by(*by)
    ):
        owner = tenant, experiment
        (aged_out if gone else columns)[owner] += count
        column_bytes[owner] += 0 if gone else int(values) * np.dtype(dtype).itemsize
    found = [
        ExperimentSpace(
            row.id if row.tenant == "default" else f"{row.tenant}/{row.id}",
            row.loop_count,
            columns[row.tenant, row.id],
            aged_out[row.tenant, row.id],
            column_bytes[row.tenant, row.id],
            row_bytes[row.tenant, row.id],
        )
        for row in connection.execute(sa.select(experiments.c.tenant, experiments.c.id, experiments.c.loop_count))
    ]
    return sorted(found, key=lambda one: (-one.column_bytes - one.row_bytes, one.name))
