"""The repository of answered requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from loopwise_engine.store.repository import Repository
from loopwise_engine.store.tables import requests


@dataclass(frozen=True)
class Answered:
    """A mutation that was made.

    Attributes:
        method: its name.
        digest: of its payload.
        response: the answer as it was sent.
        created: when.
    """

    method: str
    digest: bytes
    response: bytes
    created: datetime


class Requests(Repository):
    """Answered requests, by their ids."""

    def find(self, request_id: str) -> Answered | None:
        """What was answered under this id, or None."""
        query = sa.select(requests).where(self._is(requests, id=request_id))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Answered(row.method, row.digest, row.response, row.created)

    def insert(self, request_id: str, answered: Answered) -> None:
        """Remembers an answer; the id is free. Waits for another transaction that has inserted it."""
        row = {"tenant": self._tenant, "id": request_id, **vars(answered)}
        self._connection.execute(requests.insert().values(row))

    def save(self, request_id: str, response: bytes) -> None:
        """The answer of a request that was inserted without."""
        self._connection.execute(requests.update().where(self._is(requests, id=request_id)).values(response=response))

    def purge(self, before: datetime) -> None:
        """Forgets what was answered before a time; what another transaction is about to forget, it leaves alone."""
        old = sa.select(requests.c.id).where(self._is(requests), requests.c.created < before)
        old = old.with_for_update(skip_locked=True)
        self._connection.execute(requests.delete().where(self._is(requests), requests.c.id.in_(old)))
