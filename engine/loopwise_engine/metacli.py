"""The commands `loopwise meta` of those who run an engine: which meta-models there are, and which of them decides."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loopwise.errors import LoopwiseError
from loopwise_engine.printing import print_table
from loopwise_engine.settings import Settings

if TYPE_CHECKING:
    from loopwise_engine.policy import Card
    from loopwise_engine.store import Store

_url = click.option("--db", "url", metavar="URL", help=f"The database.  [{Settings.db}]")
_TOLD = 20
"""Things that a table names one by one."""

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on stdout.")


@click.group()
def meta() -> None:
    """The meta-model: learn one from simulated experiments, judge it, and let an engine decide by it.

    Engines decide by the model that was promoted in their database, else by the one that comes with loopwise, else by
    the prior policy. A change is in force from their next decision on; they need not be restarted.
    """


@meta.command("list")
@_url
@_json
def list_models(url: str | None, as_json: bool) -> None:
    """The models that were published, which of them decides, and which does so on paper.

    \b
    loopwise meta list
    loopwise meta list --db postgresql+psycopg://loopwise@db.example/loopwise --json
    """  # noqa: D301
    with _errors_in_words():
        from loopwise_engine.core import models  # noqa: PLC0415  not needed for --help
        from loopwise_engine.policy import Card  # noqa: PLC0415

        shipped = Card.shipped()
        with _opened(url) as store, store.read() as transaction:
            roles = {role: models.holder(transaction, role) for role in (models.SERVING, models.SHADOW)}
            published = transaction.models.page()
    rows: list[dict[str, Any]] = [] if shipped is None else [_row(models.SHIPPED, shipped.name, None, roles)]
    rows += [_row(one.version, one.name, one.published.isoformat(timespec="seconds"), roles) for one in published]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif rows:
        print_table(list(rows[0]), [[", ".join(v) if isinstance(v, list) else v for v in row.values()] for row in rows])
    if not as_json and shipped is None and roles[models.SERVING] == models.SHIPPED:
        click.echo("no model serves: the prior policy decides")


@meta.command()
@click.argument("model", metavar="DIR|VERSION")
@_url
@_json
def card(model: str, url: str | None, as_json: bool) -> None:
    """What is to be known of a model: in a folder, published, or `shipped`, the one that comes with loopwise.

    \b
    loopwise meta card model
    loopwise meta card 8a1c5b7e9d02 --db postgresql+psycopg://loopwise@db.example/loopwise
    loopwise meta card shipped --json
    """  # noqa: D301
    with _errors_in_words():
        found = _card(model, url)
    if as_json:
        click.echo(found.as_json())
        return
    print_table(("model", f"{found.name} {found.version}"), list(_facts(found)))


@meta.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_url
def publish(folder: Path, url: str | None) -> None:
    """Puts a model into a database, for all engines on it; it decides nothing until it is promoted.

    \b
    loopwise meta publish model
    loopwise meta publish model --db postgresql+psycopg://loopwise@db.example/loopwise
    """  # noqa: D301
    with _errors_in_words():
        from loopwise_engine.core import models  # noqa: PLC0415
        from loopwise_engine.policy.model import read_files  # noqa: PLC0415

        with _opened(url) as store, store.write() as transaction:
            made = models.publish(transaction, read_files(folder), f"the folder {folder}")
    click.echo(f"published {made.name} as {made.version}; to decide by it: loopwise meta promote {made.version}")


@meta.command()
@click.argument("version")
@_url
def promote(version: str, url: str | None) -> None:
    """Lets a published model decide, or `shipped`, the one that comes with loopwise, from the next decision on.

    \b
    loopwise meta promote 8a1c5b7e9d02
    """  # noqa: D301
    with _errors_in_words():
        from loopwise_engine.core import models  # noqa: PLC0415

        with _opened(url) as store, store.write() as transaction:
            changed = models.promote(transaction, version)
    click.echo(f"{version} decides" + ("" if changed else " already"))


@meta.command()
@_url
def rollback(url: str | None) -> None:
    """Lets the model decide again that did before the last promotion; run again, the one before that.

    \b
    loopwise meta rollback
    """  # noqa: D301
    with _errors_in_words():
        from loopwise_engine.core import models  # noqa: PLC0415

        with _opened(url) as store:
            with store.write() as transaction:
                version = models.rollback(transaction)
            with store.read() as transaction:
                why = models.why_unable(transaction, version)
    click.echo(f"{version} decides again" + (f"; or would, for {why}" if why else ""))


@meta.command()
@click.argument("version", required=False)
@_url
@_json
def shadow(version: str | None, url: str | None, as_json: bool) -> None:
    """Lets a model decide on paper, beside the one that decides; `none`, no longer. Without VERSION: what came of it.

    \b
    loopwise meta shadow 8a1c5b7e9d02
    loopwise meta shadow
    loopwise meta shadow none
    """  # noqa: D301
    with _errors_in_words():
        from loopwise_engine.core import models  # noqa: PLC0415
        from loopwise_engine.core.shadow import compare  # noqa: PLC0415

        if version is not None:
            with _opened(url) as store, store.write() as transaction:
                changed = models.shadow(transaction, version)
            click.echo(f"{version} is in shadow" + ("" if changed else " already"))
            return
        with _opened(url) as store, store.read() as transaction:
            now, found = models.holder(transaction, models.SHADOW), compare(transaction)
    if as_json:
        rows = [
            {
                "version": one.version,
                "decisions": one.decisions,
                "differing": one.differing,
                "changes": [{"decided": a, "on_paper": b, "times": times} for (a, b), times in one.changes.items()],
            }
            for one in found
        ]
        click.echo(json.dumps({"in_shadow": now, "models": rows}, indent=2, ensure_ascii=False))
        return
    click.echo(f"in shadow: {now}")
    for one in found:
        share = one.differing / one.decisions
        click.echo(f"\n{one.version}: {one.decisions} decisions, {one.differing} of them ({share:.0%}) another one")
        if one.changes:
            print_table(("times", "decided", "on paper"), [(times, a, b) for (a, b), times in one.changes.items()])


def _row(version: str, name: str, published: str | None, roles: dict[str, str]) -> dict[str, Any]:
    held = [role for role, holder in roles.items() if holder == version]
    return {"version": version, "name": name, "published": published, "role": held}


def _card(model: str, url: str | None) -> Card:
    from loopwise.errors import InvalidInputError  # noqa: PLC0415
    from loopwise_engine.core import models  # noqa: PLC0415
    from loopwise_engine.policy.model import CARD, Card, read_files  # noqa: PLC0415

    if Path(model).is_dir():
        return Card.parse(read_files(Path(model))[CARD], f"the folder {model}")
    if model == models.SHIPPED:
        shipped = Card.shipped()
        if shipped is None:
            raise InvalidInputError("this loopwise comes without a model: the prior policy decides")
        return shipped
    with _opened(url) as store, store.read() as transaction:
        return Card.parse(models.files(transaction, model)[CARD], f"what was published as {model}")


def _facts(card: Card) -> Iterator[tuple[str, str]]:
    """What the card says, in a line each; of what would take more, how many there are."""
    for what, value in list(asdict(card).items())[2:]:
        if what in ("hashes", "ranges"):
            continue
        for name, fact in value.items() if isinstance(value, dict) else [("", value)]:
            told = f"{fact:.4g}" if isinstance(fact, float) else "never" if fact is None else str(fact)
            if isinstance(fact, tuple | list | dict):
                told = ", ".join(map(str, fact)) if len(fact) <= _TOLD else f"{len(fact)} of them"
            yield f"{what} {name}".strip(), told


@contextmanager
def _opened(url: str | None) -> Iterator[Store]:
    """The store of a database that is there."""
    from loopwise_engine.errors import StoreError  # noqa: PLC0415
    from loopwise_engine.store import Store  # noqa: PLC0415
    from loopwise_engine.store.database import open_database  # noqa: PLC0415

    url = Settings.read(os.environ, db=url).db
    database = open_database(url)
    if not database.exists():
        raise StoreError(f"there is no database {database.where}; to make one: loopwise db upgrade --db {url}")
    store = Store(url)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _errors_in_words() -> Iterator[None]:
    try:
        yield
    except LoopwiseError as error:
        raise click.ClickException(str(error)) from error
