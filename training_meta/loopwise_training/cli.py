"""The commands that this package brings to `loopwise`; what they need is imported when they run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from loopwise.errors import LoopwiseError
from loopwise_engine.settings import Settings

_url = click.option("--db", "url", metavar="URL", help=f"The database.  [{Settings.db}]")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, and nothing else, on stdout.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Governs everything random.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Folder for the picture.",
)
def demo(as_json: bool, seed: int, out: Path) -> None:
    """Label 300 of scikit-learn's digits, from none: loopwise's policy against margin and random."""
    from loopwise_training.demo import run_demo  # noqa: PLC0415  scikit-learn and matplotlib

    run_demo(as_json, seed, out)


@click.group()
def logs() -> None:
    """Logged runs: experiments as Parquet files, to train on, or to bring to another engine.

    The layout is documented in docs/logged-runs.md.
    """


@logs.command()
@_url
@click.option(
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the files; one that an export has begun is gone on with.",
)
@click.option("--experiment", "names", metavar="NAME", multiple=True, help="Only this one; may be given again.")
def export(url: str | None, out: Path, names: tuple[str, ...]) -> None:
    """Writes experiments to a folder, but for those that have opted out. Run again, it goes on where it stopped.

    \b
    loopwise logs export --out runs
    loopwise logs export --db postgresql+psycopg://loopwise@db.example/loopwise --out runs --experiment digits
    """  # noqa: D301
    with errors_in_words():
        from loopwise_training.logs import export_logs  # noqa: PLC0415  pyarrow

        done = export_logs(_read(url), out, names)
    left_out = f"; {len(done.opted_out)} have opted out" if done.opted_out else ""
    left_out += f"; {done.aged_out} columns have aged out" if done.aged_out else ""
    click.echo(
        f"{len(done.experiments)} experiments in {out}: {done.written} files written, {done.kept} kept{left_out}"
    )


@logs.command("import")
@_url
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
def import_command(url: str | None, folder: Path) -> None:
    """Reads an export into a database, all of it or nothing; experiments that are there already are refused.

    \b
    loopwise logs import runs --db sqlite:///copy.db
    """  # noqa: D301
    with errors_in_words():
        from loopwise_training.logs import import_logs  # noqa: PLC0415

        names = import_logs(folder, _read(url))
    click.echo(f"imported {len(names)} experiments: {', '.join(names)}" if names else "the export holds no experiments")


def _read(url: str | None) -> str:
    return Settings.read(os.environ, db=url).db


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Turns our errors into the sentence and the exit status that a command ends with."""
    try:
        yield
    except LoopwiseError as error:
        raise click.ClickException(str(error)) from error
