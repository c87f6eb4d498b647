"""Experiments to learn stopping from: far beyond where one should stop, so that it can be seen what going on brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import joblib
import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from loopwise_engine.policy import PriorPolicy, state_features
from loopwise_engine.policy.arms import ARMS
from loopwise_engine.policy.stopping import inputs, stability, values
from loopwise_training.corpus.dataset import Dataset
from loopwise_training.corpus.views import view
from loopwise_training.models import model
from loopwise_training.parallel import results
from loopwise_training.protocols import Protocol
from loopwise_training.seeds import seed_of
from loopwise_training.trial import Trial

LEAST = 800
"""Records of a data set; with fewer, the test set is too small to see a point of accuracy."""

HORIZON = 0.8
"""Share of the pool that is labeled in the end."""

REPORTED = 3
"""Every third record of the test set makes up the accuracy that the user reports; the others tell what is true."""

STRATEGIES = ("prior", "refine", "margin", "random")

_LOOPS, _POOL = (12, 40), (300, 1000)


@dataclass(frozen=True)
class Recipe:
    """What an experiment is made of; all of it follows from its number and a seed.

    Attributes:
        number: of the experiment.
        dataset: of what; a view of a data set of the corpus.
        model: name of the model.
        strategy: that chooses.
        seed: of split, model and every choice.
        loops: batches, all of one size.
        pool: records in the pool, at most.
    """

    number: int
    dataset: Dataset
    model: str
    strategy: str
    seed: int
    loops: int
    pool: int


def recipe(number: int, datasets: Sequence[Dataset], models: Sequence[str], seed: int) -> Recipe:
    """The recipe of this number: data sets take turns, as they are and then as one view after another."""
    rng = np.random.default_rng([seed, number, 13])
    turn, which = divmod(number, len(datasets))
    dataset = view(datasets[which], turn if turn == 0 else seed_of(seed, number, 13))
    return Recipe(
        number,
        dataset if len(dataset.y) >= LEAST else datasets[which],
        str(rng.choice(list(models))),
        str(rng.choice(STRATEGIES)),
        seed_of(seed, number, 14),
        int(np.exp(rng.uniform(*np.log(_LOOPS)))),
        int(np.exp(rng.uniform(*np.log(_POOL)))),
    )


def simulate(
    datasets: Sequence[Dataset], models: Sequence[str], count: int, seed: int, jobs: int
) -> Iterator[pd.DataFrame]:
    """Runs experiments to 80 % of their pools; the same figures whatever the number of jobs.

    Args:
        datasets: of the corpus; those of fewer than 800 records are left out.
        models: names of those that are trained.
        count: experiments.
        seed: governs everything random.
        jobs: processes at once.

    Yields:
        For each experiment, in their order, a row per loop: "experiment", "family", "model", "strategy", "labels",
        "accuracy" (on the part of the test set that nobody reports), and what `inputs` and `values` of
        `loopwise_engine.policy.stopping` say, as "input NAME" and "rule NAME".
    """
    usable = [dataset for dataset in datasets if len(dataset.y) >= LEAST]
    tasks = (joblib.delayed(_run)(recipe(number, usable, models, seed)) for number in range(count))
    yield from results(tasks, jobs, in_order=True)


def _run(made_of: Recipe) -> pd.DataFrame:
    protocol = Protocol(
        "stopping",
        "",
        lambda classes, pool: min(max(10, 2 * classes), pool // 4),
        lambda pool, initial: [max(1, round((HORIZON * pool - initial) / made_of.loops))] * made_of.loops,
        max_pool=made_of.pool,
    )
    split = protocol.split(made_of.dataset, made_of.seed)
    chosen = protocol.start(split, made_of.seed)
    sizes = protocol.batches(len(split.y_pool), len(chosen))
    trial = Trial(
        split,
        lambda: model(made_of.model, made_of.seed % 2**31),
        batch_size=sizes[0],
        embeddings=split.X_pool,
        seed=made_of.seed,
    )
    reported = np.arange(len(split.y_test)) % REPORTED == 0
    rows = []
    with threadpool_limits(1):
        for loop, size in enumerate(sizes):
            trial.label(chosen)
            right = trial.tested.argmax(axis=1) == split.y_test
            metrics = {"accuracy": float(right[reported].mean())}
            situation = replace(trial.situation(), metrics=metrics)
            features = state_features(situation) | stability(situation.pool)
            rules = values(situation, features)
            rows.append(
                {
                    "experiment": made_of.number,
                    "family": made_of.dataset.family,
                    "model": made_of.model,
                    "strategy": made_of.strategy,
                    "labels": int(trial.labeled.sum()),
                    "accuracy": float(right[~reported].mean()),
                    **{f"rule {name}": value for name, value in rules.items()},
                    **{f"input {name}": value for name, value in inputs(situation, features, rules).items()},
                }
            )
            trial.remember(features, metrics)
            if len(situation.pool.unlabeled) == 0:
                break
            left = len(situation.pool.unlabeled)
            arm = ARMS.get(made_of.strategy)
            blend = PriorPolicy().decide(situation).blend if arm is None else arm(size, left)
            chosen = trial.choose(blend, situation, min(size, left), seed_of(made_of.seed, loop))
    return pd.DataFrame(rows)
