"""Iris, and a user's loop over it."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from loopwise import Experiment
from tests.contract.modes import Engine as Running

IDS = [f"r{row:03d}" for row in range(150)]
X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
LABEL = dict(zip(IDS, Y.tolist(), strict=True))
ROW = {name: row for row, name in enumerate(IDS)}

Open = Callable[..., Experiment]


def rows(ids: Any) -> NDArray[Any]:
    return np.asarray(X[[ROW[name] for name in ids]])


def labels(ids: Any) -> list[int]:
    return [LABEL[name] for name in ids]


def fit_and_report(experiment: Experiment) -> None:
    model = LogisticRegression().fit(rows(experiment.labeled), experiment.labels)
    experiment.report(
        model.predict_proba(rows(experiment.unlabeled)),
        classes=model.classes_,
        metrics={"accuracy": model.score(X, Y)},
    )


def run_one(experiment: Experiment) -> None:
    batch = experiment.ask()
    experiment.tell(batch, labels(batch))
    fit_and_report(experiment)


def run(experiment: Experiment) -> list[str]:
    chosen: list[str] = []
    while batch := experiment.ask():
        chosen += batch.ids.tolist()
        experiment.tell(batch, labels(batch))
        fit_and_report(experiment)
    return chosen


def outcomes(running: Running) -> dict[str, dict[str, Any]]:
    """What the engine knows of each record that was told, by id."""
    lines = running.dump().splitlines()
    start = lines.index("outcomes") + 1
    rows = [ast.literal_eval(line.strip()) for line in itertools.takewhile(lambda line: line[0] == " ", lines[start:])]
    fields = ("position", "loop", "abstained", "correct", "loss", "cost", "seconds", "annotator")
    return {IDS[row[2]]: dict(zip(fields, row[2:], strict=True)) for row in rows}
