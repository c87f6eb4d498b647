"""`loopwise meta simulate`: many experiments with known labels, as logged runs with rollouts beside them."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import joblib
import pyarrow as pa
import pyarrow.parquet as pq
from threadpoolctl import threadpool_limits

from loopwise import Engine
from loopwise.errors import InvalidInputError
from loopwise.local import LocalChannel
from loopwise.rpc import Rpc
from loopwise.strategies import likely_errors
from loopwise_engine.app import App
from loopwise_engine.policy.arms import ARMS
from loopwise_engine.policy.model import INPUTS, versions
from loopwise_engine.settings import Settings
from loopwise_training.corpus.dataset import Dataset
from loopwise_training.likely_errors import unseen
from loopwise_training.logs.exporting import export_logs
from loopwise_training.models import model
from loopwise_training.parallel import results
from loopwise_training.rollouts import Explorer, Recipe, Rollout, name_of, recipe, run

PART = 8
"""Experiments of a folder: what is done again at most after a crash."""

MADE_OF = "made_of.json"
"""In a folder of parts: what all of its experiments have in common."""

_LOOPWISE = "loopwise (arms, inputs or error model)"

SIMULATIONS = pa.schema(
    {"dataset": pa.string(), "family": pa.string(), "model": pa.string(), "seed": pa.int64(), "embeddings": pa.string()}
)
ROLLOUTS = pa.schema(
    {
        "loop": pa.int32(),
        "arm": pa.string(),
        "step": pa.int32(),
        "accuracy": pa.float64(),
        "balanced_accuracy": pa.float64(),
        "likelihood": pa.float64(),
    }
)


def simulate(
    datasets: Sequence[Dataset], models: Sequence[str], count: int, folder: Path, seed: int, jobs: int
) -> Iterator[Path]:
    """Simulates experiments, a folder of logged runs for every eight of them; those that are there are kept.

    What is logged is the same whatever the number of processes, but for moments and what an engine draws (`uid`).

    Args:
        datasets: of the corpus.
        models: names of those that are trained.
        count: experiments in all.
        folder: for the parts.
        seed: governs everything random.
        jobs: processes at once.

    Yields:
        The folder of each part, as they are done.

    Raises:
        InvalidInputError: an unknown model, or the folder holds experiments that were made of something else.
    """
    for name in models:
        model(name, seed=0)
    folder = folder.resolve()  # a cluster's processes may work elsewhere
    _claim(folder, _made_of(datasets, models, seed))
    parts = {
        folder / f"part-{first // PART:05d}": range(first, min(first + PART, count)) for first in range(0, count, PART)
    }
    missing = [(path, numbers) for path, numbers in parts.items() if not _is_whole(path, numbers, seed)]
    yield from (path for path in parts if path not in dict(missing))
    tasks = (joblib.delayed(_part)(path, numbers, list(datasets), tuple(models), seed) for path, numbers in missing)
    yield from results(tasks, jobs)


def refuse_other(folder: Path) -> None:
    """Makes sure that what was simulated into a folder had the arms, inputs and error model of this loopwise.

    Raises:
        InvalidInputError: it had others, or nothing tells.
    """
    path = folder / MADE_OF
    if not path.exists() and any(folder.glob("part-*")):
        raise InvalidInputError(f"{folder} holds experiments, and no {MADE_OF} tells what of: simulate anew")
    if path.exists() and _read(path).get(_LOOPWISE) != _loopwise():
        raise InvalidInputError(
            f"{folder} was simulated with other arms, inputs or another error model than this loopwise has: simulate "
            "anew, or learn with the loopwise that it was simulated with"
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError) as error:
        raise InvalidInputError(f"{path} is damaged ({error}): nothing tells what was simulated beside it") from error


def _loopwise() -> str:
    knows = [INPUTS, list(ARMS), versions(), likely_errors.content()]
    return hashlib.sha256(json.dumps(knows).encode()).hexdigest()


def _made_of(datasets: Sequence[Dataset], models: Sequence[str], seed: int) -> dict[str, Any]:
    return {
        "data sets": [
            [dataset.name, dataset.family, hashlib.sha256(dataset.X.tobytes() + dataset.y.tobytes()).hexdigest()]
            for dataset in datasets
        ],
        "models": list(models),
        "seed": seed,
        _LOOPWISE: _loopwise(),
    }


def _claim(folder: Path, made_of: dict[str, Any]) -> None:
    """Makes the folder one of experiments that are made of this, or makes sure that it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / MADE_OF
    if not path.exists():
        if any(folder.glob("part-*")):
            raise InvalidInputError(
                f"{folder} holds experiments, and no {MADE_OF} tells what of: name another folder, or remove this one"
            )
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(made_of, indent=1), "utf-8")
        unfinished.replace(path)
    found = _read(path)
    if other := [name for name in made_of if found.get(name) != made_of[name]]:
        raise InvalidInputError(
            f"{folder} holds experiments of other {', '.join(other)}: name another folder, or remove this one"
        )


def _is_whole(path: Path, numbers: range, seed: int) -> bool:
    """Whether a part is there, with these experiments: an earlier call may have asked for fewer, or for more."""
    found = {folder.name.partition("=")[2] for folder in (path / "simulations").glob("experiment=*")}
    return found >= {name_of(number, seed) for number in numbers}


def _part(path: Path, numbers: range, datasets: list[Dataset], models: tuple[str, ...], seed: int) -> Path:
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="unfinished-") as made, threadpool_limits(1):
        folder = Path(made) / path.name
        url = f"sqlite:///{made}/engine.db"
        recipes = [recipe(number, datasets, models, seed) for number in numbers]
        rollouts = [_run(url, made_of, Path(made)) for made_of in recipes]
        export_logs(url, folder)
        for made_of, found in zip(recipes, rollouts, strict=True):
            _log(folder, made_of, found)
        shutil.rmtree(path, ignore_errors=True)
        folder.rename(path)  # whole, or not there
    return path


def _run(url: str, made_of: Recipe, folder: Path) -> list[Rollout]:
    explorer = Explorer(made_of)
    app = App(Settings(db=url), policy=explorer)
    channel = LocalChannel(app.generic_handlers, app.interceptors, app.close)
    with unseen(made_of.dataset), closing(Engine(Rpc(channel), url)) as engine:
        return run(engine, explorer, made_of, folder / f"{made_of.name}.journal")


def _log(folder: Path, made_of: Recipe, rollouts: list[Rollout]) -> None:
    about = {
        "dataset": made_of.dataset.name,
        "family": made_of.dataset.family,
        "model": made_of.model,
        "seed": made_of.seed,
        "embeddings": made_of.embeddings,
    }
    rows = [{"loop": one.loop, "arm": one.arm, "step": one.step, **asdict(one.scores)} for one in rollouts]
    for table, schema, some in (("simulations", SIMULATIONS, [about]), ("rollouts", ROLLOUTS, rows)):
        path = folder / table / f"experiment={made_of.name}" / "data.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(some, schema), path, compression="zstd")
