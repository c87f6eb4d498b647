"""`loopwise meta`: train and judge what decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loopwise_engine.printing import print_table
from loopwise_training.cli import errors_in_words
from loopwise_training.evaluatecli import evaluate, print_stops

if TYPE_CHECKING:
    from loopwise_training.corpus.dataset import Dataset

_COUNT = click.IntRange(min=0)


def _numbers(_context: click.Context, _option: click.Parameter, value: str | None) -> tuple[int, ...]:
    numbers = [] if value is None else [text.strip() for text in value.split(",")]
    if not all(text.isdecimal() for text in numbers):
        raise click.BadParameter(f"{value!r} is no list of ids, such as 31,1464")
    return tuple(map(int, numbers))


def _simulates(experiments: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """For a command on data sets and models: its options, where it runs so many experiments unless told otherwise."""
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    options = (
        click.option(
            "--corpus",
            metavar="DIR",
            type=folder,
            help="Folder of data sets, as for evaluate, those of 150 records or more; beside scikit-learn's own and "
            "generated ones.",
        ),
        click.option(
            "--openml",
            metavar="ID,...",
            callback=_numbers,
            help="Data sets of OpenML by their ids; fetched once, then kept in scikit-learn's data folder.",
        ),
        click.option("--synthetic", type=_COUNT, default=40, show_default=True, help="Generated data sets."),
        click.option(
            "--models",
            default="logistic,svm,forest,boosting,neighbours,bayes,mlp",
            show_default=True,
            metavar="NAME,...",
            help="What is fitted.",
        ),
        click.option(
            "--experiments",
            type=click.IntRange(min=1),
            default=experiments,
            show_default=True,
            help="Simulated, in all.",
        ),
        click.option("--seed", type=_COUNT, default=0, show_default=True, help="Governs everything random."),
        click.option("--jobs", type=int, default=-1, show_default=True, help="Processes at once; -1, one per core."),
    )

    def added(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def on_corpus(corpus: Path | None, openml: tuple[int, ...], synthetic: int, models: str, **others: Any) -> None:
            with errors_in_words():
                command(_corpus(corpus, openml, synthetic), models.split(","), **others)

        for option in reversed(options):
            on_corpus = option(on_corpus)
        return on_corpus

    return added


@click.group()
def meta() -> None:
    """What `loopwise meta` has for those who train; an engine brings the rest."""


meta.add_command(evaluate)


@meta.command()
@_simulates(1000)
@click.option("--out", required=True, metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help="Folder.")
def simulate(datasets: list[Dataset], models: list[str], experiments: int, seed: int, jobs: int, out: Path) -> None:
    """Runs experiments with known labels through an engine that explores, and logs what every arm would have gained.

    \b
    loopwise meta simulate --corpus sets --experiments 2000 --out runs
    loopwise meta simulate --experiments 100 --jobs 1 --out runs

    Each folder runs/part-... is an export of logged runs (docs/logged-runs.md), with the tables `simulations` and
    `rollouts` beside them. Run again, it goes on where it stopped; more --experiments add to those that are there.
    """  # noqa: D301
    from loopwise_training.logs.progress import Steps  # noqa: PLC0415
    from loopwise_training.simulation import PART  # noqa: PLC0415
    from loopwise_training.simulation import simulate as simulated  # noqa: PLC0415

    with Steps(-(-experiments // PART)) as steps:
        for path in simulated(datasets, models, experiments, out, seed, jobs):
            steps.step(path.name, 1)
    families = len({dataset.family for dataset in datasets})
    click.echo(f"{experiments} experiments on {len(datasets)} data sets of {families} families in {out}")


@meta.command()
@click.option(
    "--runs",
    required=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Simulated runs, as `loopwise meta simulate` writes them.",
)
@click.option("--name", default="own", show_default=True, help="Of the model.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the trees.")
@click.option("--jobs", type=int, default=-1, show_default=True, help="Processes at once; -1, one per core.")
@click.option("--out", required=True, metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help="Folder.")
def fit(runs: Path, name: str, seed: int, jobs: int, out: Path) -> None:
    """Learns from simulated runs what each arm gains in which state, and when to leave the default arm for it.

    \b
    loopwise meta fit --runs runs --name mine --out model
    loopwise meta evaluate --data sets --strategies meta,prior,margin,random --model model --out figures.json

    The folder holds card.json (what it was trained on, and how it did on families of data sets that it had not seen)
    and LightGBM's text files: the same bytes from the same runs and seed. In fold-1 ... fold-5 beside it are models
    that have not seen a fifth of the families each; with them `evaluate` judges it on data that it was trained on.
    """  # noqa: D301
    from loopwise_training.fit import fit as fitted  # noqa: PLC0415
    from loopwise_training.fit import read_runs  # noqa: PLC0415

    with errors_in_words():
        card = fitted(read_runs(runs), out, name, seed, jobs)
    click.echo(
        f"{card.name} {card.version}: learned from {card.corpus['states']} states of {len(card.corpus['families'])} "
        "families. On families that it had not seen, "
    )
    for stage in ("early", "late"):
        figures = {name: card.metrics[f"{stage} {name}"] for name in ("left", "gain_ahead", "gain_ahead_error")}
        follows = "" if card.thresholds[stage] is not None else ", so that it follows the default arm there"
        gain = f"{figures['gain_ahead']:+.3f} +- {figures['gain_ahead_error']:.3f} points of accuracy over four loops"
        click.echo(f"{stage}: leaving the default arm in {figures['left']:.0%} of the states gains {gain}{follows}.")


@meta.command()
@click.option(
    "--logs",
    required=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Logged runs, as `loopwise logs export` or `loopwise meta simulate` write them.",
)
@click.option(
    "--policies",
    "names",
    default=None,
    metavar="NAME,...",
    help="Arms, prior, meta.  [default: prior,refine,margin, and meta where there is a model]",
)
@click.option(
    "--model",
    "learned",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A meta-model, for the policy `meta`.",
)
@click.option(
    "--reward",
    default="accuracy",
    show_default=True,
    metavar="NAME",
    help="A metric that was reported (its change until the next loop), or of the labels: surprise, loss.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, and nothing else, on stdout.")
def estimate(logs: Path, names: str | None, learned: Path | None, reward: str, as_json: bool) -> None:
    """Estimates what other policies would have gained on logged decisions, and says where logs cannot tell.

    \b
    loopwise logs export --out runs
    loopwise meta estimate --logs runs --policies prior,margin --reward accuracy
    loopwise meta estimate --logs runs --model model --json

    docs/off-policy.md tells what the figures mean.
    """  # noqa: D301
    from loopwise_engine.policy import MetaModel  # noqa: PLC0415
    from loopwise_training.logged_decisions import report  # noqa: PLC0415  pandas, LightGBM

    chosen = names.split(",") if names else ["prior", "refine", "margin", *(["meta"] if learned else [])]
    with errors_in_words():
        found = report(logs, chosen, reward, MetaModel.load(learned) if learned else None)
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    click.echo(
        f"{found['decisions']} decisions of {found['experiments']} experiments; the reward is {found['meaning']}, "
        f"{_interval(found['logged'])} for what was followed"
    )
    rows = []
    for name, of in found["policies"].items():
        figures = [_interval(of[key]) if of[key] else "" for key in ("ips", "snips", "dr", "beside")]
        told = [f"{of['told']:.0%}", f"{of['supported']:.0%}", f"{of['effective']:.0f}"]
        rows.append([name, *told, *figures])
    columns = ["policy", "told", "supported", "effective", "IPS", "SNIPS", "DR", "DR less logged"]
    print_table(columns, rows, right=columns[1:])
    for name, of in found["policies"].items():
        if of["why_none"]:
            click.echo(f"{name}: no estimate, for {of['why_none']}.")
    if random := found["random"]:
        click.echo(
            f"A record that a strategy chose: {_interval(random['chosen'])}; one drawn at random: "
            f"{_interval(random['drawn'])} ({random['draws']} drawn)."
        )


def _interval(value: dict[str, float]) -> str:
    return f"{value['mean']:+.4f} ± {value['error']:.4f}"


@meta.command("fit-stop")
@_simulates(400)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="JSON file.")
def fit_stop(datasets: list[Dataset], models: list[str], experiments: int, seed: int, jobs: int, out: Path) -> None:
    """Learns from long experiments how sure one may be that stopping costs no more than a point of accuracy.

    Data sets of fewer than 800 records are left out. The file is what the engine has as policy/stopping.json.
    """
    import pandas as pd  # noqa: PLC0415

    from loopwise_training.logs.progress import Steps  # noqa: PLC0415
    from loopwise_training.stopping import fit_stopping  # noqa: PLC0415
    from loopwise_training.stopping_runs import simulate as simulated  # noqa: PLC0415

    out.parent.mkdir(parents=True, exist_ok=True)
    runs = []
    with Steps(experiments) as steps:
        for run in simulated(datasets, models, experiments, seed, jobs):
            runs.append(run)
            steps.step(run["family"].iloc[0], 1)
    combination = fit_stopping(pd.concat(runs))
    out.write_text(combination.as_json(), "utf-8")
    click.echo("On families that it had not seen:")
    print_stops(combination.origin["unseen"]["stops"])


@meta.command("fit-errors")
@_simulates(1000)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="JSON file.")
def fit_errors(datasets: list[Dataset], models: list[str], experiments: int, seed: int, jobs: int, out: Path) -> None:
    """Learns from experiments how likely a model is wrong about a record, for the strategy `likely_errors`.

    The file is what the SDK has as strategies/likely_errors.json.
    """
    import pandas as pd  # noqa: PLC0415

    from loopwise_training.likely_errors import fit_errors as fitted  # noqa: PLC0415
    from loopwise_training.likely_errors import simulate as simulated  # noqa: PLC0415
    from loopwise_training.logs.progress import Steps  # noqa: PLC0415

    out.parent.mkdir(parents=True, exist_ok=True)
    runs = []
    with Steps(experiments) as steps:
        for run in simulated(datasets, models, experiments, seed, jobs):
            runs.append(run)
            steps.step(f"experiment {len(runs)}", 1)
    found = fitted(pd.concat(runs, ignore_index=True), seed, jobs)
    out.write_text(json.dumps(found) + "\n", "utf-8")
    corpus_of, unseen = found["corpus"], found["unseen"]
    click.echo(
        f"Learned from {corpus_of['records']} records of {corpus_of['families']} families. On families that it had not "
        f"seen, it tells errors with an AUC of {unseen['auc']:.3f}, uncertainty alone with "
        f"{unseen['auc of uncertainty']:.3f}."
    )


def _corpus(folder: Path | None, openml: tuple[int, ...], synthetic: int) -> list[Dataset]:
    from loopwise_training.corpus.families import with_families  # noqa: PLC0415
    from loopwise_training.corpus.files import load_folder  # noqa: PLC0415
    from loopwise_training.corpus.libraries import bundled  # noqa: PLC0415
    from loopwise_training.corpus.libraries import openml as fetched  # noqa: PLC0415
    from loopwise_training.corpus.synthetic import synthetic as generated  # noqa: PLC0415
    from loopwise_training.corpus.views import LEAST  # noqa: PLC0415

    found = [] if folder is None else load_folder(folder)
    found += fetched(openml)
    found += [dataset for dataset in bundled() if dataset.name not in {one.name for one in found}]
    found += [generated(number) for number in range(synthetic)]
    return with_families([dataset for dataset in found if len(dataset.y) >= LEAST])
