"""Simulated experiments: a real engine and a real model, with labels that are known beforehand."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from loopwise import Engine, Experiment
from loopwise.resources import DEFAULT_RANDOM_SHARE
from loopwise.strategies import Blend
from loopwise_training.metrics import CurvePoint
from loopwise_training.models import Classifier
from loopwise_training.trial import Split


@dataclass(frozen=True)
class Arm:
    """One way to choose what is labeled.

    Attributes:
        name: of the arm.
        strategy: the one querying strategy to follow; None, the policy decides.
        embeddings: whether the pool's features are given as embeddings.
        random_share: share of each batch that is drawn at random.
    """

    name: str
    strategy: str | None = None
    embeddings: bool = True
    random_share: float = DEFAULT_RANDOM_SHARE


@dataclass(frozen=True)
class Run:
    """What one simulated experiment came to.

    Attributes:
        arm: name of the arm.
        seed: of the run.
        curve: accuracy on the test set after each loop's labels.
        blends: how each loop's batch was chosen.
        reasons: why, in words.
        bytes_sent: bytes that left for the engine, by loop.
        seconds: of wall clock, model included.
    """

    arm: str
    seed: int
    curve: tuple[CurvePoint, ...]
    blends: tuple[Blend, ...]
    reasons: tuple[str, ...]
    bytes_sent: tuple[int, ...]
    seconds: float


def simulate(
    engine: Engine,
    split: Split,
    model: Classifier,
    arm: Arm,
    *,
    budget: int,
    seed: int,
    journal: Path,
    batch_size: int | None = None,
    name: str | None = None,
    on_loop: Callable[[CurvePoint], None] | None = None,
) -> Run:
    """Runs one experiment from no labels to its budget, through the SDK as a user would.

    Args:
        engine: decides.
        split: the data.
        model: is fitted to the labels after each batch.
        arm: how the labels are chosen.
        budget: labels in all.
        seed: governs the engine's random choices, and the projection.
        journal: file that does not exist yet.
        batch_size: records per batch; None, the policy decides.
        name: of the experiment; by default arm and seed.
        on_loop: called after each batch.
    """
    started = time.perf_counter()
    curve: list[CurvePoint] = []
    blends: list[Blend] = []
    reasons: list[str] = []
    with engine.experiment(
        name or f"{arm.name}-{seed}",
        pool=range(len(split.X_pool)),
        classes=list(range(split.classes)),
        budget=budget,
        embeddings=split.X_pool if arm.embeddings else None,
        batch_size=batch_size,
        strategy=arm.strategy,
        random_share=arm.random_share,
        seed=seed,
        secret=f"simulation {seed}",
        journal=journal,
    ) as experiment:
        while batch := experiment.ask():
            blends.append(batch.decision.blend)
            reasons.append(batch.why)
            experiment.tell(batch, split.y_pool[batch.ids])
            accuracy = _fit_and_report(experiment, split, model)
            curve.append(CurvePoint(len(experiment.labeled), accuracy))
            if on_loop is not None:
                on_loop(curve[-1])
        sent = experiment.ledger.by_loop()
    return Run(
        arm=arm.name,
        seed=seed,
        curve=tuple(curve),
        blends=tuple(blends),
        reasons=tuple(reasons),
        bytes_sent=tuple(sent.values()),
        seconds=time.perf_counter() - started,
    )


def _fit_and_report(experiment: Experiment, split: Split, model: Classifier) -> float:
    """Fits the model to the labels so far, reports what it thinks of the rest, and returns its accuracy."""
    labels = experiment.labels
    if len(np.unique(labels)) == 1:  # nothing to tell apart yet, which most models refuse to learn
        accuracy = float(np.mean(split.y_test == labels[0]))
        experiment.report(metrics={"accuracy": accuracy})
        return accuracy
    model.fit(split.X_pool[experiment.labeled], labels)
    accuracy = float(np.mean(split.y_test == model.predict(split.X_test)))
    unlabeled = experiment.unlabeled
    if len(unlabeled) == 0:
        experiment.report(metrics={"accuracy": accuracy})
        return accuracy
    probabilities = model.predict_proba(split.X_pool[unlabeled])
    experiment.report(probabilities, classes=model.classes_, metrics={"accuracy": accuracy})
    return accuracy
