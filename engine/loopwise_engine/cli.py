"""The commands of `loopwise`."""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points

import click

import loopwise as sdk
from loopwise.errors import LoopwiseError
from loopwise_engine.dbcli import db
from loopwise_engine.experimentscli import experiments
from loopwise_engine.metacli import meta
from loopwise_engine.settings import Settings

COMMANDS = "loopwise.commands"
"""Entry-point group of commands that other packages bring."""


class Commands(click.Group):
    """The commands of this module, and those of the entry-point group; groups of the same name are one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted({*super().list_commands(ctx), *(point.name for point in entry_points(group=COMMANDS))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        own = super().get_command(ctx, cmd_name)
        if own is not None and not isinstance(own, click.Group):
            return own
        brought = [point.load() for point in entry_points(group=COMMANDS, name=cmd_name)]
        if own is None or not brought:
            return next(iter(brought), own)
        return click.CommandCollection(cmd_name, sources=[own, *brought], help=own.help)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(sdk.__version__, prog_name="loopwise")
def loopwise() -> None:
    """Selection for active learning, as a service.

    Your data and your model stay home. Signals travel. The engine says what to label next.

    \b
    From Python, without a server:    engine = loopwise.connect()
    With one:                         loopwise serve
                                      engine = loopwise.connect("grpc://127.0.0.1:50051")

    Every option of serve can also be set by a variable: --listen by LOOPWISE_LISTEN, --db by LOOPWISE_DB, and so on.
    """  # noqa: D301  a backspace, which keeps click from joining the lines below it


@loopwise.command()
@click.option("--listen", metavar="HOST:PORT", help=f"Where to listen; port 0 takes any.  [{Settings.listen}]")
@click.option("--db", metavar="URL", help=f"The database; a file is created if need be.  [{Settings.db}]")
@click.option("--tls-cert", metavar="FILE", help="Certificate chain (PEM), with --tls-key.")
@click.option("--tls-key", metavar="FILE", help="Its private key (PEM).")
@click.option("--insecure", is_flag=True, default=None, help="Listen in plain text beyond loopback.")
@click.option("--metrics", metavar="HOST:PORT", help="Where to serve metrics for Prometheus, by HTTP.  [nowhere]")
@click.option(
    "--cache-bytes",
    type=int,
    metavar="N",
    help=f"Memory for the columns reported or read last; 0 for none.  [{Settings.cache_bytes}]",
)
@click.option("--reflection", is_flag=True, default=None, help="Describe the service to tools such as grpcurl.")
@click.option("--keep-loops", metavar="N", type=int, help="How many loops of an experiment keep their columns.  [all]")
@click.option(
    "--policy",
    metavar="NAME",
    help=f"What decides: meta (a meta-model), blend (it shares batches) or prior.  [{Settings.policy}]",
)
@click.option(
    "--explore",
    metavar="SHARE",
    type=float,
    help="Share of the decisions by an arm drawn at random, so that logs tell what each brings.  [0]",
)
def serve(**given: object) -> None:
    """Runs an engine until it is told to stop (SIGTERM, Ctrl-C); calls under way are finished first.

    \b
    loopwise serve
    loopwise serve --listen 127.0.0.1:0 --db sqlite:////var/lib/loopwise/loopwise.db
    loopwise serve --db postgresql+psycopg://loopwise@db.example/loopwise
    loopwise serve --listen 0.0.0.0:50051 --tls-cert server.pem --tls-key server.key
    """  # noqa: D301
    from loopwise_engine import app  # noqa: PLC0415  not needed for --help

    try:
        app.serve(Settings.read(os.environ, **given))
    except LoopwiseError as error:
        raise click.ClickException(str(error)) from error
    sys.stdout.flush()
    os._exit(0)  # a computation that outlived the grace period must not keep the process; the database is closed


loopwise.add_command(db)
loopwise.add_command(experiments)
loopwise.add_command(meta)
