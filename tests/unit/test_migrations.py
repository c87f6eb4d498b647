"""How the tables of a database come to be those that the code needs, and what is said where they are not."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner

from loopwise_engine.cli import loopwise
from loopwise_engine.errors import StoreError
from loopwise_engine.store import Store, schema
from loopwise_engine.store.tables import metadata
from tests import schemas
from tests.contract.modes import dumping

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{newest}"


def upgrade():
    op.create_table("extras", sa.Column("name", sa.Text(), primary_key=True))
    with op.batch_alter_table("experiments") as table:
        table.add_column(sa.Column("extra", sa.Text()))
    {last}
"""
"""A migration that is yet to come."""


@pytest.fixture(params=schemas.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def url(kind: str, tmp_path: Path) -> Iterator[str]:
    """Of an empty database."""
    with schemas.empty(kind, tmp_path) as url:
        yield url


NEWEST = schema.NEWEST


def create(url: str) -> None:
    Store(url).close()


def pretend(monkeypatch: pytest.MonkeyPatch, folder: Path, last: str = "pass") -> None:
    """Lets the code need a revision that comes after the newest."""
    newer = folder / "migrations"
    shutil.copytree(schema.MIGRATIONS, newer)
    (newer / "versions" / "next.py").write_text(NEXT.format(newest=schema.NEWEST, last=last))
    monkeypatch.setattr(schema, "MIGRATIONS", newer)
    monkeypatch.setattr(schema, "NEWEST", "next")


def execute(url: str, statement: str) -> None:
    with sa.create_engine(url, poolclass=sa.pool.NullPool).begin() as connection:
        connection.execute(sa.text(statement))


def test_the_migrations_make_the_tables(url: str) -> None:
    create(url)
    with sa.create_engine(url, poolclass=sa.pool.NullPool).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})

        assert compare_metadata(context, metadata) == []


def test_migrated_tables_are_those_of_the_code(kind: str, url: str, tmp_path: Path) -> None:
    create(url)
    (tmp_path / "other").mkdir()
    with schemas.empty(kind, tmp_path / "other") as other:
        metadata.create_all(sa.create_engine(other, poolclass=sa.pool.NullPool))

        assert schemas.tables_of(url) == schemas.tables_of(other)


def test_the_newest_revision_is_the_last_migration_and_has_a_fixture() -> None:
    scripts = ScriptDirectory(str(schema.MIGRATIONS))

    assert scripts.get_heads() == [schema.NEWEST]
    assert sorted(script.revision for script in scripts.walk_revisions()) == schemas.REVISIONS


# Databases of the past


@pytest.mark.parametrize("revision", schemas.REVISIONS)
def test_an_upgraded_database_has_the_tables_of_a_fresh_one(revision: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "fresh").mkdir()
    with schemas.restored(revision, kind, tmp_path) as (url, _), schemas.empty(kind, tmp_path / "fresh") as fresh:
        assert schema.upgrade(url) == (revision, schema.NEWEST)
        create(fresh)

        schema.check(url)
        assert schemas.tables_of(url) == schemas.tables_of(fresh)


@pytest.mark.parametrize("revision", schemas.REVISIONS)
def test_an_upgraded_experiment_goes_on(revision: str, kind: str, tmp_path: Path) -> None:
    with schemas.restored(revision, kind, tmp_path) as (url, journal):
        schema.upgrade(url)
        with schemas.opened(url, journal) as experiment:
            assert [record.loop for record in experiment.history] == list(range(schemas.DONE + 1))
            assert [record.labeled for record in experiment.history] == [0, 4, 8, 12]
            assert [record.metrics for record in experiment.history[1:]] == [{"labels": n} for n in (4.0, 8.0, 12.0)]
            labeled = experiment.labeled.tolist()
            assert len(labeled) == 13
            rest = experiment.ask().ids
            assert len(rest) == schemas.BATCH - 1

            schemas.go_on(experiment)

            assert len(experiment.labeled) == schemas.BUDGET
            assert {*labeled, *rest} <= set(experiment.labeled.tolist())


# What does not match


def test_an_older_schema_is_refused_with_the_command_that_helps(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(url)
    pretend(monkeypatch, tmp_path)
    before = dumping(url)()

    for command in (["serve", "--listen", "127.0.0.1:0"], ["db", "check"]):
        refused = CliRunner().invoke(loopwise, [*command, "--db", url])
        assert refused.exit_code == 1
        assert refused.output.count("\n") == 1
        assert f"has schema '{NEWEST}', and this loopwise needs 'next': stop the engines" in refused.output
        assert f"loopwise db upgrade --db {url}\n" in refused.output
    assert dumping(url)() == before

    arguments = refused.output.rpartition("loopwise ")[2].split()
    assert CliRunner().invoke(loopwise, arguments).output == f"upgraded from schema {NEWEST} to next\n"
    create(url)


def test_a_newer_schema_is_refused(url: str) -> None:
    create(url)
    execute(url, "UPDATE alembic_version SET version_num = '9999'")
    before = dumping(url)()

    for command in (["serve", "--listen", "127.0.0.1:0"], ["db", "check"], ["db", "upgrade"]):
        refused = CliRunner().invoke(loopwise, [*command, "--db", url])
        assert refused.exit_code == 1
        assert f"has schema '9999', which this loopwise does not know (its newest is '{NEWEST}')" in refused.output
        assert "a newer loopwise wrote it" in refused.output
    assert dumping(url)() == before


def test_another_programs_tables_are_left_alone(url: str) -> None:
    execute(url, "CREATE TABLE accounts (id INTEGER)")
    execute(url, "CREATE TABLE alembic_version (version_num VARCHAR(32))")
    before = dumping(url)()

    for command in (["serve", "--listen", "127.0.0.1:0"], ["db", "check"], ["db", "current"], ["db", "upgrade"]):
        refused = CliRunner().invoke(loopwise, [*command, "--db", url])
        assert refused.exit_code == 1
        assert "another program's tables, 'accounts' for one" in refused.output
    assert dumping(url)() == before


def test_a_migration_that_fails_changes_nothing(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create(url)
    before, tables = dumping(url)(), schemas.tables_of(url)
    pretend(monkeypatch, tmp_path, last="op.execute('SELECT no_such_column FROM experiments')")

    refused = CliRunner().invoke(loopwise, ["db", "upgrade", "--db", url])

    assert refused.exit_code == 1
    assert "no_such_column" in refused.output
    assert (dumping(url)(), schemas.tables_of(url)) == (before, tables)


def test_upgrades_at_once_happen_once(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create(url)
    pretend(monkeypatch, tmp_path)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(schema.upgrade(url))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, found)) == [f"('{NEWEST}', 'next')"] + ["('next', 'next')"] * 3


# Commands


def run(command: str, url: str) -> str:
    done = CliRunner().invoke(loopwise, ["db", command, "--db", url])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_life_of_a_database(url: str, tmp_path: Path) -> None:
    assert run("current", url) == f"no tables (this loopwise needs {NEWEST})\n"
    assert (
        "has no tables; run: loopwise db upgrade" in CliRunner().invoke(loopwise, ["db", "check", "--db", url]).output
    )
    assert list(tmp_path.iterdir()) == [], "asking creates nothing"
    assert run("upgrade", url) == f"created schema {NEWEST}\n"
    assert run("upgrade", url) == f"schema {NEWEST} already\n"
    assert run("current", url) == f"{NEWEST} (this loopwise needs {NEWEST})\n"
    assert run("check", url) == f"schema {NEWEST}, as this loopwise needs it\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("ALTER TABLE outcomes DROP COLUMN annotator", "add_column"),
        ("DROP INDEX ix_requests_created", "ix_requests_created"),
        ("DROP TABLE coverages", "coverages"),
    ],
)
def test_check_sees_what_was_changed_by_hand(url: str, change: str, said: str) -> None:
    create(url)
    execute(url, change)

    with pytest.raises(StoreError, match=f"its tables were changed: .*{said}"):
        schema.check(url)


def test_the_database_comes_from_the_environment(tmp_path: Path) -> None:
    variables = {"LOOPWISE_DB": f"sqlite:///{tmp_path / 'named.db'}"}

    assert CliRunner().invoke(loopwise, ["db", "upgrade"], env=variables).output == f"created schema {NEWEST}\n"
    with closing(sqlite3.connect(tmp_path / "named.db")) as connection:
        assert connection.execute("SELECT count(*) FROM experiments").fetchone() == (0,)
