"""What a policy is told, what it answers, and what every policy promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from loopwise.resources import DEFAULT_LABEL_COST, DEFAULT_RANDOM_SHARE, Forecast, StopAdvice, UnmetStrategy
from loopwise.signals.columns import Positions
from loopwise.strategies import Blend, Pool
from loopwise_engine.policy.samples import Landscape

RECENT = 5
"""Past loops whose batches are looked at record by record."""


@dataclass(frozen=True)
class PastLoop:
    """A loop before the present one.

    Attributes:
        number: 0 is the cold start.
        labeled_count: labels when it was reported.
        metrics: as the user reported them, by name.
        features: the state features that the policy saw then, by name.
        correct: share of its batch that the model had predicted right, of the records for which that is known.
        correct_by: the same by strategy, of the records that it chose ("random": those drawn by chance); of the last
            `RECENT` loops only.
        complete: the model had looked at every record that could be chosen.
        reported: when it was; None, not known.
    """

    number: int
    labeled_count: int
    metrics: Mapping[str, float] = field(default_factory=dict)
    features: Mapping[str, float] = field(default_factory=dict)
    correct: float | None = None
    complete: bool = True
    reported: datetime | None = None
    correct_by: Mapping[str, float] = field(default_factory=dict)


def share_right(blend: Blend, chosen_by: NDArray[np.uint8], right: NDArray[np.bool_]) -> dict[str, float]:
    """By strategy, the share of the records that it chose about which the model was right.

    Args:
        blend: how they were chosen.
        chosen_by: (n,) as `loopwise.strategies.Selection`.
        right: (n,) about which the model was.
    """
    names = np.array([blend.name_of(which) for which in chosen_by.tolist()])  # several indices may stand for one
    return {str(name): float(right[names == name].mean()) for name in np.unique(names)}


@dataclass(frozen=True)
class Situation:
    """All that is known when a decision is due.

    Attributes:
        pool: the candidates, the labeled records and the newest signals.
        loop: number of the loop that is decided; 0 is the cold start.
        pool_size: records in the whole pool.
        classes: number of classes, None when it is not known.
        label_budget: labels to spend in all, None for no limit.
        batch_size: as the user fixed it, None when the policy may choose.
        strategy: the one strategy that the user asked for, None when the policy may choose.
        random_share: share of every batch that is drawn at random, in [0, 1].
        history: all loops before this one, oldest first.
        metrics: of this loop, by name.
        label_features: of this loop, as `loopwise.label_features` defines them; those that the SDK could compute.
        skipped: (s,) int64, ascending: records that are open too, but that the model has not looked at this time; they
            are no candidates.
        skipped_for: (s,) for how many loops in a row, this one included; where that is longer than one looks back, as
            many as one does, and one more.
        label_cost: of one label, in the user's own unit; above 0.
        retrain_cost: of a loop beside its labels, in the same unit.
        deadline: until when labels are wanted, None where nothing presses.
        target_accuracy: that the user wishes for, in (0, 1], None for none.
        stop_confidence: the confidence in (0, 1] at which to stop, None to advise only.
        reported: when this loop was; None, not known.
        now: when the decision is made; None, not known.
        uid: of the experiment, unlike any other's; what a policy draws follows from it.
    """

    pool: Pool
    loop: int
    pool_size: int
    classes: int | None = None
    label_budget: int | None = None
    batch_size: int | None = None
    strategy: str | None = None
    random_share: float = DEFAULT_RANDOM_SHARE
    history: tuple[PastLoop, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    label_features: Mapping[str, float] = field(default_factory=dict)
    skipped: Positions = field(default_factory=lambda: np.empty(0, np.int64))
    skipped_for: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    label_cost: float = DEFAULT_LABEL_COST
    retrain_cost: float = 0.0
    deadline: datetime | None = None
    target_accuracy: float | None = None
    stop_confidence: float | None = None
    reported: datetime | None = None
    now: datetime | None = None
    uid: str = ""

    def correct_by(self, strategy: str) -> float | None:
        """Share of what a strategy chose whose labels the model had predicted; None, not known.

        The mean over those of the last five loops in which it chose any.
        """
        known = [loop.correct_by[strategy] for loop in self.history[-RECENT:] if strategy in loop.correct_by]
        return float(np.mean(known)) if known else None

    @cached_property
    def landscape(self) -> Landscape | None:
        """How the candidates lie in the space of their sketches; None where not all of them have one."""
        unlabeled = self.pool.unlabeled
        known = len(unlabeled) > 0 and self.pool.signals.why_missing("sketch", unlabeled) is None
        return Landscape(self.pool) if known else None


@dataclass(frozen=True)
class Plan:
    """What to label next; `loopwise.strategies.execute` turns it into records.

    Attributes:
        blend: the strategies and their weights.
        batch_size: records to ask for; 0 exactly when `stop.stop`.
        reason: in words, for the person who labels.
        unmet: the strategies that could not be considered, and why.
        stop: whether to go on.
        features: the state features behind the plan, by name.
        schedule: sizes of the batches that are planned from this loop on, `batch_size` first; empty, none are.
        forecast: of the metric at the end of the budget; None, too little is known.
    """

    blend: Blend
    batch_size: int
    reason: str
    unmet: tuple[UnmetStrategy, ...] = ()
    stop: StopAdvice = field(default_factory=StopAdvice)
    features: Mapping[str, float] = field(default_factory=dict)
    schedule: tuple[int, ...] = ()
    forecast: Forecast | None = None


class Policy(ABC):
    """Decides what to label next.

    A policy is pure: the same situation gives the same plan, in any process, and nothing that it is given is changed.
    It asks for no more records than the budget and the candidates leave, and never follows a strategy whose needs are
    unmet.

    Attributes:
        name: stands on every decision.
        version: changes whenever some situation would get another plan.
    """

    name: ClassVar[str]
    version: ClassVar[str]

    @abstractmethod
    def decide(self, situation: Situation) -> Plan:
        """The plan for this situation."""
