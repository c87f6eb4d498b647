"""The schema of a database: created where there is none, upgraded on request, and refused where it does not match."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from loopwise_engine.errors import StoreError
from loopwise_engine.store.database import Database, failures_in_words, open_database
from loopwise_engine.store.tables import metadata

NEWEST = "0007"
"""The newest revision in `migrations/versions`."""

MIGRATIONS = Path(__file__).parent / "migrations"


def ensure(database: Database) -> None:
    """Creates the tables where there are none.

    Raises:
        StoreError: the schema does not match this loopwise; says what to do.
    """
    found = _look(database)
    database.prepare()
    if found is None:
        with database.migrating() as connection:
            found = _revision(connection, database)  # again: another process may have been first
            if found is None:
                _migrate(connection)
                found = NEWEST
    if found != NEWEST:
        raise StoreError(_mismatch(database, found))


def upgrade(url: str) -> tuple[str | None, str]:
    """Creates or upgrades the tables, all in one transaction.

    Returns:
        The revision before, None where there was no table, and after.

    Raises:
        InvalidInputError, MissingExtraError: as `open_database`.
        StoreError: the database cannot be opened, is another program's, or of a newer loopwise.
    """
    with _opened(url) as database:
        _look(database)
        database.prepare()
        with database.migrating() as connection:
            before = _revision(connection, database)
            if before is not None and before not in _known():
                raise StoreError(_mismatch(database, before))
            if before != NEWEST:
                _migrate(connection)
        return before, NEWEST


def current(url: str) -> str | None:
    """The revision of the database at `url`, None where there is no table; raises as `upgrade`."""
    with _opened(url) as database:
        return _look(database) if database.exists() else None


def check(url: str) -> None:
    """Raises StoreError unless the tables are those of this loopwise; changes nothing. Raises also as `upgrade`."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415  slow to import
    from alembic.migration import MigrationContext  # noqa: PLC0415

    with opened(url) as database, database.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    if differences:
        raise StoreError(
            f"the database {database.where} says that it has schema {NEWEST!r}, but its tables were changed: "
            + "; ".join(" ".join(str(part) for part in _flat(difference)) for difference in differences)
        )


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """The database at `url`, which has the schema of this loopwise; raises as `check`, but for changed tables."""
    with _opened(url) as database:
        found = _look(database) if database.exists() else None
        if found is None:
            raise StoreError(f"the database {database.where} has no tables; run: {_command(database)}")
        if found != NEWEST:
            raise StoreError(_mismatch(database, found))
        yield database


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    try:
        with failures_in_words(database):
            yield database
    finally:
        database.close()


def _look(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return _revision(connection, database)


def _revision(connection: sa.Connection, database: Database) -> str | None:
    """The database's revision, None where it is new."""
    names = set(sa.inspect(connection).get_table_names())
    if names == {"alembic_version"} or names >= {"alembic_version", "experiments"}:
        versions = sa.table("alembic_version", sa.column("version_num"))
        return connection.execute(sa.select(versions.c.version_num)).scalar()
    if names:
        other = min(names - {"alembic_version"})
        raise StoreError(
            f"the database {database.where} holds another program's tables, {other!r} for one; give another one"
        )
    return None


def _mismatch(database: Database, found: str) -> str:
    if found in _known():
        return (
            f"the database {database.where} has schema {found!r}, and this loopwise needs {NEWEST!r}: "
            f"stop the engines on it, make a backup, and run: {_command(database)}"
        )
    return (
        f"the database {database.where} has schema {found!r}, which this loopwise does not know (its newest is "
        f"{NEWEST!r}): a newer loopwise wrote it; upgrade this one, or give another database"
    )


def _command(database: Database) -> str:
    return f"loopwise db upgrade --db {shlex.quote(database.url)}"


def _known() -> set[str]:
    from alembic.script import ScriptDirectory  # noqa: PLC0415  slow to import, and seldom needed

    return {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def _migrate(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415  likewise
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, NEWEST)


def _flat(difference: object) -> Iterator[object]:
    """Alembic's differences are tuples, some of them in lists."""
    if isinstance(difference, list):
        for part in difference:
            yield from _flat(part)
    elif isinstance(difference, tuple):
        yield from difference
