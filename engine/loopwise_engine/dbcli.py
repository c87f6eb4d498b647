"""The commands `loopwise db`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from loopwise.errors import LoopwiseError
from loopwise_engine.settings import Settings

_url = click.option("--db", "url", metavar="URL", help=f"The database.  [{Settings.db}]")


@click.group()
def db() -> None:
    """The tables of an engine's database: which they are, whether they fit, and how they come to fit.

    A new loopwise may need other tables. An engine creates those of an empty database and changes no others: stop the
    engines on the database, make a backup, upgrade, start them again.
    """


@db.command()
@_url
def upgrade(url: str | None) -> None:
    """Creates the tables, or brings them to what this loopwise needs: all of it, or nothing.

    \b
    loopwise db upgrade
    loopwise db upgrade --db postgresql+psycopg://loopwise@db.example/loopwise
    """  # noqa: D301
    with _errors_in_words():
        from loopwise_engine.store import schema  # noqa: PLC0415  not needed for --help

        before, after = schema.upgrade(_read(url))
    if before is None:
        click.echo(f"created schema {after}")
    elif before == after:
        click.echo(f"schema {after} already")
    else:
        click.echo(f"upgraded from schema {before} to {after}")


@db.command()
@_url
def current(url: str | None) -> None:
    """Prints the schema of a database, and the one that this loopwise needs."""
    with _errors_in_words():
        from loopwise_engine.store import schema  # noqa: PLC0415

        found = schema.current(_read(url))
    click.echo(f"{found or 'no tables'} (this loopwise needs {schema.NEWEST})")


@db.command()
@_url
def check(url: str | None) -> None:
    """Ends with an error unless the tables are those that this loopwise needs; changes nothing."""
    with _errors_in_words():
        from loopwise_engine.store import schema  # noqa: PLC0415

        schema.check(_read(url))
    click.echo(f"schema {schema.NEWEST}, as this loopwise needs it")


def _read(url: str | None) -> str:
    return Settings.read(os.environ, db=url).db


@contextmanager
def _errors_in_words() -> Iterator[None]:
    try:
        yield
    except LoopwiseError as error:
        raise click.ClickException(str(error)) from error
