"""The repository of answered requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from loopwise_engine.store.repository import Repository
from loopwise_engine.store.tables import requests

_AT_ONCE = 500
"""Old answers that one call forgets."""


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

    def purge(self, before: datetime, request_id: str) -> None:
        """Forgets the answer to this id, if it was given before a time, and some of the others that were.

        Some, so that no call spends its deadline on what a busy day has left; every call forgets more than it adds.
        Whoever's they are: with a tenant to look for, databases read all of its requests to find the old ones. What
        another transaction is about to forget, this one leaves alone.
        """
        old = sa.select(requests.c.tenant, requests.c.id).where(requests.c.created < before)
        old = old.with_for_update(skip_locked=True)
        found = list(self._connection.execute(old.order_by(requests.c.created).limit(_AT_ONCE)))
        if len(found) == _AT_ONCE:  # or it is among them
            found += self._connection.execute(old.where(self._is(requests, id=request_id)))
        if found:
            this = (requests.c.tenant == sa.bindparam("of")) & (requests.c.id == sa.bindparam("named"))
            self._connection.execute(
                requests.delete().where(this), [{"of": row.tenant, "named": row.id} for row in found]
            )
