"""The rows of an experiment's tables, as the layout names their columns; some of them at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from loopwise.resources import Decision, ExperimentInfo, LoopInfo
from loopwise.strategies.blend import Blend
from loopwise_engine.store import OF_LABELS, Transaction
from loopwise_training.logs.layout import TABLES

_PAGE = 100
"""Loops or decisions that are read at once; of what decisions advise to infer on, one at a time."""

_OUTCOMES = 10_000

Rows = Iterator[list[dict[str, Any]]]


def loops_of(transaction: Transaction, info: ExperimentInfo) -> Iterator[LoopInfo]:
    """All loops, oldest first, some of them at a time."""
    for first in range(0, info.loop_count, _PAGE):
        yield from transaction.loops.page(info.id, first, _PAGE)


def _experiment_rows(_: Transaction, info: ExperimentInfo) -> Rows:
    named = {"share_level": info.share_level.name.lower(), "state": info.state.name.lower()}
    yield [{**{name: getattr(info, name) for name in TABLES["experiments"].names}, **named}]


def _loop_rows(transaction: Transaction, info: ExperimentInfo) -> Rows:
    for loop in loops_of(transaction, info):
        counts = {"labeled_count": loop.labeled_count, "abstained_count": loop.abstained_count}
        yield [{"loop": loop.number, "created": loop.created, **counts}]


def _metric_rows(transaction: Transaction, info: ExperimentInfo) -> Rows:
    for loop in loops_of(transaction, info):
        yield [{"loop": loop.number, "name": name, "value": value} for name, value in loop.metrics.items()]


def _feature_rows(transaction: Transaction, info: ExperimentInfo) -> Rows:
    for loop in loops_of(transaction, info):
        features = {**loop.features, **{OF_LABELS + name: value for name, value in loop.label_features.items()}}
        yield [{"loop": loop.number, "name": name, "value": value} for name, value in sorted(features.items())]


def _column_rows(transaction: Transaction, info: ExperimentInfo) -> Rows:
    for loop in loops_of(transaction, info):
        for column in loop.columns:
            rows = [] if column.aged_out else transaction.columns.chunk_rows(info.id, loop.number, column)
            known = {name: value for name, value in vars(column).items() if name != "aged_out"}
            yield [{"loop": loop.number, **known, "chunk_rows": rows}]


def _coverage_rows(transaction: Transaction, info: ExperimentInfo) -> Rows:
    for loop in range(info.loop_count):
        for number, mask in enumerate(transaction.loops.coverages(info.id, loop), start=1):
            yield [{"loop": loop, "number": number, "mask": mask}]


def _decision_rows(transaction: Transaction, info: ExperimentInfo) -> Rows:
    first = 0
    while page := transaction.decisions.page(info.id, first, _PAGE):
        for made in page:
            yield [_decision_row(made) | {"infer_on": transaction.decisions.infer_on(info.id, made.loop) or None}]
        first = page[-1].loop + 1


def _decision_row(made: Decision) -> dict[str, Any]:
    return {
        **{name: getattr(made, name) for name in TABLES["decisions"].names if hasattr(made, name)},
        **_blend(made.blend),
        "unmet": [
            {"strategy": one.strategy, "missing_signals": list(one.missing_signals), "reason": one.reason}
            for one in made.unmet
        ],
        "stop": made.stop.stop,
        "stop_reason": made.stop.reason,
        "stop_confidence": made.stop.confidence,
        "stop_rules": [asdict(rule) for rule in made.stop.rules],
        "schedule": list(made.schedule),
        "forecast": None if made.forecast is None else asdict(made.forecast),
    }


def _shadow_rows(transaction: Transaction, info: ExperimentInfo) -> Rows:
    first = 0
    while page := transaction.shadows.page(info.id, first, _PAGE):
        yield [
            {**{name: value for name, value in vars(made).items() if name != "blend"}, **_blend(made.blend)}
            for made in page
        ]
        first = page[-1].loop + 1


def _blend(blend: Blend) -> dict[str, Any]:
    return {
        "mode": blend.mode.name.lower(),
        "strategies": [part.strategy for part in blend.parts],
        "weights": [part.weight for part in blend.parts],
        "keep": blend.keep,
        "random_share": blend.random_share,
        "distinct": blend.distinct,
    }


def _outcome_rows(transaction: Transaction, info: ExperimentInfo) -> Rows:
    first = 0
    while page := transaction.outcomes.page(info.id, first, _OUTCOMES):
        yield [{"loop": loop, **vars(outcome)} for loop, outcome in page]
        first = page[-1][1].position + 1


ROWS: dict[str, Callable[[Transaction, ExperimentInfo], Rows]] = {
    "experiments": _experiment_rows,
    "loops": _loop_rows,
    "metrics": _metric_rows,
    "features": _feature_rows,
    "columns": _column_rows,
    "coverages": _coverage_rows,
    "decisions": _decision_rows,
    "shadows": _shadow_rows,
    "outcomes": _outcome_rows,
}
"""How the rows of each table of an experiment are made, some of them at a time."""
