"""Brings a database to the newest schema, with Alembic, and refuses one that it does not know."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from loopwise_engine.errors import StoreError
from loopwise_engine.store.database import write_ahead, writing

NEWEST = "0001"
"""The newest revision in `migrations/versions`."""

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: sa.Engine, where: str) -> None:
    """Creates or upgrades the tables, in one transaction.

    Args:
        engine: on the database.
        where: the database in words.

    Raises:
        StoreError: the tables are another program's, or of a newer loopwise.
    """
    with engine.connect() as connection:
        found = _revision(connection, where)
    write_ahead(engine)
    if found == NEWEST:
        return
    with writing(engine).begin() as connection:
        found = _revision(connection, where)  # again: another process may have been first
        if found != NEWEST:
            _run_migrations(connection, found, where)


def _revision(connection: sa.Connection, where: str) -> str | None:
    """The database's revision, None where it is new."""
    names = sa.inspect(connection).get_table_names()
    if "alembic_version" in names:
        versions = sa.table("alembic_version", sa.column("version_num"))
        return connection.execute(sa.select(versions.c.version_num)).scalar()
    if names:
        raise StoreError(
            f"the database {where} holds another program's tables, {names[0]!r} for one; give another file"
        )
    return None


def _run_migrations(connection: sa.Connection, found: str | None, where: str) -> None:
    # Alembic is slow to import, and not needed where the schema is the newest.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(
            f"the database {where} has schema {found!r}, which this loopwise does not know (its newest is {NEWEST!r}): "
            "a newer loopwise wrote it; upgrade this one, or give another file"
        )
    command.upgrade(config, NEWEST)
