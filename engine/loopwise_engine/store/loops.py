"""The repository of loops: an experiment's time series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from loopwise.resources import ColumnInfo, LoopInfo
from loopwise_engine.store.repository import Repository, blob_crc32, check_blob
from loopwise_engine.store.tables import coverages, loop_features, loop_metrics, loops, signal_columns

OF_LABELS = "labels/"
"""Before the names of features that were reported, where they stand among those that a policy saw."""


class Loops(Repository):
    """Reported loops, by their numbers. Columns belong to them once `Columns.commit` has run."""

    def insert(self, experiment: str, info: LoopInfo) -> None:
        """A new loop with its metrics and coverages."""
        common = {"tenant": self._tenant, "experiment": experiment}
        counts = {"labeled_count": info.labeled_count, "abstained_count": info.abstained_count}
        self._connection.execute(loops.insert().values(number=info.number, created=info.created, **counts, **common))
        self._insert_series(loop_metrics, experiment, info.number, info.metrics)
        of_labels = {OF_LABELS + name: value for name, value in info.label_features.items()}
        self._insert_series(loop_features, experiment, info.number, of_labels)
        masks = [
            {"loop": info.number, "number": number, "mask": mask, "crc32": blob_crc32(mask), **common}
            for number, mask in enumerate(info.coverages, start=1)
        ]
        if masks:
            self._connection.execute(coverages.insert(), masks)

    def add_features(self, experiment: str, number: int, features: Mapping[str, float]) -> None:
        """The state features that the policy saw; of these there are none yet."""
        self._insert_series(loop_features, experiment, number, features)

    def find(self, experiment: str, number: int) -> LoopInfo | None:
        """One loop, or None."""
        return next(iter(self.page(experiment, number, 1, number)), None)

    def page(self, experiment: str, first: int, limit: int, last: int | None = None) -> list[LoopInfo]:
        """Up to `limit` loops from number `first` on, oldest first, none after `last`; without their coverages."""
        end = first + limit - 1 if last is None else min(last, first + limit - 1)
        within = self._is(loops, experiment=experiment) & loops.c.number.between(first, end)
        rows = self._connection.execute(sa.select(loops).where(within).order_by(loops.c.number)).all()
        metrics = self._series(loop_metrics, experiment, first, end)
        features = self._series(loop_features, experiment, first, end)
        columns = self._columns(experiment, first, end)
        return [
            LoopInfo(
                number=row.number,
                labeled_count=row.labeled_count,
                abstained_count=row.abstained_count,
                metrics=metrics.get(row.number, {}),
                columns=tuple(columns.get(row.number, ())),
                features={k: v for k, v in features[row.number].items() if not k.startswith(OF_LABELS)},
                created=row.created,
                label_features={
                    k.removeprefix(OF_LABELS): v for k, v in features[row.number].items() if k.startswith(OF_LABELS)
                },
            )
            for row in rows
        ]

    def coverages(self, experiment: str, number: int) -> tuple[bytes, ...]:
        """The bit masks of a loop, the first for columns with coverage 1.

        Raises:
            RefusedError: DATA_DAMAGED, one is not what was stored.
        """
        query = sa.select(coverages).where(self._is(coverages, experiment=experiment, loop=number))
        rows = self._connection.execute(query.order_by(coverages.c.number)).all()
        for row in rows:
            check_blob(f"coverage {row.number} of loop {number} of experiment {experiment!r}", row.crc32, row.mask)
        return tuple(row.mask for row in rows)

    def _insert_series(self, table: sa.Table, experiment: str, loop: int, values: Mapping[str, float]) -> None:
        common = {"tenant": self._tenant, "experiment": experiment, "loop": loop}
        if values:
            rows = [{"name": name, "value": value, **common} for name, value in sorted(values.items())]
            self._connection.execute(table.insert(), rows)

    def _series(self, table: sa.Table, experiment: str, first: int, end: int) -> dict[int, dict[str, float]]:
        query = sa.select(table).where(self._is(table, experiment=experiment), table.c.loop.between(first, end))
        found: dict[int, dict[str, float]] = defaultdict(dict)
        for row in self._connection.execute(query.order_by(table.c.loop, table.c.name)):
            found[row.loop][row.name] = row.value
        return found

    def _columns(self, experiment: str, first: int, end: int) -> dict[int, list[ColumnInfo]]:
        table = signal_columns
        within = self._is(table, experiment=experiment) & table.c.loop.between(first, end)
        query = sa.select(table).where(within, table.c.coverage.is_not(None)).order_by(table.c.loop, table.c.signal)
        found: dict[int, list[ColumnInfo]] = defaultdict(list)
        for row in self._connection.execute(query):
            found[row.loop].append(column_info(row))
        return found


def column_info(row: sa.Row[Any]) -> ColumnInfo:
    """A committed row of `signal_columns`."""
    return ColumnInfo(row.signal, row.dtype, row.rows, row.width, row.checksum, row.coverage, row.aged_out)
