"""The content of a database, to compare before and after."""

from __future__ import annotations

import sqlalchemy as sa

from loopwise_engine.store import Store
from loopwise_engine.store.tables import metadata

Dump = dict[str, list[tuple[object, ...]]]


def dump(store: Store) -> Dump:
    """Every row of every table, in the order of the keys."""
    with store.read(), store._engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }
