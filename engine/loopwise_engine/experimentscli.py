"""The commands `loopwise experiments`: what an engine knows, as tables or JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from loopwise.errors import LoopwiseError
from loopwise_engine.printing import print_table
from loopwise_engine.settings import Settings

if TYPE_CHECKING:
    from loopwise import Engine, LoopRecord
    from loopwise.resources import ExperimentInfo

Command = Callable[..., Any]


def _options(command: Command) -> Command:
    """What all commands here take."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on stdout."),
        click.option("--engine", "target", metavar="TARGET", help="A server instead: grpc://host:port, grpcs://..."),
        click.option("--db", "url", metavar="URL", help=f"The database.  [{Settings.db}]"),
    ):
        command = option(command)
    return command


@click.group()
def experiments() -> None:
    """What an engine knows of its experiments, from its database or over the network."""


@experiments.command("list")
@_options
def list_experiments(url: str | None, target: str | None, as_json: bool) -> None:
    """All experiments, by name: labels, loops, state.

    \b
    loopwise experiments list
    loopwise experiments list --db postgresql+psycopg://loopwise@db.example/loopwise
    loopwise experiments list --engine grpc://127.0.0.1:50051 --json
    """  # noqa: D301
    with _opened(url, target) as engine:
        rows = [_experiment(info) for info in engine.experiments()]
    _show(rows, as_json, "no experiments yet")


@experiments.command()
@click.argument("name")
@_options
def history(name: str, url: str | None, target: str | None, as_json: bool) -> None:
    """The loops of an experiment, oldest first: labels, metrics, how the batch was chosen, whether to stop.

    \b
    loopwise experiments history digits
    loopwise experiments history digits --engine grpcs://loopwise.example:443 --json
    """  # noqa: D301
    with _opened(url, target) as engine:
        records = engine.history(name)
    metrics = sorted({metric for record in records for metric in record.metrics})
    rows = [_loop(record) if as_json else _line(record, metrics) for record in records]
    _show(rows, as_json, f"no loops of {name} yet")


def _experiment(info: ExperimentInfo) -> dict[str, Any]:
    return {
        "name": info.id,
        "state": info.state.name.lower(),
        "pool": info.pool_size,
        "labeled": info.labeled_count,
        "abstained": info.abstained_count,
        "budget": info.label_budget,
        "loops": info.loop_count,
        "updated": info.updated.isoformat(timespec="seconds") if info.updated else None,
    }


def _loop(record: LoopRecord) -> dict[str, Any]:
    return {
        "loop": record.loop,
        "labeled": record.labeled,
        "metrics": dict(sorted(record.metrics.items())),
        "blend": record.blend.describe() if record.blend else None,
        "batch_size": record.batch_size,
        "policy": record.policy,
        "why": record.why,
        "stop": record.stop.reason if record.stop.stop else None,
    }


def _line(record: LoopRecord, metrics: list[str]) -> dict[str, Any]:
    """What fits a line of a table: a column for each metric, and no sentences but why to stop."""
    all_of_it = _loop(record)
    reported = {metric: record.metrics.get(metric) for metric in metrics}
    decided = {column: all_of_it[column] for column in ("blend", "batch_size", "stop")}
    return {"loop": record.loop, "labeled": record.labeled} | reported | decided


@contextmanager
def _opened(url: str | None, target: str | None) -> Iterator[Engine]:
    """The engine at a server's address, or one in this process on a database that is there."""
    if url is not None and target is not None:
        raise click.UsageError("--db and --engine name two engines; give one")
    from loopwise import Engine, connect, local  # noqa: PLC0415  not needed for --help
    from loopwise.rpc import Rpc  # noqa: PLC0415
    from loopwise_engine.store.database import open_database  # noqa: PLC0415

    try:
        if target is not None:
            engine = connect(target)
        else:
            url = Settings.read(os.environ, db=url).db
            database = open_database(url)
            if not database.exists():
                raise click.ClickException(f"there is no database {database.where}")
            engine = Engine(Rpc(local.open_channel(url)), url)
        with engine:
            yield engine
    except LoopwiseError as error:
        raise click.ClickException(str(error)) from error


def _show(rows: list[dict[str, Any]], as_json: bool, nothing: str) -> None:
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    if not rows:
        click.echo(nothing)
        return
    print_table([name.replace("_", " ") for name in rows[0]], [list(row.values()) for row in rows])
