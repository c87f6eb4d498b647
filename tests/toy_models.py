"""Meta-models made by hand, in no time: what they promise means nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import lightgbm
import numpy as np

from loopwise_engine.policy.arms import ARMS
from loopwise_engine.policy.model import CARD, INPUTS, Card, versions


def write_model(folder: Path, name: str = "toy", seed: int = 0) -> Card:
    """A model in a folder; it leaves the default arm for the least promise, in whatever state."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(200, len(INPUTS)))
    rows[:, -1] = rng.integers(0, len(ARMS), 200)
    gains = rng.normal(size=len(ARMS))[rows[:, -1].astype(int)]
    parameters = {"num_leaves": 7, "min_data_in_leaf": 5, "num_threads": 1, "verbose": -1, "seed": seed}
    trained = lightgbm.train(parameters, lightgbm.Dataset(rows, gains, categorical_feature=[len(INPUTS) - 1]), 5)
    text = trained.model_to_string().encode()
    digest = hashlib.sha256(text).hexdigest()
    card = Card(
        name=name,
        version=digest[:12],
        inputs=INPUTS,
        arms=tuple(ARMS),
        versions=versions(),
        spreads={"trees.txt": 1.0},
        hashes={"trees.txt": digest},
        thresholds={"early": 0.0, "late": 0.0},
        ranges={},
        corpus={"states": 200, "families": ["by hand"]},
        metrics={"left": 0.5},
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "trees.txt").write_bytes(text)
    (folder / CARD).write_text(card.as_json(), "utf-8")
    return card
