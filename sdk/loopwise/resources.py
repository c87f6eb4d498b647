"""The resources of the contract as frozen dataclasses, used by the SDK and the engine alike.

Protobuf stays at the edge: `loopwise.wire` turns these into messages and back.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.definitions import ShareLevel
from loopwise.strategies.blend import Blend

DEFAULT_RANDOM_SHARE = 0.05
DEFAULT_LABEL_COST = 1.0


class ExperimentState(enum.IntEnum):
    """Whether the last decision advised to stop."""

    ACTIVE = 1
    STOPPED = 2


@dataclass(frozen=True)
class ExperimentInfo:
    """An experiment as the engine knows it; the contract's `Experiment` tells what each field means."""

    id: str
    pool_size: int
    pool_fingerprint: str
    classes: int | None = None
    label_budget: int | None = None
    share_level: ShareLevel = ShareLevel.EMBEDDINGS
    seed: int = 0
    batch_size: int | None = None
    strategy: str | None = None
    random_share: float = DEFAULT_RANDOM_SHARE
    log_for_training: bool = True
    keep_loops: int | None = None
    label_cost: float = DEFAULT_LABEL_COST
    retrain_cost: float = 0.0
    deadline: datetime | None = None
    target_accuracy: float | None = None
    stop_confidence: float | None = None
    inference_share: float | None = None
    uid: str = ""
    state: ExperimentState = ExperimentState.ACTIVE
    labeled_count: int = 0
    abstained_count: int = 0
    loop_count: int = 0
    created: datetime | None = None
    updated: datetime | None = None


CHANGEABLE = (
    *("label_budget", "batch_size", "strategy", "random_share", "log_for_training", "keep_loops"),
    *("label_cost", "retrain_cost", "deadline", "target_accuracy", "stop_confidence"),
    "inference_share",
)
"""Fields of an experiment that may change after it was created."""


@dataclass(frozen=True)
class ColumnInfo:
    """One signal of one loop: what it is, and how its upload is recognised.

    Attributes:
        signal: its name in `loopwise.signals.SIGNALS`.
        dtype: NumPy type string.
        rows: number of records.
        width: values per record; 1 for a scalar signal.
        checksum: CRC-32 over the chunks' CRC-32s.
        coverage: 0, the rows are the whole pool; k, the k-th of the loop's coverages.
        aged_out: the values are gone; it is still the same column.
    """

    signal: str
    dtype: str
    rows: int
    width: int
    checksum: int
    coverage: int = 0
    aged_out: bool = field(default=False, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class ColumnPart:
    """One signal of one loop, for consecutive positions of the pool.

    Attributes:
        loop: its number.
        first: the first of the positions.
        values: (rows,) or (rows, width).
        coverage: which of the positions have a row, `np.packbits(mask, bitorder="little")`; empty: one after the other.
    """

    loop: int
    first: int
    values: NDArray[Any]
    coverage: bytes = b""


@dataclass(frozen=True)
class LoopInfo:
    """A loop as reported.

    Attributes:
        coverages: sets of positions as bit masks, `np.packbits(mask, bitorder="little")`; only on the way in.
        features: the state features that the policy saw; only on the way out.
        label_features: state features that need labels, computed at home; see `loopwise.label_features`.
    """

    number: int
    labeled_count: int
    abstained_count: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict)
    columns: tuple[ColumnInfo, ...] = ()
    coverages: tuple[bytes, ...] = ()
    features: Mapping[str, float] = field(default_factory=dict)
    created: datetime | None = None
    label_features: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class LabelOutcome:
    """What became of asking for the label of the record at `position`. The label itself stays at home.

    Attributes:
        abstained: the annotator gave no label.
        correct: the model of the loop's report predicted this label; None, not known.
        loss: -log of the probability that this model gave to the label, in nats; None, not known.
        cost: in the user's own unit.
        seconds: time that the annotator took.
    """

    position: int
    abstained: bool = False
    correct: bool | None = None
    loss: float | None = None
    cost: float | None = None
    seconds: float | None = None
    annotator: str = ""


@dataclass(frozen=True)
class UnmetStrategy:
    """A strategy that could not be considered, and why."""

    strategy: str
    missing_signals: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class StopRule:
    """What one rule says about stopping.

    Attributes:
        name: of the rule.
        value: what it looks at, in its own unit; finite.
        stop: whether it speaks for stopping.
    """

    name: str
    value: float
    stop: bool


@dataclass(frozen=True)
class StopAdvice:
    """Whether to go on, and why (not).

    Attributes:
        stop: the decision selects no records.
        reason: in words.
        confidence: that it is better to stop than to go on, 0 to 1.
        rules: behind it.
    """

    stop: bool = False
    reason: str = ""
    confidence: float = 0.0
    rules: tuple[StopRule, ...] = ()


@dataclass(frozen=True)
class Forecast:
    """What is to be expected of a metric when the label budget is spent.

    Attributes:
        metric: its name.
        labels: at the end of the budget.
        value: of the metric then.
        low: lower end of an interval that holds the value with a probability of 80 %.
        high: its upper end.
        labels_for_target: labels in all at which the target accuracy is expected to be reached; None, it is not within
            the pool, or none is wished for.
    """

    metric: str
    labels: int
    value: float
    low: float
    high: float
    labels_for_target: int | None = None


@dataclass(frozen=True)
class Decision:
    """What to label next, and why; its rows are a `DecisionRows`.

    Attributes:
        schedule: sizes of the batches that are planned from this loop on, this one first; empty, none are.
        forecast: None, too little is known.
        retrain: the next model should be fitted from scratch.
    """

    loop: int
    blend: Blend
    batch_size: int
    seed: int
    policy: str
    policy_version: str
    reason: str
    unmet: tuple[UnmetStrategy, ...] = ()
    stop: StopAdvice = StopAdvice()
    created: datetime | None = None
    schedule: tuple[int, ...] = ()
    forecast: Forecast | None = None
    retrain: bool = True


@dataclass(frozen=True)
class DecisionRows:
    """The selected records, best first, one array per field.

    Attributes:
        positions: int64 (rows,).
        propensities: float64 (rows,), in (0, 1].
        chosen_by: uint8 (rows,), index into the blend's parts, or `RANDOM_SHARE`.
        probabilities: float32 (rows, classes) as last reported, or None.
        predicted_class: int32 (rows,) as last reported, -1 where there was none, or None.
    """

    positions: NDArray[np.int64]
    propensities: NDArray[np.float64]
    chosen_by: NDArray[np.uint8]
    probabilities: NDArray[np.float32] | None = None
    predicted_class: NDArray[np.int32] | None = None


@dataclass(frozen=True)
class StrategyInfo:
    """A querying strategy that the engine can follow."""

    name: str
    needs: tuple[str, ...]
    description: str
    reference: str


@dataclass(frozen=True)
class ServerInfo:
    """What answers, and its limits."""

    version: str
    max_message_bytes: int
    max_pool_size: int
    max_outcomes: int
    policy: str
    policy_version: str
