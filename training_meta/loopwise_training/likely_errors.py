"""Learns, from simulated experiments, how likely a model is wrong about a record; what `likely_errors` chooses by."""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import cache
from typing import Any

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from loopwise.errors import InvalidInputError
from loopwise.strategies import Blend
from loopwise.strategies.likely_errors import INPUTS, ErrorModel, content, record_inputs, standing_in
from loopwise_training.corpus.dataset import Dataset
from loopwise_training.parallel import results
from loopwise_training.rollouts import recipe
from loopwise_training.seeds import seed_of

FOLDS = 5

STRATEGIES = ("refine", "margin", "random", "max_herding", "uncertainty_herding")
"""One of them chooses throughout an experiment."""

STATES, RECORDS = 6, 200
"""Loops of an experiment that are learned from, and records of each, at most."""

UNITS, EPOCHS = 32, 10
"""Of the network."""

_DIGITS = 5
"""Of its numbers, in the file."""

_ALONE = threading.RLock()
"""What stands in for the error model does so in all of a process."""


def simulate(
    datasets: Sequence[Dataset], models: Sequence[str], count: int, seed: int, jobs: int
) -> Iterator[pd.DataFrame]:
    """Runs experiments, as `loopwise meta simulate` draws them; the same figures whatever the number of jobs.

    Args:
        datasets: of the corpus.
        models: names of those that are trained.
        count: experiments.
        seed: governs everything random.
        jobs: processes at once.

    Yields:
        For each experiment, in their order, a row per record that was looked at: "family", "dataset", "wrong" (was the
        model), and the inputs of the error model by name.
    """
    tasks = (joblib.delayed(_run)(number, datasets, models, seed) for number in range(count))
    yield from results(tasks, jobs, in_order=True)


def _run(number: int, datasets: Sequence[Dataset], models: Sequence[str], seed: int) -> pd.DataFrame:
    made_of = recipe(number, datasets, models, seed_of(seed, 15))
    if made_of.embeddings == "none":  # the inputs tell of neighbours
        made_of = replace(made_of, embeddings="features")
    rng = np.random.default_rng([made_of.seed, 16])
    found = [_table(made_of.dataset, np.empty((0, len(INPUTS))), np.empty(0, np.bool_))]
    with threadpool_limits(1):
        trial = made_of.trial()
        y = trial.split.y_pool
        blend = Blend.single(str(rng.choice(STRATEGIES)), random_share=0.0)
        looked_at = rng.permutation(made_of.loops)[:STATES]
        chosen = rng.permutation(len(y))[: max(made_of.initial, made_of.batch_size)]
        for loop in range(made_of.loops):
            trial.label(chosen)
            situation = trial.situation()
            pool = situation.pool
            left = len(pool.unlabeled)
            if left == 0:
                break
            if loop in looked_at and trial.probabilities is not None:
                rows = rng.permutation(left)[:RECORDS]
                wrong = pool.signals.take("predicted_class", pool.unlabeled[rows]) != y[pool.unlabeled[rows]]
                found.append(_table(made_of.dataset, record_inputs(pool, rows, rng), wrong))
            trial.remember({})
            chosen = trial.choose(blend, situation, min(made_of.batch_size, left), seed_of(made_of.seed, loop))
    return pd.concat(found, ignore_index=True)


def _table(dataset: Dataset, X: NDArray[np.float64], wrong: NDArray[np.bool_]) -> pd.DataFrame:
    table = pd.DataFrame(X.astype(np.float32), columns=list(INPUTS))
    return table.assign(family=dataset.family, dataset=dataset.name.partition("/")[0], wrong=wrong)


def fit_errors(records: pd.DataFrame, seed: int, jobs: int) -> dict[str, Any]:
    """The error model, and those that have not seen a fifth of the families each, as the file holds them.

    Args:
        records: as `simulate` yields them, all together.
        seed: of the networks.
        jobs: processes at once.

    Returns:
        "model": its fields. "folds": of each the "families" and "datasets" that it has not seen, and its "model".
        "corpus": what there was to learn from. "unseen": by the folds, the area under the curve ("auc") by which wrong
        records are told from right ones, mean over the families, beside that of the uncertainty alone.

    Raises:
        InvalidInputError: there are fewer families than folds, or nothing to tell apart.
    """
    families = records["family"].nunique()
    if families < FOLDS:
        raise InvalidInputError(f"an error model needs data of at least {FOLDS} families, not {families}")
    both = records.groupby("family")["wrong"].transform("nunique") == 2
    if not both.any():
        raise InvalidInputError("models were always right, or always wrong: there is nothing to learn from")
    X, wrong = records[list(INPUTS)].to_numpy(np.float64), records["wrong"].to_numpy(np.bool_)
    folds = list(GroupKFold(FOLDS).split(X, groups=records["family"]))
    rows = [np.arange(len(X)), *(train for train, _ in folds)]
    fitted = list(results((joblib.delayed(_fit)(X[some], wrong[some], seed) for some in rows), jobs, in_order=True))
    promised = np.empty(len(X))
    for fields, (_, test) in zip(fitted[1:], folds, strict=True):
        promised[test] = ErrorModel.of(fields).probabilities(X[test])
    judged = pd.DataFrame({"family": records["family"], "wrong": wrong, "learned": promised, "alone": X[:, 0]})
    by_family = judged[both].groupby("family")
    return {
        "model": fitted[0],
        "folds": [
            {
                "families": sorted(records["family"].iloc[test].unique()),
                "datasets": sorted(records["dataset"].iloc[test].unique()),
                "model": fields,
            }
            for fields, (_, test) in zip(fitted[1:], folds, strict=True)
        ],
        "corpus": {"records": len(records), "families": families},
        "unseen": {
            key: round(float(np.mean([roc_auc_score(some["wrong"], some[of]) for _, some in by_family])), 4)
            for key, of in (("auc", "learned"), ("auc of uncertainty", "alone"))
        },
    }


def _fit(X: NDArray[np.float64], wrong: NDArray[np.bool_], seed: int) -> dict[str, Any]:
    mean, scale = X.mean(axis=0), X.std(axis=0)
    scale[scale == 0] = 1
    network = MLPClassifier(
        (UNITS,),
        activation="tanh",
        batch_size=min(1024, len(X)),
        max_iter=EPOCHS,
        random_state=seed,
        learning_rate_init=2e-3,
    )
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(np.clip((X - mean) / scale, -5, 5), wrong)
    (hidden, out), (hidden_bias, out_bias) = network.coefs_, network.intercepts_
    fields = {"mean": mean, "scale": scale, "hidden": hidden, "hidden_bias": hidden_bias}
    fields |= {"out": out[:, 0], "out_bias": out_bias[0]}
    return {name: _short(np.asarray(values)) for name, values in fields.items()}


def _short(values: NDArray[np.float64]) -> Any:
    return json.loads(json.dumps(values.tolist()), parse_float=lambda text: float(f"{float(text):.{_DIGITS}g}"))


@contextmanager
def unseen(dataset: Dataset) -> Iterator[None]:
    """`likely_errors` chooses by an error model that has not seen this data set, nor another one of its family.

    Where the one that comes with loopwise has not seen it, that one does. One at a time: threads wait for each other.

    Raises:
        InvalidInputError: all error models have seen the one or the other.
    """
    known = dataset.known_as & set().union(*(held_out for held_out, _ in _folds()))
    able = [fold for held_out, fold in _folds() if known <= held_out]
    if not able:
        raise InvalidInputError(
            f"likely_errors was trained on {dataset.name} or its family {dataset.family}, and so was every fold of it"
        )
    with _ALONE, standing_in(able[0]) if known else nullcontext():
        yield


@cache
def _folds() -> list[tuple[frozenset[str], ErrorModel]]:
    """The names of families and data sets that were held out, and what was learned from the others."""
    return [
        (frozenset((*fold["families"], *fold["datasets"])), ErrorModel.of(fold["model"])) for fold in content()["folds"]
    ]
