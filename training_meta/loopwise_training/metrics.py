"""Figures of a learning curve: what an experiment's labels bought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class CurvePoint:
    """The metric that was reached with this many labels."""

    labels: int
    value: float


Curve = Sequence[CurvePoint]
"""Points with strictly increasing numbers of labels."""


def aubc(curve: Curve) -> float:
    """Area under the budget curve, in the metric's unit.

    The trapezoid area of the metric over labels, divided by the span of labels: the mean metric of somebody who stops
    at a random moment, with straight lines between the points. One point alone gives its own value.

    Raises:
        ValueError: the curve is empty, or its labels do not increase.
    """
    _check(curve)
    if len(curve) == 1:
        return curve[0].value
    area = sum((b.labels - a.labels) * (a.value + b.value) / 2 for a, b in pairwise(curve))
    return area / (curve[-1].labels - curve[0].labels)


def step_aubc(curve: Curve) -> float:
    """Area under the budget curve of the model in use, in the metric's unit.

    The area of the metric over labels, divided by the span of labels, where each model stays in use until the next one
    is fitted: steps instead of straight lines. Somebody who asks for large batches works with an old model for long,
    which straight lines would forgive. One point alone gives its own value.

    Raises:
        ValueError: the curve is empty, or its labels do not increase.
    """
    _check(curve)
    if len(curve) == 1:
        return curve[0].value
    return sum((b.labels - a.labels) * a.value for a, b in pairwise(curve)) / (curve[-1].labels - curve[0].labels)


def labels_to(curve: Curve, level: float) -> int | None:
    """Labels of the first point whose metric is at least `level`; None when there is none.

    Raises:
        ValueError: the curve is empty, or its labels do not increase.
    """
    _check(curve)
    return next((point.labels for point in curve if point.value >= level), None)


def value_at(curve: Curve, labels: int) -> float:
    """The metric at this many labels, on the straight line between the points around it.

    Raises:
        ValueError: the curve is empty, its labels do not increase, or `labels` lies outside of it.
    """
    _check(curve)
    if not curve[0].labels <= labels <= curve[-1].labels:
        raise ValueError(f"the curve goes from {curve[0].labels} to {curve[-1].labels} labels, not to {labels}")
    after = next(i for i, point in enumerate(curve) if point.labels >= labels)
    b = curve[after]
    if b.labels == labels:
        return b.value
    a = curve[after - 1]
    return a.value + (b.value - a.value) * (labels - a.labels) / (b.labels - a.labels)


def _check(curve: Curve) -> None:
    if not curve:
        raise ValueError("the curve has no points")
    for a, b in pairwise(curve):
        if b.labels <= a.labels:
            raise ValueError(f"the labels of a curve must increase, but {b.labels} comes after {a.labels}")
