"""`loopwise demo`: active learning on real images, by the policy, by margin and at random."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits

import loopwise
from loopwise_training import picture
from loopwise_training.demo_runs import Arm, Run, simulate
from loopwise_training.metrics import CurvePoint, aubc, labels_to, value_at
from loopwise_training.trial import Split

ARMS = (
    Arm("loopwise"),
    Arm("margin", strategy="margin", embeddings=False, random_share=0.0),
    Arm("random", strategy="random", embeddings=False, random_share=0.0),
)
SEEDS = 3
BUDGET = 300
BATCH_SIZE = 20
TEST_SHARE = 1 / 3
LEVEL = 0.9
MILESTONES = (100, 200, 300)


@dataclass(frozen=True)
class Summary:
    """What one arm came to: figures of its mean learning curve over the seeds.

    Attributes:
        aubc: area under the budget curve, the mean accuracy from the first batch to the whole budget.
        accuracy: by number of labels.
        labels_to_90: labels at which the accuracy first reaches 90 %; None, it never does.
        bytes_per_loop: that left for the engine, on average.
        seconds: of one run, on average, model included.
    """

    aubc: float
    accuracy: dict[str, float]
    labels_to_90: int | None
    bytes_per_loop: int
    seconds: float


def run_demo(as_json: bool, seed: int, out: Path) -> None:
    """Runs the demo, draws its picture, and prints its figures.

    Args:
        as_json: print JSON, and nothing else on stdout, instead of a table.
        seed: governs everything random.
        out: folder for the picture.
    """
    runs = _run_all(seed)
    out.mkdir(parents=True, exist_ok=True)
    path = out / "curves.png"
    picture.draw(runs, "loopwise", path, f"Handwritten digits, batches of {BATCH_SIZE}, {SEEDS} seeds")
    summaries = {name: summarise(seeds) for name, seeds in runs.items()}
    if as_json:
        everything = [_as_json(run) for seeds in runs.values() for run in seeds]
        click.echo(json.dumps({"summary": {k: asdict(v) for k, v in summaries.items()}, "runs": everything}, indent=2))
    else:
        Console(width=min(80, Console().width)).print(_table(summaries))
    click.echo(f"Learning curves and blends: {path}", err=as_json)


def digits(seed: int) -> Split:
    """Scikit-learn's handwritten digits (Alpaydin and Kaynak 1998), 8 x 8 pixels in [0, 1], split by the seed."""
    images, labels = load_digits(return_X_y=True)
    X_pool, X_test, y_pool, y_test = train_test_split(
        images / 16.0, labels, test_size=TEST_SHARE, random_state=seed, stratify=labels
    )
    return Split(X_pool, y_pool, X_test, y_test)


def summarise(runs: Sequence[Run]) -> Summary:
    """Figures of one arm over its seeds, all with the same numbers of labels."""
    labels = [point.labels for point in runs[0].curve]
    mean = np.mean([[point.value for point in run.curve] for run in runs], axis=0)
    curve = [CurvePoint(count, float(value)) for count, value in zip(labels, mean, strict=True)]
    return Summary(
        aubc=aubc(curve),
        accuracy={str(count): value_at(curve, count) for count in MILESTONES if count <= labels[-1]},
        labels_to_90=labels_to(curve, LEVEL),
        bytes_per_loop=round(sum(sum(run.bytes_sent) for run in runs) / sum(len(run.curve) for run in runs)),
        seconds=sum(run.seconds for run in runs) / len(runs),
    )


def _run_all(seed: int) -> dict[str, list[Run]]:
    """Every arm with every seed, against one embedded engine on a file that is gone afterwards."""
    seeds = [int(s) for s in np.random.SeedSequence(seed).generate_state(SEEDS)]
    runs: dict[str, list[Run]] = {arm.name: [] for arm in ARMS}
    with tempfile.TemporaryDirectory(prefix="loopwise-demo-") as folder, _progress() as progress:
        bar = progress.add_task("", total=len(ARMS) * SEEDS * BUDGET)
        # One thread: the models are small, and threads would wait for each other.
        with loopwise.connect(f"sqlite:///{folder}/demo.db") as engine, threadpool_limits(limits=1):
            for number, run_seed in enumerate(seeds, start=1):
                task = digits(run_seed)
                for arm in ARMS:
                    shown = f"{arm.name}, seed {number} of {SEEDS}"

                    def on_loop(point: CurvePoint, shown: str = shown) -> None:
                        progress.update(
                            bar,
                            advance=BATCH_SIZE,
                            description=f"{shown}: {point.labels:3d} labels, accuracy {point.value:6.1%}",
                        )

                    runs[arm.name].append(
                        simulate(
                            engine,
                            task,
                            LogisticRegression(C=10.0, max_iter=1000),
                            arm,
                            budget=BUDGET,
                            batch_size=BATCH_SIZE,
                            seed=run_seed,
                            journal=Path(folder) / f"{arm.name}-{number}.journal",
                            on_loop=on_loop,
                        )
                    )
    return runs


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _table(summaries: dict[str, Summary]) -> Table:
    table = Table(caption=f"means of {SEEDS} seeds; AUBC: the mean accuracy from {BATCH_SIZE} to {BUDGET} labels")
    table.add_column("run")
    for header in ("AUBC", *(f"at {count}" for count in MILESTONES), "labels to 90 %", "bytes / loop", "seconds"):
        table.add_column(header, justify="right")
    for name, summary in summaries.items():
        table.add_row(
            name,
            f"{summary.aubc:.3f}",
            *(f"{value:.1%}" for value in summary.accuracy.values()),
            "-" if summary.labels_to_90 is None else str(summary.labels_to_90),
            f"{summary.bytes_per_loop:,}",
            f"{summary.seconds:.1f}",
        )
    return table


def _as_json(run: Run) -> dict[str, Any]:
    return {
        "arm": run.arm,
        "seed": run.seed,
        "curve": [{"labels": point.labels, "accuracy": point.value} for point in run.curve],
        "aubc": aubc(run.curve),
        "labels_to_90": labels_to(run.curve, LEVEL),
        "blends": [blend.describe() for blend in run.blends],
        "reasons": run.reasons,
        "bytes_by_loop": run.bytes_sent,
        "seconds": run.seconds,
    }
