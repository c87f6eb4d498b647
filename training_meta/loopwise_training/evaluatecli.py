"""`loopwise meta evaluate`: runs strategies over data sets, and prints how they compare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from loopwise_engine.printing import print_table
from loopwise_training.cli import errors_in_words


@click.command()
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
    help="Policies, arms, baselines, names of docs/strategies.md; the last two are what the others are measured by.",
)
@click.option(
    "--models", default="logistic,svm,boosting", show_default=True, metavar="NAME,...", help="What is fitted."
)
@click.option("--seeds", type=click.IntRange(min=1), default=3, show_default=True, help="Runs of each.")
@click.option("--jobs", type=int, default=-1, show_default=True, help="Processes at once; -1, one per core.")
@click.option(
    "--model",
    "learned",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of a meta-model, which `meta` and `blend` follow; never one that has seen the family of a data set.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="JSON file for the figures."
)
@click.option("--plots", type=click.Path(file_okay=False, path_type=Path), help="Folder for pictures.")
def evaluate(
    data: Path,
    protocol_name: str,
    names: str,
    models: str,
    seeds: int,
    jobs: int,
    learned: Path | None,
    out: Path,
    plots: Path | None,
) -> None:
    """Runs strategies on every data set of a folder, and compares them.

    \b
    loopwise meta evaluate --data sets --strategies policy,margin,random --seeds 5 --out figures.json
    loopwise meta evaluate --data sets --protocol imbalance --models logistic --out figures.json --plots pictures
    loopwise meta evaluate --data sets --strategies prior,prior+schedule,prior+infer=0.25,margin --out figures.json

    `policy` is what engines follow, the shipped meta-model, which may not be judged by data sets of families that it
    was trained on; `prior` does without a model, `meta` and `blend` follow that of --model.

    Behind a name, +schedule lets as many batches grow by a quarter each; compare by "in use", the AUBC of the model
    in use. Behind both, +infer=0.25 has the model look at a quarter of the pool before each decision.

    Where two arms or more (docs/meta-model.md) run on five families or more, "best arm" is what choosing one of them
    for all data sets comes to, when it is chosen on other families.

    Protocols: loops20, loops10, stopping, bigpool, rebench, coldstart, imbalance, bigbatch. Models: logistic, svm,
    forest, boosting, neighbours, bayes, mlp. Baselines are our reimplementations of published methods: albl (Hsu and
    Lin 2015), lal (Konyushkova, Sznitman and Fua 2017), tailor (Zhang et al. 2023), selectal (Hacohen and Weinshall
    2023). The figures are the same whatever the number of jobs.
    """  # noqa: D301
    from loopwise_training.best_arm import BEST_ARM, best_arm  # noqa: PLC0415
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
            for some in evaluated(datasets, found, chosen, fitted, seeds, jobs, learned=learned):
                rows += some
                steps.step(f"{some[0].dataset}, {some[0].model}", 1)
        rows += best_arm(rows)
        chosen.append(BEST_ARM)
        rows.sort(key=lambda row: (row.dataset, row.model, row.seed, chosen.index(row.strategy)))
        summary = summarise(rows)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps({"rows": [row.as_json() for row in rows], "summary": summary}, indent=1), "utf-8")
        if plots is not None:
            _draw(rows, summary, plots, f"{found.name}: {len(datasets)} data sets, {', '.join(fitted)}, {seeds} seeds")
    _print(summary, [*chosen[1:-1][-2:], BEST_ARM], balanced=found.name == "imbalance")
    if found.name == "stopping":
        _print_stopping(summary)


def _draw(rows: Sequence[Any], summary: dict[str, Any], plots: Path, title: str) -> None:
    from loopwise_training.evaluation_picture import draw_curves, draw_ranks  # noqa: PLC0415  matplotlib

    plots.mkdir(parents=True, exist_ok=True)
    ranks = {name: figures["rank"] for name, figures in summary["strategies"].items() if figures["rank"] is not None}
    draw_curves([row for row in rows if row.strategy in ranks], plots / "curves.png", title)
    draw_ranks(ranks, summary["critical_difference"], plots / "ranks.png", title)


def _print(summary: dict[str, Any], beside: Sequence[str], *, balanced: bool) -> None:
    which = "balanced_" if balanced else ""
    differences = "; differences of balanced AUBC" if balanced else ""
    click.echo(f"{summary['datasets']} data sets, {summary['runs']} runs; points of AUBC{differences}")
    beside = [name for name in beside if name in summary["strategies"]]
    gaps = {(d["strategy"], d["against"]): d for d in summary["differences"]}
    rows = []
    for name, figures in summary["strategies"].items():
        cells = [name, *(f"{figures[key]:.2f}" for key in ("aubc", "balanced_aubc", "step_aubc"))]
        cells.append("" if figures["rank"] is None else f"{figures['rank']:.2f}")
        for against in beside:
            gap = gaps.get((name, against))
            cells.append("" if gap is None else _with_error(gap[f"{which}mean"], gap[f"{which}standard_error"]))
        rows.append(cells)
    columns = ["strategy", "AUBC", "balanced", "in use", "rank", *(f"less {against}" for against in beside)]
    print_table(columns, rows, right=columns[1:])


def _with_error(mean: float, error: float | None) -> str:
    return f"{mean:+.2f}" if error is None else f"{mean:+.2f} ± {error:.2f}"


def _print_stopping(summary: dict[str, Any]) -> None:
    for name, stops in summary["stopping"].items():
        click.echo(f"Stopping by what {name} says:")
        print_stops(stops)


def print_stops(stops: dict[str, dict[str, float]]) -> None:
    """What came of stopping by each rule and at each confidence, `loopwise_training.stopping.summary` by name."""
    rows = [
        [
            name,
            *(f"{figures[key]:.0%}" for key in ("stopped", "right", "wasted")),
            f"{figures['lost']:.2f}",
            f"{figures['saved']:.0%}",
            f"{figures['cost']:.2f}",
        ]
        for name, figures in stops.items()
    ]
    columns = ["rule", "stopped", "right", "wasted", "lost", "saved", "cost"]
    print_table(columns, rows, right=columns[1:])
