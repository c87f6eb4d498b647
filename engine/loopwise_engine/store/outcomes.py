"""The repository of labels' outcomes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from loopwise.resources import LabelOutcome
from loopwise_engine.store.repository import Repository
from loopwise_engine.store.tables import outcomes

_AT_ONCE = 500
"""Positions of one query; databases limit the number of parameters."""


class Outcomes(Repository):
    """The latest outcome of each record, by its position."""

    def save(self, experiment: str, loop: int, reported: Sequence[LabelOutcome]) -> None:
        """Stores outcomes, each in the place of an earlier one for the same record; no position comes twice."""
        for some in _parts(reported):
            positions = [outcome.position for outcome in some]
            of_these = (self._is(outcomes, experiment=experiment), outcomes.c.position.in_(positions))
            self._connection.execute(outcomes.delete().where(*of_these))
        common = {"tenant": self._tenant, "experiment": experiment, "loop": loop}
        if reported:
            self._connection.execute(outcomes.insert(), [common | vars(outcome) for outcome in reported])

    def abstained(self, experiment: str, reported: Sequence[LabelOutcome]) -> dict[int, bool]:
        """For those of these outcomes' records that have a stored outcome: whether it is an abstention."""
        found: dict[int, bool] = {}
        for some in _parts(reported):
            positions = [outcome.position for outcome in some]
            query = sa.select(outcomes.c.position, outcomes.c.abstained)
            query = query.where(self._is(outcomes, experiment=experiment), outcomes.c.position.in_(positions))
            found.update((position, abstained) for position, abstained in self._connection.execute(query))
        return found

    def positions(self, experiment: str, *, abstained: bool) -> NDArray[np.int64]:
        """The positions of the labeled records, or of the abstained ones, ascending."""
        query = sa.select(outcomes.c.position).where(self._is(outcomes, experiment=experiment, abstained=abstained))
        found = self._connection.execute(query.order_by(outcomes.c.position)).scalars()
        return np.fromiter(found, dtype=np.int64)

    def correct(self, experiment: str) -> dict[int, float]:
        """By loop, the share of the labels that answer its batch which the model had predicted; where that is known."""
        rights = sa.func.avg(sa.case((outcomes.c.correct, 1.0), else_=0.0))
        query = sa.select(outcomes.c.loop, rights).where(self._is(outcomes, experiment=experiment))
        query = query.where(outcomes.c.correct.is_not(None)).group_by(outcomes.c.loop)
        return {loop: float(right) for loop, right in self._connection.execute(query)}

    def right(self, experiment: str, first: int) -> dict[int, tuple[NDArray[np.int64], NDArray[np.bool_]]]:
        """By loop from `first` on: positions, and whether the model predicted their labels, where it is known."""
        query = sa.select(outcomes.c.loop, outcomes.c.position, outcomes.c.correct)
        query = query.where(self._is(outcomes, experiment=experiment), outcomes.c.loop >= first)
        rows = self._connection.execute(query.where(outcomes.c.correct.is_not(None))).all()
        loop, position, right = np.array([tuple(row) for row in rows], np.int64).reshape(-1, 3).T
        return {number: (position[loop == number], right[loop == number] == 1) for number in np.unique(loop).tolist()}

    def all(self, experiment: str) -> list[tuple[int, LabelOutcome]]:
        """Every outcome and the loop whose batch it answers, in the order of positions."""
        return self.page(experiment, 0)

    def page(self, experiment: str, first: int, limit: int | None = None) -> list[tuple[int, LabelOutcome]]:
        """Up to `limit` outcomes from position `first` on, each with the loop whose batch it answers."""
        of_these = (self._is(outcomes, experiment=experiment), outcomes.c.position >= first)
        query = sa.select(outcomes).where(*of_these).order_by(outcomes.c.position).limit(limit)
        names = LabelOutcome.__dataclass_fields__
        return [
            (row.loop, LabelOutcome(**{name: getattr(row, name) for name in names}))
            for row in self._connection.execute(query)
        ]


def _parts(reported: Sequence[LabelOutcome]) -> list[Sequence[LabelOutcome]]:
    return [reported[first : first + _AT_ONCE] for first in range(0, len(reported), _AT_ONCE)]
