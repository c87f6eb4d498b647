"""One unit of work."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from loopwise_engine.store.cache import CachedColumns, ColumnCache
from loopwise_engine.store.columns import Columns
from loopwise_engine.store.decisions import Decisions
from loopwise_engine.store.experiments import Experiments
from loopwise_engine.store.loops import Loops
from loopwise_engine.store.models import Models
from loopwise_engine.store.outcomes import Outcomes
from loopwise_engine.store.requests import Requests
from loopwise_engine.store.shadows import Shadows


class Transaction:
    """The repositories of one tenant, within one transaction; of use to the thread that opened it, until it ends.

    Attributes:
        now: the time of the transaction, UTC; what it writes carries this time.
        columns: signal columns, as the database has them.
        cached: their values, from memory where these are there.
    """

    def __init__(
        self, connection: sa.Connection, tenant: str, now: datetime, cache: ColumnCache, *, writes: bool = False
    ) -> None:
        self.now = now
        self.experiments = Experiments(connection, tenant, locks=writes)
        self.loops = Loops(connection, tenant)
        self.columns = Columns(connection, tenant)
        self.cached = CachedColumns(cache, self.columns, tenant, writes=writes)
        self.decisions = Decisions(connection, tenant)
        self.shadows = Shadows(connection, tenant)
        self.outcomes = Outcomes(connection, tenant)
        self.requests = Requests(connection, tenant)
        self.models = Models(connection, tenant)

    @property
    def removes_columns(self) -> bool:
        """Whether values of columns were removed."""
        return self.columns.removed or self.experiments.removed
