"""A user's script, run as a process of its own so that it can be killed. Prints "running" once it has its experiment.

Usage: script.py TARGET NAME SEED FOLDER. Writes the ids in the order in which they were labeled to FOLDER/NAME.done.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import loopwise

POOL, CLASSES, BUDGET, BATCH = 400, 4, 96, 4


def data() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Four noisy clusters."""
    rng = np.random.default_rng(7)
    y = rng.integers(0, CLASSES, POOL)
    return rng.normal(size=(CLASSES, 8))[y] * 1.5 + rng.normal(size=(POOL, 8)), y


def probabilities(X: NDArray[np.float64], y: NDArray[np.int64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Softmax of the squared distance to the mean of each class that was seen."""
    logits = np.full((len(wanted), CLASSES), -np.inf)
    for label in np.unique(y):
        logits[:, label] = -0.5 * ((wanted - X[y == label].mean(axis=0)) ** 2).sum(axis=1)
    P = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(P / P.sum(axis=1, keepdims=True))


def run(target: str, name: str, seed: int, folder: Path) -> None:
    X, y = data()
    with (
        loopwise.connect(target) as engine,
        engine.experiment(
            name,
            pool=range(POOL),
            classes=CLASSES,
            budget=BUDGET,
            batch_size=BATCH,
            embeddings=X,
            random_share=0.25,
            inference_share=0.5 if seed % 2 else None,
            seed=seed,
            secret="the same in every run",
            journal=folder / f"{name}.journal",
        ) as experiment,
    ):
        print("running", flush=True)
        while batch := experiment.ask():
            half = len(batch) // 2
            for part in (batch.ids[:half], batch.ids[half:]):  # one more place to be killed in
                experiment.tell(part, y[part])
            ids = experiment.infer_on
            P = probabilities(X[experiment.labeled], experiment.labels, X[ids])
            experiment.report(P, ids=ids, metrics={"labels": len(experiment.labeled)})
        pages = [engine._rpc.list_decision_rows(name, record.loop) for record in experiment.history]
    chosen = [position for rows in pages for position in rows.positions.tolist()]
    (folder / f"{name}.part").write_text(json.dumps(chosen))
    (folder / f"{name}.part").rename(folder / f"{name}.done")


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
