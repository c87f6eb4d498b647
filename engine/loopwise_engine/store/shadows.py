"""The repository of decisions on paper: what a model in shadow would have decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from loopwise.strategies.blend import Blend
from loopwise_engine.store.decisions import blend_as_json, blend_of
from loopwise_engine.store.repository import Repository
from loopwise_engine.store.tables import decisions, shadow_decisions


@dataclass(frozen=True)
class ShadowDecision:
    """What a model in shadow would have decided.

    Attributes:
        loop: of the decision beside which it stands.
        version: of the model.
        blend: it would have followed.
        batch_size: records that it would have asked for; 0, it would have stopped.
        reason: its own, in words.
        created: when it was computed.
    """

    loop: int
    version: str
    blend: Blend
    batch_size: int
    reason: str
    created: datetime | None = None


class Shadows(Repository):
    """Decisions on paper, one at most beside each real one; they never change."""

    def insert(self, experiment: str, shadow: ShadowDecision) -> None:
        """A new one, beside a decision that is there."""
        values = vars(shadow) | {"blend": blend_as_json(shadow.blend)}
        row = shadow_decisions.insert().values(tenant=self._tenant, experiment=experiment, **values)
        self._connection.execute(row)

    def page(self, experiment: str, first: int, limit: int) -> list[ShadowDecision]:
        """Up to `limit` of an experiment from loop `first` on, oldest first."""
        table = shadow_decisions
        query = sa.select(table).where(self._is(table, experiment=experiment), table.c.loop >= first)
        return [_shadow(row) for row in self._connection.execute(query.order_by(table.c.loop).limit(limit))]

    def beside(self) -> list[tuple[str, Blend, int, Blend, int]]:
        """All of them, with the real ones: version, real blend and batch size, the shadow's blend and batch size."""
        real, paper = decisions.c, shadow_decisions.c
        same = sa.and_(*(real[key] == paper[key] for key in ("tenant", "experiment", "loop")))
        found = sa.select(paper.version, real.blend, real.batch_size, paper.blend, paper.batch_size)
        query = found.select_from(shadow_decisions.join(decisions, same)).where(self._is(shadow_decisions))
        return [
            (version, blend_of(blend), size, blend_of(on_paper), paper_size)
            for version, blend, size, on_paper, paper_size in self._connection.execute(query)
        ]


def _shadow(row: sa.Row[Any]) -> ShadowDecision:
    return ShadowDecision(row.loop, row.version, blend_of(row.blend), row.batch_size, row.reason, row.created)
