"""What all repositories share: a connection, a tenant, and checked blobs."""

from __future__ import annotations

import zlib

import sqlalchemy as sa

from loopwise_engine.errors import Reason, RefusedError


class Repository:
    """Rows of one tenant, within one transaction.

    Args:
        connection: of the transaction.
        tenant: whose rows these are; no other tenant's are seen or changed.
    """

    def __init__(self, connection: sa.Connection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant

    def _is(self, table: sa.Table, **keys: object) -> sa.ColumnElement[bool]:
        """The rows of this tenant whose columns have these values."""
        return sa.and_(table.c.tenant == self._tenant, *(table.c[name] == value for name, value in keys.items()))


def check_blob(what: str, crc32: int, *parts: bytes | None) -> None:
    """Raises RefusedError (DATA_DAMAGED), naming `what`, when bytes that were stored are not what they were."""
    if blob_crc32(*parts) != crc32:
        raise RefusedError(Reason.DATA_DAMAGED, what=what)


def blob_crc32(*parts: bytes | None) -> int:
    """CRC-32 of the parts, one after the other."""
    crc32 = 0
    for part in parts:
        if part is not None:
            crc32 = zlib.crc32(part, crc32)
    return crc32
