"""`loopwise meta`: train and judge what decides."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from loopwise_training.cli import errors_in_words


@click.group()
def meta() -> None:
    """The meta-model: judge strategies and policies over data sets."""


@meta.command()
@click.option(
    "--data",
    required=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of data sets: Parquet, CSV or ARFF with a column `label` (else the last one), libsvm.",
)
@click.option("--protocol", "protocol_name", default="loops20", show_default=True, help="How data become experiments.")
@click.option(
    "--strategies",
    "names",
    default="prior,margin,random",
    show_default=True,
    metavar="NAME,...",
    help="Policies, arms, and names of docs/strategies.md; the last two are what the others are measured by.",
)
@click.option(
    "--models", default="logistic,svm,boosting", show_default=True, metavar="NAME,...", help="What is fitted."
)
@click.option("--seeds", type=click.IntRange(min=1), default=3, show_default=True, help="Runs of each.")
@click.option("--jobs", type=int, default=-1, show_default=True, help="Processes at once; -1, one per core.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="JSON file for the figures."
)
@click.option("--plots", type=click.Path(file_okay=False, path_type=Path), help="Folder for pictures.")
def evaluate(
    data: Path, protocol_name: str, names: str, models: str, seeds: int, jobs: int, out: Path, plots: Path | None
) -> None:
    """Runs strategies on every data set of a folder, and compares them.

    \b
    loopwise meta evaluate --data sets --strategies prior,margin,random --seeds 5 --out figures.json
    loopwise meta evaluate --data sets --protocol imbalance --models logistic --out figures.json --plots pictures

    Protocols: loops20, rebench, coldstart, imbalance, bigbatch. Models: logistic, svm, forest, boosting, neighbours,
    bayes, mlp. The figures are the same whatever the number of jobs.
    """  # noqa: D301
    from loopwise_training.comparison import summarise  # noqa: PLC0415
    from loopwise_training.corpus.families import with_families  # noqa: PLC0415  scikit-learn, pandas
    from loopwise_training.corpus.files import load_folder  # noqa: PLC0415
    from loopwise_training.evaluate import Row  # noqa: PLC0415
    from loopwise_training.evaluate import evaluate as evaluated  # noqa: PLC0415
    from loopwise_training.logs.progress import Steps  # noqa: PLC0415
    from loopwise_training.protocols import protocol  # noqa: PLC0415

    with errors_in_words():
        found = protocol(protocol_name)
        datasets = with_families(load_folder(data))
        chosen, fitted = names.split(","), models.split(",")
        rows: list[Row] = []
        with Steps(len(datasets) * len(fitted) * seeds) as steps:
            for some in evaluated(datasets, found, chosen, fitted, seeds, jobs):
                rows += some
                steps.step(f"{some[0].dataset}, {some[0].model}", 1)
        rows.sort(key=lambda row: (row.dataset, row.model, row.seed, chosen.index(row.strategy)))
        summary = summarise(rows)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps({"rows": [row.as_json() for row in rows], "summary": summary}, indent=1), "utf-8")
        if plots is not None:
            _draw(rows, summary, plots, f"{found.name}: {len(datasets)} data sets, {', '.join(fitted)}, {seeds} seeds")
    _show(summary)


def _draw(rows: Sequence[Any], summary: dict[str, Any], plots: Path, title: str) -> None:
    from loopwise_training.evaluation_picture import draw_curves, draw_ranks  # noqa: PLC0415  matplotlib

    plots.mkdir(parents=True, exist_ok=True)
    draw_curves(rows, plots / "curves.png", title)
    ranks = {name: figures["rank"] for name, figures in summary["strategies"].items()}
    draw_ranks(ranks, summary["critical_difference"], plots / "ranks.png", title)


def _show(summary: dict[str, Any]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=f"{summary['datasets']} data sets, {summary['runs']} runs; points of AUBC")
    for column in ("strategy", "AUBC", "balanced", "rank"):
        table.add_column(column, justify="left" if column == "strategy" else "right")
    names = list(summary["strategies"])
    beside = names[1:][-2:]
    for against in beside:
        table.add_column(f"less {against}", justify="right")
    gaps = {(d["strategy"], d["against"]): d for d in summary["differences"]}
    for name, figures in summary["strategies"].items():
        cells = [name, *(f"{figures[key]:.2f}" for key in ("aubc", "balanced_aubc", "rank"))]
        for against in beside:
            gap = gaps.get((name, against))
            cells.append("" if gap is None else f"{gap['mean']:+.2f} ± {gap['standard_error']:.2f}")
        table.add_row(*cells)
    Console(width=max(80, Console().width)).print(table)
