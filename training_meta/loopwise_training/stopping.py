"""What experiments teach about stopping, and how advice to stop does beside the best stop, known with hindsight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.isotonic import isotonic_regression
from sklearn.linear_model import LogisticRegression, PoissonRegressor
from sklearn.model_selection import GroupKFold

from loopwise.errors import InvalidInputError
from loopwise.resources import StopAdvice
from loopwise_engine.policy.stopping import CONTEXT, LOOPS, RULES, Combination, Input

TOLERANCE = 1.0
"""Points of accuracy that stopping may cost."""

LEVELS = (0.5, 0.8, 0.9)
"""Confidences at which an evaluation stops."""

PRECISION = 0.8
"""Share of the states beyond a rule's threshold in which stopping costs no more than the tolerance."""

FOLDS = 5

_INPUTS = (*RULES, *CONTEXT)
_COLUMNS = (*(f"rule {name}" for name in RULES), *(f"input {name}" for name in _INPUTS))

_ABSENT: tuple[tuple[str, ...], ...] = (
    _CURVE := ("plateau", "gain_per_cost"),
    (*_CURVE, "overall_uncertainty", "max_uncertainty", "expected_error"),
    (*_CURVE, "agreement", "classification_change"),
    (*_CURVE, "selected_accuracy"),
)
"""What an experiment may not know; it is learned from a copy of each state without it, too."""

_STRENGTH = 1.0
"""Of the regression: the inverse of its penalty."""

_LEAST_SPEAKING = 0.02
"""Share of all states that a rule's threshold has to have on its side."""


def remaining(accuracy: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """What going on to the end would have brought: at each point of a curve, points of accuracy, never negative.

    The curve is smoothed first: isotonic regression gives the nearest one that never falls.
    """
    smooth = isotonic_regression(np.asarray(accuracy, np.float64))
    ahead: NDArray[np.float64] = 100 * (smooth[-1] - smooth)
    return ahead


def best_stop(accuracy: Sequence[float] | NDArray[np.float64]) -> int:
    """The hindsight-best stop: the first point from which on going on brings no more than the tolerance."""
    return int(np.argmax(remaining(accuracy) <= TOLERANCE))


def judge(accuracy: Sequence[float], labels: Sequence[int], stop: int | None) -> dict[str, float]:
    """What came of stopping at a point of a curve.

    Args:
        accuracy: on the test set, point by point.
        labels: at each.
        stop: index of the point; None, never.

    Returns:
        "stopped": 1, or 0 where it never was; "wasted": labels beyond the best stop, as a share of all; "lost": points
        of accuracy below the best stop's; "saved": labels that were not asked for, as a share of all; "cost": points of
        accuracy below the end's.
    """
    left, best = remaining(accuracy), best_stop(accuracy)
    at = len(labels) - 1 if stop is None else stop
    return {
        "stopped": float(stop is not None),
        "wasted": max(0, labels[at] - labels[best]) / labels[-1],
        "lost": max(0.0, float(left[at] - left[best])),
        "saved": 1 - labels[at] / labels[-1],
        "cost": float(left[at]),
    }


def stops(advised: Sequence[tuple[int, StopAdvice]]) -> dict[str, int | None]:
    """Where advice would have stopped an experiment, had it been followed.

    Args:
        advised: labels, and the advice then, loop by loop.

    Returns:
        By rule, and by confidence: the labels at which it would first have stopped; None, never. Nothing where no rule
        was ever heard.
    """
    found: dict[str, int | None] = {}
    for labels, advice in advised:
        said = {rule.name: rule.stop for rule in advice.rules}
        if said:
            said |= {_at(level): advice.confidence >= level for level in LEVELS}
        for name, stop in said.items():
            if found.get(name) is None:
                found[name] = labels if stop else None
    return found


def fit_stopping(states: pd.DataFrame) -> Combination:
    """Learns from experiments how sure one may be that stopping costs no more than a point of accuracy.

    Args:
        states: as `loopwise_training.stopping_runs.simulate` yields them, together.

    Raises:
        InvalidInputError: there are fewer families than folds.
    """
    table = with_targets(states)
    families = table["family"].nunique()
    if families < FOLDS:
        raise InvalidInputError(f"stopping is learned from data of at least {FOLDS} families, not {families}")
    origin = {
        "experiments": int(table["experiment"].nunique()),
        "families": int(families),
        "models": sorted(table["model"].unique()),
        "unseen": unseen(table),
    }
    return replace(_fit(table), origin=origin)


def unseen(table: pd.DataFrame) -> dict[str, Any]:
    """How rules and combination do on families that they were not learned from.

    Args:
        table: states, `with_targets`.

    Returns:
        "calibration": for each tenth of confidence, its mean, the share of the states in which stopping cost no more
        than the tolerance, and the number of states; "stops": by rule and by confidence, the mean over experiments of
        what `judge` says, and "right", the share of those stopped in which it cost no more than the tolerance.
    """
    confidence = np.zeros(len(table))
    fired = {name: np.zeros(len(table), np.bool_) for name in RULES}
    for train, test in GroupKFold(FOLDS).split(table, groups=table["family"]):
        learned, rows = _fit(table.iloc[train]), table.iloc[test]
        confidence[test] = [learned.confidence(known) for known in _known(rows)]
        for name, column in fired.items():
            column[test] = [learned.speaks(name, value) for value in rows[f"rule {name}"]]
    confidence = _lately(table, confidence)
    fired["agreement 0.99, as published"] = table["rule agreement"].to_numpy() >= 0.99
    fired |= {_at(level): confidence >= level for level in LEVELS}
    tenths = table.assign(confidence=confidence).groupby((10 * confidence).astype(int).clip(max=9))
    calibration = [[_short(rows[of].mean()) for of in ("confidence", "right")] + [len(rows)] for _, rows in tenths]
    return {"calibration": calibration, "stops": {name: _stops(table, column) for name, column in fired.items()}}


def with_targets(states: pd.DataFrame) -> pd.DataFrame:
    """States with what going on would have brought: "remaining", in points, and "right", whether that is tolerable."""
    table = states.sort_values(["experiment", "labels"], ignore_index=True)
    table = table.reindex(columns=[*table, *(name for name in _COLUMNS if name not in table)])
    table["remaining"] = table.groupby("experiment")["accuracy"].transform(lambda curve: remaining(curve.to_numpy()))
    table["right"] = table["remaining"] <= TOLERANCE
    return table


def _fit(table: pd.DataFrame) -> Combination:
    masked = [table[[f"input {name}" for name in _INPUTS]]]
    for group in _ABSENT:
        masked.append(masked[0].assign(**{f"input {name}": np.nan for name in group}))
    mean, deviation = masked[0].mean(), masked[0].std().replace(0, 1).fillna(1)
    X = ((pd.concat(masked) - mean) / deviation).to_numpy()
    design = np.hstack([np.nan_to_num(X), np.isnan(X)])
    weights = 1 / table.groupby("experiment")["labels"].transform("count").to_numpy()  # an experiment counts as one
    copies = len(masked)
    regression = LogisticRegression(C=_STRENGTH, max_iter=5000)
    regression.fit(design, np.tile(table["right"], copies), sample_weight=np.tile(weights, copies) / copies)
    confidence = _lately(table, regression.predict_proba(design[: len(table)])[:, 1])
    cost = PoissonRegressor(alpha=0, max_iter=1000).fit(confidence[:, None], table["remaining"], sample_weight=weights)
    each = zip(_INPUTS, mean.fillna(0), deviation, *np.split(regression.coef_[0], 2), strict=True)
    return Combination(
        tolerance=TOLERANCE,
        intercept=_short(regression.intercept_[0]),
        inputs={name: Input(*map(_short, numbers)) for name, *numbers in each},
        thresholds={name: found for name in RULES if (found := _threshold(table, name)) is not None},
        cost=(_short(cost.intercept_), _short(cost.coef_[0])),
    )


def _lately(table: pd.DataFrame, confidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means over the last loops of each experiment, as in advice."""
    by_experiment = pd.Series(confidence, table.index).groupby(table["experiment"])
    return np.asarray(by_experiment.rolling(LOOPS, min_periods=1).mean().droplevel(0).sort_index(), np.float64)


def _threshold(table: pd.DataFrame, name: str) -> float | None:
    """The loosest number from which on states are right to stop in often enough; None where there is none."""
    known = table[table[f"rule {name}"].notna()]
    order = np.argsort(known[f"rule {name}"].to_numpy(), kind="stable")
    rows = known.iloc[order[::-1] if RULES[name].rising else order]
    values = rows[f"rule {name}"].to_numpy()
    precision = np.cumsum(rows["right"].to_numpy()) / np.arange(1, len(rows) + 1)
    last = np.append(values[1:] != values[:-1], True) if len(values) else np.zeros(0, np.bool_)  # of equal numbers
    good = np.flatnonzero(last & (precision >= PRECISION) & (np.arange(len(rows)) >= _LEAST_SPEAKING * len(table)))
    return _short(values[good[-1]]) if len(good) else None


def _stops(table: pd.DataFrame, fired: NDArray[np.bool_]) -> dict[str, float]:
    judged = []
    for (_, rows), stop in zip(table.groupby("experiment"), _first(table, fired), strict=True):
        at = None if stop < 0 else int(stop - rows.index[0])
        judged.append(judge(rows["accuracy"].to_list(), rows["labels"].to_list(), at))
    return summary(judged)


def summary(judged: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Means over experiments of what `judge` says, and "right": the share of those stopped that cost no more than 1."""
    means = pd.DataFrame(judged)
    stopped = means[means["stopped"] == 1]
    right = (stopped["cost"] <= TOLERANCE).mean() if len(stopped) else 1.0
    return {name: _short(value) for name, value in {**means.mean(), "right": right}.items()}


def _first(table: pd.DataFrame, fired: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each experiment the row at which a rule first fires; -1 where it never does."""
    starts = np.flatnonzero(table["experiment"].diff().to_numpy() != 0)
    rows = np.where(fired, np.arange(len(table)), len(table))
    first = np.minimum.reduceat(rows, starts)
    return np.where(first < len(table), first, -1)


def _known(table: pd.DataFrame) -> list[dict[str, float]]:
    """The inputs of each row by name, those that are there."""
    rows = table[[f"input {name}" for name in _INPUTS]].to_numpy()
    return [{name: x for name, x in zip(_INPUTS, row, strict=True) if not np.isnan(x)} for row in rows.tolist()]


def _at(level: float) -> str:
    return f"confidence {level}"


def _short(number: float) -> float:
    return float(f"{number:.6g}")
