"""The repository of meta-models: their files, and which of them holds which role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from loopwise_engine.store.repository import Repository, blob_crc32, check_blob
from loopwise_engine.store.tables import model_files, model_roles, models


@dataclass(frozen=True)
class PublishedModel:
    """A model that was published.

    Attributes:
        version: tells it from all others.
        name: its own.
        published: when it was first.
    """

    version: str
    name: str
    published: datetime


@dataclass(frozen=True)
class Appointment:
    """A change of who holds a role; the newest holds.

    Attributes:
        role: which.
        number: of the change, from 1.
        version: of the model.
        below: number of the change that a rollback comes back to, 0 for the beginning.
        created: when.
    """

    role: str
    number: int
    version: str
    below: int
    created: datetime


class Models(Repository):
    """Models, by their versions, and every change of their roles."""

    def page(self) -> list[PublishedModel]:
        """All that were published, the oldest first."""
        query = sa.select(models.c.version, models.c.name, models.c.published).where(self._is(models))
        rows = self._connection.execute(query.order_by(models.c.published, models.c.version))
        return [PublishedModel(*row) for row in rows]

    def checksums(self, version: str) -> dict[str, int]:
        """CRC-32 of each file of a model, by name, as they were published; empty where there is no such model."""
        query = sa.select(model_files.c.name, model_files.c.crc32).where(self._is(model_files, version=version))
        return {row.name: row.crc32 for row in self._connection.execute(query)}

    def files(self, version: str) -> dict[str, bytes]:
        """The files of a model, by name; empty where there is no such model.

        Raises:
            RefusedError: DATA_DAMAGED, they are not what was published.
        """
        table = model_files
        query = sa.select(table.c.name, table.c.data, table.c.crc32).where(self._is(table, version=version))
        found = {}
        for name, data, crc32 in self._connection.execute(query):
            check_blob(f"the file {name} of the meta-model {version}", crc32, data)
            found[name] = bytes(data)
        return found

    def insert(self, model: PublishedModel) -> None:
        """A new model, without files yet."""
        self._connection.execute(models.insert().values(tenant=self._tenant, **vars(model)))

    def save_files(self, version: str, files: Mapping[str, bytes]) -> None:
        """The files of a model, instead of those that were there."""
        self._connection.execute(model_files.delete().where(self._is(model_files, version=version)))
        common = {"tenant": self._tenant, "version": version}
        rows = [common | {"name": name, "data": data, "crc32": blob_crc32(data)} for name, data in files.items()]
        self._connection.execute(model_files.insert(), rows)

    def holder(self, role: str) -> Appointment | None:
        """Who holds a role; None, nobody ever did."""
        query = sa.select(*_CHANGE).where(self._is(model_roles, role=role))
        row = self._connection.execute(query.order_by(model_roles.c.number.desc()).limit(1)).one_or_none()
        return None if row is None else Appointment(*row)

    def appointments(self, role: str) -> list[Appointment]:
        """All changes of a role, the oldest first."""
        query = sa.select(*_CHANGE).where(self._is(model_roles, role=role)).order_by(model_roles.c.number)
        return [Appointment(*row) for row in self._connection.execute(query)]

    def appoint(self, appointment: Appointment) -> None:
        """A change; its number is free."""
        self._connection.execute(model_roles.insert().values(tenant=self._tenant, **vars(appointment)))


_CHANGE = [model_roles.c[name] for name in ("role", "number", "version", "below", "created")]
