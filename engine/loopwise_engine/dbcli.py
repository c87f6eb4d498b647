"""The commands `loopwise db`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from loopwise.errors import LoopwiseError
from loopwise_engine.printing import print_table
from loopwise_engine.settings import Settings

if TYPE_CHECKING:
    from loopwise_engine.store.space import Space

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


@db.command()
@_url
@click.option("--json", "as_json", is_flag=True, help="Print JSON, sizes in bytes, and nothing else, on stdout.")
def stats(url: str | None, as_json: bool) -> None:
    """Shows what takes the space: by experiment, largest first, and by kind. Reads no columns; engines may run.

    \b
    loopwise db stats
    loopwise db stats --db postgresql+psycopg://loopwise@db.example/loopwise --json

    \b
    To need less:  loopwise serve --keep-loops 20         columns of older loops age out
                   engine.delete_experiment("digits")     removes all of an experiment
                   loopwise db vacuum                     gives what is free back to the disk
    """  # noqa: D301
    with _errors_in_words():
        from loopwise_engine.store import space  # noqa: PLC0415

        found = space.stats(_read(url))
    if as_json:
        click.echo(json.dumps(_space(found), indent=2, ensure_ascii=False))
        return
    click.echo(f"{found.where}: {_size(found.size.total + found.size.log)}\n")
    rows = [
        (one.name, one.loops, one.columns, one.aged_out, _size(one.column_bytes), _size(one.row_bytes))
        for one in found.experiments
    ]
    if rows:
        names = ("experiment", "loops", "columns", "aged out", "in columns", "in rows")
        print_table(names, rows, right=names[1:])
        click.echo()
    kinds = [(kind, f"{count:,}", _size(size)) for kind, (count, size) in found.kinds.items()]
    kinds += [("free", "", _size(found.size.free))] if found.size.free is not None else []
    unknown = "" if found.size.free is not None else ", and what is free"
    kinds += [(f"indexes, room within pages{unknown}", "", _size(found.overhead))]
    kinds += [("log", "", _size(found.size.log))] if found.size.log else []
    print_table(("kind", "number", "size"), kinds, right=("number", "size"))


@db.command()
@_url
def vacuum(url: str | None) -> None:
    """Gives the space of what was deleted or has aged out back to the disk, and leaves no byte of it in the files.

    Writes the tables anew, which takes as much room again, and time: engines may run, but calls that write wait, and
    some may be refused (on PostgreSQL, those that read too). Not needed for new data: it takes the free space first.

    \b
    loopwise db vacuum
    loopwise db vacuum --db postgresql+psycopg://loopwise@db.example/loopwise
    """  # noqa: D301
    with _errors_in_words():
        from loopwise_engine.store import space  # noqa: PLC0415

        before, after = space.vacuum(_read(url))
    click.echo(f"{_size(before)} before, {_size(after)} now")


def _space(found: Space) -> dict[str, Any]:
    return {
        "database": found.where,
        "size": found.size.total,
        "free": found.size.free,
        "log": found.size.log,
        "overhead": found.overhead,
        "kinds": {kind: {"number": count, "size": size} for kind, (count, size) in found.kinds.items()},
        "experiments": [asdict(one) for one in found.experiments],
    }


def _size(size: int | None) -> str:
    """In words: three digits are enough to compare."""
    if size is None:
        return "-"
    if size < 1000:
        return f"{size} B"
    scaled, unit = size / 1024, "KiB"
    for larger in ("MiB", "GiB"):
        if scaled >= 1000:
            scaled, unit = scaled / 1024, larger
    return f"{scaled:.1f} {unit}"


def _read(url: str | None) -> str:
    return Settings.read(os.environ, db=url).db


@contextmanager
def _errors_in_words() -> Iterator[None]:
    try:
        yield
    except LoopwiseError as error:
        raise click.ClickException(str(error)) from error
