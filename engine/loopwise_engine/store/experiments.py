"""The repository of experiments."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from loopwise.resources import ExperimentInfo, ExperimentState
from loopwise.signals.definitions import ShareLevel
from loopwise_engine.store.repository import Repository
from loopwise_engine.store.tables import experiments, signal_columns


class Experiments(Repository):
    """Experiments, by their ids.

    Args:
        connection: of the transaction.
        tenant: as for every repository.
        locks: the transaction writes: what it finds, no other transaction changes until it ends, nor anything below.

    Attributes:
        removed: whether an experiment was removed in this transaction.
    """

    removed = False

    def __init__(self, connection: sa.Connection, tenant: str, *, locks: bool) -> None:
        super().__init__(connection, tenant)
        self._locks = locks

    def find(self, experiment: str) -> ExperimentInfo | None:
        """One experiment, or None."""
        query = sa.select(experiments).where(self._is(experiments, id=experiment))
        if self._locks:
            query = query.with_for_update()  # SQLite, where writers are alone, knows no such clause and gets none
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _info(row)

    def page(self, after: str, limit: int) -> list[ExperimentInfo]:
        """Up to `limit` experiments whose ids come after `after`, in the order of ids."""
        query = sa.select(experiments).where(self._is(experiments), experiments.c.id > after)
        return [_info(row) for row in self._connection.execute(query.order_by(experiments.c.id).limit(limit))]

    def insert(self, info: ExperimentInfo) -> None:
        """A new experiment; its id is free."""
        self._connection.execute(experiments.insert().values(tenant=self._tenant, **_values(info)))

    def save(self, info: ExperimentInfo, now: datetime) -> ExperimentInfo:
        """The experiment as it is from now on; its time of update grows with every call."""
        previous = info.updated
        updated = now if previous is None else max(now, previous + timedelta(microseconds=1))
        info = replace(info, updated=updated)
        self._connection.execute(experiments.update().where(self._is(experiments, id=info.id)).values(_values(info)))
        return info

    def delete(self, experiment: str) -> None:
        """Deletes an experiment and everything below it."""
        # Column by column: all of them may be more than what PostgreSQL is given the time for in one statement.
        columns = signal_columns.c
        of_this = self._is(signal_columns, experiment=experiment)
        for loop, signal in self._connection.execute(sa.select(columns.loop, columns.signal).where(of_this)).all():
            this = of_this & (columns.loop == loop) & (columns.signal == signal)
            self._connection.execute(signal_columns.delete().where(this))
        self._connection.execute(experiments.delete().where(self._is(experiments, id=experiment)))
        self.removed = True


def _values(info: ExperimentInfo) -> dict[str, Any]:
    return asdict(info) | {"seed": str(info.seed), "share_level": int(info.share_level), "state": int(info.state)}


def _info(row: sa.Row[Any]) -> ExperimentInfo:
    values = row._asdict()
    del values["tenant"]
    values |= {
        "seed": int(row.seed),
        "share_level": ShareLevel(row.share_level),
        "state": ExperimentState(row.state),
    }
    return ExperimentInfo(**values)
